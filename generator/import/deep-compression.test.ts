// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { integerIn } from '../layer-kind/lone-node.fixture.ts';
import { randomFrom } from '../passes/random.ts';
import { parseStoredLayers } from './deep-compression.ts';
import { openWeights } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'bitloom-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Filters, kernel, channels of SqueezeNet's convolutions. */
const shapes: [number, number, number][] = [[96, 7, 3]];
[16, 16, 32, 32, 48, 48, 64, 64].forEach((squeeze, i, all) =>
  shapes.push([squeeze, 1, i === 0 ? 96 : 8 * all[i - 1]!], [4 * squeeze, 1, squeeze], [4 * squeeze, 3, squeeze]),
);
shapes.push([1000, 1, 512]);

interface Stored {
  /** Weight after weight in the file's order: zeros before it, and its code. */
  readonly entries: readonly (readonly [gap: number, code: number])[];
  readonly codebook: Float32Array;
  readonly biases: Float32Array;
}

/** The file as its own tools write it. */
function fileOf(layers: readonly Stored[]): Buffer {
  const body = layers.map(({ entries, codebook, biases }) => {
    const gaps = Buffer.alloc(Math.ceil(entries.length / 2));
    entries.forEach(([gap], i) => (gaps[i >> 1]! |= gap << (4 * (i & 1))));
    return Buffer.concat([
      Buffer.from(codebook.buffer),
      Buffer.from(biases.buffer),
      Buffer.from(entries.map(([, code]) => code)),
      gaps,
    ]);
  });
  return Buffer.concat([Buffer.from(Uint32Array.from(layers, ({ entries }) => entries.length).buffer), ...body]);
}

const random = randomFrom('deep compression');

function randomLayers(): Stored[] {
  return shapes.map(([filters, kernel, channels]) => {
    const entries: [number, number][] = [];
    for (let position = -1; ; ) {
      const gap = integerIn(random, 0, 15);
      position += gap + 1;
      if (position >= filters * kernel * kernel * channels) break;
      // A filler now and then, as runs of zeros have them.
      entries.push([gap, gap === 15 ? 0 : integerIn(random, 1, 255)]);
    }
    return {
      entries,
      codebook: Float32Array.from({ length: 256 }, (_, i) => (i === 0 ? 0 : random() - 0.5)),
      biases: Float32Array.from({ length: filters }, () => random()),
    };
  });
}

function written(bytes: Uint8Array): string {
  const path = join(folder, 'net.net');
  writeFileSync(path, bytes);
  return path;
}

describe('a sound file', () => {
  const layers = randomLayers();
  const path = written(fileOf(layers));

  test('gives every weight its place, channels innermost, and pixels red first', () => {
    const source = openWeights(path);
    expect([source.source, source.names().length]).toEqual(['imported', 52]);
    for (const [index, name] of [
      [0, 'conv1'],
      [3, 'fire2_expand3'],
      [25, 'conv_final'],
    ] as const) {
      const [filters, kernel, channels] = shapes[index]!;
      const wanted = new Float32Array(filters * kernel * kernel * channels);
      let position = -1;
      for (const [gap, code] of layers[index]!.entries) {
        position += gap + 1;
        const [filter, channel, tap] = [
          Math.floor(position / (channels * kernel * kernel)),
          Math.floor(position / (kernel * kernel)) % channels,
          position % (kernel * kernel),
        ];
        wanted[(filter * kernel * kernel + tap) * channels + (index === 0 ? 2 - channel : channel)] =
          layers[index]!.codebook[code]!;
      }
      const { shape, data } = source.get(`${name}.weights`);
      expect(shape).toEqual([filters, kernel, kernel, channels]);
      expect(Buffer.compare(Buffer.from((data as Float32Array).buffer), Buffer.from(wanted.buffer))).toBe(0);
    }
  });

  test('biases of the first layer take the mean of the pixels in', () => {
    const source = openWeights(path);
    const [weights, bias] = [
      source.get('conv1.weights').data as Float32Array,
      source.get('conv1.bias').data as Float32Array,
    ];
    // A window of pixels p: w·(p − mean) + b = w·(p − 128) + bias, red 123, green 117, blue 104.
    const pixels = Array.from({ length: 147 }, () => integerIn(random, 0, 255));
    const dot = (less: (channel: number) => number) =>
      pixels.reduce((sum, p, i) => sum + weights[i]! * (p - less(i % 3)), 0);
    expect(dot(() => 128) + bias[0]!).toBeCloseTo(dot((c) => [123, 117, 104][c]!) + layers[0]!.biases[0]!, 3);
    expect(source.get('fire2_squeeze.bias').data).toEqual(layers[1]!.biases);
  });
});

describe('damage', () => {
  const sound = fileOf(randomLayers());
  const said = (bytes: Uint8Array) => () => parseStoredLayers(Uint8Array.from(bytes), 'published.net');

  test('is named', () => {
    expect(said(sound.subarray(0, 50))).toThrow(
      /^NN011 .* a Deep Compression file that ends after 50 bytes, in its 104 bytes of counts/,
    );
    expect(said(sound.subarray(0, -1))).toThrow(
      new RegExp(`a Deep Compression file that ends after ${sound.length - 1} of its ${sound.length} bytes`),
    );
    expect(said(Buffer.concat([sound, Buffer.alloc(3)]))).toThrow(/with 3 bytes behind its/);
    const far = Buffer.from(sound);
    // Indices of conv1 stand behind its counts, codebook, biases and codes.
    const [stored] = [far.readUInt32LE(0)];
    far.fill(0xff, 104 + 1024 + 384 + stored, 104 + 1024 + 384 + stored + Math.ceil(stored / 2));
    expect(said(far)).toThrow(/^NN011 .* conv1: weight \d+ at \d+ of 14112/);
    expect(() => openWeights(join(folder, 'absent.net'))).toThrow(/^NN010/);
  });

  test('does not hide what the file is', () => {
    const counts = Buffer.from(sound);
    counts.writeUInt32LE(2 ** 31, 8);
    for (const damaged of [sound.subarray(0, 104), sound.subarray(0, -1), Buffer.concat([sound, sound]), counts])
      expect(() => openWeights(written(damaged))).toThrow(/^NN011 .* a Deep Compression file /);
  });
});
