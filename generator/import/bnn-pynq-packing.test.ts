// SPDX-License-Identifier: Apache-2.0
/** Folders of BNN-PYNQ in any folding, packed here as the format's description says, read back equal or named. */
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { randomFrom } from '../passes/random.ts';
import { openWeights, type AskedTensor, type AskedTensors } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'bnn-pynq-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Layer {
  readonly rows: number;
  readonly columns: number;
  readonly simd: number;
  readonly pe: number;
  readonly bits: 1 | 2;
  readonly levels: 0 | 1 | 2;
  /** −1, 0 and 1, row-major; bits −1 and 1. */
  readonly weights: readonly number[];
  readonly thresholds: readonly number[];
}

const random = randomFrom('bnn-pynq packing');
const upTo = (low: number, high: number) => low + Math.floor(random() * (high - low + 1));

function layerOf(given: Partial<Omit<Layer, 'weights' | 'thresholds'>> = {}): Layer {
  const bits = given.bits ?? (upTo(1, 2) as 1 | 2);
  const [rows, columns] = [given.rows ?? upTo(6, 40), given.columns ?? upTo(20, 200)];
  const simd = given.simd ?? upTo(1, Math.min(columns, 64 / bits));
  const levels = given.levels ?? (upTo(0, 2) as 0 | 1 | 2);
  const pe = given.pe ?? upTo(1, rows);
  const weight = () => (bits === 1 ? 2 * upTo(0, 1) - 1 : upTo(-1, 1));
  return {
    ...{ rows, columns, simd, pe, bits, levels },
    weights: Array.from({ length: rows * columns }, weight),
    thresholds: Array.from({ length: rows * levels }, () => upTo(-300, 300)),
  };
}

/** Rows behind the last are zero, columns behind the last 1 of one bit and 0 of two. */
function pack(layers: readonly Layer[]): string {
  rmSync(folder, { recursive: true });
  mkdirSync(folder);
  layers.forEach(({ rows, columns, simd, pe, bits, levels, weights, thresholds }, index) => {
    for (let p = 0; p < pe; p++) {
      const [words, values]: [bigint[], bigint[]] = [[], []];
      for (let row = p; row < Math.ceil(rows / pe) * pe; row += pe) {
        for (let k = 0; k < levels; k++) values.push(BigInt(thresholds[row * levels + k] ?? 0));
        for (let first = 0; first < columns; first += simd) {
          let word = 0n;
          for (let i = 0; i < simd; i++) {
            const weight = first + i < columns ? (weights[row * columns + first + i] ?? 0) : 2 - bits;
            const stored = bits === 1 ? (weight > 0 ? 1n : 0n) : BigInt.asUintN(2, BigInt(weight));
            word |= stored << BigInt(bits * i);
          }
          words.push(word);
        }
      }
      writeFileSync(join(folder, `${index}-${p}-weights.bin`), BigUint64Array.from(words));
      if (levels > 0) writeFileSync(join(folder, `${index}-${p}-thres.bin`), BigInt64Array.from(values));
    }
  });
  return folder;
}

function askedFor(layers: readonly Layer[]): AskedTensors {
  const asked = new Map<string, AskedTensor>();
  layers.forEach(({ rows, columns, bits, levels }, i) => {
    asked.set(`l${i}.weights`, { dtype: bits === 1 ? 'U8' : 'I8', shape: [rows, columns], unit: 1 });
    if (levels > 0) asked.set(`l${i}.thresholds`, { dtype: 'I32', shape: [rows, levels], unit: 1 });
  });
  return asked;
}

const read = (layers: readonly Layer[]) => openWeights(folder, () => askedFor(layers));

/** Weights and levels that are not as packed. */
function differences(layers: readonly Layer[]): number {
  const source = read(layers);
  return layers.reduce((wrong, { bits, levels, weights, thresholds }, i) => {
    const got = source.get(`l${i}.weights`).data;
    const theta = levels > 0 ? source.get(`l${i}.thresholds`).data : [];
    const stored = weights.filter((w, at) => Number(got[at]) !== (bits === 1 ? Number(w > 0) : w)).length;
    return wrong + stored + thresholds.filter((t, at) => Number(theta[at]) !== t + 1).length;
  }, 0);
}

describe('folders of any folding', () => {
  test('40 random ones of 1 to 4 layers: PE and SIMD that divide or not, 1 and 2 bits, 0 to 2 levels', () => {
    for (let i = 0; i < 40; i++) {
      const layers = Array.from({ length: upTo(1, 4) }, () => layerOf());
      pack(layers);
      expect(differences(layers), JSON.stringify(layers.map(({ weights: _, thresholds: __, ...rest }) => rest))).toBe(
        0,
      );
    }
  });

  test('files of two PEs in each other’s place give other weights', () => {
    const layers = [layerOf({ rows: 32, pe: 4, bits: 1, levels: 1 })];
    pack(layers);
    renameSync(join(folder, '0-1-weights.bin'), join(folder, 'kept'));
    renameSync(join(folder, '0-2-weights.bin'), join(folder, '0-1-weights.bin'));
    renameSync(join(folder, 'kept'), join(folder, '0-2-weights.bin'));
    expect(differences(layers)).toBeGreaterThan(0);
  });

  test('the planes of two bits swapped: +1 reads as −2, which no weight is', () => {
    const layers = [layerOf({ rows: 8, columns: 64, simd: 16, pe: 2, bits: 2, levels: 2 })];
    const path = join(pack(layers), '0-0-weights.bin');
    const odd = 0x5555555555555555n;
    const bytes = readFileSync(path);
    const words = new BigUint64Array(Uint8Array.from(bytes).buffer);
    writeFileSync(
      path,
      words.map((word) => ((word & odd) << 1n) | ((word >> 1n) & odd)),
    );
    expect(() => read(layers)).toThrow(/NN013.*0-0-weights.bin.*a weight of -2/);
  });
});

describe('files at fault', () => {
  const fixed = { rows: 16, columns: 64, simd: 8, pe: 2, bits: 1 } as const;

  test('rows that weights and thresholds lack alike are zero', () => {
    const layers = [layerOf({ ...fixed, levels: 2 })];
    pack(layers);
    for (const [kind, rowBytes] of [
      ['weights', 64],
      ['thres', 16],
    ] as const)
      truncateSync(join(folder, `0-1-${kind}.bin`), 7 * rowBytes);
    const source = read(layers);
    expect([...source.get('l0.weights').data].slice(15 * 64)).toEqual(new Array(64).fill(0));
    expect([...source.get('l0.thresholds').data].slice(30)).toEqual([1, 1]);
  });

  test('half the thresholds are those of half the levels', () => {
    const layers = [layerOf({ ...fixed, levels: 1 })];
    pack(layers);
    expect(() => read([{ ...layers[0]!, levels: 2 }])).toThrow(
      /NN011.*0-0-thres.bin.*4 rows of 2 thresholds beside 8 rows of weights.*\nNN011.*0-1-thres.bin/,
    );
  });

  test('half the rows of 8 columns in a word are as many bytes as all rows of 16: only thresholds can tell', () => {
    const halved = (levels: 0 | 1) => {
      const layers = [layerOf({ ...fixed, levels })];
      pack(layers);
      for (const pe of [0, 1]) {
        truncateSync(join(folder, `0-${pe}-weights.bin`), 4 * 64);
        if (levels) truncateSync(join(folder, `0-${pe}-thres.bin`), 4 * 8);
      }
      return layers;
    };
    const without = halved(0);
    expect(() => read(without)).toThrow(/NN006.*0-0-weights.bin.*fit 8 or 16 columns in a word.*fix: give all rows/);
    const layers = halved(1);
    const got = read(layers).get('l0.weights').data;
    expect([...got].map(Number)).toEqual(layers[0]!.weights.map((w, at) => (at < 8 * 64 ? Number(w > 0) : 0)));
  });

  test('files of another number of layers, of too many PEs, and without a network', () => {
    const layers = [layerOf(fixed), layerOf(fixed)];
    pack(layers);
    expect(() => read(layers.slice(1))).toThrow(/NN006.*parameters of 2 layers.*legal: 1: l0/);
    expect(() => openWeights(folder)).toThrow(/NN006.*nothing asks for shapes/);
    writeFileSync(join(folder, '1-999999999-weights.bin'), '');
    expect(() => read(layers)).toThrow(/NN006.*files of 1000000000 PEs for l1/);
  });
});
