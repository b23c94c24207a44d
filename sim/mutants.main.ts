/** `npm run mutants [-- shared:]`: every mutant must be caught. Prints the table; exit 1 when one survives. */
import { readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import Table from 'cli-table3';
import { workFolder } from '../generator/processes/work-folder.ts';
import { cacheFolder } from './cache.ts';
import type { Mutant } from './mutant.ts';
import { residualMutants } from './mutants-residual.ts';
import { sharedMutants } from './mutants-shared.ts';
import { wiredMutants } from './mutants-wired.ts';
import { mutants } from './mutants.ts';
import { parseOptions } from './options.ts';
import { residualSpecimens } from './specimens-residual.ts';
import { sharedSpecimens } from './specimens-shared.ts';
import { specimens, wiredSpecimens } from './specimens.ts';
import { openSpecimenBench, play, tryMutant, type Caught, type SpecimenBench } from './try-mutant.ts';

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
    if (finding)
      throw new Error(`without any mutant: ${scenario.name}: ${finding.check} · ${finding.detail}`);
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

const { words: wanted } = parseOptions({
  command: 'npm run mutants',
  about: 'Small faults in cells, tops and images, one at a time: each must be caught.',
  options: {},
  words: 'part of "dataflow|wired|residual|shared: file fault"',
});
const chosen = (name: string, list: readonly Mutant[]) =>
  list.filter(({ file, fault }) => wanted.length === 0 || wanted.some((part) => `${name}: ${file} ${fault}`.includes(part)));
const folder = workFolder('run', cacheFolder('mutants'));
try {
  const started = performance.now();
  const verdicts: Verdict[] = [];
  let scenarios = 0;
  const benches = [
    ['dataflow', specimens(), mutants],
    ['wired', wiredSpecimens(), wiredMutants],
    ['residual', residualSpecimens(), residualMutants],
    ['shared', sharedSpecimens(), sharedMutants],
  ] as const;
  for (const [name, designs, all] of benches) {
    const list = chosen(name, all);
    if (list.length === 0) continue;
    const bench = await openSpecimenBench(join(folder, name), designs);
    await checkReference(bench);
    scenarios += bench.scenarios.length;
    verdicts.push(...(await judgeAll(bench, list)));
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
  console.log(`${caught}, ${scenarios} scenarios, ${seconds} s`);
  process.exitCode = missed > 0 || verdicts.length === 0 ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
