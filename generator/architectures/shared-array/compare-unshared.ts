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
import { datapaths, type Datapath } from './plan.ts';
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

/** @param unshared the baseline */
export async function compareUnshared(
  unshared: SharedDesign,
  shared: SharedDesign,
  { folder, lut, request, onProgress: say }: Compared,
): Promise<{ json: { comparison: Comparison }; text: string }> {
  const [whole, alone] = await inFolder(planFiles(shared, request), async (path) => {
    const onProgress = (p: { done: number; total: number }) => say(`Yosys: shared array, ${p.done} of ${p.total}`);
    const { totals } = await synthesiseDesign(instancesOf(shared), path, {
      target: shared.options.board.toolchain.synthesis(shared.options.board.family),
      onProgress,
    });
    return [totals.lut, (await datapathLuts(shared, path, ['all'], say))['all']!] as const;
  });

  const { parameters } = arrayOf(unshared);
  const group = parameters['GROUP'] as number;
  const own = Object.fromEntries(
    datapaths.map((name) => [name, parameters[`${name.toUpperCase()}_UNITS`] as number]),
  ) as Record<Datapath, number>;
  const used = datapaths.filter((name) => own[name] > 0);
  const found = await datapathLuts(unshared, folder, used, say);
  const luts = Object.fromEntries(datapaths.map((name) => [name, found[name] ?? 0])) as Record<Datapath, number>;
  const steps = stepsByDatapath(unshared.lowered, {
    units: own.windows,
    own,
    group,
    split: unshared.options.split ?? true,
  });
  const sum = (of: (name: Datapath) => number) => used.reduce((total, name) => total + of(name), 0);
  const clocks = ({ placement: { engines } }: SharedDesign) => engines.find((engine) => engine.turns)!.cycles;
  const { UNITS, GROUP } = arrayOf(shared).parameters as { UNITS: number; GROUP: number };
  const work = (name: Datapath) => steps[name] * own[name];
  const concurrent = sum((name) => luts[name] * (steps[name] / clocks(shared)));
  const equal = sum((name) => luts[name] * (own.windows / own[name]));
  const comparison: Comparison = {
    shared: { lut: whole, datapathLut: alone, units: UNITS, taps: 9 * GROUP },
    unshared: { lut, datapathLut: luts, units: own, taps: 9 * group },
    saved: {
      lut: 1 - whole / lut,
      datapathLut: 1 - alone / sum((name) => luts[name]),
      boundConcurrent: 1 - alone / concurrent,
      boundEqual: 1 - alone / equal,
      lanesInArithmetic: 1 - sum(work) / sum((name) => Math.sqrt(work(name))) ** 2,
    },
  };
  const rate = (design: SharedDesign) => Math.floor((design.options.clockMhz * 1e6) / design.placement.interval);
  const { saved } = comparison;
  const sizes = used.map((name) => `${own[name]} ${name}`).join(' + ');
  return {
    json: { comparison },
    text: [
      table(
        ['design', 'units', 'taps of a unit', 'clocks a frame (model)', 'frames/s', 'LUTs of datapaths', 'LUTs, all'],
        [
          ['shared', UNITS, 9 * GROUP, shared.placement.interval, rate(shared), alone, whole],
          [
            'one after the other',
            sizes,
            9 * group,
            unshared.placement.interval,
            rate(unshared),
            used.map((name) => luts[name]).join(' + '),
            lut,
          ],
          ['sharing saves', '', '', '', '', percent(saved.datapathLut), percent(saved.lut)],
        ],
      ),
      `bounds, estimated from these datapaths: ${percent(saved.boundConcurrent)} if all worked at once, always; ${percent(saved.boundEqual)} if each were as large as the largest`,
      `arithmetic: ${percent(saved.lanesInArithmetic)} of the taps, were units no whole numbers; Yosys LUTs, memories and control the same in both`,
    ].join('\n'),
  };
}
