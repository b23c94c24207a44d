// SPDX-License-Identifier: Apache-2.0
/**
 * Output folders with other things in them than gen writes: nothing waits for ever, nothing leads out of the folder.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { gen } from '../cli/commands/gen.ts';
import { report } from '../cli/commands/report.ts';
import { provenInBothViews } from '../cli/commands/synthesis-view.ts';
import type { OutputFolder } from '../generator/emit/judge.ts';
import { withLine } from '../sim/mutant.ts';
import { temporaryFolder } from './command-line.ts';
import { said } from './said.ts';

const folder = temporaryFolder();
const notes: string[] = [];
const out = { warn: (text: string) => void notes.push(text), progress: () => {} };
const options = { board: 'kc705', network: 'tiny', out: folder };
const target = join(folder, 'tiny-kc705');
const at = (path: string) => join(target, path);
beforeAll(async () => void (await gen(options, out)));
beforeEach(() => void (notes.length = 0));

/** What report says of the folder with `path` changed by `change`; the file is put back. */
async function refusal(path: string, change: (path: string) => void): Promise<string> {
  renameSync(at(path), join(folder, 'kept'));
  try {
    change(at(path));
    return await said(() => report(options, out), folder);
  } finally {
    rmSync(at(path), { recursive: true, force: true });
    renameSync(join(folder, 'kept'), at(path));
  }
}

const pipe = (path: string) => void execFileSync('mkfifo', [path]);

test.each(['filelist.f', 'manifest.json'])('a pipe in the place of %s keeps nobody waiting', async (path) => {
  expect(await refusal(path, pipe)).toMatch(/^NN031 .* a pipe, not a file/);
});

test('a folder in the place of filelist.f', async () => {
  expect(await refusal('filelist.f', mkdirSync)).toMatch(/^NN031 .* a folder, not a file/);
});

test('a source that filelist.f does not name would be built without a proof', async () => {
  const list = readFileSync(at('filelist.f'), 'utf8').replace('rtl/nn_skid.v\n', 'rtl/other.v\n');
  expect(await refusal('filelist.f', (path) => writeFileSync(path, list))).toMatch(
    /^NN031 .* rtl\/nn_skid\.v is not named, and vivado\/ooc\.tcl reads it · fix: name it/,
  );
});

test('filelist.f may have comments and the line ends of Windows', async () => {
  const list = readFileSync(at('filelist.f'), 'utf8');
  writeFileSync(at('filelist.f'), `// sources\r\n# of tiny\r\n\r\n${list.replaceAll('\n', '\r\n')}`);
  await report(options, out);
  writeFileSync(at('filelist.f'), list);
  expect(notes.filter((note) => note.startsWith('modified'))).toEqual(['modified since generated: filelist.f']);
});

test('a link in the place of report/ would lead reports out of the folder', async () => {
  mkdirSync(join(folder, 'victim'));
  expect(await refusal('report', (path) => symlinkSync('../victim', path))).toMatch(/^NN0(30|31) .*report/);
});

test('names that are not ours reach the terminal on one line', async () => {
  copyFileSync(at('filelist.f'), at('mem/x\nEQUAL: all\x1b[8m'));
  await report(options, out);
  rmSync(at('mem/x\nEQUAL: all\x1b[8m'));
  expect(notes.find((note) => note.startsWith('modified'))).toBe(
    'modified since generated: mem/x\\nEQUAL: all\\u001b[8m (added)',
  );
});

test('a file edited for synthesis is proven in both views; others in one', async () => {
  const edited = (modified: readonly string[]) => ({ path: target, modified }) as unknown as OutputFolder;
  const before = readFileSync(at('rtl/nn_skid.v'), 'utf8');
  const runs: boolean[] = [];
  const run = async (lutLevel: boolean) => (runs.push(lutLevel), { passed: !lutLevel });
  const proven = async (lutLevel = false) => {
    runs.length = 0;
    const { passed } = await provenInBothViews(edited(['rtl/nn_skid.v', 'filelist.f']), lutLevel, run, out);
    return [passed, ...runs];
  };
  expect(await proven()).toEqual([true, false]);
  writeFileSync(at('rtl/nn_skid.v'), withLine(before, '`ifdef SYNTHESIS\n`endif'));
  expect(await proven()).toEqual([false, false, true]);
  expect(await proven(true)).toEqual([false, true]);
  writeFileSync(at('rtl/nn_skid.v'), before);
});
