// SPDX-License-Identifier: Apache-2.0
/** report.json of a network on the sparse engine, as far as it is known before simulation and synthesis. */
import { sha256 } from '../../emit/words.ts';
import type { Cost } from '../../hardware/cost.ts';
import { kindOf } from '../../layers/index.ts';
import { usage } from '../../hardware/fit.ts';
import { lanesOf, type LayerReport, type Report } from '../../report/report.ts';
import { layersOf } from './compile/compile.ts';
import type { CompiledLayer } from './compile/compiled-layer.ts';
import type { LayerClocks } from './cycles/cycles.ts';
import { carryBits, modelledClocks, type SparseDesign } from './design.ts';
import { resources } from './resources.ts';
import { outputsAtOnce, type EngineShape } from './program/shape.ts';

const titles = {
  convolution: 'convolution',
  pool: 'max-pool or copy',
  handover: 'hand-over',
  dense: 'fully connected',
  output: 'result',
  end: 'end',
} as const;

/** Names of layers, told apart where several make one value. */
export function layerNames(layers: readonly CompiledLayer[]): string[] {
  const seen = new Map<string, number>();
  return layers.map(({ layer: { name } }) => {
    const before = seen.get(name) ?? 0;
    seen.set(name, before + 1);
    return before === 0 ? name : `${name}, ${before + 1}`;
  });
}

/** Multipliers of the part of the engine that a layer runs on. */
function engineOf(
  { descriptor: { operation } }: CompiledLayer['layer'],
  shape: EngineShape,
): { readonly engine: string; readonly lanes: number } {
  if (operation === 'convolution') return { engine: 'nn_sparse_array', lanes: shape.groups * shape.lanes };
  if (operation === 'dense') return { engine: 'nn_sparse_dense', lanes: outputsAtOnce(shape) };
  return {
    engine: operation === 'pool' ? 'nn_sparse_pool' : operation === 'handover' ? 'nn_sparse_handover' : 'nn_axi_write',
    lanes: 0,
  };
}

const unknownTiming = { logicLevels: null, staDelayNs: null, source: 'estimate' } as const;
const nothing = { lut: 0, lutRam: 0, ff: 0, bram36: 0, uram: 0, dsp: 0, memoryBitsUsed: 0 } as const;

function layerRow(
  { layer, macs }: CompiledLayer,
  name: string,
  { waits, clocks }: LayerClocks,
  shape: EngineShape,
): LayerReport {
  return {
    name,
    kind: titles[layer.descriptor.operation],
    ...engineOf(layer, shape),
    style: 'sparse',
    macs,
    operations: macs,
    pixelsPerBeat: 1,
    cyclesModelled: clocks,
    cyclesMeasured: null,
    waitsModelled: waits,
    waitsMeasured: null,
    busy: null,
    busyInTurn: null,
    operationsDense: macs,
    operationsExecuted: null,
    operationsPerClock: null,
    ...nothing,
    ...unknownTiming,
  };
}

/** The hardware that all layers share. */
function engineRow(cost: Cost): LayerReport {
  return {
    name: 'engine',
    kind: 'sparse engine',
    engine: 'nn_sparse',
    style: 'sparse',
    macs: 0,
    operations: 0,
    lanes: 0,
    pixelsPerBeat: 1,
    cyclesModelled: 0,
    cyclesMeasured: null,
    busy: null,
    operationsDense: 0,
    operationsExecuted: null,
    operationsPerClock: null,
    ...cost,
    memoryBitsUsed: null,
    ...unknownTiming,
  };
}

/** @param streamBytes of both streams · @param image the same with padding, as stored */
export function estimateSparse(design: SparseDesign, streamBytes: number, image: Uint8Array): Report {
  const {
    typed: graph,
    architecture,
    compiled,
    options: { board, clockMhz, primitives },
  } = design;
  const { shape } = compiled;
  const cost = resources(shape, carryBits(design));
  const clocks = modelledClocks(compiled);
  const names = layerNames(layersOf(compiled));
  const layers = [
    engineRow(cost),
    ...layersOf(compiled).map((layer, i) => layerRow(layer, names[i]!, clocks.layers[i]!, shape)),
  ];
  const macs = layers.reduce((sum, layer) => sum + layer.macs, 0);
  const floats = graph.nodes.reduce((sum, node) => sum + (kindOf(node).floatParameters?.(node) ?? 0), 0);
  const used = usage(cost, board);
  return {
    network: graph.name,
    board: board.name,
    device: board.part,
    architecture: architecture.name,
    clockMhz,
    primitives: primitives ?? null,
    defaulted: false,
    calibration: null,
    weights: {
      source: graph.weights.source,
      bits: 8 * streamBytes,
      imageBits: 8 * image.length,
      compressionRatio: Number(((4 * floats) / streamBytes).toFixed(2)),
      sha256: sha256(image),
    },
    layers,
    queues: [],
    totals: {
      macs,
      initiationIntervalCycles: clocks.interval,
      latencyCycles: null,
      framesPerSecond: (clockMhz * 1e6) / clocks.interval,
      busy: lanesOf(layers) > 0 ? null : 0,
      operationsDense: macs,
      operationsExecuted: null,
      ...used.total,
      memoryBitsUsed: null,
      romBram36: null,
      logicLevels: null,
      crossingLevels: null,
      staDelayNs: null,
      staNotTimed: null,
      fits: used.fits,
      fitsPercent: Object.fromEntries(
        Object.entries(used.percent).map(([key, value]) => [key, Number(value.toFixed(2))]),
      ),
    },
    verification: null,
    energy: null,
  };
}
