// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { bipolar, int, type Int } from '../../ir/types.ts';
import type { TypedNode } from '../../ir/graph.ts';
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
import { checkpointReader, syntheticReader } from '../../passes/parameter-readers.ts';
import { randomFrom } from '../../passes/random.ts';
import { tensorTable } from '../../import/tensor-table.ts';
import type { Random } from '../../layer-kind/layer-kind.ts';
import { multiThreshold } from './index.ts';
import { levelCount } from './kind.ts';

const attributes = { bits: 2, signed: true, narrow: true, scale: 0.5, directions: 'each' };

/** Levels in order along each channel, some equal, some beyond the sums. */
function withLevels(random: Random, node: TypedNode): TypedNode {
  const { channels } = node.type;
  const levels = levelCount(node);
  const { min, max } = node.inputTypes[0]!.element as Int;
  const falling = randomBits(random, channels);
  const rows = Array.from(falling, (falls) => {
    const sorted = Array.from({ length: levels }, () => integerIn(random, min - 1, max + 1)).sort((a, b) => a - b);
    return falls ? sorted.reverse() : sorted;
  });
  return {
    ...node,
    parameters: {
      theta: { shape: [channels, levels], data: Int32Array.from(rows.flat()) },
      mirrored: { shape: [channels], data: falling },
    },
  };
}

/** Of 1 to 8 bits on maps of any size. */
function randomNode(random: Random): TypedNode {
  const bits = integerIn(random, 1, 8);
  const change = { bits, signed: oneOf(random, [true, false]), narrow: bits > 1 && oneOf(random, [true, false]) };
  const sums = oneOf(random, [int(0, 27, 2, -27), int(-300, 300), int(-5, 5, 0.25), int(-(2 ** 30), 2 ** 30)]);
  const map = tensorType(integerIn(random, 1, 3), integerIn(random, 1, 3), integerIn(random, 1, 40), sums);
  return withLevels(random, loneNode(multiThreshold, { ...attributes, ...change }, map));
}

describe('golden', () => {
  test('counts the levels that a sum reaches, on 300 random layers of 1 to 8 bits', () => {
    const random = randomFrom('multi-threshold');
    for (let i = 0; i < 300; i++) {
      const node = randomNode(random);
      const { theta, mirrored } = node.parameters;
      const [levels, { channels, element }] = [levelCount(node), node.type];
      const sums = randomElements(random, node.inputTypes[0]!);
      const expected = sums.map((sum, at) => {
        const c = at % channels;
        const row = [...theta!.data.subarray(c * levels, (c + 1) * levels)];
        return (element as Int).min + row.filter((t) => (mirrored!.data[c] ? sum <= t : sum >= t)).length;
      });
      expect(evaluateLone(multiThreshold, node, sums), JSON.stringify(node.attributes)).toEqual(expected);
    }
  });

  test('of mirrored sums, unmirrored levels give the same', () => {
    const random = randomFrom('unmirror');
    for (let i = 0; i < 50; i++) {
      const node = randomNode(random);
      const { mirrored } = node.parameters;
      const { channels } = node.type;
      const sums = randomElements(random, node.inputTypes[0]!);
      const mirror = integerIn(random, -40, 40);
      const turned = sums.map((sum, at) => (mirrored!.data[at % channels] ? mirror - sum : sum));
      const rising = multiThreshold.unmirror!(node, mirror);
      expect(evaluateLone(multiThreshold, rising, turned)).toEqual(evaluateLone(multiThreshold, node, sums));
      expect([...rising.parameters['mirrored']!.data]).toEqual(new Array(channels).fill(0));
    }
  });
});

describe('infer', () => {
  const map = tensorType(2, 3, 4, int(-9, 9, 0.25));
  const element = (change: object) => inferLone(multiThreshold, { ...attributes, ...change }, [map]).type?.element;

  test('gives the range of the results and their unit', () => {
    expect(element({})).toEqual(int(-1, 1, 0.5));
    expect(element({ narrow: false })).toEqual(int(-2, 1, 0.5));
    expect(element({ signed: false, narrow: false })).toEqual(int(0, 3, 0.5));
    expect(element({ signed: false, bits: 8 })).toEqual(int(0, 254, 0.5));
    expect(element({ bits: 1, narrow: false })).toEqual(int(-1, 0, 0.5));
  });

  test.each([
    [{ bits: 0 }, 'NN005 bits = 0'],
    [{ bits: 9 }, 'NN005 bits = 9'],
    [{ bits: 1.5 }, 'NN005 bits = 1.5'],
    [{ bits: 1, narrow: true }, 'NN005 bits = 1, narrow = true'],
    [{ scale: 0 }, 'NN005 scale = 0'],
    [{ scale: Infinity }, 'NN005 scale = Infinity'],
  ])('refuses %o', (change, issue) => {
    expect(inferLone(multiThreshold, { ...attributes, ...change }, [map])).toEqual({
      type: undefined,
      issues: [issue],
    });
  });

  test('refuses bits, and sums beside which no 32-bit threshold is', () => {
    const issues = (input: Parameters<typeof tensorType>[3]) =>
      inferLone(multiThreshold, attributes, [tensorType(1, 1, 4, input)]).issues;
    expect(issues(bipolar)).toEqual(['NN005 levels of bits']);
    expect(issues(int(-(2 ** 31) + 1, 2 ** 31 - 1))).toEqual(['NN005 sums of -2147483647..2147483647']);
    expect(issues(int(-(2 ** 31) + 1, 2 ** 31 - 2))).toEqual([]);
  });
});

describe('resolve', () => {
  const map = tensorType(1, 1, 2, int(-9, 9));
  const node = loneNode(multiThreshold, attributes, map);
  const resolved = (thresholds: readonly number[], falling: readonly number[]) => {
    const tensors = new Map([
      ['t.thresholds', { dtype: 'I32' as const, shape: [2, 2], data: Int32Array.from(thresholds) }],
      ['t.falling', { dtype: 'U8' as const, shape: [2], data: Uint8Array.from(falling) }],
    ]);
    const source = tensorTable(tensors, { source: 'imported', where: 'x', describe: 'x' });
    return multiThreshold.resolve!(node, [map], node.type, checkpointReader(source, 't'));
  };

  test('takes levels in the order of the direction, and those beyond the sums as those at the edge', () => {
    const { theta, mirrored } = resolved([-500, 500, 500, -500], [0, 1]);
    expect([[...theta!.data], [...mirrored!.data]]).toEqual([
      [-9, 10, 9, -10],
      [0, 1],
    ]);
  });

  test('refuses levels out of order by channel and level', () => {
    expect(() => resolved([3, 2, 0, 0], [0, 0])).toThrow('t.thresholds: 3 and then 2 in channel 0, at level 1');
    expect(() => resolved([0, 0, 2, 3], [0, 1])).toThrow('t.thresholds: 2 and then 3 in channel 1, at level 1');
  });

  test('draws synthetic levels in order, in both directions', () => {
    const wide = tensorType(1, 1, 64, int(-900, 900));
    const levels = loneNode(multiThreshold, { ...attributes, bits: 4 }, wide);
    const parameters = multiThreshold.resolve!(levels, [wide], levels.type, syntheticReader(1, 1, 't'));
    expect(new Set(parameters['mirrored']!.data)).toEqual(new Set([0, 1]));
    const results = evaluateLone(multiThreshold, { ...levels, parameters }, new Array(64).fill(0));
    expect(new Set(results).size).toBeGreaterThan(4);
  });
});
