// SPDX-License-Identifier: Apache-2.0
/** `npm run tests -- --list` prints what is checked; `--renew` writes it to test/checks.txt. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { parseOptions } from '../../sim/programs/options.ts';
import { entriesOf, listFile, missing, parseChecks, printChecks, type Checks } from './checks.ts';
import { ownChecks } from './own-checks.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Tests by file, as vitest collects them: nothing is run. */
async function collected(files: readonly string[]): Promise<Checks> {
  const folder = mkdtempSync(join(tmpdir(), 'tests-'));
  try {
    const file = join(folder, 'list.json');
    await execa('npx', ['vitest', 'list', `--json=${file}`, ...files], {
      cwd: root,
      stdout: process.stderr,
      stderr: 'inherit',
    });
    const tests = JSON.parse(readFileSync(file, 'utf8')) as { readonly name: string; readonly file: string }[];
    const names = new Map<string, string[]>();
    for (const { name, file } of tests) names.set(file, [...(names.get(file) ?? []), name]);
    return new Map([...names].map(([file, list]) => [relative(root, file), entriesOf(list)]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const { renew, words } = parseOptions({
  command: 'npm run tests',
  about: 'What is checked: cells with parameters and tools, mutants, tests by file. `npm test` runs it.',
  options: {
    list: { type: 'boolean', describe: 'print it' },
    renew: { type: 'boolean', describe: 'write it to test/checks.txt, and say what is gone' },
  },
  words: 'part of the path of a test file: of these alone',
});
const checks: Checks = new Map([...ownChecks(), ...(await collected(words))]);
if (renew) {
  const before = parseChecks(readFileSync(listFile, 'utf8'));
  const after = words.length === 0 ? checks : new Map([...before, ...checks]);
  writeFileSync(listFile, printChecks(after));
  const gone = missing(before, after);
  console.log(
    gone.length > 0 ? `gone, which the commit's message must explain:\n${gone.join('\n')}` : 'nothing is gone',
  );
} else console.log(printChecks(checks));
