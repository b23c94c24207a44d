// SPDX-License-Identifier: Apache-2.0
import { dataflow } from './dataflow.ts';
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
  randomBits,
  randomElements,
  tensorType,
} from '../../layer-kind/lone-node.fixture.ts';
import { maxPool } from './index.ts';

/** Math.max or Math.min over the window's values, window by window. */
function naive(node: TypedNode, elements: readonly number[]): number[] {
  const { size, stride, rounding } = node.attributes as { size: number; stride: number; rounding?: string };
  const { height, width, channels } = node.inputTypes[0]!;
  // A window counts when it is whole, or with ceil when it holds an element that no window before it does.
  const starts = (n: number) =>
    Array.from({ length: n }, (_, at) => at * stride).filter((at) =>
      rounding ? at < n && (at === 0 || at - stride + size < n) : at + size <= n,
    );
  const pooled: number[] = [];
  for (const top of starts(height))
    for (const left of starts(width))
      for (let c = 0; c < channels; c++) {
        const window: number[] = [];
        for (let y = top; y < Math.min(height, top + size); y++)
          for (let x = left; x < Math.min(width, left + size); x++)
            window.push(elements[(y * width + x) * channels + c]!);
        pooled.push(node.parameters['minimum']!.data[c] ? Math.min(...window) : Math.max(...window));
      }
  return pooled;
}

function randomNode(random: Random, minimum: (channels: number) => Uint8Array): TypedNode {
  const channels = oneOf(random, [1, 3, 31, 32, 33, 64, 70]);
  const input = tensorType(
    integerIn(random, 1, 9),
    integerIn(random, 1, 9),
    channels,
    oneOf(random, [bipolar, int(-50, 50)]),
  );
  const size = integerIn(random, 1, Math.min(3, input.height, input.width));
  const attributes = { size, stride: integerIn(random, 1, 4), ...(random() < 0.5 ? { rounding: 'ceil' } : {}) };
  return loneNode(maxPool, attributes, input, { minimum: { shape: [channels], data: minimum(channels) } });
}

describe('golden', () => {
  test.each([
    ['maxima (OR of bits)', (n: number) => new Uint8Array(n)],
    ['minima (AND of bits)', (n: number) => new Uint8Array(n).fill(1)],
  ])('%s on 100 random shapes, odd rows, overlapping windows and windows beyond the edge included', (_, minimum) => {
    const random = randomFrom('max-pool');
    for (let i = 0; i < 100; i++) {
      const node = randomNode(random, minimum);
      const elements = randomElements(random, node.inputTypes[0]!);
      expect(evaluateLone(maxPool, node, elements)).toEqual(naive(node, elements));
    }
  });

  test('maxima and minima side by side', () => {
    const random = randomFrom('mixed');
    for (let i = 0; i < 100; i++) {
      const node = randomNode(random, (n) => randomBits(random, n));
      const elements = randomElements(random, node.inputTypes[0]!);
      expect(evaluateLone(maxPool, node, elements)).toEqual(naive(node, elements));
    }
  });
});

describe('infer', () => {
  test('drops rows and columns that fill no window', () => {
    expect(inferLone(maxPool, { size: 2, stride: 2 }, [tensorType(7, 6, 5, bipolar)]).type).toEqual(
      tensorType(3, 3, 5, bipolar),
    );
    expect(inferLone(maxPool, { size: 3, stride: 2 }, [tensorType(7, 6, 5, int(0, 9))]).type).toEqual(
      tensorType(3, 2, 5, int(0, 9)),
    );
  });

  test('keeps them with ceil, in windows that start inside the map', () => {
    const rows = (n: number, size: number, stride: number) =>
      inferLone(maxPool, { size, stride, rounding: 'ceil' }, [tensorType(n, n, 5, int(0, 9))]).type!.height;
    expect([rows(111, 3, 2), rows(55, 3, 2), rows(27, 3, 2), rows(28, 3, 2), rows(54, 3, 2)]).toEqual([
      55, 27, 13, 14, 27,
    ]);
    expect([rows(4, 1, 3), rows(5, 1, 3), rows(6, 2, 4), rows(9, 3, 3)]).toEqual([2, 2, 2, 3]);
    expect(inferLone(maxPool, { size: 2, stride: 2, rounding: 'up' }, [tensorType(4, 4, 1, bipolar)]).issues).toEqual([
      'NN005 rounding = "up"',
    ]);
  });

  test.each([
    [0, 1],
    [1.5, 1],
    [5, 1],
    [2, 0],
    [2, 0.5],
  ])('refuses size %d, stride %d on 7×4', (size, stride) => {
    expect(inferLone(maxPool, { size, stride }, [tensorType(7, 4, 1, bipolar)])).toEqual({
      type: undefined,
      issues: [`NN005 size = ${size}, stride = ${stride} on 7×4`],
    });
  });
});

test('starts as a maximum; behind a threshold mirrored channels turn, twice mirrored ones turn back', () => {
  const minimum = maxPool.resolve!(undefined!, [tensorType(4, 4, 4, int(0, 9))], undefined!, undefined!);
  const node = loneNode(maxPool, { size: 2, stride: 2 }, tensorType(4, 4, 4, int(0, 9)), minimum);
  expect([...node.parameters['minimum']!.data]).toEqual([0, 0, 0, 0]);
  const once = { ...node, ...maxPool.behindThreshold!(node, Uint8Array.of(0, 1, 1, 0)) };
  expect([...once.parameters['minimum']!.data]).toEqual([0, 1, 1, 0]);
  const twice = { ...once, ...maxPool.behindThreshold!(once, Uint8Array.of(0, 1, 0, 1)) };
  expect([...twice.parameters['minimum']!.data]).toEqual([0, 0, 1, 1]);
});

test('cycles: one beat of the arriving lanes and pixels a clock', () => {
  const node = loneNode(maxPool, { size: 2, stride: 2 }, tensorType(28, 28, 64, bipolar), {
    minimum: { shape: [64], data: new Uint8Array(64) },
  });
  const engine = { name: 'lone', nodes: [node], fold: { pe: 1, simd: 1, pixels: 1 }, lutPerBram: 0 };
  const cycles = (lanes: number, pixels: number) => dataflow.cost.cycles(engine, { lanes, pixels });
  expect([cycles(64, 1), cycles(16, 1), cycles(16, 4)]).toEqual([784, 3136, 784]);
});

test('takes whole windows side by side, else single pixels', () => {
  const taken = (size: number, width: number, pixels: number) => {
    const node = loneNode(maxPool, { size, stride: size }, tensorType(6, width, 8, bipolar), {
      minimum: { shape: [8], data: new Uint8Array(8) },
    });
    const engine = { name: 'lone', nodes: [node], fold: { pe: 1, simd: 1, pixels: 1 }, lutPerBram: 0 };
    const input = dataflow.cost.inputBeat(engine, { lanes: 4, pixels });
    return [input.pixels, dataflow.cost.outputBeat(engine, input).pixels];
  };
  expect(taken(2, 28, 14)).toEqual([14, 7]);
  expect(taken(2, 28, 7)).toEqual([1, 1]);
  expect(taken(3, 12, 12)).toEqual([12, 4]);
  expect(taken(3, 12, 4)).toEqual([1, 1]);
  expect(taken(2, 7, 7)).toEqual([1, 1]);
});
