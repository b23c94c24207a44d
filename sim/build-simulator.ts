// SPDX-License-Identifier: Apache-2.0
/** Builds a bench with Verilator. Built simulators are cached by content. */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { modelFolders } from '../generator/boards/index.ts';
import { cacheFolder } from './cache.ts';
import { cachedFolder } from '../generator/files/content-cache.ts';
import { processor } from './processor.ts';
import { makeProgram, step } from './runtime.ts';
import { verilatorVersion } from './verilator.ts';

const here = dirname(fileURLToPath(import.meta.url));

export interface VerilogSource {
  readonly path: string;
  readonly text: string;
}

export interface CompileOptions {
  /** Traces can be written (+wave=…). */
  readonly wave?: boolean;
  /** In place of traces, the toggles of every bit of the designs (sim/activity/toggle_counter.h). */
  readonly toggles?: boolean;
  /** Nothing is optimised: a fast build of a slow program. */
  readonly quick?: boolean;
  /** Optimised a little: the least time for build and runs together, of a program that runs for some seconds. */
  readonly little?: boolean;
  /** Device primitives LUT by LUT, as synthesis sees them, in place of the cells' models. */
  readonly lutLevel?: boolean;
  /**
   * Loops over lanes stay loops, and modules that stand many times are compiled once: far less code of wide designs.
   */
  readonly loops?: boolean;
}

/** A design's file as Verilator knows it: all files of a build lie in one folder. */
const flat = (path: string) => path.replaceAll('/', '_');

/** All files of a bench's build. */
function buildFiles(
  sources: readonly VerilogSource[],
  bench: string,
  { lutLevel, toggles }: CompileOptions,
): VerilogSource[] {
  const one = (folder: string, path: string) => ({ path, text: readFileSync(resolve(here, folder, path), 'utf8') });
  const own = (folder: string) =>
    readdirSync(resolve(here, folder))
      .sort()
      .map((path) => one(folder, path));
  return [
    one('.', 'report.sv'),
    ...sources.map(({ path, text }) => ({ path: flat(path), text })),
    ...(lutLevel ? modelFolders().flatMap(own) : []),
    ...own('bench'),
    { path: 'bench_top.sv', text: bench },
    one('.', 'main.cpp'),
    ...(toggles ? [one('activity', 'toggle_counter.h'), one('activity', 'traced.vlt')] : []),
  ];
}

/** Every bit of every vector; arrays are memories, which do not toggle. */
const toggleFlags = ['--trace', '--trace-max-width', '1000000', '--trace-max-array', '0'];

/** A bench's build: what it is made of. */
interface Build {
  readonly files: readonly VerilogSource[];
  /** File as Verilator knows it → file of the design. */
  readonly names: ReadonlyMap<string, string>;
  readonly options: CompileOptions;
  readonly version: string;
}

/** Throws NN040/NN041 when there is no Verilator, or none that works. */
async function buildOf(sources: readonly VerilogSource[], bench: string, options: CompileOptions): Promise<Build> {
  const names = new Map(sources.map(({ path }) => [flat(path), path]));
  return { files: buildFiles(sources, bench, options), names, options, version: await verilatorVersion() };
}

/**
 * Verilates and compiles in the empty folder `work`; path of the program. NN040/NN041 when a tool is missing or fails.
 */
async function compile({ files, names, options, version }: Build, work: string): Promise<string> {
  const { wave, toggles, lutLevel, loops, quick, little } = options;
  const objects = join(work, 'obj');
  mkdirSync(objects);
  for (const { path, text } of files) writeFileSync(join(work, path), text);
  const traces = [...(wave ? ['--trace-fst'] : []), ...(toggles ? toggleFlags : [])];
  const quiet = ['-Wno-fatal', '-Wno-lint', '-Wno-style'];
  const unknowns = ['--x-assign', 'unique', '--x-initial', 'unique'];
  const flags = ['--cc', '--exe', '--top-module', 'bench', '--Mdir', 'obj', ...quiet, ...unknowns, '-O3', ...traces];
  if (loops) flags.push('--unroll-count', '2', '--inline-mult', '1');
  if (lutLevel) flags.push('-DSYNTHESIS');
  await step('verilator', [...flags, ...files.map((f) => f.path).filter((path) => !path.endsWith('.h'))], work, names);
  // In one piece, the headers are read once. Otherwise -O1: cnv compiles in 19 s of processor time, with -O2 in 25 s
  // and -O3 in 29 s, and the program is as fast; more and smaller files take longer.
  // A little is -Og without the pass that takes half of its time: 69 small designs compile in 37 s of processor time,
  // with -O0 in 24 s, -Og in 53 s and -O1 in 118 s, and their runs take 1.8 s each, else 4.9 s, 1.5 s and 1.0 s.
  const fast = quick ? '-O0' : little ? '-Og -fno-tree-fre' : '-O1 -march=native';
  const pieces = quick || little ? ['VM_PARALLEL_BUILDS=0'] : [];
  await makeProgram(objects, version, { verilator: traces, fast, slow: '-O0' }, pieces);
  return join(objects, 'Vbench');
}

/**
 * Compiles a bench in the empty folder `work`, without the cache; path of the program. NN040/NN041 when a tool is
 * missing or fails.
 */
export async function compileSimulator(
  sources: readonly VerilogSource[],
  bench: string,
  work: string,
  options: CompileOptions = {},
): Promise<string> {
  return compile(await buildOf(sources, bench, options), work);
}

/**
 * Path of the bench's program, built when these sources were not built before. NN040/NN041 when a tool is missing or
 * fails.
 */
export async function buildSimulator(
  sources: readonly VerilogSource[],
  bench: string,
  options: CompileOptions = {},
): Promise<string> {
  const build = await buildOf(sources, bench, options);
  const parts = [build.version, processor, options, build.files];
  const folder = await cachedFolder(
    cacheFolder('simulators'),
    parts,
    async (work) => new Map([['Vbench', await compile(build, work)]]),
  );
  return join(folder, 'Vbench');
}
