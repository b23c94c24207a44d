// SPDX-License-Identifier: Apache-2.0
import { unsupported } from '../../architectures/dataflow/layers/layers.ts';
import { describe, expect, test } from 'vitest';
import type { TypedNode } from '../../ir/graph.ts';
import { bipolar, int } from '../../ir/types.ts';
import { randomFrom } from '../../passes/random.ts';
import type { Random } from '../../layer-kind/layer-kind.ts';
import {
  evaluateLone,
  inferLone,
  integerIn,
  loneNode,
  oneOf,
  randomElements,
  tensorType,
} from '../../layer-kind/lone-node.fixture.ts';
import { pairedDots, windowsAtOnce } from '../matvec/paired-dots.ts';
import { intConv } from './index.ts';
import type { IntConvShape } from './kind.ts';

/** The definition, tap by tap; outside the map there are zeros. */
function naive(node: TypedNode, elements: readonly number[]): number[] {
  const { filters, kernel, stride, pad, groups } = node.attributes as unknown as IntConvShape;
  const { height, width, channels } = node.inputTypes[0]!;
  const depth = channels / groups;
  const { weights, bias } = node.parameters;
  const sums: number[] = [];
  for (let oy = 0; oy * stride + kernel <= height + 2 * pad; oy++)
    for (let ox = 0; ox * stride + kernel <= width + 2 * pad; ox++)
      for (let f = 0; f < filters; f++) {
        const group = Math.floor(f / (filters / groups));
        let sum = bias!.data[f]!;
        for (let ky = 0; ky < kernel; ky++)
          for (let kx = 0; kx < kernel; kx++) {
            const [y, x] = [oy * stride + ky - pad, ox * stride + kx - pad];
            if (y < 0 || y >= height || x < 0 || x >= width) continue;
            for (let c = 0; c < depth; c++)
              sum +=
                weights!.data[((f * kernel + ky) * kernel + kx) * depth + c]! *
                elements[(y * width + x) * channels + group * depth + c]!;
          }
        sums.push(sum);
      }
  return sums;
}

function randomNode(random: Random): TypedNode {
  const groups = oneOf(random, [1, 1, 2, 3]);
  const [share, depth, kernel] = [integerIn(random, 1, 9), integerIn(random, 1, 9), integerIn(random, 1, 5)];
  const [filters, channels] = [groups * share, groups * depth];
  const side = () => integerIn(random, kernel, 9);
  const input = tensorType(side(), side(), channels, oneOf(random, [int(-128, 127), int(0, 127), int(-32768, 32767)]));
  const weights = Int8Array.from({ length: filters * kernel * kernel * depth }, () =>
    oneOf(random, [-128, 127, 0, integerIn(random, -128, 127)]),
  );
  const attributes = {
    filters,
    kernel,
    stride: integerIn(random, 1, 4),
    pad: integerIn(random, 0, 3),
    groups,
    bias: true,
  };
  return loneNode(intConv, attributes, input, {
    weights: { shape: [filters, kernel, kernel, depth], data: weights },
    bias: { shape: [filters], data: Int32Array.from({ length: filters }, () => integerIn(random, -1e6, 1e6)) },
  });
}

describe('golden', () => {
  test('equals nested loops on 200 random shapes: groups, strides, padding beyond the kernel, 16-bit inputs', () => {
    const random = randomFrom('int-conv');
    for (let i = 0; i < 200; i++) {
      const node = randomNode(random);
      const elements = randomElements(random, node.inputTypes[0]!);
      expect(evaluateLone(intConv, node, elements), JSON.stringify(node.attributes)).toEqual(naive(node, elements));
    }
  });

  test('a weight that differs by one moves the sums of its filter alone', () => {
    const random = randomFrom('one weight');
    const node = randomNode(random);
    const { filters } = node.attributes as unknown as IntConvShape;
    const { shape, data } = node.parameters['weights']!;
    const at = data.findIndex((w) => w < 127);
    const changed = {
      ...node,
      parameters: {
        ...node.parameters,
        weights: { shape, data: (data as Int8Array).map((w, i) => (i === at ? w + 1 : w)) },
      },
    };
    const ones = randomElements(random, node.inputTypes[0]!).map(() => 1);
    const before = evaluateLone(intConv, node, ones);
    const moved = evaluateLone(intConv, changed, ones).map((sum, i) => (sum !== before[i] ? i % filters : -1));
    expect(new Set(moved.filter((f) => f >= 0))).toEqual(new Set([Math.floor(at / (data.length / filters))]));
  });
});

test('pairs of sums come apart at their extremes, in pieces where they are long', () => {
  for (const [taps, magnitude] of [
    [1, 1],
    [2047, 128],
    [2049, 128],
    [5000, 32768],
    [40, 131071],
  ] as const)
    for (const [a, b] of [
      [-128, 127],
      [127, -128],
      [-128, -128],
      [127, 127],
    ] as const) {
      const weights = Int8Array.from({ length: 2 * taps }, (_, i) => (i < taps ? a : b));
      const dots = pairedDots(weights, 2, taps, magnitude);
      const sums = new Int32Array(windowsAtOnce * dots.rows);
      dots(
        Float64Array.from({ length: 2 * taps }, (_, i) => (i < taps ? magnitude : -magnitude)),
        sums,
      );
      const wrapped = (x: number) => Number(BigInt.asIntN(32, BigInt(x)));
      expect([sums[0], sums[1], sums[dots.rows], sums[dots.rows + 1]]).toEqual(
        [taps * a * magnitude, taps * b * magnitude, -taps * a * magnitude, -taps * b * magnitude].map(wrapped),
      );
    }
});

test('bits and narrow tighten the range of the sums: 3 · 3 taps of two channels', () => {
  const attributes = { filters: 2, kernel: 3, stride: 1, pad: 0, groups: 2, bias: false };
  const map = tensorType(3, 3, 4, int(-1, 1));
  expect(inferLone(intConv, { ...attributes, bits: 2, narrow: true }, [map]).type?.element).toEqual(int(-18, 18));
  expect(inferLone(intConv, { ...attributes, bits: 3 }, [map]).type?.element).toEqual(int(-72, 72));
});

describe('infer', () => {
  const map = tensorType(7, 9, 8, int(-128, 127, 1 / 4));
  const attributes = { filters: 16, kernel: 3, stride: 2, pad: 1, groups: 2, bias: false };

  test('gives the output map and the range of its sums, 32 bits at most', () => {
    expect(inferLone(intConv, attributes, [map]).type).toEqual(
      tensorType(4, 5, 16, int(-36 * 128 * 128, 36 * 128 * 128, 1 / 4)),
    );
    expect(inferLone(intConv, { ...attributes, bias: true }, [map]).type?.element).toEqual(
      int(-(2 ** 31) + 1, 2 ** 31 - 1, 1 / 4),
    );
    expect(
      inferLone(intConv, { ...attributes, kernel: 11, stride: 4, pad: 0, groups: 1 }, [
        tensorType(227, 227, 3, int(-128, 127)),
      ]).type?.height,
    ).toBe(55);
  });

  test.each([
    [{ filters: 0 }, 'NN005 filters = 0'],
    [{ kernel: 1.5 }, 'NN005 kernel = 1.5'],
    [{ stride: 0 }, 'NN005 stride = 0'],
    [{ groups: -1 }, 'NN005 groups = -1'],
    [{ pad: -1 }, 'NN005 pad = -1'],
    [{ groups: 3 }, 'NN005 3 groups of 8 channels and 16 filters'],
    [{ kernel: 10 }, 'NN005 a 10×10 kernel on 7×9 with pad 1'],
  ])('refuses %o', (change, issue) => {
    expect(inferLone(intConv, { ...attributes, ...change }, [map])).toEqual({ type: undefined, issues: [issue] });
  });

  test('refuses bits, popcounts and sums', () => {
    const issues = (element: Parameters<typeof tensorType>[3]) =>
      inferLone(intConv, attributes, [tensorType(7, 9, 8, element)]).issues;
    expect(issues(bipolar)).toEqual(['NN005 int8 weights on bits']);
    expect(issues(int(0, 9, 2, -9))).toEqual(['NN005 int8 weights on popcounts']);
    expect(issues(int(-(2 ** 20), 2 ** 20))).toEqual(['NN005 an input of 22 bits']);
  });
});

test('counts MACs as operations, weights as 8 bits and biases as 32; dataflow refuses it', () => {
  const node = randomNode(randomFrom('count'));
  const [weights, filters] = [node.parameters['weights']!.data.length, node.type.channels];
  const macs = node.type.height * node.type.width * weights;
  expect(intConv.work!(node)).toEqual({ macs, operations: macs });
  expect([intConv.parameterBits!(node), intConv.floatParameters!(node)]).toEqual([
    8 * weights + 32 * filters,
    weights + filters,
  ]);
  expect(unsupported(node)?.got).toBe('int8 conv, which the dataflow architecture does not build');
});
