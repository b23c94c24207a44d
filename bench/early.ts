// SPDX-License-Identifier: Apache-2.0
/**
 * Does early decision pay? The binary convolutions of the published cnvW1A1 on real images: operations and cycles of
 * nn_early with and without it, in Verilator, every bit against the golden model, and the LUTs of both beside
 * nn_conv's.
 *
 *     npm run bench:early -- --help
 */
import { readFileSync } from 'node:fs';
import { expectBits, type BitTensor } from '../generator/tensor/tensor.ts';
import { readImages } from '../generator/images/index.ts';
import { sharedData } from '../generator/images/shared-data.ts';
import { nodeByName, type TypedGraph } from '../generator/ir/graph.ts';
import { earlyPlan } from '../generator/architectures/dataflow/early/engine.ts';
import { matvecEarly } from '../generator/architectures/dataflow/early/kind.ts';
import {
  bothEarly,
  denseTiles,
  nothingEarly,
  type Early,
  type EarlyPlan,
} from '../generator/architectures/dataflow/early/layer.ts';
import { sumOf, tilesWalked } from '../generator/architectures/dataflow/early/walk.ts';
import type { Engine, Fold } from '../generator/stream-top/engine.ts';
import { calibrationOf } from '../generator/architectures/dataflow/map/calibration.ts';
import { unfolded } from '../generator/architectures/dataflow/map/candidates.ts';
import { engineNodes } from '../generator/architectures/dataflow/map/engine-nodes.ts';
import { channelOrders, orderChannels } from '../generator/architectures/dataflow/order-channels.ts';
import { lower } from '../generator/passes/lower.ts';
import { percent, table } from '../generator/report/tables.ts';
import { earlyBench } from '../sim/early.ts';
import { parseOptions } from '../sim/programs/options.ts';
import { passed } from '../sim/simulator.ts';
import { cnvFrameBytes, frameAt, publishedFiles, publishedNetwork } from '../test/published.ts';
import { earlyCost, lockstepCost, type Cost } from './early-cost.ts';

const options = parseOptions({
  command: 'npm run bench:early',
  about:
    'Early decision on the convolutions of the published cnvW1A1: operations and clocks measured, LUTs beside ' +
    'nn_conv’s.',
  options: {
    images: { type: 'number', default: 64, describe: 'measured images' },
    calibration: { type: 'number', default: 64, describe: 'images that orders come from' },
    simd: { type: 'number', default: 32 },
    pe: { type: 'number', default: 16 },
    layers: { type: 'number', array: true, most: 5, default: [1, 2, 3, 4, 5], describe: 'of conv1 to conv5' },
    run: { type: 'boolean', default: true, describe: 'simulate' },
    synth: { type: 'boolean', default: true, describe: 'count LUTs' },
  },
});
if (!sharedData) throw new Error('the published weights and images are absent');

const files = publishedFiles(sharedData);
const lowered = lower(await publishedNetwork('cnv', files.cnvWeights));
const names = options.layers.map((index) => `conv${index}`);

/** The measured images are the first of CIFAR-10's test set, the orders come from others. */
const firstCalibrated = 1000;
const framesOf = (pixels: Uint8Array, count: number) =>
  Array.from({ length: count }, (_, i) => frameAt(pixels, i, cnvFrameBytes));
const measured = framesOf(readFileSync(files.cnvPixels), options.images);
const { pixels } = readImages(files.cifar, { height: 32, width: 32, channels: 3 });
const calibrated = framesOf(pixels.subarray(firstCalibrated * cnvFrameBytes), options.calibration);

const calibrationFor = (graph: TypedGraph) =>
  calibrationOf(graph, { frames: calibrated, path: files.cifar }, { frames: Infinity, tiles: Infinity });

/** All engines of the network, those of the bench with early decision. */
function enginesOf(graph: TypedGraph): Engine[] {
  const calibration = calibrationFor(graph);
  const foldOf = (name: string): Fold => {
    const simd = Math.min(options.simd, nodeByName(graph, name).inputTypes[0]!.channels);
    return { form: 'early', pe: options.pe, simd, pixels: 1 };
  };
  const folds = new Map(names.map((name) => [name, foldOf(name)]));
  return engineNodes(graph, folds).map((nodes): Engine => {
    const { name } = nodes[0]!;
    const engine = { name, nodes, fold: folds.get(name) ?? unfolded, calibration, lutPerBram: 0 };
    return { ...engine, orders: folds.has(name) ? matvecEarly.orders(engine) : undefined };
  });
}

const ordered = orderChannels(lowered, channelOrders(lowered, enginesOf(lowered)));
const engines = enginesOf(ordered).filter(({ orders }) => orders);
const traces = calibrationOf(ordered, { frames: measured, path: files.cnvPixels }, { frames: Infinity, tiles: 0 });
const mapsOf = (name: string): BitTensor[] => traces.maps(name).map(expectBits);

interface Row {
  readonly engine: Engine;
  readonly plan: EarlyPlan;
  readonly operations: number;
  /** Share of the tiles that is looked at. */
  readonly kept: number;
  /** Clocks per frame; null where nothing was run. */
  readonly cycles: { readonly dense: number; readonly windows: number; readonly both: number } | null;
}

/** Clocks per frame from the fourth frame on. */
function interval(done: readonly number[]): number {
  return (done.at(-1)! - done[3]!) / (done.length - 4);
}

/** All bits, all counts; clocks per frame. */
async function measure(
  plan: EarlyPlan,
  early: Early,
  inputs: readonly BitTensor[],
  outputs: readonly BitTensor[],
): Promise<number> {
  const bench = await earlyBench([{ plan, options: { early }, inputs, outputs }], undefined, {});
  try {
    const result = await bench.run();
    const executed = sumOf(tilesWalked(plan, early, inputs));
    const dense = inputs.length * denseTiles(plan.layer, plan.fold.simd);
    const tiles = result.tiles[0]!;
    if (!passed(result))
      throw new Error(`bits differ: ${JSON.stringify(result.differences[0] ?? result.violations[0])}`);
    if (tiles.executed !== executed || tiles.dense !== dense)
      throw new Error(`tiles ${JSON.stringify(tiles)}, not ${executed} of ${dense}`);
    return interval(result.frames[0]!);
  } finally {
    bench.close();
  }
}

async function rowOf(engine: Engine): Promise<Row> {
  const plan = earlyPlan(engine);
  const { layer, fold } = plan;
  const inputs = mapsOf(engine.nodes[0]!.inputs[0]!);
  const outputs = mapsOf(engine.nodes.at(-1)!.name);
  const tiles = denseTiles(layer, fold.simd);
  const kept = sumOf(tilesWalked(plan, bothEarly, inputs)) / (inputs.length * tiles);
  const operations = tiles * fold.simd;
  if (!options.run) return { engine, plan, operations, kept, cycles: null };
  const dense = await measure(plan, nothingEarly, inputs, outputs);
  const windows = await measure(plan, { windows: true, pools: false }, inputs, outputs);
  const both = layer.pool === 1 ? windows : await measure(plan, bothEarly, inputs, outputs);
  console.error(`${engine.name}: tiles ${(100 * kept).toFixed(2)} %, clocks ${dense.toFixed(0)} -> ${both.toFixed(0)}`);
  return { engine, plan, operations, kept, cycles: { dense, windows, both } };
}

const rows: Row[] = [];
for (const engine of engines) rows.push(await rowOf(engine));

const all = rows.reduce((sum, row) => sum + row.operations, 0);
// A lane-clock is the lanes that a layer has for the clocks that it has them: the same in all layers for the same
// operations.
const weighted = (of: (row: Row) => number | null) =>
  rows.reduce<number | null>(
    (sum, row) => (sum === null || of(row) === null ? null : sum + (row.operations / all) * of(row)!),
    0,
  );
const saved = ({ cycles }: Row) => cycles && 1 - cycles.both / cycles.dense;
const savedInWindows = ({ cycles }: Row) => cycles && 1 - cycles.windows / cycles.dense;
const pruned = ({ kept }: Row) => 1 - kept;
console.log(
  `real cnvW1A1, ${measured.length} images; calibrated on ${calibrated.length} ` +
    `others${options.run ? '; all bits and counts equal' : ''}`,
);
console.log(
  table(
    [
      'layer',
      'PE',
      'SIMD',
      'share',
      'operations saved',
      'clocks/frame without',
      'with',
      'clocks saved',
      'without pool skipping',
    ],
    [
      ...rows.map((row) => [
        row.engine.name,
        row.plan.fold.pe,
        row.plan.fold.simd,
        percent(row.operations / all),
        percent(pruned(row)),
        row.cycles?.dense ?? null,
        row.cycles?.both ?? null,
        percent(saved(row)),
        percent(savedInWindows(row)),
      ]),
      [
        'all',
        '',
        '',
        percent(1),
        percent(weighted(pruned)),
        '',
        '',
        percent(weighted(saved)),
        percent(weighted(savedInWindows)),
      ],
    ],
  ),
);

if (options.synth) {
  const text = (cost: Cost) => [cost.lut, cost.lutRam, cost.ff, cost.bram36, cost.levels ?? '?'];
  const lines: (string | number)[][] = [];
  for (const row of rows) {
    const [conv, sign] = row.engine.nodes;
    const lockstep = await lockstepCost([conv!, sign!], row.plan);
    const early = await earlyCost(row.plan, bothEarly);
    const clocks = row.cycles ? ((early.lut / lockstep.lut) * (row.cycles.both / row.cycles.dense)).toFixed(2) : '?';
    lines.push([row.engine.name, 'nn_conv and nn_pool', ...text(lockstep), '1', '1']);
    lines.push([row.engine.name, 'nn_early', ...text(early), (early.lut / lockstep.lut).toFixed(2), clocks]);
  }
  console.log('\nYosys, xc7, out of context; LUTs and LUTs x clocks as shares of those in lockstep');
  console.log(
    table(['layer', 'engine', 'LUT', 'of them memory', 'FF', 'RAMB36', 'levels', 'LUTs', 'LUTs x clocks'], lines),
  );
}
