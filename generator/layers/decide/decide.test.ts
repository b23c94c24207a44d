// SPDX-License-Identifier: Apache-2.0
import { dataflow } from './dataflow.ts';
import { describe, expect, test } from 'vitest';
import { bipolar, int } from '../../ir/types.ts';
import { randomFrom } from '../../passes/random.ts';
import {
  evaluateLone,
  inferLone,
  integerIn,
  loneNode,
  randomElements,
  tensorType,
} from '../../layer-kind/lone-node.fixture.ts';
import { decide } from './index.ts';

const scores = int(-100, 100);

function decision(
  rule: string,
  classes: number,
  values: readonly number[],
  element = values.every((v) => v === 0 || v === 1) ? bipolar : scores,
) {
  const attributes = { classes, rule, ignore: values.length - classes };
  return evaluateLone(decide, loneNode(decide, attributes, tensorType(1, 1, values.length, element)), values);
}

describe('first_max', () => {
  test.each([
    ['the highest', [3, 9, 4], 3, 1],
    ['the first of equals', [3, 9, 9], 3, 1],
    ['the first when all are equal', [7, 7, 7], 3, 0],
    ['among negative scores', [-5, -3, -4], 3, 1],
    ['without the values beyond the classes', [1, 2, 99], 2, 1],
    ['the only one', [-100], 1, 0],
    ['of bits', [0, 1, 1, 0], 4, 1],
  ])('takes %s', (_, values, classes, winner) => {
    expect(decision('first_max', classes, values)).toEqual([...values.slice(0, classes), winner]);
  });

  test('equals indexOf(maximum) on random scores full of ties', () => {
    const random = randomFrom('decide');
    for (let i = 0; i < 200; i++) {
      const values = Array.from({ length: integerIn(random, 2, 12) }, () => integerIn(random, -2, 2));
      expect(decision('first_max', values.length, values, scores).at(-1)).toBe(values.indexOf(Math.max(...values)));
    }
  });
});

describe('highest_bit', () => {
  test.each([
    ['the highest set bit', [1, 1, 0, 1, 0], 5, 3],
    ['0 when no bit is set', [0, 0, 0], 3, 0],
    ['no bit beyond the classes', [0, 1, 0, 1], 3, 1],
    ['the last', [0, 0, 1], 3, 2],
  ])('takes %s', (_, values, classes, winner) => {
    expect(decision('highest_bit', classes, values)).toEqual([...values.slice(0, classes), winner]);
  });
});

test('scores of a map come in (y, x, channel) order', () => {
  const input = tensorType(2, 3, 35, scores);
  const values = randomElements(randomFrom('map'), input);
  const node = loneNode(decide, { classes: 200, ignore: 10, rule: 'first_max' }, input);
  expect(evaluateLone(decide, node, values).slice(0, 200)).toEqual(values.slice(0, 200));
});

describe('infer', () => {
  test('gives the scores and the class as 32-bit words', () => {
    const { type } = inferLone(decide, { classes: 10, ignore: 54, rule: 'first_max' }, [tensorType(1, 1, 64, scores)]);
    expect(type).toEqual(tensorType(1, 1, 11, int(-(2 ** 31), 2 ** 31 - 1)));
  });

  test.each([0, 65, 2.5, NaN])('refuses %d classes of 64 values', (classes) => {
    expect(inferLone(decide, { classes, rule: 'first_max' }, [tensorType(1, 1, 64, scores)])).toEqual({
      type: undefined,
      issues: [`NN005 classes = ${classes} of 64 values`],
    });
  });

  test.each([
    ['fewer classes than values', { classes: 10 }, [1, 1, 64], 'classes = 10 of 64 values'],
    ['a map', { classes: 12 }, [2, 3, 2], 'classes = 12 of a 2×3 map of 12 values'],
    ['too few ignored', { classes: 10, ignore: 53 }, [1, 1, 64], 'classes = 10, ignore = 53 of 64 values'],
    ['too many ignored', { classes: 10, ignore: 1 }, [1, 1, 10], 'classes = 10, ignore = 1 of 10 values'],
    [
      'none of a map, which has more',
      { classes: 5, ignore: 0 },
      [32, 32, 5],
      'classes = 5, ignore = 0 of a 32×32 map of 5120 values',
    ],
    ['NaN', { classes: 10, ignore: NaN }, [1, 1, 64], 'classes = 10, ignore = NaN of 64 values'],
  ] as const)('refuses %s', (_, attributes, [height, width, channels], got) => {
    const { type, issues } = inferLone(decide, { ...attributes, rule: 'first_max' }, [
      tensorType(height, width, channels, scores),
    ]);
    expect([type, issues]).toEqual([undefined, [`NN005 ${got}`]]);
  });

  test('takes a map whose values are all said to be scores', () => {
    expect(
      inferLone(decide, { classes: 12, ignore: 0, rule: 'first_max' }, [tensorType(2, 3, 2, scores)]).issues,
    ).toEqual([]);
  });

  test('refuses an unknown rule', () => {
    expect(inferLone(decide, { classes: 2, rule: 'last_max' }, [tensorType(1, 1, 2, scores)])).toEqual({
      type: undefined,
      issues: ['NN005 rule = "last_max"'],
    });
  });
});

test('cycles: one score a clock, the class behind the last', () => {
  const node = loneNode(decide, { classes: 10, ignore: 54, rule: 'first_max' }, tensorType(1, 1, 64, scores));
  const engine = { name: 'lone', nodes: [node], fold: { pe: 1, simd: 1, pixels: 1 }, lutPerBram: 0 };
  expect(dataflow.cost.cycles(engine, { lanes: 1, pixels: 1 })).toBe(65);
});
