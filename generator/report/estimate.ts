/** report.json as far as it is known before simulation and synthesis. */
import { createHash } from 'node:crypto';
import type { Request } from '../emit/plan.ts';
import { kindOf } from '../layers/index.ts';
import { beatBits } from '../map/hardware.ts';
import type { PlacedEngine } from '../map/place.ts';
import type { Design } from '../pipeline.ts';
import type { LayerReport, Report } from './report.ts';

function weightsReport(design: Design): Report['weights'] {
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

/** @param generated the design's cells were, so that what needs their plans is at hand */
export function estimateReport(design: Design, request: Pick<Request, 'defaulted'>, generated = false): Report {
  const { placement, usage, options } = design;
  const { interval, engines } = placement;
  const layers = engines.map((engine): LayerReport => ({
    name: engine.name,
    kind: engine.title,
    engine: engine.cells.map((cell) => cell.module).join(' + ') || 'nn_ingress',
    style: engine.fold.form ?? 'folded',
    macs: engine.macs,
    operations: engine.operations,
    lanes: engine.lanes,
    pixelsPerBeat: engine.fold.pixels,
    cyclesModelled: engine.cycles,
    cyclesMeasured: null,
    busy: engine.lanes > 0 ? engine.operations / (engine.lanes * interval) : null,
    operationsDense: engine.operations,
    operationsExecuted: null,
    operationsPerClock: generated ? operationsPerClock(engine) : null,
    ...engine.estimate,
    memoryBitsUsed: engine.cells.reduce((sum, cell) => sum + cell.images.reduce((n, image) => n + image.usedBits, 0), 0),
    logicLevels: null,
    staDelayNs: null,
    source: 'estimate',
  }));
  const lanes = layers.reduce((sum, layer) => sum + layer.lanes, 0);
  const operations = layers.reduce((sum, layer) => sum + layer.operations, 0);
  return {
    network: design.name,
    board: options.board.name,
    device: options.board.part,
    architecture: options.architecture,
    clockMhz: options.clockMhz,
    primitives: options.primitives ?? null,
    defaulted: request.defaulted,
    weights: weightsReport(design),
    layers,
    queues: engines.flatMap(({ queues }) => queues.map(({ from, reader, depth, input }) => ({ from, to: reader, beats: depth, bits: beatBits(input) }))),
    totals: {
      macs: layers.reduce((sum, layer) => sum + layer.macs, 0),
      initiationIntervalCycles: interval,
      latencyCycles: null,
      framesPerSecond: (options.clockMhz * 1e6) / interval,
      busy: lanes > 0 ? operations / (lanes * interval) : null,
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
      fitsPercent: Object.fromEntries(Object.entries(usage.percent).map(([key, value]) => [key, Number(value.toFixed(2))])),
    },
    verification: null,
  };
}
