// SPDX-License-Identifier: Apache-2.0
/** What a command would write over: its own inputs, and files of other kinds. Nothing of the user's is lost. */
import { execFileSync } from 'node:child_process';
import { linkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { calibrate } from '../cli/commands/calibrate.ts';
import { infer } from '../cli/commands/infer.ts';
import { storage } from '../cli/commands/storage.ts';
import { chosenFrames } from '../cli/commands/verify-options.ts';
import { verify } from '../cli/commands/verify.ts';
import { writeSafetensors } from '../generator/import/index.ts';
import { loadNetwork } from '../generator/network-file/load-network.ts';
import { typecheck } from '../generator/passes/typecheck.ts';
import { train } from '../generator/train/index.ts';
import { contents, networkFile, temporaryFolder } from './command-line.ts';
import { said } from './said.ts';

const folder = temporaryFolder();
const warnings: string[] = [];
const out = { warn: (text: string) => void warnings.push(text), progress: () => {} };
const silent = { warn: () => {}, progress: () => {} };
const network = networkFile(
  folder,
  [
    "const sums = d.binaryConv2d('conv0', pixels, { filters: 4, kernel: 3, weights });",
    "const bits = d.batchNormSign('norm0', sums, { weights });",
    "return d.decide('class', d.binaryDense('fc0', bits, { units: 3, weights }), { classes: 3 });",
  ].join('\n'),
  { name: 'binary' },
);
const weights = join(folder, 'real.st');
writeSafetensors(weights, { a: { dtype: 'U8', shape: [1], data: Uint8Array.of(1) } }, { source: 'imported' });
const hard = join(folder, 'hard.st');
linkSync(weights, hard);
const images = join(folder, 'images.raw');
writeFileSync(images, new Uint8Array(5 * 32).fill(7));

const design = { board: 'kc705', network, fps: '1000', out: join(folder, 'out'), shard: '1/1', stall: '0' };
const lost = 'fix: give another file: this one would be lost';
const refused: [string, () => unknown, string][] = [
  ['calibrate, weights', () => calibrate({ network, weights, images, out: weights }, out), `--weights reads · ${lost}`],
  ['calibrate, network', () => calibrate({ network, weights, images, out: network }, out), `--network reads · ${lost}`],
  ['calibrate, images', () => calibrate({ network, weights, images, out: images }, out), `--images reads · ${lost}`],
  ['storage', () => storage({ network, weights, coding: 'fixed', out: hard }, out), `--weights reads · ${lost}`],
  [
    'verify',
    () => verify({ ...design, images, wave: images }, out),
    `--wave · images.raw, the file that --images reads`,
  ],
  [
    'storage, another kind',
    () => storage({ network: 'tiny', coding: 'fixed', out: weights }, out),
    'NN030 output folder not writable · --out · real.st is there: a safetensors file · legal: a new file, or an ' +
      'image of',
  ],
  [
    'verify, another kind',
    () => verify({ ...design, wave: weights }, out),
    'NN030 output folder not writable · --wave · real.st is there: a safetensors file · legal: a new file, or a trace',
  ],
  [
    'train, another kind',
    () => train({ network: 'mnist', out: images, epochs: 1 }),
    'NN030 output folder not writable · --out · images.raw is there: a file of another kind · legal: a new ' +
      'file, or a saf',
  ],
];

test.each(refused)('%s', async (_, command, says) => {
  const before = contents(folder);
  expect(await said(command, folder)).toContain(says);
  expect(contents(folder)).toEqual(before);
});

test('fewer frames than asked for are said', async () => {
  const module = await loadNetwork(network);
  const typed = typecheck(module.graph, undefined);
  const run = (frames?: number) => chosenFrames(typed, module, { ...design, images, frames }, 8, out.warn);
  warnings.length = 0;
  for (const frames of [undefined, 5, 10]) expect((await run(frames)).frames.length).toBe(5);
  expect(warnings).toEqual([`--frames 10: ${images} has 5, and 5 are run`]);
});

test('infer states the threads that ran', async () => {
  const { text } = await infer({ network, images, threads: 1e15 }, silent);
  expect(text).toContain('images/s on 1 thread,');
});

test('a network that is no file says what lies there', async () => {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  expect(await said(() => loadNetwork('.'), folder)).toContain('--network · ".": a folder, not a file');
  expect(await said(() => loadNetwork(pipe), folder)).toContain('pipe": a pipe, not a file');
});
