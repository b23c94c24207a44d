// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { bipolar, int } from '../../ir/types.ts';
import { randomFrom } from '../../passes/random.ts';
import type { ParameterReader } from '../../layer-kind/layer-kind.ts';
import {
  evaluateLone,
  inferLone,
  integerIn,
  loneNode,
  oneOf,
  randomElements,
  tensorType,
} from '../../layer-kind/lone-node.fixture.ts';
import { intDense } from './index.ts';

test('golden equals whole-number sums of any size on 100 random layers', () => {
  const random = randomFrom('int-dense');
  for (let i = 0; i < 100; i++) {
    const reach = oneOf(random, [7, 2047, 131_072]);
    const input = tensorType(
      integerIn(random, 1, 3),
      integerIn(random, 1, 3),
      integerIn(random, 1, 12),
      int(-reach, reach),
    );
    const [units, taps] = [integerIn(random, 1, 12), input.height * input.width * input.channels];
    const weights = Int8Array.from({ length: units * taps }, () => integerIn(random, -128, 127));
    const bias = Int32Array.from({ length: units }, () => integerIn(random, -1e6, 1e6));
    const node = loneNode(intDense, { units, bias: true }, input, {
      weights: { shape: [units, taps], data: weights },
      bias: { shape: [units], data: bias },
    });
    const elements = randomElements(random, input);
    const wanted = Array.from({ length: units }, (_, k) =>
      Number(elements.reduce((sum, x, j) => sum + BigInt(weights[k * taps + j]!) * BigInt(x), BigInt(bias[k]!))),
    );
    expect(evaluateLone(intDense, node, elements)).toEqual(wanted);
  }
});

const input = tensorType(1, 1, 4, int(-100, 99, 1 / 64));

function reader(tensors: Record<string, number[]>): ParameterReader {
  return {
    bits: () => new Uint8Array(),
    int8: (key) => Int8Array.from(tensors[key]!),
    integers: (key) => Int32Array.from(tensors[key]!),
    reals: () => new Float64Array(),
    note: () => undefined,
    refuse: (key, got) => {
      throw new Error(`${key}: ${got}`);
    },
  };
}

test('resolve refuses sums beyond 32 bits, whether or not inputs reach them', () => {
  const resolve = (attributes: { units: number; bias: boolean }, tensors: Record<string, number[]>, map = input) => {
    const node = loneNode(intDense, attributes, map);
    return intDense.resolve!(node, [map], node.type, reader(tensors));
  };
  expect(resolve({ units: 1, bias: false }, { weights: [1, -128, 127, 0] })).toEqual({
    weights: { shape: [1, 4], data: Int8Array.of(1, -128, 127, 0) },
    bias: { shape: [1], data: Int32Array.of(0) },
  });
  expect(() => resolve({ units: 1, bias: true }, { weights: [1, -1, 0, 0], bias: [2 ** 31 - 200] })).toThrow(
    `weights: sums of row 0 up to ±${2 ** 31}`,
  );
  expect(resolve({ units: 1, bias: true }, { weights: [1, -1, 0, 0], bias: [2 ** 31 - 201] })['bias']!.data[0]).toBe(
    2 ** 31 - 201,
  );
  const wide = tensorType(1, 1, 2, int(-(2 ** 24), 2 ** 24 - 1));
  expect(() => resolve({ units: 1, bias: false }, { weights: [64, 64] }, wide)).toThrow(
    `weights: sums of row 0 up to ±${2 ** 31}`,
  );
});

test('infer: one pixel of sums in the unit of the input, 32 bits at most', () => {
  expect(inferLone(intDense, { units: 3, bias: false }, [input]).type).toEqual(
    tensorType(1, 1, 3, int(-51_200, 51_200, 1 / 64)),
  );
  expect(inferLone(intDense, { units: 3, bias: true }, [input]).type?.element).toEqual(
    int(-(2 ** 31) + 1, 2 ** 31 - 1, 1 / 64),
  );
  expect(inferLone(intDense, { units: 0, bias: false }, [input]).issues).toEqual(['NN005 units = 0']);
  expect(inferLone(intDense, { units: 1, bias: false }, [tensorType(1, 1, 1, bipolar)]).issues).toEqual([
    'NN005 int8 weights on bits',
  ]);
  expect(inferLone(intDense, { units: 1, bias: false }, [tensorType(1, 1, 1, int(0, 9, 2, -9))]).issues).toEqual([
    'NN005 int8 weights on popcounts',
  ]);
});

test('counts MACs as operations, weights as 8 bits and biases as 32', () => {
  const node = loneNode(intDense, { units: 3, bias: true }, input, {
    weights: { shape: [3, 4], data: new Int8Array(12) },
    bias: { shape: [3], data: new Int32Array(3) },
  });
  expect(intDense.work!(node)).toEqual({ macs: 12, operations: 12 });
  expect(intDense.parameterBits!(node)).toBe(12 * 8 + 3 * 32);
});

test('bits and narrow bound the weights, tighten the range of the sums, and count in the parameters', () => {
  const reached = (options: object) =>
    inferLone(intDense, { units: 1, bias: false, ...options }, [input]).type?.element;
  // 4 taps of at most 100.
  expect(reached({ bits: 2 })).toEqual(int(-800, 800, 1 / 64));
  expect(reached({ bits: 2, narrow: true })).toEqual(int(-400, 400, 1 / 64));
  expect(reached({ narrow: true })).toEqual(int(-127 * 400, 127 * 400, 1 / 64));
  for (const bits of [1, 9, 2.5])
    expect(inferLone(intDense, { units: 1, bias: false, bits }, [input]).issues).toEqual([`NN005 bits = ${bits}`]);

  const resolved = (options: object, weights: number[]) => {
    const node = loneNode(intDense, { units: 1, bias: false, ...options }, input);
    return intDense.resolve!(node, [input], node.type, reader({ weights }))['weights']!.data;
  };
  expect([...resolved({ bits: 2 }, [-2, 1, 0, -1])]).toEqual([-2, 1, 0, -1]);
  expect(() => resolved({ bits: 2 }, [1, -2, 2, 3])).toThrow('weights: 2 at 2');
  expect(() => resolved({ bits: 2, narrow: true }, [1, -1, 1, -2])).toThrow('weights: -2 at 3');
  expect(() => resolved({ bits: 4 }, [7, -8, -9, 8])).toThrow('weights: -9 at 2');
  expect(() => resolved({ narrow: true }, [-128, 0, 0, 0])).toThrow('weights: -128 at 0');

  const node = loneNode(intDense, { units: 3, bias: false, bits: 2, narrow: true }, input, {
    weights: { shape: [3, 4], data: new Int8Array(12) },
  });
  expect(intDense.parameterBits!(node)).toBe(12 * 2);
});
