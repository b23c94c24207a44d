// SPDX-License-Identifier: Apache-2.0
/**
 * What the shared array saves: its LUTs and those of a datapath for every type of layer, both synthesised as they are.
 */
import { readSources } from '../../verilog/read-sources.ts';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { inFolder } from '../../emit/in-folder.ts';
import { instancesOf } from '../../stream-top/instances.ts';
import { planFiles } from '../../emit/plan.ts';
import type { Request } from '../../design/architecture.ts';
import type { Cell, ParameterValue } from '../../hardware/hardware.ts';
import { countBits } from '../../hardware/fabric.ts';
import type { SharedDesign } from './build.ts';
import { percent, table } from '../../report/tables.ts';
import { datapaths, type Datapath } from './array-shape.ts';
import { stepsByDatapath } from './unshared.ts';
import { synthesise, synthesiseDesign } from '../../synth/index.ts';

/** Yosys LUTs. */
export interface Comparison {
  readonly shared: {
    readonly lut: number;
    readonly datapathLut: number;
    readonly units: number;
    readonly taps: number;
  };
  readonly unshared: {
    readonly lut: number;
    readonly datapathLut: Readonly<Record<Datapath, number>>;
    readonly units: Readonly<Record<Datapath, number>>;
    readonly taps: number;
  };
  /** Shares of the baseline's LUTs, whole designs and datapaths alone; estimates for the two bounds. */
  readonly saved: {
    readonly lut: number;
    readonly datapathLut: number;
    readonly boundConcurrent: number;
    readonly boundEqual: number;
    readonly lanesInArithmetic: number;
  };
}

type Parameters = Readonly<Record<string, ParameterValue>>;

const arrayOf = ({ placement: { engines } }: SharedDesign): Cell => engines.find((engine) => engine.turns)!.cells[0]!;

/** Parameters of nn_shared_datapath that nn_shared, or nn_unshared under a prefix, gives its datapath. */
function datapathParameters(all: Parameters, prefix: string, planes: number): Record<string, number | string> {
  const own = [
    'UNITS',
    'SPLIT',
    'ACC_W',
    'FACTOR_W',
    'TERM_W',
    'SUM_W',
    'SHIFT',
    'WIDE_W',
    'WEIGHT_DEPTH',
    'PARAM_DEPTH',
    'WEIGHT_FILE',
    'FACTOR_FILE',
    'TERM_FILE',
    'LEVEL_FILE',
    'MINIMUM_FILE',
  ];
  const given = ['GROUP', 'VALUE_W', 'CLAMPS', 'POOLS', 'STYLE', 'CARRY_W', 'RESULT'].filter((key) => key in all);
  const value = (key: string) => all[key] as number | string;
  const address = (depth: number | string) => Math.max(1, countBits(Number(depth)));
  return {
    ...Object.fromEntries([
      ...given.map((key) => [key, value(key)]),
      ...own.map((key) => [key, value(`${prefix}${key}`)]),
    ]),
    PLANES: planes,
    KEPT_W: value('RESULT') === 'bits' ? 1 : value(value('RESULT') === 'mean' ? 'VALUE_W' : 'OUT_W'),
    WEIGHT_W: address(value(`${prefix}WEIGHT_DEPTH`)),
    PARAM_W: address(value(`${prefix}PARAM_DEPTH`)),
  };
}

/** LUTs of datapaths by themselves, out of context. */
async function datapathLuts(
  design: SharedDesign,
  folder: string,
  names: readonly (Datapath | 'all')[],
  say: (text: string) => void,
): Promise<Record<string, number>> {
  const { parameters } = arrayOf(design);
  const memories = readdirSync(join(folder, 'mem')).map((name) => ({
    name,
    text: readFileSync(join(folder, 'mem', name), 'utf8'),
  }));
  const modules = names.map((name) => ({
    name,
    top: 'nn_shared_datapath',
    parameters:
      name === 'all'
        ? datapathParameters(parameters, '', parameters['PLANES'] as number)
        : datapathParameters(parameters, `${name.toUpperCase()}_`, name === 'pixels' ? 1 : 0),
    sources: readSources(folder),
    memories,
  }));
  const found = await synthesise(modules, {
    target: design.options.board.toolchain.synthesis(design.options.board.family),
    onProgress: (p) => say(`Yosys: datapath ${p.done} of ${p.total}`),
  });
  return Object.fromEntries(names.map((name) => [name, found.get(name)!.lut]));
}

export interface Compared {
  /** Where the baseline lies. */
  readonly folder: string;
  /** Its LUTs, all of it. */
  readonly lut: number;
  readonly request: Request;
  readonly onProgress: (text: string) => void;
}

type ByDatapath = Readonly<Record<Datapath, number>>;

/** LUTs of the shared design, all of it and its datapath. */
async function sharedLuts(shared: SharedDesign, { request, onProgress: say }: Compared) {
  return inFolder(planFiles(shared, request), async (path) => {
    const { totals } = await synthesiseDesign(instancesOf(shared), path, {
      target: shared.options.board.toolchain.synthesis(shared.options.board.family),
      onProgress: (p) => say(`Yosys: shared array, ${p.done} of ${p.total}`),
    });
    return { lut: totals.lut, datapathLut: (await datapathLuts(shared, path, ['all'], say))['all']! };
  });
}

/** The baseline's datapaths: units of each, and their LUTs; 0 where it has none of the type. */
async function unsharedLuts(unshared: SharedDesign, { folder, onProgress: say }: Compared) {
  const { parameters } = arrayOf(unshared);
  const units = byDatapath((name) => parameters[`${name.toUpperCase()}_UNITS`] as number);
  const found = await datapathLuts(unshared, folder, usedOf(units), say);
  return { units, datapathLut: byDatapath((name) => found[name] ?? 0), group: parameters['GROUP'] as number };
}

const byDatapath = (of: (name: Datapath) => number) =>
  Object.fromEntries(datapaths.map((name) => [name, of(name)])) as ByDatapath;
const usedOf = (units: ByDatapath) => datapaths.filter((name) => units[name] > 0);

/** @param steps of a frame by datapath @param clocks of the shared array a frame */
function savedBy(
  shared: Comparison['shared'],
  { lut, datapathLut, units }: Comparison['unshared'],
  steps: ByDatapath,
  clocks: number,
): Comparison['saved'] {
  const sum = (of: (name: Datapath) => number) => usedOf(units).reduce((total, name) => total + of(name), 0);
  const work = (name: Datapath) => steps[name] * units[name];
  return {
    lut: 1 - shared.lut / lut,
    datapathLut: 1 - shared.datapathLut / sum((name) => datapathLut[name]),
    boundConcurrent: 1 - shared.datapathLut / sum((name) => datapathLut[name] * (steps[name] / clocks)),
    boundEqual: 1 - shared.datapathLut / sum((name) => datapathLut[name] * (units.windows / units[name])),
    lanesInArithmetic: 1 - sum(work) / sum((name) => Math.sqrt(work(name))) ** 2,
  };
}

function textOf({ shared, unshared, saved }: Comparison, of: SharedDesign, baseline: SharedDesign): string {
  const used = usedOf(unshared.units);
  const clocks = ({ placement: { interval }, options }: SharedDesign) => [
    interval,
    Math.floor((options.clockMhz * 1e6) / interval),
  ];
  const sizes = used.map((name) => `${unshared.units[name]} ${name}`).join(' + ');
  const luts = used.map((name) => unshared.datapathLut[name]).join(' + ');
  return [
    table(
      ['design', 'units', 'taps of a unit', 'clocks a frame (model)', 'frames/s', 'LUTs of datapaths', 'LUTs, all'],
      [
        ['shared', shared.units, shared.taps, ...clocks(of), shared.datapathLut, shared.lut],
        ['one after the other', sizes, unshared.taps, ...clocks(baseline), luts, unshared.lut],
        ['sharing saves', '', '', '', '', percent(saved.datapathLut), percent(saved.lut)],
      ],
    ),
    `bounds, estimated from these datapaths: ${percent(saved.boundConcurrent)} if all worked at once, always; ` +
      `${percent(saved.boundEqual)} if each were as large as the largest`,
    `arithmetic: ${percent(saved.lanesInArithmetic)} of the taps, were units no whole numbers; Yosys LUTs, ` +
      'memories and control the same in both',
  ].join('\n');
}

/** @param baseline the design with a datapath for every type of layer */
export async function compareUnshared(
  baseline: SharedDesign,
  design: SharedDesign,
  compared: Compared,
): Promise<{ json: { comparison: Comparison }; text: string }> {
  const { UNITS, GROUP } = arrayOf(design).parameters as { UNITS: number; GROUP: number };
  const shared = { ...(await sharedLuts(design, compared)), units: UNITS, taps: 9 * GROUP };
  const { units, datapathLut, group } = await unsharedLuts(baseline, compared);
  const unshared = { lut: compared.lut, datapathLut, units, taps: 9 * group };
  const split = baseline.options.split ?? true;
  const steps = stepsByDatapath(baseline.lowered, { units: units.windows, own: units, group, split });
  const clocks = design.placement.engines.find((engine) => engine.turns)!.cycles;
  const comparison = { shared, unshared, saved: savedBy(shared, unshared, steps, clocks) };
  return { json: { comparison }, text: textOf(comparison, design, baseline) };
}
