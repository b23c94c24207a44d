// SPDX-License-Identifier: Apache-2.0
/** Storage of sparse weights: exact round trips over every density and shape, and what damaged images are told. */
import { describe, expect, test } from 'vitest';
import type { BitloomError } from '../errors/errors.ts';
import { integerIn, oneOf } from '../layer-kind/lone-node.fixture.ts';
import type { Random } from '../layer-kind/layer-kind.ts';
import { randomFrom } from '../passes/random.ts';
import { codings, type Coding } from './coding.ts';
import type { ConvolutionShape } from './convolution.ts';
import { CorruptStream } from './entries.ts';
import { looksLikeImage, readImage, writeImage } from './image.ts';
import { lanesOf, toLanes, type SparseLayer } from './layer.ts';
import { readSection, writeSection } from './section.ts';

/** Weights anywhere in −128..127; some filters and some taps have none at all. */
function randomWeights(random: Random, { filters, kernel, depth }: ConvolutionShape, density: number): Int8Array {
  const taps = kernel * kernel * depth;
  const emptyFilters = random() < 0.3 ? random() : 0;
  const emptyTaps = random() < 0.3 ? random() : 0;
  const dead = Array.from({ length: taps }, () => random() < emptyTaps);
  const weights = new Int8Array(filters * taps);
  for (let filter = 0; filter < filters; filter++) {
    if (random() < emptyFilters) continue;
    for (let tap = 0; tap < taps; tap++)
      if (!dead[tap] && random() < density)
        weights[filter * taps + tap] = oneOf(random, [-128, -1, 1, 127, integerIn(random, -128, 127)]);
  }
  return weights;
}

function randomLayer(random: Random, name = 'layer'): SparseLayer {
  const density = oneOf(random, [0, 0.01, 0.05, 0.3, 0.5, 0.9, 1]);
  const dense = random() < 0.5;
  const groups = dense ? 1 : oneOf(random, [1, 1, 2, 3]);
  const shape = {
    filters: groups * oneOf(random, dense ? [1, 2, 31, 32, 33, 100, 129] : [1, 2, 5, 24, 25, 60]),
    kernel: dense ? 1 : oneOf(random, [1, 2, 3, 5]),
    depth: oneOf(random, dense ? [1, 7, 64, 301] : [1, 2, 7, 16]),
    groups,
  };
  const biases = Int32Array.from({ length: shape.filters }, () => integerIn(random, -(2 ** 31), 2 ** 31 - 1));
  return {
    name,
    format: dense ? 'dense' : 'convolution',
    shape,
    weights: randomWeights(random, shape, density),
    biases,
    shift: random() < 0.5 ? undefined : integerIn(random, 0, 24),
  };
}

/** Weights as text, which is faster to compare than to look at one by one. */
function readable({ weights, ...rest }: SparseLayer): object {
  return { ...rest, weights: Buffer.from(weights.buffer).toString('latin1') };
}

/** Every filter with all its weights, more of them than one pass has accumulators for. */
function wideLayer(): SparseLayer {
  const shape = { filters: 2 * (24 * 32 + 7), kernel: 1, depth: 3, groups: 2 };
  const random = randomFrom('wide');
  return {
    name: 'wide',
    format: 'convolution',
    shape,
    weights: randomWeights(random, shape, 0.5),
    biases: new Int32Array(shape.filters),
    shift: undefined,
  };
}

describe.each(codings)('%s', (coding) => {
  test('200 random layers come back as they were', () => {
    const random = randomFrom(`round trip ${coding}`);
    const densities = new Set<boolean>();
    for (let i = 0; i < 200; i++) {
      const layer = randomLayer(random);
      const { bytes, parts } = writeSection(layer, coding);
      expect(readable(readSection(bytes)), JSON.stringify(layer.shape)).toEqual(readable(layer));
      expect(parts.entries + parts.biases + parts.tables + parts.padding).toBe(bytes.length);
      expect(bytes.length % 16).toBe(0);
      densities.add(layer.weights.every((w) => w === 0)).add(layer.weights.every((w) => w !== 0));
    }
    expect(densities).toEqual(new Set([true, false]));
  });

  test('more filters than accumulators run in several passes', () => {
    expect(readSection(writeSection(wideLayer(), coding).bytes)).toEqual(wideLayer());
  });

  test('an image of several layers, an empty one, and one of no layers', () => {
    const random = randomFrom('image');
    const layers = ['a', 'b_2', 'c'].map((name) => randomLayer(random, name));
    const { bytes, sections } = writeImage(layers, 'trained', coding);
    expect(readImage(bytes, 'weights.bin')).toEqual({ origin: 'trained', layers, rest: new Uint8Array() });
    expect(looksLikeImage(bytes)).toBe(true);
    expect(sections.map(({ at }) => at % 16)).toEqual([0, 0, 0]);
    expect(readImage(writeImage([], 'synthetic', coding).bytes, 'weights.bin')).toEqual({
      origin: 'synthetic',
      layers: [],
      rest: new Uint8Array(),
    });
  });

  test('the same layer gives the same bytes', () => {
    const layer = randomLayer(randomFrom('same'));
    expect(writeSection(layer, coding).bytes).toEqual(writeSection(layer, coding).bytes);
  });
});

describe('what the engine gains', () => {
  const layer = (density: number, shape: ConvolutionShape): SparseLayer => ({
    name: 'layer',
    format: 'convolution',
    shape,
    weights: randomWeights(randomFrom('gain 3'), shape, density),
    biases: new Int32Array(shape.filters),
    shift: 0,
  });

  test('lanes read as many entries as filters have weights, and one for every vector without any', () => {
    const shape = { filters: 48, kernel: 3, depth: 8, groups: 1 };
    const { weights } = layer(0.3, shape);
    const { lanes, places } = toLanes({ ...layer(0.3, shape), weights });
    const filtersOf = (lane: number) =>
      [...places.keys()].filter((filter) => Math.floor(places[filter]! / 32) === lane);
    lanes.forEach(({ weight }, lane) => {
      const owned = filtersOf(lane);
      const taps = Array.from(
        { length: 72 },
        (_, tap) => owned.filter((filter) => weights[filter * 72 + tap] !== 0).length,
      );
      expect(weight.length).toBe(taps.reduce((sum, n) => sum + Math.max(1, n), 0));
    });
  });

  test('filters of very different weight are dealt out evenly', () => {
    const shape = { filters: 240, kernel: 1, depth: 64, groups: 1 };
    const weights = new Int8Array(240 * 64).map((_, i) => (i % 64 < (Math.floor(i / 64) * 64) / 240 ? 1 : 0));
    const { lanes } = toLanes({ ...layer(1, shape), weights });
    const work = lanes.map(({ weight }) => weight.filter((w) => w !== 0).length);
    expect(work).toHaveLength(lanesOf.convolution);
    expect(Math.max(...work) / (work.reduce((a, b) => a + b) / work.length)).toBeLessThan(1.05);
  });

  test('entropy coding needs less than 14 bits an entry, and no more than a tenth of a bit above the entropy', () => {
    const shape = { filters: 96, kernel: 3, depth: 64, groups: 1 };
    const random = randomFrom('entropy');
    const weights = new Int8Array(96 * 576).map(() =>
      random() < 0.3 ? 8 + (Math.floor(-16 * Math.log(1 - random())) % 100) : 0,
    );
    const { parts, entries } = writeSection({ ...layer(1, shape), weights }, 'entropy');
    expect(writeSection({ ...layer(1, shape), weights }, 'fixed').parts.entries).toBeGreaterThanOrEqual(
      (14 * entries) / 8,
    );
    const counts = new Map<number, number>();
    for (const lane of toLanes({ ...layer(1, shape), weights }).lanes)
      lane.weight.forEach((w, i) => {
        const symbol = lane.index[i]! + 64 * (w === 0 ? 0 : 1 + ((Math.abs(w) - 1) >> 3));
        counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
      });
    const entropy = [...counts.values()].reduce((sum, n) => sum - (n / entries) * Math.log2(n / entries), 0);
    expect((8 * parts.entries) / entries).toBeGreaterThan(entropy + 4);
    expect((8 * parts.entries) / entries).toBeLessThan(entropy + 4.1);
  });
});

describe('damage', () => {
  const sections = (coding: Coding) => {
    const random = randomFrom('damage');
    return [0, 1, 2, 3, 4, 5].map(() => writeSection(randomLayer(random), coding).bytes);
  };

  /** Reads and gives true where the section is refused; any other fault than CorruptStream is one of ours. */
  function refused(bytes: Uint8Array): boolean {
    try {
      readSection(bytes);
      return false;
    } catch (error) {
      if (error instanceof CorruptStream) return true;
      throw error;
    }
  }

  test.each(codings)('%s: every shortened section is refused, and every longer one', (coding) => {
    for (const bytes of sections(coding))
      for (const length of [0, 1, 16, 47, 48, 64, bytes.length - 17, bytes.length - 16, bytes.length - 1].filter(
        (n) => n >= 0 && n < bytes.length,
      )) {
        expect(refused(bytes.slice(0, length))).toBe(true);
        const claimed = bytes.slice(0, length);
        if (length >= 4) new DataView(claimed.buffer).setUint32(0, length, true);
        expect(refused(claimed)).toBe(true);
      }
    for (const bytes of sections(coding)) {
      const longer = new Uint8Array(bytes.length + 16);
      longer.set(bytes);
      expect(refused(longer)).toBe(true);
      new DataView(longer.buffer).setUint32(0, longer.length, true);
      expect(refused(longer)).toBe(true);
    }
  });

  test.each(codings)(
    '%s: a flipped bit gives other weights or is refused, never the same ones and never a fault',
    (coding) => {
      const random = randomFrom('bit');
      let found = 0;
      for (const bytes of sections(coding)) {
        const before = readSection(bytes);
        for (let i = 0; i < 60; i++) {
          const damaged = bytes.slice();
          const bit = integerIn(random, 0, 8 * bytes.length - 1);
          damaged[bit >> 3]! ^= 1 << (bit & 7);
          if (refused(damaged)) found++;
          else expect(readable(readSection(damaged))).not.toEqual(readable(before));
        }
      }
      expect(found).toBeGreaterThan(80);
    },
  );

  test.each([
    [
      'a lane that ends early',
      'convolution',
      (lane: number[]) => lane.slice(0, -2),
      /ends after \d+ entries, before its last vector/,
    ],
    [
      'entries behind the last vector',
      'convolution',
      (lane: number[]) => [...lane, 32, 0],
      /has 1 entries behind its last vector/,
    ],
    ['a slot that no filter has', 'convolution', (lane: number[]) => [63, ...lane.slice(1)], /slot 31 of \d+/],
    [
      'a row beyond the last',
      'dense',
      (lane: number[]) => [...lane, ...Array.from({ length: 9 }, () => [63, 0]).flat(), 0, 1],
      /row \d+ of 40, column \d+ of 9/,
    ],
    ['a filler that fills no gap', 'dense', (lane: number[]) => [...lane, 63, 0], /a filler that fills no gap/],
    ['a filler of a short gap', 'dense', (lane: number[]) => [3, 0, ...lane], /a filler that fills no gap/],
  ] as const)('%s is named', (_, format, change, message) => {
    const shape =
      format === 'dense'
        ? { filters: 40, kernel: 1, depth: 9, groups: 1 }
        : { filters: 40, kernel: 3, depth: 2, groups: 1 };
    const layer: SparseLayer = {
      name: 'layer',
      format,
      shape,
      weights: randomWeights(randomFrom('named 1'), shape, 1),
      biases: new Int32Array(40),
      shift: undefined,
    };
    const { bytes } = writeSection(layer, 'fixed');
    expect(() => readSection(withFirstLane(bytes, layer, change))).toThrow(message);
  });

  /** The section with other entries, [index, weight] one after the other, in its first lane. */
  function withFirstLane(
    bytes: Uint8Array,
    layer: SparseLayer,
    change: (lane: number[]) => readonly number[],
  ): Uint8Array {
    const { lanes } = toLanes(layer);
    const flat = change([...lanes[0]!.index].flatMap((index, i) => [index, lanes[0]!.weight[i]!]));
    const bits: number[] = [];
    for (let i = 0; i < flat.length; i += 2)
      for (let b = 0; b < 14; b++) bits.push(((flat[i]! | ((flat[i + 1]! & 255) << 6)) >> b) & 1);
    const padded = (n: number) => Math.ceil(n / 16) * 16;
    const oldLength = padded(Math.ceil((14 * lanes[0]!.index.length) / 8));
    const newLength = Math.ceil(bits.length / 8);
    const data = bytes.length - lanes.reduce((sum, { index }) => sum + padded(Math.ceil((14 * index.length) / 8)), 0);
    const out = new Uint8Array(bytes.length - oldLength + padded(newLength));
    out.set(bytes.subarray(0, data));
    bits.forEach((bit, i) => (out[data + (i >> 3)]! |= bit << (i & 7)));
    out.set(bytes.subarray(data + oldLength), data + padded(newLength));
    const view = new DataView(out.buffer);
    view.setUint32(0, out.length, true);
    // The table of lanes stands before the first lane, filled up to a whole word.
    const table = 48 + 8 + 160 + (layer.format === 'dense' ? 0 : 80);
    view.setUint32(table, flat.length / 2, true);
    view.setUint32(table + 4, newLength, true);
    return out;
  }

  test('an image says in which section', () => {
    const random = randomFrom('sections');
    const {
      bytes,
      sections: [, second],
    } = writeImage([randomLayer(random), randomLayer(random)], 'imported', 'fixed');
    const said = (image: Uint8Array) => {
      try {
        readImage(image, 'weights.bin');
      } catch (error) {
        return (error as BitloomError).message;
      }
      return '';
    };
    const damaged = bytes.slice();
    damaged[second!.at + 8] = 9;
    expect(said(damaged)).toMatch(/^NN011 weights are damaged · weights\.bin › section 1 · a header of /);
    expect(said(bytes.slice(0, -16))).toBe(
      `NN011 weights are damaged · weights.bin · ${bytes.length - 16} bytes of ${bytes.length} · legal: an ` +
        'image of weights as npm run storage writes it',
    );
    expect(said(Uint8Array.of(1, 2, 3))).toMatch(/3 bytes without the image's head/);
  });
});
