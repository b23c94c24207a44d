/** The storage command: AlexNet's sizes, and what it refuses. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { storage } from '../generator/commands/storage.ts';
import { loadNetwork } from '../generator/load-network.ts';
import { typecheck } from '../generator/pipeline.ts';
import { bitloom, networkFile, temporaryFolder } from './command-line.ts';
import { said } from './said.ts';

const folder = temporaryFolder();
const warnings: string[] = [];
const console_ = { warn: (text: string) => void warnings.push(text), progress: () => {} };

interface Stored {
  readonly bytes: number;
  readonly ratio: number;
  readonly weights: string;
  readonly layers: readonly { readonly bytes: number; readonly left: number; readonly bytesOf: Readonly<Record<string, number>> }[];
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
    expect(layers.map(({ bytesOf }) => Object.values(bytesOf).reduce((a, b) => a + b))).toEqual(layers.map((layer) => layer.bytes));
    expect(layers.reduce((sum, layer) => sum + layer.bytes, 16)).toBe(bytes);
    expect(weights).toBe('synthetic');
    expect(warnings).toContain('alexnet: synthetic weights; sizes hold for their densities and distribution');
  });
});

/** A convolution and a dense layer, of every option. */
const small = networkFile(
  folder,
  [
    "const weights8 = d.synthetic(3, { density: 0.3 });",
    "const c = d.requantise('relu', d.intConv2d('conv8', pixels, { filters: 6, kernel: 3, stride: 2, pad: 1, groups: 2, bias: true, weights: weights8 }), { min: 0, max: 127, shift: 7, weights: weights8, tensors: 'conv8' });",
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
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/NN011 weights are damaged · .*damaged\.bin › section 0 · a header of /)]);
  });

  test('that is too short or too long is refused', async () => {
    const { graph } = await loadNetwork(small);
    const bytes = readFileSync(image);
    for (const damaged of [bytes.subarray(0, -16), Buffer.concat([bytes, Buffer.alloc(16)])]) {
      writeFileSync(join(folder, 'damaged.bin'), damaged);
      expect(() => typecheck(graph, join(folder, 'damaged.bin'))).toThrow(new RegExp(`^NN011 .* ${damaged.length} bytes of ${bytes.length}`));
    }
  });
});

describe('what storage refuses', () => {
  test.each([
    ['another coding', () => storage({ network: 'alexnet', coding: 'zip' }, console_), 'NN001 illegal option · --coding · "zip" · legal: fixed entropy'],
    ['binary networks', () => storage({ network: 'tiny', coding: 'fixed' }, console_), 'NN006 unsupported construct · tiny · no layer with 8-bit weights · fix: binary weights are stored as bits: npm run gen'],
  ])('%s', async (_, provoke, text) => {
    expect(await said(provoke, folder)).toBe(text);
  });

  test('writes nothing when it fails', async () => {
    const out = join(folder, 'absent.bin');
    await expect(storage({ network: 'tiny', coding: 'fixed', out }, console_)).rejects.toThrow(/^NN006/);
    expect(existsSync(out)).toBe(false);
  });
});
