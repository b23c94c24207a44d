// SPDX-License-Identifier: Apache-2.0
/** report.json as far as it is known before simulation and synthesis. */
import { createHash } from 'node:crypto';
import type { Request } from '../design/architecture.ts';
import { kindOf } from '../layers/index.ts';
import { beatBits } from '../hardware/hardware.ts';
import type { PlacedEngine } from './placement.ts';
import type { StreamDesign } from './design.ts';
import { lanesOf, type LayerReport, type Report } from '../report/report.ts';

function weightsReport(design: StreamDesign): Report['weights'] {
  const { nodes, weights } = design.lowered;
  const bits = nodes.reduce((sum, node) => sum + (kindOf(node).parameterBits?.(node) ?? 0), 0);
  const images = design.placement.engines.flatMap((e) => e.cells.flatMap((c) => c.images));
  const floats = nodes.reduce((sum, node) => sum + (kindOf(node).floatParameters?.(node) ?? 0), 0);
  const hash = createHash('sha256');
  for (const image of images) hash.update(`${image.file}\n${image.words.join('\n')}\n`);
  return {
    source: weights.source,
    bits,
    imageBits: images.reduce((sum, image) => sum + image.width * image.words.length, 0),
    compressionRatio: Number(((32 * floats) / bits).toFixed(2)),
    sha256: hash.digest('hex'),
  };
}

function operationsPerClock({ cells }: PlacedEngine): number | null {
  const working = cells.flatMap((cell) => cell.operationsPerClock ?? []);
  return working.length > 0 ? working.reduce((sum, of) => sum + of(), 0) : null;
}

function engineRow(engine: PlacedEngine, interval: number, generated: boolean): LayerReport {
  // What layers share is busy with them: their rows say how much.
  const own = engine.turns ? { macs: 0, operations: 0, lanes: 0 } : engine;
  return {
    name: engine.name,
    kind: engine.title,
    engine: engine.cells.map((cell) => cell.module).join(' + ') || 'nn_ingress',
    style: engine.fold.form ?? 'folded',
    macs: own.macs,
    operations: own.operations,
    lanes: own.lanes,
    pixelsPerBeat: engine.fold.pixels,
    cyclesModelled: engine.cycles,
    cyclesMeasured: null,
    busy:
      own.lanes > 0 && !engine.cells.some(({ counters }) => counters) ? own.operations / (own.lanes * interval) : null,
    operationsDense: own.operations,
    operationsExecuted: null,
    operationsPerClock: generated && !engine.turns ? operationsPerClock(engine) : null,
    ...engine.estimate,
    memoryBitsUsed: engine.cells.reduce(
      (sum, cell) => sum + cell.images.reduce((n, image) => n + image.usedBits, 0),
      0,
    ),
    logicLevels: null,
    staDelayNs: null,
    source: 'estimate',
  };
}

/** Layers that share an engine: no hardware of their own. */
function turnRows(engine: PlacedEngine, interval: number): LayerReport[] {
  return (engine.turns ?? []).map((turn) => ({
    name: turn.name,
    kind: turn.title,
    engine: engine.name,
    style: 'shared',
    macs: turn.macs,
    operations: turn.operations,
    lanes: engine.lanes,
    pixelsPerBeat: 1,
    cyclesModelled: turn.cycles,
    cyclesMeasured: null,
    busy: turn.operations / (engine.lanes * interval),
    operationsDense: turn.operations,
    operationsExecuted: null,
    operationsPerClock: turn.operations / turn.steps,
    lut: 0,
    lutRam: 0,
    ff: 0,
    bram36: 0,
    uram: 0,
    dsp: 0,
    memoryBitsUsed: 0,
    logicLevels: null,
    staDelayNs: null,
    source: 'estimate',
  }));
}

interface EstimateOptions {
  readonly generated: boolean;
  readonly calibration: Report['calibration'];
}

/**
 * @param generated the design's cells were, so that what needs their plans is at hand
 * @param calibration the frames that clocks are expected by, where they depend on data
 */
export function estimateReport(
  design: StreamDesign,
  request: Pick<Request, 'defaulted'>,
  { generated = false, calibration = null }: Partial<EstimateOptions> = {},
): Report {
  const { placement, usage, options } = design;
  const { interval, engines } = placement;
  const layers = engines.flatMap((engine) => [engineRow(engine, interval, generated), ...turnRows(engine, interval)]);
  const lanes = lanesOf(layers);
  const operations = layers.reduce((sum, layer) => sum + layer.operations, 0);
  return {
    network: design.name,
    board: options.board.name,
    device: options.board.part,
    architecture: design.architecture.name,
    clockMhz: options.clockMhz,
    primitives: options.primitives ?? null,
    defaulted: request.defaulted,
    calibration,
    weights: weightsReport(design),
    layers,
    queues: engines.flatMap(({ queues }) =>
      queues.map(({ from, reader, depth, input }) => ({ from, to: reader, beats: depth, bits: beatBits(input) })),
    ),
    totals: {
      macs: layers.reduce((sum, layer) => sum + layer.macs, 0),
      initiationIntervalCycles: interval,
      latencyCycles: null,
      framesPerSecond: (options.clockMhz * 1e6) / interval,
      busy:
        lanes > 0 && !engines.some(({ cells }) => cells.some(({ counters }) => counters))
          ? operations / (lanes * interval)
          : null,
      operationsDense: operations,
      operationsExecuted: null,
      ...usage.total,
      memoryBitsUsed: layers.reduce((sum, layer) => sum + layer.memoryBitsUsed!, 0),
      romBram36: null,
      logicLevels: null,
      crossingLevels: null,
      staDelayNs: null,
      staNotTimed: null,
      fits: usage.fits,
      fitsPercent: Object.fromEntries(
        Object.entries(usage.percent).map(([key, value]) => [key, Number(value.toFixed(2))]),
      ),
    },
    verification: null,
    energy: null,
  };
}
