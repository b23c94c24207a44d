// SPDX-License-Identifier: Apache-2.0
/** The published ResNet-8, drawn at random: its file and list, sound and damaged. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { floats, list } from './published-resnet8.fixture.ts';
import { readResnet8 } from './published-resnet8.ts';

const folder = mkdtempSync(join(tmpdir(), 'bitloom-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'net.f32');

function written(list_: unknown = list, bytes: Uint8Array = new Uint8Array(floats.buffer)): string {
  writeFileSync(path, bytes);
  writeFileSync(`${path}.json`, typeof list_ === 'string' ? list_ : JSON.stringify(list_));
  return path;
}

test('a sound file gives every convolution and its norm', () => {
  const { stem, blocks, classifier } = readResnet8(written());
  const at = (name: string) => list.find((entry) => entry.name === name)!.offset;
  expect(stem.weights).toEqual(floats.slice(0, 432));
  expect(stem.norm.mean[3]).toBe(
    Math.fround(floats[at('batch_normalization/moving_mean:0') + 3]! - floats[at('conv2d/bias:0') + 3]!),
  );
  expect(blocks.map(({ c1, projection }) => [c1.filters, c1.pad, projection?.norm.gamma[0]])).toEqual([
    [16, [1, 1], undefined],
    [32, [0, 1], 1],
    [64, [0, 1], 1],
  ]);
  expect(classifier.bias).toEqual(floats.slice(-10));
});

const changed = (i: number, change: object) => list.map((entry, k) => (k === i ? { ...entry, ...change } : entry));

test.each<[string, () => string, RegExp]>([
  ['no list', () => (written(), join(folder, 'absent')), /^NN010 .*absent · no such file/],
  ['a list that is no JSON', () => written('{'), /^NN011 .*net\.f32\.json · .*JSON/],
  ['no list of tensors', () => written('{"a": 1}'), /^NN011 .*no list/],
  ['an entry without offset', () => written(changed(4, { offset: undefined })), /^NN011 .*entry 4 of its 48/],
  ['an entry that is null', () => written([null]), /^NN011 .*entry 0 of its 1/],
  ['a shape that is none', () => written(changed(2, { shape: [-1] })), /^NN011 .*entry 2/],
  ['a tensor left out', () => written(list.slice(0, -1)), /^NN010 .*no tensor 'dense\/bias:0'/],
  [
    'a tensor of another shape',
    () => written(changed(0, { shape: [3, 3, 16, 3] })),
    /^NN012 .*conv2d\/kernel:0 · \[3, 3, 16, 3\] · legal: \[3, 3, 3, 16\]/,
  ],
  ['a tensor beyond the end', () => written(changed(0, { offset: floats.length })), /^NN011 .*floats \d+ to \d+ of /],
  ['a cut file', () => written(list, new Uint8Array(floats.buffer, 0, 4000)), /^NN011 .*floats \d+ to \d+ of 1000/],
  [
    'a file cut within a float',
    () => written(list, new Uint8Array(floats.buffer, 0, 4001)),
    /^NN011 .*4001 bytes, no whole number/,
  ],
  [
    'a number that is none',
    () => written(list, new Uint8Array(floats.map((v, i) => (i === 5 ? NaN : v)).buffer)),
    /^NN013 .*conv2d\/kernel:0 · NaN at element 5/,
  ],
  ['a folder', () => folder, /^NN010 .*a folder, not a file/],
])('%s', (_, make, message) => {
  expect(() => readResnet8(make())).toThrow(message);
});
