// SPDX-License-Identifier: Apache-2.0
/** `npm run mutants [-- shared:]`: every mutant must be caught. Prints the table; exit 1 when one survives. */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import Table from 'cli-table3';
import { cellPath } from '../../generator/hardware/cell-library.ts';
import { workFolder } from '../../generator/processes/work-folder.ts';
import { cacheFolder } from '../cache.ts';
import { withLine, type Mutant } from '../mutant.ts';
import type { StreamDesign } from '../../generator/stream-top/design.ts';
import { edit, folderMutants, foreignLines } from '../mutants-folder.ts';
import { residualMutants } from '../mutants-residual.ts';
import { sharedMutants } from '../mutants-shared.ts';
import { wiredMutants } from '../mutants-wired.ts';
import { mutants } from '../mutants.ts';
import { parseOptions } from './options.ts';
import { residualSpecimens } from '../specimens-residual.ts';
import { sharedSpecimens } from '../specimens-shared.ts';
import { chain, specimens, wiredSpecimens } from '../specimens.ts';
import { faultyFolder, tryFault, tryForeign } from '../try-folder.ts';
import { openSpecimenBench, play, tryMutant, type Caught, type SpecimenBench } from '../try-mutant.ts';

interface Verdict {
  readonly mutant: Mutant;
  readonly caught?: Caught | undefined;
  /** The edit itself is broken. */
  readonly invalid?: string;
}

/** The unchanged design must pass, or its mutants would be caught for nothing. */
async function checkReference(bench: SpecimenBench): Promise<void> {
  for (const [index, scenario] of bench.scenarios.entries()) {
    const [finding] = await play(bench, index);
    if (finding) throw new Error(`without any mutant: ${scenario.name}: ${finding.check} · ${finding.detail}`);
  }
}

async function judge(bench: SpecimenBench, mutant: Mutant): Promise<Verdict> {
  try {
    const original = bench.files.get(mutant.file) ?? readFileSync(join(bench.folder, mutant.file), 'utf8');
    return { mutant, caught: await tryMutant(bench, mutant, original) };
  } catch (error) {
    return { mutant, invalid: (error as Error).message };
  }
}

/** Every mutant, as many at once as there are cores, in their order. */
async function judgeAll(bench: SpecimenBench, list: readonly Mutant[]): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  let next = 0;
  let done = 0;
  const work = async () => {
    while (next < list.length) {
      const index = next++;
      verdicts[index] = await judge(bench, list[index]!);
      done += 1;
      const { mutant, caught, invalid } = verdicts[index]!;
      const fate = invalid ? `INVALID: ${invalid}` : caught ? caught.checks.join(', ') : 'SURVIVES';
      process.stderr.write(`${done}/${list.length} ${mutant.file}: ${mutant.fault}: ${fate}\n`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return verdicts;
}

/** One kind of design with its faults. */
interface Group {
  readonly name: string;
  readonly list: readonly Mutant[];
  /** Verdicts on some of the list, in its order. @param folder an empty one */
  readonly judge: (list: readonly Mutant[], folder: string) => Promise<readonly Verdict[]>;
}

/** Specimens side by side in the bench. */
function specimenGroup(name: string, designs: () => readonly StreamDesign[], list: readonly Mutant[]): Group {
  return {
    name,
    list,
    async judge(some, folder) {
      const bench = await openSpecimenBench(folder, designs());
      await checkReference(bench);
      return judgeAll(bench, some);
    },
  };
}

/** An output folder, edited, with verify as the judge. */
function folderGroup(name: string, design: () => StreamDesign): Group {
  return {
    name,
    list: folderMutants.map(edit),
    async judge(some, folder) {
      mkdirSync(folder);
      const judge = faultyFolder(design(), folder);
      const found = await tryFault(judge, 0);
      if (found) throw new Error(`without any mutant: ${found.scenario}: ${found.finding.detail}`);
      const verdicts: Verdict[] = [];
      for (const [i, { fault }] of folderMutants.entries()) {
        const mutant = some.find((one) => one.fault === fault);
        if (!mutant) continue;
        const caught = await tryFault(judge, i + 1);
        process.stderr.write(`${name} ${mutant.file}: ${fault}: ${caught ? 'verify' : 'SURVIVES'}\n`);
        verdicts.push({ mutant, caught });
      }
      return verdicts;
    },
  };
}

const foreign: Group = {
  name: 'foreign',
  list: foreignLines.map((line) => ({ fault: line, file: 'rtl/nn_egress.v', change: (text) => withLine(text, line) })),
  judge: async (some) => some.map((mutant) => ({ mutant, caught: tryForeign(cellPath('nn_egress'), mutant.fault) })),
};

const groups: readonly Group[] = [
  specimenGroup('dataflow', specimens, mutants),
  specimenGroup('wired', wiredSpecimens, wiredMutants),
  specimenGroup('residual', residualSpecimens, residualMutants),
  specimenGroup('shared', sharedSpecimens, sharedMutants),
  folderGroup('folder', chain),
  folderGroup('folder-shared', () => sharedSpecimens()[0]!),
  foreign,
];

const { words: wanted, refuse } = parseOptions({
  command: 'npm run mutants',
  about: 'Small faults in cells, tops, images and output folders, one at a time: each must be caught.',
  options: {},
  words: `part of "${groups.map(({ name }) => name).join('|')}: file fault"`,
});
const named = ({ name, list }: Group, part: string) =>
  list.filter(({ file, fault }) => `${name}: ${file} ${fault}`.includes(part));
const examples = groups.map(({ name, list: [first] }) => `"${name}: ${first!.file} ${first!.fault}"`).join(' ');
for (const part of wanted)
  if (groups.every((group) => named(group, part).length === 0))
    refuse(`no mutant is called ${part}, legal are parts of names such as ${examples}`);
const wants = (group: Group, mutant: Mutant) => wanted.some((part) => named(group, part).includes(mutant));
const chosen = (group: Group) => group.list.filter((mutant) => wanted.length === 0 || wants(group, mutant));
const folder = workFolder('run', cacheFolder('mutants'));
try {
  const started = performance.now();
  const verdicts: Verdict[] = [];
  for (const group of groups) {
    const list = chosen(group);
    if (list.length > 0) verdicts.push(...(await group.judge(list, join(folder, group.name))));
  }
  const table = new Table({
    head: ['fault', 'file', 'caught by', 'first at', 'scenario'],
    style: { head: [], border: [] },
  });
  for (const { mutant, caught, invalid } of verdicts)
    table.push([
      mutant.fault,
      mutant.file,
      invalid ? 'INVALID' : (caught?.checks.join(', ') ?? 'SURVIVES'),
      invalid ?? caught?.finding.detail ?? '',
      caught?.scenario ?? '',
    ]);
  console.log(table.toString());
  const missed = verdicts.filter(({ caught }) => !caught).length;
  const seconds = Math.round((performance.now() - started) / 1000);
  const caught = `${verdicts.length - missed} of ${verdicts.length} mutants caught`;
  console.log(`${caught}, ${seconds} s`);
  process.exitCode = missed > 0 || verdicts.length === 0 ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
