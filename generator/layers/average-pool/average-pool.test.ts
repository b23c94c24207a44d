// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import type { TypedNode } from '../../ir/graph.ts';
import { bipolar, int } from '../../ir/types.ts';
import { randomFrom } from '../../passes/random.ts';
import {
  evaluateLone,
  inferLone,
  integerIn,
  loneNode,
  oneOf,
  randomElements,
  tensorType,
} from '../../layer-kind/lone-node.fixture.ts';
import { averagePool } from './index.ts';

/** Sums window by window. */
function naive(node: TypedNode, elements: readonly number[]): number[] {
  const { height, width, channels } = node.inputTypes[0]!;
  const [rows, columns] = [node.attributes['size'] ?? height, node.attributes['size'] ?? width] as [number, number];
  const sums: number[] = [];
  for (let top = 0; top + rows <= height; top += rows)
    for (let left = 0; left + columns <= width; left += columns)
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let y = top; y < top + rows; y++)
          for (let x = left; x < left + columns; x++) sum += elements[(y * width + x) * channels + c]!;
        sums.push(sum);
      }
  return sums;
}

test('golden equals window sums on 100 random shapes, whole maps and dropped rows included', () => {
  const random = randomFrom('average-pool');
  for (let i = 0; i < 100; i++) {
    const input = tensorType(
      integerIn(random, 1, 9),
      integerIn(random, 1, 9),
      oneOf(random, [1, 3, 32, 33]),
      int(-70, 50),
    );
    const attributes = random() < 0.4 ? {} : { size: integerIn(random, 1, Math.min(input.height, input.width)) };
    const node = loneNode(averagePool, attributes, input);
    const elements = randomElements(random, input);
    expect(evaluateLone(averagePool, node, elements)).toEqual(naive(node, elements));
  }
});

test('infer: the range grows by the pixels, the unit shrinks by them, what it stands for stays', () => {
  expect(inferLone(averagePool, {}, [tensorType(2, 8, 5, int(-8, 7, 1 / 4))]).type).toEqual(
    tensorType(1, 1, 5, int(-128, 112, 1 / 64)),
  );
  expect(inferLone(averagePool, { size: 2 }, [tensorType(5, 4, 5, int(0, 9, 2, -9))]).type).toEqual(
    tensorType(2, 2, 5, int(0, 36, 0.5, -9)),
  );
});

test.each([0, 5, 1.5])('refuses size %d on 7×4', (size) => {
  expect(inferLone(averagePool, { size }, [tensorType(7, 4, 1, int(0, 1))])).toEqual({
    type: undefined,
    issues: [`NN005 size = ${size} on 7×4`],
  });
});

test('refuses bits, and sums that 32 bits do not hold', () => {
  expect(inferLone(averagePool, {}, [tensorType(1, 1, 1, bipolar)]).issues).toEqual(['NN005 an average of bits']);
  expect(inferLone(averagePool, {}, [tensorType(2, 2, 1, int(-(2 ** 29), 0))]).issues).toEqual([
    `NN005 sums up to ±${2 ** 31}`,
  ]);
});
