// SPDX-License-Identifier: Apache-2.0
/** Memory images that hold other data than the network: commands that measure say so, and measure nothing. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { bitloom, temporaryFolder } from './command-line.ts';

const out = temporaryFolder();
const tiny = ['--board', 'kc705', '--network', 'tiny', '--fps', '200000', '--out', out];
const folder = join(out, 'tiny-kc705');

beforeAll(async () => {
  await bitloom(['gen', ...tiny]);
  const file = join(folder, 'mem', 'fc0_weights.mem');
  const text = readFileSync(file, 'utf8');
  // The lowest bit of the first word.
  writeFileSync(
    file,
    text.replace(/[0-9a-f](?=\n)/, (digit) => (parseInt(digit, 16) ^ 1).toString(16)),
  );
});

test.each([
  ['synth', 'synthesis.json', []],
  ['energy', 'energy.json', ['--frames', '2']],
])('%s measures nothing, names the weight and writes no report', async (command, report, more) => {
  const { exitCode, stdout } = await bitloom([command, ...tiny, ...more]);
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/fc0_weights\.mem.*fc0's weights: /);
  expect(stdout).toContain('NOT MEASURED: a memory image holds other data than the network');
  expect(existsSync(join(folder, 'report', report))).toBe(false);
});
