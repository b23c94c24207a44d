// SPDX-License-Identifier: Apache-2.0
/** Options, weights, images and foldings that must not pass, each with what is said about it. */
import { describeStream } from '../generator/stream-top/describe.ts';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { kc705 } from '../generator/boards/kc705.ts';
import { check } from '../cli/commands/gen.ts';
import { infer } from '../cli/commands/infer.ts';
import { verify } from '../cli/commands/verify.ts';
import type { NamedTensor } from '../generator/import/index.ts';
import { buildDataflow } from '../generator/architectures/dataflow/index.ts';
import { typecheck } from '../generator/passes/typecheck.ts';
import type { Pins } from '../generator/architectures/dataflow/map/candidates.ts';
import { usage } from '../generator/hardware/fit.ts';
import { estimateReport } from '../generator/stream-top/estimate-report.ts';
import { temporaryFolder } from './command-line.ts';
import { said } from './said.ts';
import { smallNetwork, writeSmallWeights } from './small-network.ts';

const folder = temporaryFolder();
const silent = { warn: () => {}, progress: () => {} };
const design = { board: 'kc705', network: 'tiny', out: folder };

function written(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

describe('option values', () => {
  const verifying = { ...design, frames: 8, stall: '0', shard: '1/1' };
  const inferring = { network: 'tiny', images: written('pixels', new Uint8Array(64)) };
  test.each([
    ...['NaN', '-1', '0', '1e999', 'Infinity', ' ', '12fps'].map(
      (fps) => ['--fps', JSON.stringify(fps), () => check({ ...design, fps }, silent)] as const,
    ),
    ...[NaN, -200, 0, 0.5, 1e99, Infinity].map(
      (clock) => ['--clock', String(clock), () => check({ ...design, clock }, silent)] as const,
    ),
    ...['NaN', '-1', '96', '30,', ',', '1e1', 'all'].map(
      (stall) => ['--stall', JSON.stringify(stall), () => verify({ ...verifying, stall }, silent)] as const,
    ),
    ...['0/1', '2/1', '1/0', '1', '-1/2', '1/1e3', 'x'].map(
      (shard) => ['--shard', JSON.stringify(shard), () => verify({ ...verifying, shard }, silent)] as const,
    ),
    ...[NaN, -1, 0, 1.5, 1e99, Infinity].map(
      (frames) => ['--frames', String(frames), () => verify({ ...verifying, frames }, silent)] as const,
    ),
    ...[NaN, -1, 0, 1.5].map(
      (limit) => ['--limit', String(limit), () => infer({ ...inferring, limit }, silent)] as const,
    ),
    ...[NaN, -1, 0, 1.5].map(
      (threads) => ['--threads', String(threads), () => infer({ ...inferring, threads }, silent)] as const,
    ),
  ])('%s %s', async (option, got, provoke) => {
    expect(await said(provoke, folder)).toMatch(`NN001 illegal option · ${option} · ${got} · legal: `);
  });

  test('an empty shard', async () => {
    expect(await said(() => verify({ ...verifying, frames: 2, shard: '3/3' }, silent), folder)).toBe(
      'NN001 illegal option · --shard · 3/3 of 2 frames is empty · fix: fewer shards or more frames',
    );
  });

  test('--arch, with the one that was meant', async () => {
    expect(await said(() => check({ ...design, arch: 'dataflwo' }, silent), folder)).toBe(
      'NN001 illegal option · --arch · "dataflwo" · legal: dataflow shared sparse · fix: did you mean dataflow?',
    );
  });

  test('--fps beyond any clock is a rate that cannot be reached', async () => {
    expect(await said(() => check({ ...design, fps: '1e99' }, silent), folder)).toMatch(
      /^NN015 .* legal: up to \d+ frames\/s/,
    );
  });
});

describe('weights', () => {
  const small = (replaced: Readonly<Record<string, NamedTensor | undefined>>) => () =>
    typecheck(smallNetwork(), writeSmallWeights(join(folder, 'w.safetensors'), replaced));
  const reals = (...values: number[]): NamedTensor => ({
    dtype: 'F32',
    shape: [values.length],
    data: Float32Array.from(values),
  });

  test('sound ones pass', () => {
    expect(small({})().weights.source).toBe('trained');
  });

  const conv = 'small › conv0 (binary-conv) · test/small-network.ts:N';
  const norm = 'small › norm0 (threshold) · test/small-network.ts:N';
  test.each([
    [
      'a tensor absent',
      { 'conv0.weights': undefined },
      `NN010 weights not found · ${conv} · no tensor conv0.weights in w.safetensors (5 tensors) · legal: norm0.beta`,
    ],
    [
      'a bit that is 2',
      { 'fc0.weights': { dtype: 'U8', shape: [3, 16], data: new Uint8Array(48).fill(2) } },
      'NN013 weights hold an illegal value · small › fc0 (binary-dense) · test/small-network.ts:N · ' +
        'fc0.weights[0] = 2 · legal: 0 1 (1 means +1)',
    ],
    [
      'a bit that is -1',
      { 'fc0.weights': { dtype: 'I8', shape: [3, 16], data: new Int8Array(48).fill(-1) } },
      'fc0.weights[0] = -1 · legal: 0 1 (1 means +1)',
    ],
    [
      'too few filters',
      { 'conv0.weights': { dtype: 'U8', shape: [3, 3, 3, 2], data: new Uint8Array(54) } },
      `NN012 weights have the wrong shape · ${conv} · conv0.weights is [3, 3, 3, 2] · legal: [4, 3, 3, 2]`,
    ],
    [
      'channels not innermost',
      { 'conv0.weights': { dtype: 'U8', shape: [4, 2, 3, 3], data: new Uint8Array(72) } },
      'conv0.weights is [4, 2, 3, 3] · legal: [4, 3, 3, 2]',
    ],
    [
      'an infinite mean',
      { 'norm0.mean': reals(0, 0, Infinity, 0) },
      'NN013 weights hold an illegal value · w.safetensors › norm0.mean · Infinity at element 2',
    ],
    [
      'a negative variance',
      { 'norm0.variance': reals(1, 1, -1, 1) },
      `NN013 weights hold an illegal value · ${norm} · norm0.variance[2] = -1 · legal: finite numbers from 0`,
    ],
  ] as const)('%s', async (_, replaced, expected) => {
    expect(await said(small(replaced), folder)).toContain(expected);
  });

  test('all faults of a network at once', async () => {
    const lines = (
      await said(small({ 'conv0.weights': undefined, 'norm0.variance': reals(1, 1, -1, 1) }), folder)
    ).split('\n');
    expect(lines.map((line) => line.slice(0, 5))).toEqual(['NN010', 'NN013']);
  });

  test.each([0, 4, 8, 100, 300, 620])('a file cut at byte %i', async (length) => {
    const path = writeSmallWeights(join(folder, 'cut.safetensors'));
    truncateSync(path, length);
    expect(await said(() => typecheck(smallNetwork(), path), folder)).toMatch(
      /^NN011 weights are damaged · cut\.safetensors · /,
    );
  });

  test('a folder that holds no parameters', async () => {
    expect(await said(() => typecheck(smallNetwork(), folder), folder)).toMatch(
      /^NN010 weights not found .* a folder without/,
    );
  });
});

describe('images and labels', () => {
  function idx(...sizes: number[]): Buffer {
    const header = Buffer.alloc(4 + 4 * sizes.length);
    header.set([0, 0, 8, sizes.length]);
    sizes.forEach((size, i) => header.writeUInt32BE(size, 4 + 4 * i));
    return Buffer.concat([header, Buffer.alloc(sizes.reduce((a, b) => a * b, 1))]);
  }
  const digits = written('digits', idx(3, 28, 28));
  const infers = (images: string, labels?: string) => () =>
    infer({ network: 'mnist', images, labels, threads: 1 }, silent);

  test('sound ones pass, labelled or not', async () => {
    await expect(infers(digits)()).resolves.toMatchObject({ exitCode: 0 });
    await expect(infers(digits, written('labels3', idx(3)))()).resolves.toMatchObject({ exitCode: 0 });
  });

  test.each([
    ['a folder', folder, undefined, 'NN020 images not readable · '],
    [
      'nothing in the file',
      written('empty', new Uint8Array()),
      undefined,
      'NN020 images not readable · empty · an empty file',
    ],
    [
      'a damaged gzip',
      written('digits.gz', gzipSync(idx(3, 28, 28)).subarray(0, 20)),
      undefined,
      'NN020 images not readable · digits.gz · damaged gzip file',
    ],
    [
      'a cut IDX file',
      written('cut', idx(3, 28, 28).subarray(0, 1000)),
      undefined,
      'NN020 images not readable · cut · an IDX header of 3 x 28 x 28 before 984 bytes',
    ],
    [
      'images of another size',
      written('wide', idx(3, 28, 29)),
      undefined,
      'NN021 image size does not match the network · wide · 28 x 29 x 1 images · legal: 28 x 28 x 1',
    ],
    [
      'raw bytes of no whole image',
      written('raw', new Uint8Array(785).fill(1)),
      undefined,
      'NN021 image size does not match the network · raw · 785 bytes, not a whole number of 28 x 28 x 1 images ' +
        '(784 bytes each)',
    ],
    ['labels that are images', digits, digits, 'NN020 images not readable · digits · not an IDX file of labels'],
    [
      'too few labels',
      digits,
      written('labels2', idx(2)),
      'NN022 labels do not match the images · labels2 · 2 labels for 3 images',
    ],
    [
      'a label that is no class',
      digits,
      written('labels10', Buffer.concat([idx(3).subarray(0, 8), Buffer.of(1, 10, 2)])),
      'NN022 labels do not match the images · labels10 · label 1 is 10 · legal: 0..9',
    ],
  ])('%s', async (_, images, labels, expected) => {
    expect(await said(infers(images, labels), folder)).toContain(expected);
  });
});

describe('foldings', () => {
  const pinned = (pins: Pins) => () =>
    buildDataflow(typecheck(smallNetwork()), { board: kc705, clockMhz: 200, fps: 1, pins });

  test('a legal one passes', () => {
    expect(pinned({ conv0: { pe: 2, simd: 2 } })().placement.engines.find((e) => e.name === 'conv0')!.fold).toEqual({
      pe: 2,
      simd: 2,
      pixels: 1,
    });
  });

  test.each([
    [
      'PE and SIMD, both named',
      { conv0: { pe: 3, simd: 5 } },
      [
        'small › conv0 (binary-conv) · test/small-network.ts:N · pe = 3 must divide 4 · legal: 1 2 4',
        'small › conv0 (binary-conv) · test/small-network.ts:N · simd = 5 must divide 2 · legal: 1 2',
      ],
    ],
    [
      '0',
      { fc0: { pe: 0 } },
      ['small › fc0 (binary-dense) · test/small-network.ts:N · pe = 0 must divide 3 · legal: 1 3'],
    ],
    [
      'pixels that do not divide the output width',
      { conv0: { pixels: 5 } },
      ['small › conv0 (binary-conv) · test/small-network.ts:N · pixels = 5 must divide 2 · legal: 1 2'],
    ],
    [
      'a layer without folding',
      { norm0: { pe: 2 } },
      [
        'small › norm0 (threshold) · test/small-network.ts:N · a folding for a layer that has none · fix: ' +
          'remove the pin',
      ],
    ],
    [
      'a layer that is not there',
      { conv9: { pe: 2 } },
      ['small › conv9 · a folding for a layer that does not exist · legal: pixels quant conv0 norm0 fc0 class'],
    ],
  ])('%s', async (_, pins, expected) => {
    expect((await said(pinned(pins), folder)).split('\n')).toEqual(
      expected.map((line) => `NN014 folding does not divide · ${line}`),
    );
  });
});

test('check lists the worst layers of a design that does not fit', async () => {
  const { exitCode, json, issues } = await check({ ...design, network: 'binarynet', fps: '40000' }, silent);
  expect(exitCode).toBe(1);
  expect(issues!.map((issue) => issue.got)).toEqual([
    expect.stringMatching(/^lut [\d.]+ % of 203800 \(estimate\); worst: conv\d \d+ %, conv\d \d+ %, conv\d \d+ %$/),
    expect.stringMatching(/^bram36 [\d.]+ % of 445 \(estimate\); worst: fc1 \d+ %, /),
  ]);
  expect(json).toMatchObject({ issues, report: { totals: { fits: false } } });
});

test('a design of which a figure is unknown does not claim to fit', () => {
  const known = buildDataflow(typecheck(smallNetwork()), { board: kc705, clockMhz: 200, fps: 1 });
  const unknown = { ...known, usage: usage({ ...known.usage.total, lut: null }, kc705) };
  expect(estimateReport(known, { defaulted: false }).totals).toMatchObject({ fits: true });
  expect(estimateReport(unknown, { defaulted: false }).totals).toMatchObject({ fits: null, lut: null });
  expect(describeStream(known)).toMatch(/; fits within 70 %$/m);
  expect(describeStream(unknown)).toMatch(/; unknown whether it fits within 70 %: no figure for lut$/m);
});
