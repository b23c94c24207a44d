/**
 * What sharing saves: the units and lanes of tb-dnn's shared array against one datapath a type of layer, of the same cells,
 * sized for the same frame time with the fewest units in all. Yosys, cell by cell, out of context: arithmetic alone, without
 * memories and control, and no such design is built.
 *
 *     npm run bench:unshared -- [--network tb-dnn] [--units 16] [--taps 144]
 */
import { parseArgs } from 'node:util';
import { loadNetwork } from '../generator/load-network.ts';
import { lower, typecheck } from '../generator/pipeline.ts';
import { percent, table } from '../generator/report/tables.ts';
import { imagesOf } from '../generator/shared/images.ts';
import { planShared } from '../generator/shared/plan.ts';
import { datapaths, sizeUnshared, type Datapath } from '../generator/shared/unshared.ts';
import { synthesise } from '../generator/synth/index.ts';
import { libraryCells } from '../sim/early.ts';

const { values } = parseArgs({ options: { network: { type: 'string', default: 'tb-dnn' }, units: { type: 'string', default: '16' }, taps: { type: 'string', default: '144' } } });
const lowered = lower(typecheck((await loadNetwork(values.network)).graph));
const plan = planShared(lowered, { units: Number(values.units), group: Number(values.taps) / 9, split: true });
const { parameters } = imagesOf(lowered, 'array', plan, 'xc7');
const sources = libraryCells();

const unit = (name: string, planes: number, split: number) => ({
  name, top: 'nn_unit', sources, memories: [],
  parameters: { GROUP: plan.shape.group, PLANES: planes, SPLIT: split, ACC_W: parameters['ACC_W'] as number, STYLE: 'xilinx' },
});
const lanes = ['ACC_W', 'FACTOR_W', 'TERM_W', 'SUM_W', 'SHIFT', 'WIDE_W', 'VALUE_W', 'CLAMPS', 'POOLS'].map((key) => [key, parameters[key] as number]);
const found = await synthesise(
  [
    unit('shared', parameters['PLANES'] as number, parameters['SPLIT'] as number),
    unit('pixels', 1, 0), unit('windows', 0, parameters['SPLIT'] as number), unit('points', 0, 0),
    { name: 'lane', top: 'nn_lanes', sources, memories: [], parameters: { ...Object.fromEntries(lanes), UNITS: 1 } },
  ],
  { family: 'xc7', jobs: 1 },
);
const lut = (name: string) => found.get(name)!.lut;
const cost = (name: string, units: number) => units * (lut(name) + lut('lane'));

const { units } = plan.shape;
const sized = sizeUnshared(plan);
const shared = cost('shared', units);
const total = (of: (datapath: Datapath) => number) => datapaths.reduce((sum, datapath) => sum + (sized.units[datapath] > 0 ? cost(datapath, of(datapath)) : 0), 0);
const work = (datapath: Datapath) => plan.layers.filter((l) => (l.planes ? 'pixels' : l.point ? 'points' : 'windows') === datapath).reduce((sum, l) => sum + l.work, 0);
const steps = plan.layers.reduce((sum, l) => sum + l.work, 0);
const sequential = total((datapath) => sized.units[datapath]);
const concurrent = total((datapath) => (units * work(datapath)) / steps);
const equal = total(() => units);
const row = (what: string, sizes: string, luts: number, clocks: number | string) => [what, sizes, clocks, Math.round(luts), percent(1 - shared / luts)];
console.log(
  table(
    ['datapaths', 'units: pixels + 3x3 + 1x1', 'steps a frame', 'LUTs of units and lanes', 'sharing saves'],
    [
      row('one, shared', `${units}`, shared, steps),
      row('one a type, one after the other', datapaths.map((d) => sized.units[d]).join(' + '), sequential, sized.steps),
      row('bound: all at work at once, always', datapaths.map((d) => ((units * work(d)) / steps).toFixed(1)).join(' + '), concurrent, steps),
      row('bound: each as large as the shared one', datapaths.map(() => units).join(' + '), equal, steps),
    ],
  ),
);
console.log(`a unit of ${values.taps} taps: shared ${lut('shared')}, pixels ${lut('pixels')}, 3x3 ${lut('windows')}, 1x1 ${lut('points')} LUTs; an output lane ${lut('lane')}`);
