// SPDX-License-Identifier: Apache-2.0
/** One mutant on the specimens: apply, build, run the scenarios until a check catches it. */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { makeFolder } from '../generator/processes/make-folder.ts';
import { planFiles, textsOf } from '../generator/emit/plan.ts';
import { BitloomError } from '../generator/errors/errors.ts';
import type { StreamDesign } from '../generator/stream-top/design.ts';
import {
  findings,
  runOptions,
  scenarios,
  writeSequences,
  type BadFrames,
  type Check,
  type Finding,
  type Scenario,
} from './faults.ts';
import { mutated, type Mutant } from './mutant.ts';
import { withChoice } from './one-of-mutants.ts';
import {
  benchText,
  buildSimulator,
  compileSimulator,
  duts,
  runSimulator,
  type Dut,
  type VerilogSource,
} from './simulator.ts';

/** The specimens side by side in one bench, generated, built and with vectors for every scenario. */
export interface SpecimenBench {
  /** mem/ holds the memory images, vectors/<sequence>/ the stimuli and expected beats. */
  readonly folder: string;
  readonly placed: readonly Dut[];
  readonly designs: readonly StreamDesign[];
  readonly files: ReadonlyMap<string, string>;
  readonly scenarios: readonly Scenario[];
  readonly badFrames: BadFrames;
  readonly program: string;
  /** Mutants of cells that the program holds, the first as fault 1 (one-of-mutants.ts). */
  readonly held: readonly Mutant[];
}

function verilog(files: ReadonlyMap<string, string>): VerilogSource[] {
  return [...files].filter(([path]) => path.startsWith('rtl/')).map(([path, text]) => ({ path, text }));
}

/**
 * Prepares everything in the empty folder. NN040/NN041 when Verilator is missing or fails.
 * @param held mutants of cells that the program shall hold, so that none of them is built by itself; the bench must
 *   not look into these cells
 */
export async function openSpecimenBench(
  folder: string,
  designs: readonly StreamDesign[],
  held: readonly Mutant[] = [],
): Promise<SpecimenBench> {
  const placed = duts(designs);
  const files = new Map(
    designs.flatMap((design) => [...textsOf(planFiles(design, { network: design.name, defaulted: false }))]),
  );
  makeFolder(join(folder, 'mem'));
  for (const [path, text] of files) if (dirname(path) === 'mem') writeFileSync(join(folder, path), text);
  const badFrames = writeSequences(placed, join(folder, 'vectors'));
  const sources = withChoice(
    verilog(files),
    held.map(({ file, change }) => ({ file: basename(file), change })),
  );
  const program = await buildSimulator(sources, benchText(placed), { little: true, lutLevel: true });
  return { folder, placed, designs, files, scenarios: scenarios(designs), badFrames, program, held };
}

/** What a run is made of; a mutant changes one of them. */
interface Parts {
  readonly program: string;
  readonly memory: string;
  readonly vectors: string;
  readonly fault: number;
}

/** Everything wrong with one scenario's run. */
export async function play(bench: SpecimenBench, index: number, parts: Partial<Parts> = {}): Promise<Finding[]> {
  const { folder, placed, designs, badFrames } = bench;
  const { program = bench.program, memory = join(folder, 'mem'), vectors = join(folder, 'vectors') } = parts;
  const scenario = bench.scenarios[index]!;
  const options = runOptions(designs, scenario, index + 1);
  const result = await runSimulator(program, {
    ...options,
    memoryFolder: memory,
    dataFolder: join(vectors, scenario.sequence),
    fault: parts.fault ?? 0,
  });
  return findings(placed, scenario, badFrames.get(scenario.sequence)!, result);
}

export interface Caught {
  /** The first of the findings, and the checks that made any of them in the same run. */
  readonly finding: Finding;
  readonly checks: readonly Check[];
  readonly scenario: string;
}

/** Builds the mutant's design, or copies the data that it changes, into the empty folder `work`. */
async function applied(bench: SpecimenBench, mutant: Mutant, text: string, work: string): Promise<Partial<Parts>> {
  const [kind] = mutant.file.split('/');
  const number = bench.held.indexOf(mutant) + 1;
  if (number > 0) return { fault: number };
  if (kind === 'rtl') {
    const sources = verilog(new Map([...bench.files, [mutant.file, mutated(mutant, text)]]));
    return {
      program: await compileSimulator(sources, benchText(bench.placed), work, { quick: true, lutLevel: true }),
    };
  }
  const copy = join(work, kind!);
  cpSync(join(bench.folder, kind!), copy, { recursive: true });
  writeFileSync(join(work, mutant.file), mutated(mutant, text));
  return kind === 'mem' ? { memory: copy } : { vectors: copy };
}

/**
 * @param original text of the file that the mutant changes
 * @returns what the first run that fails found, undefined when it survives. An edit that does not build or is
 * not found throws: it would prove nothing.
 */
export async function tryMutant(bench: SpecimenBench, mutant: Mutant, original: string): Promise<Caught | undefined> {
  const work = mkdtempSync(join(bench.folder, `${basename(mutant.file)}-`));
  try {
    const parts = await applied(bench, mutant, original, work);
    for (const [index, scenario] of bench.scenarios.entries()) {
      const found = await play(bench, index, parts).catch((error: unknown): Finding[] => {
        if (!(error instanceof BitloomError)) throw error;
        return [{ check: 'no result', detail: error.issues[0]!.got }];
      });
      if (found[0])
        return {
          finding: found[0],
          checks: [...new Set(found.map(({ check }) => check))],
          scenario: scenario.name,
        };
    }
    return undefined;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
