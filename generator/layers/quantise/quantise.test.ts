// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import type { Attributes } from '../../ir/graph.ts';
import { floorOf, rational } from '../../ir/rational.ts';
import { bipolar, bitsOf, int, uint8 } from '../../ir/types.ts';
import { evaluateLone, inferLone, loneNode, tensorType } from '../../layer-kind/lone-node.fixture.ts';
import { quantise } from './index.ts';
import { binarise, fixedPoint, signedPixels, type PixelTable } from './kind.ts';

const pixels = Array.from({ length: 256 }, (_, p) => p);
const everyPixel = tensorType(16, 16, 1, uint8);

function attributesOf(table: PixelTable<'bipolar' | 'int'>): Attributes {
  return { values: table.values, element: table.element, scale: table.scale };
}

function quantised(table: PixelTable<'bipolar' | 'int'>): number[] {
  return evaluateLone(quantise, loneNode(quantise, attributesOf(table), everyPixel), pixels);
}

describe('tables', () => {
  test('signedPixels: p − 128', () => {
    expect(quantised(signedPixels())).toEqual(pixels.map((p) => p - 128));
  });

  test('fixedPoint: the formula in whole numbers, clipped to 8 bits', () => {
    // ⌊128·(2p/255 − 1) + ½⌋ = ⌊(512p − 65280 + 255) / 510⌋: one division of whole numbers, which rounds across
    // no whole number.
    const exact = pixels.map((p) => Math.max(-128, Math.min(127, Math.floor((512 * p - 65_025) / 510))));
    expect(quantised(fixedPoint())).toEqual(exact);
    expect([exact[0], exact[127], exact[128], exact[255]]).toEqual([-128, -1, 1, 127]);
  });

  test('fixedPoint rounds half up what integers give without a rounding', () => {
    // 128 · (2p/255 − 1) + ½ is (512p − 65025) / 510.
    const exact = (p: number) => Number(floorOf(rational(512 * p - 65_025, 510)));
    expect(fixedPoint().values).toEqual(pixels.map((p) => Math.max(-128, Math.min(127, exact(p)))));
  });

  test('binarise: 1 from the level on', () => {
    expect(quantised(binarise(128))).toEqual(pixels.map((p) => Number(p > 127)));
  });

  test('any other table, on every channel alike', () => {
    const values = pixels.map((p) => (p * 37) % 101);
    const node = loneNode(quantise, { values, element: 'int', scale: 1 }, tensorType(2, 2, 64, uint8));
    expect(evaluateLone(quantise, node, pixels)).toEqual(values);
  });
});

describe('infer', () => {
  test('gives bits, or integers with the range of the table', () => {
    expect(inferLone(quantise, attributesOf(binarise(1)), [everyPixel]).type?.element).toEqual(bipolar);
    expect(inferLone(quantise, attributesOf(fixedPoint()), [everyPixel]).type?.element).toEqual(
      int(-128, 127, 1 / 128),
    );
    expect(bitsOf(int(-128, 127))).toBe(8);
    const table = { ...attributesOf(signedPixels()), scale: 1 / 255 };
    expect(inferLone(quantise, table, [everyPixel]).type?.element).toEqual(int(-128, 127, rational(1, 255)));
  });

  test.each([
    ['too short a table', { values: pixels.slice(1) }, 'NN013 a table of 255 values'],
    ['a fraction', { values: pixels.map((p) => (p === 7 ? 0.5 : p)) }, 'NN013 table[7] = 0.5'],
    ['NaN', { values: pixels.map((p) => (p === 9 ? NaN : p)) }, 'NN013 table[9] = NaN'],
    ['17 bits', { values: pixels.map((p) => (p === 255 ? 2 ** 15 : p)) }, 'NN013 table[255] = 32768'],
    ['a bit that is none', { element: 'bipolar', values: pixels.map((p) => (p === 3 ? 2 : 1)) }, 'NN013 table[3] = 2'],
    ['a scale of 0', { scale: 0 }, 'NN005 scale = 0'],
    ['a scale below 0', { scale: -0.5 }, 'NN005 scale = -0.5'],
    ['a scale that is none', { scale: NaN }, 'NN005 scale = NaN'],
  ])('refuses %s', (_, change, issue) => {
    const attributes = { ...attributesOf(signedPixels()), ...change };
    expect(inferLone(quantise, attributes, [everyPixel])).toEqual({ type: undefined, issues: [issue] });
  });

  test('refuses inputs that are not 8-bit pixels', () => {
    for (const element of [bipolar, int(0, 127), int(-128, 127)])
      expect(inferLone(quantise, attributesOf(signedPixels()), [tensorType(1, 1, 1, element)])).toEqual({
        type: undefined,
        issues: ['NN005 an input that is not 8-bit pixels'],
      });
  });
});
