// SPDX-License-Identifier: Apache-2.0
import { dataflow } from './dataflow.ts';
import { describe, expect, test } from 'vitest';
import type { TypedNode } from '../../ir/graph.ts';
import { bipolar, int, type Element } from '../../ir/types.ts';
import { randomFrom } from '../../passes/random.ts';
import type { Random } from '../../layer-kind/layer-kind.ts';
import {
  evaluateLone,
  inferLone,
  integerIn,
  loneNode,
  oneOf,
  randomBits,
  randomElements,
  tensorType,
} from '../../layer-kind/lone-node.fixture.ts';
import { binaryDense } from './index.ts';

/** Σ w·x with real ±1 weights over the map in (y, x, channel) order; agreements are (dot + n) / 2. */
function naive(node: TypedNode, elements: readonly number[]): number[] {
  const weights = node.parameters['weights']!.data;
  const bits = node.inputTypes[0]!.element.type === 'bipolar';
  return Array.from({ length: node.type.channels }, (_, unit) => {
    const dot = elements.reduce(
      (sum, e, i) => sum + (weights[unit * elements.length + i] ? 1 : -1) * (bits ? 2 * e - 1 : e),
      0,
    );
    return bits ? (dot + elements.length) / 2 : dot;
  });
}

function randomNode(random: Random, element: Element): TypedNode {
  const channels = oneOf(random, [1, 3, 10, 16, 31, 32, 33, 48, 64, 100, 129]);
  const input = tensorType(integerIn(random, 1, 4), integerIn(random, 1, 4), channels, element);
  const units = integerIn(random, 1, 20);
  const n = input.height * input.width * channels;
  return loneNode(binaryDense, { units }, input, {
    weights: { shape: [units, n], data: randomBits(random, units * n) },
  });
}

describe('golden', () => {
  test('equals a sum over ±1 on 200 random shapes', () => {
    const random = randomFrom('binary-dense');
    for (let i = 0; i < 200; i++) {
      const node = randomNode(random, oneOf(random, [bipolar, int(-128, 127)]));
      const elements = randomElements(random, node.inputTypes[0]!);
      expect(evaluateLone(binaryDense, node, elements)).toEqual(naive(node, elements));
    }
  });

  test.each([
    ['where two filters share a product', 4681, 32_767],
    ['just beyond', 4682, 32_774],
    ['far beyond', 2 ** 27, 7 * 2 ** 27],
  ])('the greatest sums of integers %s', (_, largest, reach) => {
    const random = randomFrom('reach');
    const input = tensorType(1, 7, 1, int(-largest, largest));
    for (let i = 0; i < 50; i++) {
      const units = integerIn(random, 1, 9);
      const elements = Array.from({ length: 7 }, () => oneOf(random, [-largest, largest]));
      // Rows that follow the signs of the elements, rows that oppose them, and others.
      const rows = Array.from({ length: units }, (_, unit) =>
        elements.map((e) => (unit < 2 ? Number(e > 0 === (unit === 0)) : integerIn(random, 0, 1))),
      );
      const node = loneNode(binaryDense, { units }, input, {
        weights: { shape: [units, 7], data: Uint8Array.from(rows.flat()) },
      });
      const sums = evaluateLone(binaryDense, node, elements);
      expect(sums).toEqual(naive(node, elements));
      expect(sums[0]).toBe(reach);
    }
  });

  test('agreement with itself is n, with its opposite 0', () => {
    const random = randomFrom('itself');
    const input = tensorType(2, 2, 50, bipolar);
    const row = randomBits(random, 200);
    const weights = { shape: [2, 200], data: Uint8Array.from([...row, ...row.map((bit) => 1 - bit)]) };
    expect(evaluateLone(binaryDense, loneNode(binaryDense, { units: 2 }, input, { weights }), row)).toEqual([200, 0]);
  });
});

test('infer gives one pixel of sums, and refuses units that are no positive integer', () => {
  const map = tensorType(2, 3, 8, bipolar);
  expect(inferLone(binaryDense, { units: 5 }, [map]).type).toEqual(tensorType(1, 1, 5, int(0, 48, 2, -48)));
  for (const units of [0, -1, 2.5])
    expect(inferLone(binaryDense, { units }, [map])).toEqual({
      type: undefined,
      issues: [`NN005 units = ${units}`],
    });
});

test('inverted rows give n − P', () => {
  const random = randomFrom('negate');
  const node = randomNode(random, bipolar);
  const channels = randomBits(random, node.type.channels);
  const { node: inverted, mirror } = binaryDense.negate!(node, channels);
  const elements = randomElements(random, node.inputTypes[0]!);
  expect(mirror).toBe(elements.length);
  const wanted = naive(node, elements).map((sum, unit) => (channels[unit] ? mirror - sum : sum));
  expect(evaluateLone(binaryDense, inverted, elements)).toEqual(wanted);
});

test('cycles are units·taps over lanes', () => {
  const node = loneNode(binaryDense, { units: 512 }, tensorType(1, 1, 256, bipolar), {
    weights: { shape: [512, 256], data: new Uint8Array(512 * 256) },
  });
  const cycles = (pe: number, simd: number) =>
    dataflow.cost.cycles(
      { name: 'lone', nodes: [node], fold: { pe, simd, pixels: 1 }, lutPerBram: 0 },
      { lanes: simd, pixels: 1 },
    );
  expect([cycles(1, 4), cycles(8, 16), cycles(512, 256)]).toEqual([32_768, 1024, 1]);
});
