// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { fromElements } from '../../tensor/tensor.ts';
import { bipolar, int } from '../../ir/types.ts';
import { randomFrom } from '../../passes/random.ts';
import { elementsOf, inferLone, loneNode, randomElements, tensorType } from '../../layer-kind/lone-node.fixture.ts';
import { add } from './index.ts';

test('golden: sums saturate at both ends of the format', () => {
  const random = randomFrom('add');
  const type = tensorType(3, 4, 33, int(-20, 19, 1 / 8));
  const node = loneNode(add, {}, type, {}, type);
  const [x1, x2] = [randomElements(random, type), randomElements(random, type)];
  const sums = x1.map((x, i) => x + x2[i]!);
  expect(Math.min(...sums)).toBeLessThan(-20);
  expect(Math.max(...sums)).toBeGreaterThan(19);
  const got = elementsOf(type, add.golden(node)([fromElements(type, x1), fromElements(type, x2)]));
  expect(got).toEqual(sums.map((sum) => (sum < -20 ? -20 : sum > 19 ? 19 : sum)));
});

test('infer gives the one format, and refuses any other pair', () => {
  const type = tensorType(2, 3, 4, int(-8, 7, 0.5));
  expect(inferLone(add, {}, [type, type]).type).toEqual(type);
  const refused = (change: object) => inferLone(add, {}, [type, { ...type, ...change }]);
  expect(refused({ width: 4 })).toEqual({
    type: undefined,
    issues: ['NN005 a sum of 2×3×4 int[-8..7] and 2×4×4 int[-8..7]'],
  });
  expect(refused({ element: int(-8, 8, 0.5) }).issues).toEqual([
    'NN005 a sum of 2×3×4 int[-8..7] and 2×3×4 int[-8..8]',
  ]);
  expect(refused({ element: int(-8, 7, 0.25) }).issues).toEqual(['NN005 a sum of units 1/2 and 1/4']);
  expect(refused({ element: bipolar }).issues).toEqual(['NN005 a sum of int[-8..7] and bipolar']);
  const counts = tensorType(1, 1, 1, int(0, 9, 2, -9));
  expect(inferLone(add, {}, [counts, counts]).issues).toEqual(['NN005 a sum of popcounts']);
});
