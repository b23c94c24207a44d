// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sharedData } from '../images/shared-data.ts';
import { readImages } from '../images/index.ts';
import { loadNetwork } from '../network-file/load-network.ts';
import { typecheck } from '../passes/typecheck.ts';
import { openWeights, type TensorSource } from './index.ts';
import { askedBy } from '../passes/asked-tensors.ts';
import { inferTypes } from '../passes/infer-types.ts';

/** One layer as the format's description gives it; its bits come from a formula, its thresholds too. */
interface Packed {
  readonly rows: number;
  readonly columns: number;
  readonly simd: number;
  readonly pe: number;
  readonly thresholds: boolean;
}

const layer = (rows: number, columns: number, simd: number, pe: number, thresholds = true): Packed => ({
  rows,
  columns,
  simd,
  pe,
  thresholds,
});
const cnv = [
  layer(64, 27, 3, 16),
  layer(64, 576, 32, 32),
  layer(128, 576, 32, 16),
  layer(128, 1152, 32, 16),
  layer(256, 1152, 32, 4),
  layer(256, 2304, 32, 1),
  layer(512, 256, 4, 1),
  layer(512, 512, 8, 1),
  layer(64, 512, 1, 4, false),
];
const lfc = [layer(1024, 832, 64, 32), layer(1024, 1024, 32, 64), layer(1024, 1024, 64, 32), layer(64, 1024, 8, 16)];

const askedOf = async (network: string) => askedBy(inferTypes((await loadNetwork(network)).graph));
const asked = { cnv: await askedOf('cnv'), lfc: await askedOf('lfc') };
const open = (path: string, layers: 'cnv' | 'lfc' = 'cnv') => openWeights(path, () => asked[layers]);

const bitAt = (index: number, row: number, column: number) => ((row * 7919 + column * 104729 + index) >> 3) & 1;
const thresholdAt = (index: number, row: number) => ((row * 37 + index * 11) % 901) - 450;

/** Writes every file of a network: word by word, as the FPGA's memories hold them. */
function pack(folder: string, layers: readonly Packed[], pads = 0): void {
  layers.forEach(({ rows, columns, simd, pe, thresholds }, index) => {
    for (let p = 0; p < pe; p++) {
      const words: bigint[] = [];
      const values: bigint[] = [];
      for (let row = p; row < rows; row += pe) {
        values.push(BigInt(thresholdAt(index, row)));
        for (let first = 0; first < columns; first += simd) {
          let word = 0n;
          for (let i = 0; i < simd; i++) {
            const isPad = index === 0 && first + i >= columns - pads;
            if (isPad || bitAt(index, row, first + i)) word |= 1n << BigInt(i);
          }
          words.push(word);
        }
      }
      writeFileSync(join(folder, `${index}-${p}-weights.bin`), BigUint64Array.from(words));
      if (thresholds) writeFileSync(join(folder, `${index}-${p}-thres.bin`), BigInt64Array.from(values));
    }
  });
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bnn-pynq-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function fresh(layers: readonly Packed[], pads = 0): string {
  rmSync(folder, { recursive: true });
  folder = mkdtempSync(join(tmpdir(), 'bnn-pynq-'));
  pack(folder, layers, pads);
  return folder;
}

describe('a packed folder', () => {
  test('cnvW1A1: shapes, every weight, thresholds', () => {
    const source = open(fresh(cnv));
    expect(source.source).toBe('imported');
    expect(source.describe).toMatch(/^BNN-PYNQ bnn-pynq-/);
    const names = ['conv0', 'conv1', 'conv2', 'conv3', 'conv4', 'conv5', 'fc0', 'fc1', 'fc2'];
    expect(source.has('fc2.thresholds')).toBe(false);
    expect(source.get('conv3.weights').shape).toEqual([128, 3, 3, 128]);
    expect(source.get('fc0.weights').shape).toEqual([512, 256]);
    names.forEach((name, index) => {
      const { rows, columns } = cnv[index]!;
      const wanted = Uint8Array.from({ length: rows * columns }, (_, i) =>
        bitAt(index, Math.floor(i / columns), i % columns),
      );
      expect(Buffer.compare(source.get(`${name}.weights`).data as Uint8Array, wanted)).toBe(0);
    });
  });

  test('thresholds: acc > T is acc >= T + 1; conv0 compares 2 acc > T', () => {
    const source = open(fresh(cnv));
    const plain = Int32Array.from({ length: 512 }, (_, row) => thresholdAt(7, row) + 1);
    expect(source.get('fc1.thresholds').data).toEqual(plain);
    const theta = source.get('conv0.thresholds').data as Int32Array;
    const stored = Array.from(theta, (_, row) => thresholdAt(0, row));
    expect(stored.some((t) => t < 0 && t % 2 !== 0) && stored.some((t) => t % 2 === 0)).toBe(true);
    stored.forEach((t, row) => {
      for (let acc = theta[row]! - 2; acc <= theta[row]! + 2; acc++) expect(acc >= theta[row]!).toBe(2 * acc > t);
    });
  });

  test('lfcW1A1: 48 padding columns are checked and dropped', () => {
    const source = open(fresh(lfc, 48), 'lfc');
    const { shape, data } = source.get('fc0.weights');
    expect(shape).toEqual([1024, 784]);
    for (const [row, column] of [
      [0, 783],
      [1, 0],
      [1023, 783],
      [40, 500],
    ] as const) {
      expect(data[row * 784 + column]).toBe(bitAt(0, row, column));
    }
    expect(source.names()).toHaveLength(8);
  });

  test('of 64 outputs has no place in a network of 10 classes', async () => {
    const { graph } = await loadNetwork('lfc');
    expect(() => typecheck(graph, fresh(lfc, 48))).toThrow(
      /^NN012 .*lfc › class \(decide\).* has 64 outputs that are no padding, the network 10 classes/,
    );
  });

  test('rows that a short file lacks are zero', () => {
    fresh(cnv);
    truncateSync(join(folder, '7-0-weights.bin'), 511 * 64 * 8);
    truncateSync(join(folder, '7-0-thres.bin'), 511 * 8);
    const source = open(folder);
    const weights = source.get('fc1.weights').data as Uint8Array;
    expect(weights.subarray(511 * 512).every((bit) => bit === 0)).toBe(true);
    expect(source.get('fc1.thresholds').data[511]).toBe(1);
    expect(source.get('fc1.thresholds').data[510]).toBe(thresholdAt(7, 510) + 1);
  });
});

describe('a folder at fault', () => {
  const damaged = (layers: readonly Packed[], damage: () => void, pads = 0) => {
    fresh(layers, pads);
    damage();
    return () => open(folder, layers === lfc ? 'lfc' : 'cnv');
  };
  const inFolder = (name: string) => join(folder, name);

  test('every absent, empty, odd or overlong file is named at once', () => {
    const read = damaged(cnv, () => {
      rmSync(inFolder('1-31-weights.bin'));
      truncateSync(inFolder('2-3-weights.bin'), 0);
      truncateSync(inFolder('3-4-weights.bin'), 8 * 36 + 8);
      writeFileSync(inFolder('6-0-weights.bin'), new Uint8Array(513 * 64 * 8));
    });
    expect(read).toThrow(
      /NN010.*1-31-weights.bin[^\n]*\nNN011.*2-3-.*0 bytes[^\n]*\nNN011.*3-4-.*296 bytes[^\n]*\nNN011.*6-0-/,
    );
  });

  test('bits beyond SIMD', () => {
    const word = BigUint64Array.from({ length: 4 * 9 }, (_, i) => (i === 5 ? 8n : 7n));
    const read = damaged(cnv, () => writeFileSync(inFolder('0-0-weights.bin'), word));
    expect(read).toThrow(/NN013.*0-0-weights.bin.*word 5 has bits beyond 3/);
  });

  test('a padding weight of 0 would count as an agreement', () => {
    expect(damaged(lfc, () => undefined, 47)).toThrow(/NN013.*0-0-weights.bin.*weights of padding columns are 0/);
  });

  test('a threshold beyond 31 bits', () => {
    const read = damaged(cnv, () => writeFileSync(inFolder('6-0-thres.bin'), BigInt64Array.of(-(2n ** 40n))));
    expect(read).toThrow(/NN013.*6-0-thres.bin.*-1099511627776/);
  });

  test('another network', () => {
    expect(damaged(cnv, () => writeFileSync(inFolder('7-1-weights.bin'), ''))).toThrow(
      /NN010.*7-1-thres.bin[^\n]*\nNN011.*7-0-weights.bin/,
    );
    expect(damaged(lfc, () => writeFileSync(inFolder('9-0-weights.bin'), ''), 48)).toThrow(/NN006/);
  });
});

describe.skipIf(!sharedData)('published parameters', () => {
  const params = (name: string) => join(sharedData!, 'bnn-pynq/params', name);

  /** Thresholded agreements, by the definition. */
  function dense(source: TensorSource, name: string, x: Uint8Array): Uint8Array {
    const { shape, data } = source.get(`${name}.weights`);
    const [filters, n] = shape as [number, number];
    const theta = source.get(`${name}.thresholds`).data;
    return Uint8Array.from({ length: filters }, (_, f) => {
      let agreements = 0;
      for (let i = 0; i < n; i++) if (data[f * n + i] === x[i]) agreements++;
      return agreements >= theta[f]! ? 1 : 0;
    });
  }

  test('lfcW1A1 gives the expected output bits of 16 digits', () => {
    const source = open(params('mnist/lfcW1A1'), 'lfc');
    const golden = JSON.parse(readFileSync(join(sharedData!, 'bnn-pynq/golden/lfcW1A1-mnist.json'), 'utf8'));
    const digits = join(sharedData!, 'mnist/t10k-images-idx3-ubyte.gz');
    const { pixels } = readImages(digits, { height: 28, width: 28, channels: 1 }, { limit: 16 });
    for (let image = 0; image < 16; image++) {
      let x: Uint8Array = pixels.subarray(image * 784, (image + 1) * 784).map((p) => (p >= 128 ? 1 : 0));
      for (const name of ['fc0', 'fc1', 'fc2', 'fc3']) x = dense(source, name, x);
      expect([...x]).toEqual(golden.images[image].out_bits);
    }
  });

  test('cnvW1A1: conv0 gives the expected bits of the first image', () => {
    const source = open(params('cifar10/cnvW1A1'));
    const rgb = readFileSync(join(sharedData!, 'bnn-pynq/golden/cnvW1A1-cifar10-images.rgb'));
    const q = Array.from(rgb.subarray(0, 3072), (p) => Math.min(127, Math.floor(128 * ((2 * p) / 255 - 1) + 0.5)));
    const weights = source.get('conv0.weights').data;
    const theta = source.get('conv0.thresholds').data;
    const bits: number[] = [];
    for (let at = 0; at < 30 * 30 * 64; at++) {
      const [y, x, filter] = [Math.floor(at / 1920), Math.floor(at / 64) % 30, at % 64];
      let acc = 0;
      for (let tap = 0; tap < 27; tap++) {
        const [ky, kx, c] = [Math.floor(tap / 9), Math.floor(tap / 3) % 3, tap % 3];
        const value = q[((y + ky) * 32 + x + kx) * 3 + c]!;
        acc += weights[filter * 27 + tap] === 1 ? value : -value;
      }
      bits.push(acc >= theta[filter]! ? 1 : 0);
    }
    const packed = Buffer.alloc(bits.length / 8);
    bits.forEach((bit, i) => (packed[i >> 3]! |= bit << (i & 7)));
    const layers = readFileSync(join(sharedData!, 'bnn-pynq/golden/cnvW1A1-cifar10-layers4.bin'));
    expect(packed.equals(layers.subarray(0, packed.length))).toBe(true);
  });
});
