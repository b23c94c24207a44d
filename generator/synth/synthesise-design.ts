// SPDX-License-Identifier: Apache-2.0
/** The files of an output folder through Yosys, instance by instance, and what they come to: per engine and in all. */
import { readSources } from '../verilog/read-sources.ts';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Instance } from '../hardware/instance.ts';
import type { ParameterValue } from '../hardware/hardware.ts';
import { composeLevels, type ComposedLevels } from './compose-levels.ts';
import { synthesise, type Resources, type SynthModule, type SynthOptions } from './synthesise.ts';

/** Register to register, through the hierarchy: what 200 MHz leaves time for. */
export const levelLimit = 6;

/** Sums of a set of instances, with their worst path. */
export interface Synthesised {
  readonly lut: number;
  readonly lutRam: number;
  readonly ff: number;
  readonly bram36: number;
  readonly romBram36: number;
  readonly uram: number;
  readonly dsp: number;
  readonly memoryBitsUsed: number;
  readonly logicLevels: number | null;
  /** Worst delay that Yosys' sta finds within one module, without routing; null where unknown. */
  readonly staDelayNs: number | null;
}

export interface SynthesisedDesign {
  readonly engines: ReadonlyMap<string, Synthesised>;
  readonly totals: Synthesised;
  readonly levels: ComposedLevels;
  /** Where the worst delay is. */
  readonly staPath: readonly string[];
  /** Cell types that sta does not see through: with any, the delay is a lower bound. */
  readonly staNotTimed: readonly string[];
  readonly distinctModules: number;
  readonly cached: number;
}

function constant(value: ParameterValue): number | string {
  return typeof value === 'object' ? Number.parseInt(value.hex, 16) : value;
}

function modulesOf(instances: readonly Instance[], folder: string): SynthModule[] {
  const sources = readSources(folder);
  const memories = readdirSync(join(folder, 'mem')).map((name) => ({
    name,
    text: readFileSync(join(folder, 'mem', name), 'utf8'),
  }));
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
    .map((e) => ({
      from: { instance: sources.get(e.signal)!.instance, port: sources.get(e.signal)!.port },
      to: { instance: e.instance, port: e.port },
    }));
}

function worstDelay(parts: readonly Resources[]): number | null {
  const delays = parts.flatMap(({ timing }) => timing?.delayNs ?? []);
  return delays.length > 0 ? Math.max(...delays) : null;
}

function sum(parts: readonly Resources[], logicLevels: number | null): Synthesised {
  const of = (key: 'lut' | 'lutRam' | 'ff' | 'bram36' | 'romBram36' | 'uram' | 'dsp') =>
    parts.reduce((total, part) => total + part[key], 0);
  return {
    lut: of('lut'),
    lutRam: of('lutRam'),
    ff: of('ff'),
    bram36: of('bram36'),
    romBram36: of('romBram36'),
    uram: of('uram'),
    dsp: of('dsp'),
    memoryBitsUsed: parts.reduce((total, part) => total + (part.memoryBitsUsed ?? 0), 0),
    logicLevels,
    staDelayNs: worstDelay(parts),
  };
}

export async function synthesiseDesign(
  instances: readonly Instance[],
  folder: string,
  options: SynthOptions,
): Promise<SynthesisedDesign> {
  let cached = 0;
  let distinctModules = 0;
  const results = await synthesise(modulesOf(instances, folder), {
    ...options,
    onProgress: (progress) => {
      distinctModules = progress.total;
      if (progress.cached) cached += 1;
      options.onProgress?.(progress);
    },
  });
  const of = ({ name }: Instance) => results.get(name)!;
  const levels = composeLevels(
    instances.map((i) => ({ name: i.name, levels: of(i).portLevels })),
    wires(instances),
  );
  const engines = new Map<string, Synthesised>();
  for (const engine of new Set(instances.flatMap((i) => i.engine ?? []))) {
    const parts = instances.filter((i) => i.engine === engine);
    const deepest = parts.flatMap((i) => levels.byInstance.get(i.name) ?? []);
    engines.set(engine, sum(parts.map(of), deepest.length > 0 ? Math.max(...deepest) : null));
  }
  const totals = sum(instances.map(of), levels.ffToFf);
  const slowest = instances.find((i) => of(i).timing?.delayNs === totals.staDelayNs);
  const worst = slowest && of(slowest).timing;
  return {
    engines,
    totals,
    levels,
    staPath: worst ? [`${slowest.name}: ${worst.from}`, `${slowest.name}: ${worst.to}`] : [],
    staNotTimed: [...new Set(instances.flatMap((i) => of(i).timing?.notTimed ?? []))].sort(),
    distinctModules,
    cached,
  };
}
