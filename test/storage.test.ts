// SPDX-License-Identifier: Apache-2.0
/** The storage command: AlexNet's sizes, and what it refuses. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { storage } from '../cli/commands/storage.ts';
import { openWeights } from '../generator/import/index.ts';
import { loadNetwork } from '../generator/network-file/load-network.ts';
import { typecheck } from '../generator/passes/typecheck.ts';
import { bitloom, networkFile, temporaryFolder } from './command-line.ts';
import { said } from './said.ts';

const folder = temporaryFolder();
const warnings: string[] = [];
const console_ = { warn: (text: string) => void warnings.push(text), progress: () => {} };

interface Stored {
  readonly bytes: number;
  readonly ratio: number;
  readonly weights: string;
  readonly layers: readonly {
    readonly bytes: number;
    readonly left: number;
    readonly bytesOf: Readonly<Record<string, number>>;
  }[];
}

describe('alexnet, synthetic weights at the densities of a pruned one', () => {
  test.each([
    ['fixed', 8.7e6, 28],
    ['entropy', 6.97e6, 35],
  ])('%s coding: no more than %d bytes, at least %d times smaller', async (coding, most, least) => {
    const { bytes, ratio, weights, layers } = (await storage({ network: 'alexnet', coding }, console_)).json as Stored;
    expect(bytes).toBeLessThanOrEqual(most);
    expect(ratio).toBeCloseTo((4 * 60_965_224) / bytes, 6);
    expect(ratio).toBeGreaterThanOrEqual(least);
    expect(layers.map(({ bytesOf }) => Object.values(bytesOf).reduce((a, b) => a + b))).toEqual(
      layers.map((layer) => layer.bytes),
    );
    expect(layers.reduce((sum, layer) => sum + layer.bytes, 16)).toBe(bytes);
    expect(weights).toBe('synthetic');
    expect(warnings).toContain('alexnet: synthetic weights; sizes hold for their densities and distribution');
  });
});

/** A convolution and a dense layer, of every option. */
const small = networkFile(
  folder,
  [
    'const weights8 = d.synthetic(3, { density: 0.3 });',
    "const c = d.requantise('relu', d.intConv2d('conv8', pixels, { filters: 6, kernel: 3, stride: 2, pad: 1, " +
      'groups: 2, bias: true, weights: weights8 }), { min: 0, max: 127, shift: 7, weights: weights8, tensors: ' +
      "'conv8' });",
    "return d.decide('class', d.intDense('fc8', c, { units: 5, bias: true, weights: weights8 }), { classes: 5 });",
  ].join(' '),
  { name: 'small8' },
);

describe('an image of weights', () => {
  const image = join(folder, 'weights.bin');

  test('is taken by --weights, every tensor and its origin as they were', async () => {
    await storage({ network: small, coding: 'entropy', out: image }, console_);
    const { graph } = await loadNetwork(small);
    const [before, after] = [typecheck(graph), typecheck(graph, image)];
    expect(after.nodes.map(({ parameters }) => parameters)).toEqual(before.nodes.map(({ parameters }) => parameters));
    expect(after.weights.source).toBe('synthetic');
  });

  test('that is damaged ends with exit code 2 and its section', async () => {
    const [frame, damaged] = [join(folder, 'frame.raw'), join(folder, 'damaged.bin')];
    writeFileSync(frame, new Uint8Array(32));
    const bytes = readFileSync(image);
    // The format of the first section.
    bytes[20] = 7;
    writeFileSync(damaged, bytes);
    const { exitCode, stderr } = await bitloom(['infer', '--network', small, '--weights', damaged, '--images', frame]);
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringMatching(/NN011 weights are damaged · .*damaged\.bin › section 0 · a header of /),
    ]);
  });

  test('that is too short or too long is refused', async () => {
    const { graph } = await loadNetwork(small);
    const bytes = readFileSync(image);
    for (const damaged of [bytes.subarray(0, -16), Buffer.concat([bytes, Buffer.alloc(16)])]) {
      writeFileSync(join(folder, 'damaged.bin'), damaged);
      expect(() => typecheck(graph, join(folder, 'damaged.bin'))).toThrow(
        new RegExp(`^NN011 .* ${damaged.length} bytes of ${bytes.length}`),
      );
    }
  });
});

/** Layers that ask for more than 8-bit weights: a batch-norm, its note, weights of one bit, a sum's shifts. */
const mixed = networkFile(
  folder,
  [
    'const weights8 = d.synthetic(4, { density: 0.5 });',
    "const c = d.requantise('relu', d.intConv2d('conv8', pixels, { filters: 4, kernel: 3, pad: 1, bias: true, " +
      "weights: weights8 }), { min: 0, max: 127, shift: 7, weights: weights8, tensors: 'conv8' });",
    "const both = d.sum('both', [d.intConv2d('left', c, { filters: 4, kernel: 1, weights: weights8 }), " +
      "d.intConv2d('right', c, { filters: 4, kernel: 1, weights: weights8 })], { weights: weights8 });",
    "const cut = d.requantise('cut', both, { min: 0, max: 127, shift: 7, weights: weights8 });",
    "const bits = d.batchNormSign('norm1', d.intConv2d('conv9', cut, { filters: 6, kernel: 3, weights: weights8 " +
      '}), { weights });',
    "return d.decide('class', d.binaryDense('fc1', bits, { units: 5, weights }), { classes: 5 });",
  ].join(' '),
  { name: 'mixed8' },
);

describe('an image holds all that the network asks for', () => {
  test.each([
    ['resnet8', 'resnet8'],
    ['mixed8', mixed],
  ])('%s', async (_, network) => {
    const image = join(folder, 'all.bin');
    const { json } = await storage({ network, coding: 'entropy', out: image }, console_);
    expect((json as { others: { tensors: number } }).others.tensors).toBeGreaterThan(0);
    const { graph } = await loadNetwork(network);
    const [after, before] = [typecheck(graph, image), typecheck(graph)].map(({ nodes }) =>
      nodes.map(({ parameters }) => parameters),
    );
    // Faster than toEqual, on arrays of many weights.
    expect(isDeepStrictEqual(after, before)).toBe(true);
  });

  test('stored again from the image, it is the same image', async () => {
    const [image, again] = [join(folder, 'once.bin'), join(folder, 'again.bin')];
    await storage({ network: mixed, coding: 'entropy', out: image }, console_);
    await storage({ network: mixed, weights: image, coding: 'entropy', out: again }, console_);
    expect(readFileSync(again).equals(readFileSync(image))).toBe(true);
  });

  test('a flipped bit anywhere, and a cut anywhere, is damage', async () => {
    const [image, damaged] = [join(folder, 'sound.bin'), join(folder, 'flipped.bin')];
    await storage({ network: mixed, coding: 'fixed', out: image }, console_);
    const bytes = readFileSync(image);
    const refused = (content: Uint8Array) => {
      writeFileSync(damaged, content);
      expect(() => openWeights(damaged)).toThrow(/^NN011 /);
    };
    // Every byte of the head, and some of every section.
    for (let at = 4; at < bytes.length; at += at < 16 ? 1 : 101) {
      const flipped = Buffer.from(bytes);
      flipped[at]! ^= 1 << (at & 7);
      refused(flipped);
    }
    for (let length = 16; length < bytes.length; length += 503) refused(bytes.subarray(0, length));
    const weight = Buffer.from(bytes);
    weight[bytes.length - 1]! ^= 1;
    refused(weight);
    expect(() => openWeights(damaged)).toThrow(/bytes that its checksum does not fit/);
  });
});

describe('what storage refuses', () => {
  test.each([
    [
      'another coding',
      () => storage({ network: 'alexnet', coding: 'zip' }, console_),
      'NN001 illegal option · --coding · "zip" · legal: fixed entropy',
    ],
    [
      'binary networks',
      () => storage({ network: 'tiny', coding: 'fixed' }, console_),
      'NN006 unsupported construct · tiny · no layer with 8-bit weights · fix: binary weights are stored as ' +
        'bits: npm run gen',
    ],
  ])('%s', async (_, provoke, text) => {
    expect(await said(provoke, folder)).toBe(text);
  });

  test('writes nothing when it fails', async () => {
    const out = join(folder, 'absent.bin');
    await expect(storage({ network: 'tiny', coding: 'fixed', out }, console_)).rejects.toThrow(/^NN006/);
    expect(existsSync(out)).toBe(false);
  });
});
