// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { fromElements } from '../../tensor/tensor.ts';
import type { Attributes } from '../../ir/graph.ts';
import { rational, type Rational } from '../../ir/rational.ts';
import { bipolar, int } from '../../ir/types.ts';
import { syntheticReader } from '../../passes/parameter-readers.ts';
import { randomFrom } from '../../passes/random.ts';
import { elementsOf, inferLone, loneNode, randomElements, tensorType } from '../../layer-kind/lone-node.fixture.ts';
import { sum } from './index.ts';

const limit = 2 ** 31 - 1;

test('golden: terms shifted left and added, saturating at 32 bits', () => {
  const random = randomFrom('sum');
  const types = [int(-(2 ** 20), 2 ** 20), int(0, 255), int(-limit, limit)].map((element) =>
    tensorType(3, 4, 5, element),
  );
  const left = [0, 7, 1];
  const node = loneNode(
    sum,
    { left },
    types[0]!,
    { left: { shape: [3], data: Int32Array.from(left) } },
    ...types.slice(1),
  );
  const terms = types.map((type) => randomElements(random, type));
  const exact = terms[0]!.map((x, i) => x + 128 * terms[1]![i]! + 2 * terms[2]![i]!);
  expect(exact.some((y) => y > limit) && exact.some((y) => y < -limit) && exact.some((y) => Math.abs(y) < limit)).toBe(
    true,
  );
  expect(elementsOf(node.type, sum.golden(node)(types.map((type, t) => fromElements(type, terms[t]!))))).toEqual(
    exact.map((y) => Math.max(-limit, Math.min(limit, y))),
  );
});

test('infer: the smallest unit, and greater ones that a shift brings to it', () => {
  const unit = (scale: Rational | number) => tensorType(1, 1, 1, int(-8, 7, scale));
  const infer = (...scales: (Rational | number)[]) => inferLone(sum, { left: scales.map(() => 0) }, scales.map(unit));
  const { type } = infer(rational(8, 49), rational(1, 98), rational(1, 49));
  expect(type?.element).toEqual(int(-limit, limit, rational(1, 98)));
  expect(infer(rational(1, 9), rational(1, 49)).issues).toEqual(['NN005 a sum of units 1/49 and 1/9']);
  expect(infer(1, 0.25, 3).issues).toEqual(['NN005 a sum of units 1/4 and 3']);
});

test('infer: any ranges, one shape', () => {
  const [a, b] = [tensorType(2, 3, 4, int(-8, 7)), tensorType(2, 3, 4, int(0, 255))];
  expect(inferLone(sum, {}, [a, b]).type).toEqual(tensorType(2, 3, 4, int(-limit, limit)));
  expect(inferLone(sum, {}, [a, { ...b, width: 4 }]).issues).toEqual([
    'NN005 a sum of 2×3×4 int[-8..7] and 2×4×4 int[0..255]',
  ]);
  expect(inferLone(sum, {}, [a, { ...b, element: bipolar }]).issues).toEqual(['NN005 a sum of bipolar']);
  expect(inferLone(sum, {}, [a, { ...b, element: int(0, 9, 2, -9) }]).issues).toEqual(['NN005 a sum of popcounts']);
  expect(inferLone(sum, {}, [a]).issues).toEqual(['NN005 a sum of 1 map']);
});

test('resolve: the shifts of a weight file are what they say, whatever units the inputs declare', () => {
  const types = [tensorType(1, 1, 1, int(-8, 7, 1)), tensorType(1, 1, 1, int(-8, 7, 0.25))];
  const node = loneNode(sum, {}, types[0]!, {}, types[1]!);
  const file = (left: readonly number[]) => ({
    ...syntheticReader(1, 1, 'lone'),
    integers: () => Int32Array.from(left),
  });
  // By the units, the first term would be shifted by 2.
  const { left } = sum.resolve!(node, types, node.type, file([0, 3]));
  expect([...left!.data]).toEqual([0, 3]);
  const lone = loneNode(sum, {}, types[0]!, { left: left! }, types[1]!);
  const terms = types.map((type) => fromElements(type, [3]));
  expect(elementsOf(lone.type, sum.golden(lone)(terms))).toEqual([3 + 8 * 3]);
  expect(() => sum.resolve!(node, types, node.type, file([0, 16]))).toThrow('lone.left: left[1] = 16');
});

test('resolve: without shifts of the network file, those that bring the terms to the smallest unit', () => {
  const unit = (scale: Rational | number) => tensorType(1, 1, 1, int(-8, 7, scale));
  const left = (scales: readonly (Rational | number)[], attributes: Attributes = {}) => {
    const types = scales.map(unit);
    const node = loneNode(sum, attributes, types[0]!, {}, ...types.slice(1));
    return [...sum.resolve!(node, types, node.type, syntheticReader(1, 1, 'lone'))['left']!.data];
  };
  expect(left([1, 1, 1])).toEqual([0, 0, 0]);
  expect(left([rational(8, 49), rational(1, 98), rational(1, 49)])).toEqual([4, 0, 1]);
  expect(left([1, 2 ** -15])).toEqual([15, 0]);
  expect(() => left([1, 2 ** -16])).toThrow('lone.left: left = [16, 0]');
  expect(left([1, 1], { left: [0, 7] })).toEqual([0, 7]);
  expect(left([1, 0.25], { left: [2, 0] })).toEqual([2, 0]);
  expect(() => left([1, 0.25], { left: [0, 0] })).toThrow('lone.left: left = [0, 0] on units that differ');
});
