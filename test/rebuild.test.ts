// SPDX-License-Identifier: Apache-2.0
/** A folder that the package generated is judged in the checkout as one that nobody edited. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sha256 } from '../generator/emit/words.ts';
import { temporaryFolder } from './command-line.ts';
import { run } from './streams.ts';

const folder = temporaryFolder();
const words = ['--board', 'kc705', '--network', 'tiny', '--out', folder];
const path = join(folder, 'tiny-kc705');

/** Puts other words in the place of the checkout's, wherever the folder says them. */
function called(by: string): void {
  const manifest = join(path, 'manifest.json');
  const top = join(path, 'rtl', 'tiny_top.v');
  const said = JSON.parse(readFileSync(manifest, 'utf8')) as { rebuild: string; files: Record<string, string> };
  writeFileSync(top, readFileSync(top, 'utf8').replace('npm run gen --', by));
  said.rebuild = said.rebuild.replace('npm run gen --', by);
  said.files['rtl/tiny_top.v'] = sha256(readFileSync(top));
  writeFileSync(manifest, `${JSON.stringify(said, null, 2)}\n`);
}

test.each([
  ['npx bitloom gen', false],
  ['npm run gem --', true],
])('rebuilt by %s', async (by, modified) => {
  expect((await run(['gen', ...words, '--force'])).exitCode).toBe(0);
  called(by);
  const { exitCode, stderr } = await run(['report', ...words]);
  expect([exitCode, stderr.includes('modified since generated')]).toEqual([0, modified]);
});
