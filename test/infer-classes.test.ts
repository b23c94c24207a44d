// SPDX-License-Identifier: Apache-2.0
/** What infer says of images: their classes, by name where the weights or the network's file have names. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { infer } from '../cli/commands/infer.ts';
import { temporaryFolder } from './command-line.ts';
import { said } from './said.ts';

const folder = temporaryFolder();
const silent = { warn: () => {}, progress: () => {} };

const dsl = new URL('../generator/index.ts', import.meta.url).href;

/** The class is the brightest of three pixels. */
const lines = [
  `import * as d from ${JSON.stringify(dsl)};`,
  "export default d.network('brightest', () => {",
  "  const pixels = d.input('rgb', { height: 1, width: 1, channels: 3 });",
  "  return d.decide('class', d.quantise('bytes', pixels, d.signedPixels()), { classes: 3 });",
  '});',
];

function brightest(exported = ''): string {
  const path = join(mkdtempSync(join(folder, 'net-')), 'net.ts');
  writeFileSync(path, `${[...lines, exported].join('\n')}\n`);
  return path;
}

const count = 12;
const pixels = Uint8Array.from({ length: 3 * count }, (_, i) => (i % 3 === Math.floor(i / 3) % 3 ? 200 + i : i));
const images = join(folder, 'images.raw');
writeFileSync(images, pixels);
const labels = join(folder, 'labels.idx');
writeFileSync(
  labels,
  Uint8Array.of(0, 0, 8, 1, 0, 0, 0, count, ...Array.from({ length: count }, (_, i) => (i === 1 ? 0 : i % 3))),
);

const run = (exported?: string, options = {}) =>
  infer({ network: brightest(exported), images, threads: 1, ...options }, silent);
/** Cells of the table's rows. */
const cells = (text: string) =>
  text
    .split('\n')
    .filter((line) => /^│ +\d/.test(line))
    .map((line) =>
      line
        .split('│')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

describe('without --json', () => {
  test('classes and scores of the first ten, and how many more there are', async () => {
    const { text } = await run();
    expect(cells(text)).toEqual(
      Array.from({ length: 10 }, (_, i) => [String(i), String(i % 3), String(pixels[3 * i + (i % 3)]! - 128)]),
    );
    expect(text).toContain('│ image │ class │ score │');
    expect(text).toContain('… and 2 more: --json has all');
  });

  test('names where the file exports them, labels where they are given, a mark where the two differ', async () => {
    const { text } = await run("export const classNames = ['red', 'green', 'bl\\u001bue'];", { labels, limit: 4 });
    expect(cells(text)).toEqual([
      ['0', '0', 'red', '72', '0 red'],
      ['1', '1', 'green', '76', '0 red ≠'],
      ['2', '2', 'bl?ue', '80', '2 bl?ue'],
      ['3', '0', 'red', '81', '0 red'],
    ]);
    expect(text).not.toContain('more');
  });
});

test('--json has every image as before, and its name', async () => {
  const { json } = await run("export const classNames = ['red', 'green', 'blue'];");
  expect((json as { images: object[] }).images).toHaveLength(count);
  expect((json as { images: object[] }).images[1]).toEqual({
    index: 1,
    class: 1,
    name: 'green',
    scores: [3 - 128, 204 - 128, 5 - 128],
  });
  const { json: unnamed } = await run();
  expect((unnamed as { images: object[] }).images[1]).toEqual({
    index: 1,
    class: 1,
    scores: [3 - 128, 204 - 128, 5 - 128],
  });
});

test.each([
  ["['red', 'green']", "[ 'red', 'green' ]"],
  ["['red', 'green', 3]", "[ 'red', 'green', 3 ]"],
  ["'red green blue'", '"red green blue"'],
  ['null', 'null'],
])('classNames = %s is refused', async (value, got) => {
  const legal = 'a list of 3 texts, a name for each class';
  expect(await said(() => run(`export const classNames = ${value};`), folder)).toBe(
    `NN004 invalid network description · brightest › classNames · ${got} · legal: ${legal}`,
  );
});
