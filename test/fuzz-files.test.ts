// SPDX-License-Identifier: Apache-2.0
/**
 * Random weight files and image files, in process: every one is read, or refused with a code. A fault names its case:
 * BITLOOM_FUZZ=<seed>:<first>:<count> npx vitest run test/fuzz-files.test.ts runs it again, or others.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { randomFrom } from '../generator/passes/random.ts';
import type { Random } from '../generator/layer-kind/layer-kind.ts';
import { loadNetwork } from '../generator/network-file/load-network.ts';
import { temporaryFolder } from './command-line.ts';
import { bnnPynqFolder, damaged, deepCompression, imageFile, labelFile } from './fuzz-files.ts';
import { damagedSafetensors } from './fuzz-safetensors.ts';
import { pick } from './fuzz-lines.ts';
import { changesSince, faultsOf, shown, snapshot } from './fuzz-oracle.ts';
import { makeWorld, pixelBytes, type World } from './fuzz-world.ts';
import { run } from './streams.ts';

const folder = temporaryFolder();
const before = { cwd: process.cwd(), env: { ...process.env } };
let world: World;
/** Filters of every layer of SqueezeNet with weights. */
let squeezenet: number[];
const place = (name: string) => join(folder, 'in', name);
const out = '../out';

beforeAll(async () => {
  world = makeWorld(folder);
  process.chdir(world.cwd);
  mkdirSync(join(folder, 'no-tools'));
  process.env['PATH'] = join(folder, 'no-tools');
  process.env['BITLOOM_CACHE'] = join(folder, 'cache');
  writeFileSync(place('one.raw'), Buffer.alloc(pixelBytes, 77));
  expect((await run(['storage', '--network', world.eight, '--out', place('eight.bin')])).exitCode).toBe(0);
  const { nodes } = (await loadNetwork('squeezenet')).graph;
  squeezenet = nodes.flatMap(({ attributes: { filters } }) => (typeof filters === 'number' ? [filters] : []));
  expect(squeezenet).toHaveLength(26);
});
afterAll(() => {
  process.chdir(before.cwd);
  process.env = before.env;
});

const [seed = 'files', first = '0', count] = (process.env['BITLOOM_FUZZ'] ?? '')
  .split(':')
  .filter((part) => part !== '');

/** Runs so many cases; `lineOf` writes the files of one and gives the command line that reads them. */
async function fuzz(kind: string, cases: number, lineOf: (random: Random) => string[]): Promise<void> {
  const failures: string[] = [];
  const ends = new Map<string, number>();
  for (let i = Number(first); i < Number(first) + Number(count ?? cases); i++) {
    const words = lineOf(randomFrom(`${seed} ${kind} ${i}`));
    rmSync(join(world.cwd, out), { recursive: true, force: true });
    const there = snapshot(folder);
    const ran = await run(words);
    const faults = faultsOf({ words, cwd: world.cwd, ran, changed: changesSince(there, folder) });
    const end = ran.exitCode === 2 ? (/^NN\d+/m.exec(ran.stderr)?.[0] ?? '?') : `exit ${ran.exitCode}`;
    ends.set(end, (ends.get(end) ?? 0) + 1);
    if (process.env['BITLOOM_FUZZ_SAY']) console.log(ran.stderr || ran.stdout);
    if (faults.length > 0)
      failures.push(
        `BITLOOM_FUZZ=${seed}:${i}:1 ${kind} · ${shown(words)} · ${faults.join('; ')} · ${ran.stderr.slice(0, 900)}`,
      );
  }
  if (process.env['BITLOOM_FUZZ']) console.log(kind, ends);
  expect(failures.join('\n')).toBe('');
  // Damage that is always seen, or never, would test little.
  if (!process.env['BITLOOM_FUZZ']) expect([...ends].filter(([, times]) => times > 0).length).toBeGreaterThan(1);
}

const infer = (network: string, weights: string) => [
  'infer',
  '--network',
  network,
  '--weights',
  weights,
  '--images',
  place('one.raw'),
  '--threads',
  '1',
];

test('110 safetensors files', () =>
  fuzz('safetensors', 110, (random) => {
    const bytes = readFileSync(world.safetensors);
    writeFileSync(
      place('damaged.safetensors'),
      random() < 0.75 ? damagedSafetensors(random, bytes) : damaged(random, bytes),
    );
    if (random() < 0.7) return infer(world.six, place('damaged.safetensors'));
    return [
      'check',
      '--board',
      'kc705',
      '--network',
      world.six,
      '--weights',
      place('damaged.safetensors'),
      '--reuse',
      pick(random, ['on', 'off']),
      '--out',
      out,
      '--json',
    ];
  }));

test('45 images of weights', () =>
  fuzz('image', 45, (random) => {
    writeFileSync(place('damaged.bin'), damaged(random, readFileSync(place('eight.bin'))));
    return random() < 0.5
      ? infer(world.eight, place('damaged.bin'))
      : ['storage', '--network', world.eight, '--weights', place('damaged.bin'), '--out', `${out}.bin`];
  }));

test('25 folders of BNN-PYNQ parameters', () =>
  fuzz('bnn-pynq', 25, (random) => {
    rmSync(place('bnn-pynq'), { recursive: true, force: true });
    bnnPynqFolder(random, place('bnn-pynq'));
    writeFileSync(place('digit.raw'), Buffer.alloc(784, 200));
    return [
      'infer',
      '--network',
      'lfc',
      '--weights',
      place('bnn-pynq'),
      '--images',
      place('digit.raw'),
      '--threads',
      '1',
    ];
  }));

test('25 files of Deep Compression', () =>
  fuzz('deep compression', 25, (random) => {
    writeFileSync(
      place('damaged.net'),
      random() < 0.1 ? deepCompression(squeezenet, 9) : damaged(random, deepCompression(squeezenet, 9)),
    );
    // The images come after the weights, and are not there: a whole network takes a minute.
    return [
      'calibrate',
      '--network',
      'squeezenet',
      '--weights',
      place('damaged.net'),
      '--images',
      place('absent'),
      '--out',
      out,
    ];
  }));

test('110 files of images, with labels or without', () =>
  fuzz('images', 110, (random) => {
    writeFileSync(place('images'), imageFile(random));
    const images = ['--images', place('images')];
    const labels = random() < 0.4 ? ['--labels', place('labels')] : [];
    if (labels.length > 0) writeFileSync(place('labels'), labelFile(random));
    const json = random() < 0.3 ? ['--json'] : [];
    const limit = random() < 0.3 ? ['--limit', pick(random, ['1', '2', '100'])] : [];
    if (random() < 0.7)
      return ['infer', '--network', world.six, ...images, ...labels, ...limit, ...json, '--threads', '1'];
    const design = ['--board', 'kc705', '--network', world.six, '--out', out, ...json];
    return pick(random, [
      ['verify', ...design, ...images, '--shard', pick(random, ['1/1', '2/2', '3/3'])],
      ['energy', ...design, ...images],
      ['check', ...design, '--early', 'on', '--calibration', place('images')],
    ]);
  }));
