/**
 * Does early decision pay? The binary convolutions of the published cnvW1A1 on real images: operations and cycles of
 * nn_early with and without it, in Verilator, every bit against the golden model, and the LUTs of both beside nn_conv's.
 *
 *     npm run bench:early -- [--images 64] [--calibration 64] [--simd 32] [--pe 16,32,32,16,8] [--layers 1,2,3,4,5] [--no-synth]
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { interpreter } from '../generator/golden/interpret.ts';
import { expectBits, type BitTensor } from '../generator/golden/tensor.ts';
import { sharedData } from '../generator/images/shared-data.ts';
import { nodeByName, type TypedNode } from '../generator/ir/graph.ts';
import { calibrate } from '../generator/layers/matvec/early/calibrate.ts';
import { memoriesOf } from '../generator/layers/matvec/early/images.ts';
import { bothEarly, denseTiles, fanInOf, nothingEarly, outputOf, type Early, type EarlyLayer, type EarlyPlan } from '../generator/layers/matvec/early/layer.ts';
import { sumOf, tilesWalked } from '../generator/layers/matvec/early/walk.ts';
import { table } from '../generator/report/tables.ts';
import { earlyBench } from '../sim/early.ts';
import { passed } from '../sim/simulator.ts';
import { earlyCost, lockstepCost, type Cost } from './early-cost.ts';
import { cnvFrameBytes, frameAt, publishedFiles, publishedNetwork } from '../test/published.ts';

const { values } = parseArgs({
  options: {
    images: { type: 'string', default: '64' },
    calibration: { type: 'string', default: '64' },
    simd: { type: 'string', default: '32' },
    pe: { type: 'string', default: '16,16,16,16,16' },
    layers: { type: 'string', default: '1,2,3,4,5' },
    'no-synth': { type: 'boolean', default: false },
    results: { type: 'string', default: '' },
    modes: { type: 'string', default: 'dense,windows,both' },
    'no-run': { type: 'boolean', default: false },
  },
});
if (!sharedData) throw new Error('the published weights and images are absent');

const files = publishedFiles(sharedData);
const network = await publishedNetwork('cnv', files.cnvWeights);
const { trace } = interpreter(network);

/** Image i of CIFAR-10's test batch, interleaved. The measured ones are its first 64. */
function testImage(batch: Uint8Array, i: number): Uint8Array {
  const start = i * (1 + cnvFrameBytes) + 1;
  return Uint8Array.from({ length: cnvFrameBytes }, (_, at) => batch[start + (at % 3) * 1024 + Math.floor(at / 3)]!);
}

const batch = readFileSync(files.cifar);
const pixels = readFileSync(files.cnvPixels);
const firstCalibrated = 1000;
const measured = Array.from({ length: Number(values.images) }, (_, i) => trace(frameAt(pixels, i, cnvFrameBytes)));
const calibrated = Array.from({ length: Number(values.calibration) }, (_, i) => trace(testImage(batch, firstCalibrated + i)));

function earlyLayer(index: number): { layer: EarlyLayer; nodes: [TypedNode, TypedNode]; input: string; output: string } {
  const conv = nodeByName(network, `conv${index}`)!;
  const sign = nodeByName(network, `sign${index}`)!;
  const pool = network.nodes.find((node) => node.name === `pool${index}`);
  const { height, width, channels } = conv.inputTypes[0]!;
  const mirrored = sign.parameters['mirrored']!.data;
  if (mirrored.some((one) => one !== 0)) throw new Error(`${sign.name} compares the other way round`);
  const layer = {
    height, width, channels,
    filters: conv.type.channels, kernel: 3, stride: 1, padSize: 0, padBit: 0, pool: pool ? 2 : 1,
    weights: conv.parameters['weights']!.data,
    theta: sign.parameters['theta']!.data,
    all: new Uint8Array(conv.type.channels),
  };
  return { layer, nodes: [conv, sign], input: conv.inputs[0]!, output: (pool ?? sign).name };
}

const mapsOf = (frames: readonly ReadonlyMap<string, unknown>[], name: string): BitTensor[] => frames.map((frame) => expectBits(frame.get(name) as BitTensor));

interface Row {
  readonly index: number;
  readonly plan: EarlyPlan;
  readonly nodes: [TypedNode, TypedNode];
  readonly operations: number;
  readonly kept: number;
  readonly cycles: { readonly dense: number; readonly windows: number; readonly both: number };
}

/** Clocks per frame from the fourth frame on. */
function interval(done: readonly number[]): number {
  return (done.at(-1)! - done[3]!) / (done.length - 4);
}

const modes: Record<keyof Row['cycles'], Early> = { dense: nothingEarly, windows: { windows: true, pools: false }, both: bothEarly };

/** All bits, all counts; clocks per frame. */
async function measure(plan: EarlyPlan, early: Early, inputs: readonly BitTensor[], outputs: readonly BitTensor[]): Promise<number> {
  const bench = await earlyBench([{ plan, options: { early }, memories: memoriesIn(plan), inputs, outputs }], undefined, {});
  try {
    const result = await bench.run();
    const executed = sumOf(tilesWalked(plan, early, inputs));
    const dense = inputs.length * denseTiles(plan.layer, plan.fold.simd);
    const tiles = result.tiles[0]!;
    if (!passed(result)) throw new Error(`bits differ: ${JSON.stringify(result.differences[0] ?? result.violations[0])}`);
    if (tiles.executed !== executed || tiles.dense !== dense) throw new Error(`tiles ${JSON.stringify(tiles)}, not ${executed} of ${dense}`);
    return interval(result.frames[0]!);
  } finally {
    bench.close();
  }
}

const memoriesIn = (plan: EarlyPlan) => (values.results === '' ? memoriesOf(plan) : memoriesOf(plan, Number(values.results)));
const indices = values.layers.split(',').map(Number);
const pes = values.pe.split(',').map(Number);
const simd = Number(values.simd);
const rows: Row[] = [];
for (const [i, index] of indices.entries()) {
  const { layer, nodes, input, output } = earlyLayer(index);
  const fold = { pe: pes[i] ?? pes[0]!, simd: Math.min(simd, layer.channels) };
  const plan = calibrate(layer, fold, mapsOf(calibrated, input));
  const inputs = mapsOf(measured, input);
  const outputs = mapsOf(measured, output);
  const kept = sumOf(tilesWalked(plan, bothEarly, inputs)) / (inputs.length * denseTiles(layer, fold.simd));
  const cycles = { dense: 0, windows: 0, both: 0 };
  if (!values['no-run'])
    for (const mode of values.modes.split(',') as (keyof typeof modes)[]) {
    if (mode === 'both' && layer.pool === 1) cycles.both = cycles.windows;
    else cycles[mode] = await measure(plan, modes[mode], inputs, outputs);
  }
  const { height, width } = outputOf(layer);
  const row = { index, plan, nodes, operations: height * width * layer.pool ** 2 * layer.filters * fanInOf(layer), kept, cycles };
  rows.push(row);
  const m = memoriesIn(plan);
  console.error(`conv${index}: PE ${fold.pe}, SIMD ${fold.simd}, ring 2^${m.ringBits}, jobs 2^${m.jobBits}: tiles ${(100 * kept).toFixed(2)} %, clocks ${cycles.dense.toFixed(0)} -> ${cycles.both.toFixed(0)} (${((100 * cycles.both) / cycles.dense).toFixed(2)} %)`);
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
const weight = (row: Row) => row.operations / rows.reduce((sum, r) => sum + r.operations, 0);
const weighted = (of: (row: Row) => number) => rows.reduce((sum, row) => sum + weight(row) * of(row), 0);
// A lane-clock is the lanes that a layer has for the clocks that it has them: the same in all layers for the same operations.
console.log(`real cnvW1A1, ${measured.length} images; calibrated on ${calibrated.length} others; all bits and counts equal`);
console.log(
  table(
    ['layer', 'PE', 'SIMD', 'share', 'operations saved', 'clocks/frame without', 'with', 'clocks saved', 'without pool skipping'],
    [
      ...rows.map((row) => [
        `conv${row.index}`, row.plan.fold.pe, row.plan.fold.simd, percent(weight(row)), percent(1 - row.kept),
        row.cycles.dense.toFixed(1), row.cycles.both.toFixed(1), percent(1 - row.cycles.both / row.cycles.dense), percent(1 - row.cycles.windows / row.cycles.dense),
      ]),
      [
        'all', '', '', percent(1), percent(1 - weighted((row) => row.kept)), '', '',
        percent(1 - weighted((row) => row.cycles.both / row.cycles.dense)), percent(1 - weighted((row) => row.cycles.windows / row.cycles.dense)),
      ],
    ],
  ),
);

if (!values['no-synth']) {
  const text = (cost: Cost) => [cost.lut, cost.lutRam, cost.ff, cost.bram36, cost.levels ?? '?'];
  const lines: (string | number)[][] = [];
  for (const { index, plan, nodes } of rows) {
    const lockstep = await lockstepCost(nodes, plan);
    const early = await earlyCost(plan, bothEarly);
    const late = await earlyCost(plan, nothingEarly);
    for (const [what, cost] of [['nn_conv and nn_pool', lockstep], ['nn_early, EARLY = SKIP = 0', late], ['nn_early', early]] as const)
      lines.push([`conv${index}`, what, ...text(cost), `${(cost.lut / lockstep.lut).toFixed(2)} x`]);
  }
  console.log('\nYosys, xc7, out of context');
  console.log(table(['layer', 'engine', 'LUT', 'of them memory', 'FF', 'RAMB36', 'levels', 'LUTs to nn_conv'], lines));
}
