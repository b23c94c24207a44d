// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { BitloomError, fail } from '../errors/errors.ts';
import { contentKey, defaultCacheFolder, readValue, writeValue } from '../files/content-cache.ts';
import type { Netlist } from '../toolchain/netlist.ts';
import { integerParameter, stringParameter, topNetlist } from '../toolchain/netlist.ts';
import type { SynthesisTarget } from '../toolchain/synthesis.ts';
import { BLOCK_ROM, LOGIC_ROM_NOTE } from './rom-boxes.ts';
import type { CellCount } from './count-cells.ts';
import { countCells } from './count-cells.ts';
import type { MemoryImage, SynthModule } from './flow.ts';
import { flowOf, missingImage } from './flow.ts';
import type { LogicLevels, PortLevels } from './logic-levels.ts';
import { portLevels, summariseLevels } from './logic-levels.ts';
import { isResources } from './is-resources.ts';
import { timingOf, type Timing } from './timing.ts';
import type { Yosys, YosysBuild, YosysJob } from './yosys.ts';
import { defaultYosysBuild, openYosys, yosysVersion } from './yosys.ts';

export type { MemoryImage, SourceFile, SynthModule } from './flow.ts';

/** What one module takes of the device and how deep its logic is, both measured by Yosys out of context. */
export interface Resources extends CellCount {
  readonly logicLevels: LogicLevels;
  /** For composeLevels. */
  readonly portLevels: PortLevels;
  /** null where Yosys has no delays or the module no path. */
  readonly timing: Timing | null;
}

export interface SynthProgress {
  readonly name: string;
  readonly done: number;
  readonly total: number;
  readonly cached: boolean;
  readonly seconds: number;
}

export interface SynthOptions {
  /** Of the board's toolchain, for its device family. */
  readonly target: SynthesisTarget;
  /** Called after every distinct module. */
  readonly onProgress?: (progress: SynthProgress) => void;
  /** Default: environment variable BITLOOM_YOSYS, else the npm build. */
  readonly build?: YosysBuild;
  /** Yosys processes at a time; each may take a gigabyte on a large module. */
  readonly jobs?: number;
  readonly cacheFolder?: string;
}

interface Work {
  readonly key: string;
  readonly module: SynthModule;
  readonly job: YosysJob;
}

/**
 * Synthesises every module, those with the same content once, and returns the resources by module name.
 * Results are cached by the content of sources below the top, parameters, memory images, Yosys version,
 * script and counting rules. Throws NN004, NN006, NN032, NN040, NN041 and NN042; all faults of a call
 * together where Yosys has to find them.
 */
export async function synthesise(
  modules: readonly SynthModule[],
  options: SynthOptions,
): Promise<Map<string, Resources>> {
  const build = options.build ?? defaultYosysBuild();
  const folder = options.cacheFolder ?? defaultCacheFolder();
  const rules = [await yosysVersion(build), await countingRules(options.target)];
  const keys = new Map<string, string>();
  const distinct = new Map<string, Work>();
  for (const module of modules) {
    const job = flowOf(module, options.target);
    const key = contentKey([...rules, job.script, ...Object.entries(job.files).flat()]);
    keys.set(module.name, key);
    if (!distinct.has(key)) distinct.set(key, { key, module, job });
  }

  const found = new Map<string, Resources>();
  let done = 0;
  const finish = (work: Work, resources: Resources, cached: boolean, seconds: number): void => {
    found.set(work.key, resources);
    done += 1;
    options.onProgress?.({ name: work.module.name, done, total: distinct.size, cached, seconds });
  };
  const open: Work[] = [];
  for (const work of distinct.values()) {
    const stored = readValue(folder, work.key, isResources);
    if (stored === undefined) open.push(work);
    else finish(work, stored, true, 0);
  }

  const issues: BitloomError['issues'][number][] = [];
  const worker = async (): Promise<void> => {
    let yosys: Yosys | null = null;
    try {
      for (let work = open.shift(); work !== undefined; work = open.shift()) {
        const start = performance.now();
        yosys ??= await openYosys(build);
        const resources = await measure(yosys, work, options.target).catch((error: unknown) => {
          if (!(error instanceof BitloomError)) throw error;
          issues.push(...error.issues);
          return null;
        });
        if (resources === null) continue;
        writeValue(folder, work.key, resources);
        finish(work, resources, false, (performance.now() - start) / 1000);
      }
    } finally {
      yosys?.close();
    }
  };
  const workers = Math.min(options.jobs ?? 2, open.length);
  await Promise.all(Array.from({ length: workers }, worker));
  if (issues.length > 0) throw new BitloomError(issues);
  return new Map([...keys].map(([name, key]) => [name, found.get(key)!]));
}

async function measure(yosys: Yosys, { module, job }: Work, target: SynthesisTarget): Promise<Resources> {
  const { netlist: json, timing: arrivals, log } = await yosys.run(job);
  if (json === null) failed(module, yosys, log);
  const netlist = { ...topNetlist(json), name: module.name };
  checkRoms(module, netlist);
  const levels = portLevels(netlist, target);
  const timing = arrivals === null ? null : timingOf(arrivals, netlist, target);
  return { ...countCells(netlist, target), logicLevels: summariseLevels(levels), portLevels: levels, timing };
}

function failed(module: SynthModule, yosys: Yosys, log: string): never {
  const lines = log.trim().split('\n');
  const error = lines.filter((line) => line.includes('ERROR')).at(-1) ?? lines.at(-1) ?? 'no output';
  if (/can ?not open file/i.test(error)) throw new BitloomError([missingImage(module.name, error.trim())]);
  const fix = error.includes('ERROR') ? 'if the Verilog was edited, mend it' : 'free some memory, and run it again';
  fail({ code: 'NN041', where: `${module.name} (yosys, ${yosys.version})`, got: error.trim(), fix });
}

/** Every ROM must have its image, with as many words as the ROM: what is missing would be optimised away. */
function checkRoms(module: SynthModule, netlist: Netlist): void {
  const images = new Map(module.memories.map((memory) => [memory.name, memory]));
  const issues = Object.values(netlist.cells).flatMap((cell) => {
    if (cell.type !== BLOCK_ROM && cell.type !== LOGIC_ROM_NOTE) return [];
    const name = stringParameter(cell, 'INIT_FILE');
    const depth = integerParameter(cell, 'DEPTH', 0);
    const image = images.get(name);
    if (!image) return [missingImage(module.name, `INIT_FILE = '${name}' of a ROM of ${depth} words`)];
    const words = countWords(image);
    return words === depth ? [] : [missingImage(module.name, `${name} holds ${words} of ${depth} words`)];
  });
  if (issues.length > 0) throw new BitloomError(issues);
}

function countWords(image: MemoryImage): number {
  return image.text.replace(/\/\/.*$/gm, '').match(/\S+/g)?.length ?? 0;
}

/** The counting code itself is part of the key: a changed rule must not meet yesterday's figures. */
async function countingRules({ rules }: SynthesisTarget): Promise<string> {
  const own = [
    new URL('./count-cells.ts', import.meta.url),
    new URL('./logic-levels.ts', import.meta.url),
    new URL('./rom-boxes.ts', import.meta.url),
    new URL('./synthesise.ts', import.meta.url),
    new URL('./timing.ts', import.meta.url),
  ];
  const texts = await Promise.all([...rules, ...own].map((file) => readFile(file, 'utf8')));
  return texts.join('\n');
}
