/** synth: the files in the output folder through Yosys, instance by instance, out of context. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { openFolder } from '../emit/folder.ts';
import { instancesOf, type Instance } from '../emit/instances.ts';
import { fitWords, usage } from '../map/fit.ts';
import type { ParameterValue } from '../map/hardware.ts';
import type { Design } from '../pipeline.ts';
import { mergeReports, writeJson, type SynthesisFile } from '../report/merge.ts';
import { table } from '../report/tables.ts';
import { composeLevels, synthesise, type Resources, type SynthModule } from '../synth/index.ts';
import { readSources } from '../../sim/verify.ts';
import { prepareFrom, type DesignOptions } from './prepare.ts';
import type { CommandResult, Console } from './result.ts';

function constant(value: ParameterValue): number | string {
  return typeof value === 'object' ? Number.parseInt(value.hex, 16) : value;
}

function modulesOf(instances: readonly Instance[], folder: string): SynthModule[] {
  const sources = readSources(folder);
  const memories = readdirSync(join(folder, 'mem')).map((name) => ({ name, text: readFileSync(join(folder, 'mem', name), 'utf8') }));
  return instances.map(({ name, module, parameters }) => ({
    name,
    top: module,
    parameters: Object.fromEntries(Object.entries(parameters).map(([key, value]) => [key, constant(value)])),
    sources,
    memories,
  }));
}

/** Wires between instances: both ends name the same signal. Clock and reset are no paths. */
function wires(instances: readonly Instance[]) {
  const ends = instances.flatMap(({ name, ports }) => ports.map((p) => ({ ...p, instance: name })));
  const sources = new Map(ends.filter((e) => e.direction === 'out').map((e) => [e.signal, e]));
  return ends
    .filter((e) => e.direction === 'in' && sources.has(e.signal))
    .map((e) => ({ from: { instance: sources.get(e.signal)!.instance, port: sources.get(e.signal)!.port }, to: { instance: e.instance, port: e.port } }));
}

type Sums = { readonly [key in keyof Omit<SynthesisFile['totals'], 'logicLevels'>]: number } & Pick<SynthesisFile['totals'], 'logicLevels'>;

/** Sums of instances; logic levels are the deepest within. */
function sum(parts: readonly Resources[], logicLevels: number | null): Sums {
  const of = (key: 'lut' | 'lutRam' | 'ff' | 'bram36' | 'uram' | 'dsp') => parts.reduce((total, part) => total + part[key], 0);
  return {
    lut: of('lut'), lutRam: of('lutRam'), ff: of('ff'), bram36: of('bram36'), uram: of('uram'), dsp: of('dsp'),
    memoryBitsUsed: parts.reduce((total, part) => total + (part.memoryBitsUsed ?? 0), 0),
    logicLevels,
  };
}

function deepest(parts: readonly Resources[]): number | null {
  const levels = parts.flatMap((part) => part.logicLevels.ffToFf ?? []);
  return levels.length > 0 ? Math.max(...levels) : null;
}

/** Estimate against synthesis, per engine. */
function comparison(design: Design, engines: Readonly<Record<string, Sums>>): string {
  const rows = design.placement.engines.map((engine) => {
    const got = engines[engine.name]!;
    const share = engine.lanes > 0 ? (got.lut / engine.lanes).toFixed(2) : '-';
    return [engine.name, engine.title, engine.lanes || '-', engine.estimate.lut, got.lut, got.lutRam, share, got.ff, engine.estimate.bram36, got.bram36, got.dsp, got.logicLevels];
  });
  return table(['layer', 'kind', 'lanes', 'LUT est.', 'LUT', 'LUT-RAM', 'LUT/lane', 'FF', 'BRAM36 est.', 'BRAM36', 'DSP', 'levels'], rows);
}

export async function synth(options: DesignOptions, out: Console): Promise<CommandResult> {
  const { design, request } = await prepareFrom(options, out.warn);
  const { board } = design.options;
  const folder = openFolder(design, request, options.out);
  if (folder.modified.length > 0) out.warn(`modified since generated: ${folder.modified.join(' ')}`);
  const instances = instancesOf(design);
  const started = performance.now();
  let cached = 0;
  let distinct = 0;
  const results = await synthesise(modulesOf(instances, folder.path), {
    family: board.family,
    onProgress: (p) => {
      distinct = p.total;
      if (p.cached) cached += 1;
      out.progress(`Yosys: ${p.done} of ${p.total} distinct modules (${p.name})`);
    },
  });
  const of = (names: readonly Instance[]) => names.map((i) => results.get(i.name)!);
  const engines = Object.fromEntries(
    design.placement.engines.map((engine) => {
      const parts = of(instances.filter((i) => i.engine === engine.name));
      return [engine.name, sum(parts, deepest(parts))];
    }),
  );
  const composed = composeLevels(instances.map((i) => ({ name: i.name, levels: results.get(i.name)!.portLevels })), wires(instances));
  const totals = sum(of(instances), composed.ffToFf);
  const used = usage(totals, board);
  const file: SynthesisFile = {
    tool: 'Yosys, out of context, not placed or routed',
    engines,
    totals,
    fits: used.fits,
    fitsPercent: Object.fromEntries(Object.entries(used.percent).map(([key, value]) => [key, Number(value.toFixed(2))])),
    sourcesSha256: folder.sourcesSha256,
  };
  writeJson(join(folder.path, 'report', 'synthesis.json'), file);
  const report = mergeReports(folder.path, folder.sourcesSha256);
  const shares = Object.entries(used.percent).map(([name, value]) => `${name} ${value.toFixed(1)} %`);
  return {
    json: { modified: folder.modified, distinctModules: distinct, cached, seconds: (performance.now() - started) / 1000, worstPath: composed.path, report },
    text: [
      comparison(design, engines),
      `Yosys LUTs (not Vivado's): ${totals.lut.toLocaleString('en-US')}, of them LUT-RAM ${totals.lutRam}; FF ${totals.ff.toLocaleString('en-US')}; BRAM36 ${totals.bram36}; DSP ${totals.dsp}; ${shares.join(', ')} of ${board.part}`,
      `deepest register-to-register path: ${totals.logicLevels} LUT levels (${composed.path.join(' > ')})`,
      `${distinct} distinct modules, ${cached} from the cache, ${((performance.now() - started) / 1000).toFixed(1)} s`,
      fitWords(used),
    ].join('\n'),
    exitCode: used.fits === false ? 1 : 0,
  };
}
