// SPDX-License-Identifier: Apache-2.0
/** What `compress` refuses before it trains. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compress, type CompressCommandOptions } from '../cli/commands/compress.ts';
import { said } from './said.ts';
import { temporaryFolder } from './command-line.ts';

const folder = temporaryFolder();
const silent = { warn: () => {}, progress: () => {} };
const weights = join(folder, 'net.f32');
const images = join(folder, 'batch.bin');
writeFileSync(weights, '');

test.each<[string, Partial<CompressCommandOptions>, string]>([
  [
    'network',
    { network: 'digit' },
    'NN001 illegal option · --network · "digit" · legal: digits resnet8 · fix: did you mean digits?',
  ],
  ['recipe', { recipe: 'all' }, 'NN001 illegal option · --recipe · "all" · legal: filters weights'],
  [
    'recipe of a network',
    { recipe: 'weights' },
    'NN001 illegal option · --recipe · "weights" of digits · legal: filters',
  ],
  [
    'last stage',
    { until: 'int8' },
    'NN001 illegal option · --until · "int8" · legal: float scan prune tune binarise fold',
  ],
  ['importance', { importance: 'l2' }, 'NN001 illegal option · --importance · "l2" · legal: l1 bn-scale'],
  ['rates', { rates: '0.5,1' }, 'NN001 illegal option · --rates · "0.5,1" · legal: shares from 0 to below 1'],
  ['an empty rate', { rates: '0.5,' }, 'NN001 illegal option · --rates · "0.5," · legal: shares'],
  ['loss', { loss: -1 }, 'NN001 illegal option · --loss · -1 · legal: a number from 0'],
  ['retrain', { retrain: 1 }, 'NN001 illegal option · --retrain · 1 · legal: an integer from 100'],
  ['rate', { rate: 1 }, 'NN001 illegal option · --rate · 1 · legal: above 0, below 1'],
  ['epochs', { epochs: 0 }, 'NN001 illegal option · --epochs · 0 · legal: an integer from 1'],
  [
    'an order of no weights',
    { order: 'forward' },
    'NN001 illegal option · --order · forward with --network digits --recipe filters · legal: with --recipe weights',
  ],
  [
    'images of a network that has its own',
    { images },
    '--network digits --recipe filters · legal: with --network resnet8',
  ],
  ['no weights', { network: 'resnet8' }, 'NN001 illegal option · --weights · none · legal: pretrainedResnet.f32'],
  [
    'weights without their list',
    { network: 'resnet8', weights, images, test: images },
    'NN010 weights not found · net.f32.json · no such file or folder',
  ],
  [
    'an empty part of images',
    { network: 'resnet8', weights, images: 'a,', test: images },
    'NN001 illegal option · --images · "a," · legal: files, with a comma between two · fix: leave no part empty',
  ],
  [
    'no weights there',
    { network: 'resnet8', weights: join(folder, 'absent'), images, test: images },
    'NN010 weights not found · absent · no such file or folder',
  ],
  ['a folder that cannot be', { out: join(weights, 'out') }, 'NN030 output folder not writable · --out ·'],
])('%s', async (_, options, message) => {
  expect(
    await said(() => compress({ network: 'digits', out: join(folder, 'out'), ...options }, silent), folder),
  ).toContain(message);
  expect(existsSync(join(folder, 'out'))).toBe(false);
});

test('images of the published network are needed, with labels', async () => {
  writeFileSync(`${weights}.json`, '[]');
  const options = { network: 'resnet8', weights, out: join(folder, 'out') };
  expect(await said(() => compress(options, silent), folder)).toContain('NN001 illegal option · --images · none');
  expect(await said(() => compress({ ...options, images }, silent), folder)).toContain(
    'NN001 illegal option · --test · none',
  );
});
