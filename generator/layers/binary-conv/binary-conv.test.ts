// SPDX-License-Identifier: Apache-2.0
import { dataflow } from './dataflow.ts';
import { describe, expect, test } from 'vitest';
import type { TypedNode } from '../../ir/graph.ts';
import { bipolar, int, uint8 } from '../../ir/types.ts';
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
import { binaryConv } from './index.ts';
import type { ConvShape } from './kind.ts';

/** The definition: Σ w·x over real ±1 weights, one tap after the other; agreements are (dot + n) / 2. */
function naive(node: TypedNode, elements: readonly number[]): number[] {
  const { filters, kernel, stride, padSize, padValue } = node.attributes as unknown as ConvShape;
  const { height, width, channels, element } = node.inputTypes[0]!;
  const weights = node.parameters['weights']!.data;
  const bits = element.type === 'bipolar';
  const value = (y: number, x: number, c: number) => {
    if (y < 0 || y >= height || x < 0 || x >= width) return padValue;
    const e = elements[(y * width + x) * channels + c]!;
    return bits ? 2 * e - 1 : e;
  };
  const sums: number[] = [];
  for (let oy = 0; oy * stride + kernel <= height + 2 * padSize; oy++)
    for (let ox = 0; ox * stride + kernel <= width + 2 * padSize; ox++)
      for (let f = 0; f < filters; f++) {
        let dot = 0;
        for (let ky = 0; ky < kernel; ky++)
          for (let kx = 0; kx < kernel; kx++)
            for (let c = 0; c < channels; c++) {
              const w = weights[((f * kernel + ky) * kernel + kx) * channels + c] ? 1 : -1;
              dot += w * value(oy * stride + ky - padSize, ox * stride + kx - padSize, c);
            }
        sums.push(bits ? (dot + kernel * kernel * channels) / 2 : dot);
      }
  return sums;
}

function randomNode(random: Random): TypedNode {
  const element = oneOf(random, [bipolar, bipolar, int(-128, 127), uint8, int(-3, 5)]);
  const channels = oneOf(random, [1, 2, 3, 5, 31, 32, 33, 63, 64, 65, 96, 100, 130]);
  const input = tensorType(integerIn(random, 1, 8), integerIn(random, 1, 8), channels, element);
  const kernel = integerIn(random, 1, 4);
  // The least padding that lets the kernel fit, or more.
  const least = Math.max(0, Math.ceil((kernel - Math.min(input.height, input.width)) / 2));
  const padSize = integerIn(random, least, kernel - 1);
  const padValue = element.type === 'bipolar' ? oneOf(random, [-1, 1]) : integerIn(random, element.min, element.max);
  const filters = integerIn(random, 1, 7);
  const shape = [filters, kernel, kernel, channels];
  const weights = { shape, data: randomBits(random, filters * kernel * kernel * channels) };
  return loneNode(binaryConv, { filters, kernel, stride: integerIn(random, 1, 3), padSize, padValue }, input, {
    weights,
  });
}

describe('golden', () => {
  test('equals nested loops over ±1 on 300 random shapes', () => {
    const random = randomFrom('binary-conv');
    for (let i = 0; i < 300; i++) {
      const node = randomNode(random);
      const elements = randomElements(random, node.inputTypes[0]!);
      expect(evaluateLone(binaryConv, node, elements), JSON.stringify(node.attributes)).toEqual(naive(node, elements));
    }
  });

  test('a flipped weight moves the sums of its filter by one, and no other', () => {
    const random = randomFrom('flipped');
    const [filters, kernel, channels] = [4, 3, 40];
    const data = randomBits(random, filters * kernel * kernel * channels);
    const node = (bits: Uint8Array) =>
      loneNode(
        binaryConv,
        { filters, kernel, stride: 1, padSize: 0, padValue: -1 },
        tensorType(5, 5, channels, bipolar),
        {
          weights: { shape: [filters, kernel, kernel, channels], data: bits },
        },
      );
    const elements = randomElements(random, node(data).inputTypes[0]!);
    const damaged = data.map((bit, i) => (i === 2 * kernel * kernel * channels + 77 ? 1 - bit : bit));
    const before = evaluateLone(binaryConv, node(data), elements);
    evaluateLone(binaryConv, node(damaged), elements).forEach((sum, i) =>
      expect(Math.abs(sum - before[i]!)).toBe(i % filters === 2 ? 1 : 0),
    );
  });

  test('keeps nothing of the frame before', () => {
    const random = randomFrom('frames');
    const node = randomNode(random);
    const frames = Array.from({ length: 3 }, () => randomElements(random, node.inputTypes[0]!));
    const together = frames.map((frame) => evaluateLone(binaryConv, node, frame));
    expect(together).toEqual(frames.map((frame) => naive(node, frame)));
  });
});

describe('infer', () => {
  const map = tensorType(7, 9, 8, bipolar);
  const attributes = { filters: 16, kernel: 3, stride: 2, padSize: 1, padValue: -1 };

  test('gives the output map and the range of its sums', () => {
    expect(inferLone(binaryConv, attributes, [map]).type).toEqual(tensorType(4, 5, 16, int(0, 72, 2, -72)));
    expect(
      inferLone(binaryConv, { ...attributes, padValue: 0 }, [tensorType(4, 4, 3, int(-128, 127, 1 / 128))]).type,
    ).toEqual(tensorType(2, 2, 16, int(-27 * 128, 27 * 128, 1 / 128)));
  });

  test.each([
    [{ filters: 0 }, 'NN005 filters = 0'],
    [{ filters: 1.5 }, 'NN005 filters = 1.5'],
    [{ kernel: 0, padSize: 0 }, 'NN005 kernel = 0'],
    [{ stride: 0 }, 'NN005 stride = 0'],
    [{ padSize: 3 }, 'NN005 pad.size = 3'],
    [{ padSize: -1 }, 'NN005 pad.size = -1'],
    [{ padValue: 0 }, 'NN005 pad.value = 0'],
    [{ kernel: 10 }, 'NN005 a 10×10 kernel on 7×9 with pad 1'],
  ])('refuses %o', (change, issue) => {
    expect(inferLone(binaryConv, { ...attributes, ...change }, [map])).toEqual({
      type: undefined,
      issues: [issue],
    });
  });

  test('refuses padding outside the range of integer inputs, and sums of sums', () => {
    const pixels = tensorType(4, 4, 3, int(-128, 127));
    expect(inferLone(binaryConv, { ...attributes, padValue: 128 }, [pixels]).issues).toEqual(['NN005 pad.value = 128']);
    const sums = tensorType(4, 4, 3, int(0, 27, 2, -27));
    expect(inferLone(binaryConv, { ...attributes, padValue: 0 }, [sums]).issues).toEqual(['NN006 sums of sums']);
  });

  test('refuses sums that 32 bits do not hold', () => {
    const wide = tensorType(300, 300, 3, int(-32_767, 32_767));
    const { issues } = inferLone(binaryConv, { ...attributes, kernel: 200, padValue: 0 }, [wide]);
    expect(issues).toEqual([`NN005 sums up to ±${200 * 200 * 3 * 32_767}`]);
  });
});

describe('algebra', () => {
  test('inverted rows give n − P of bits and −s of integers', () => {
    const random = randomFrom('negate');
    for (let i = 0; i < 20; i++) {
      const node = randomNode(random);
      const { filters } = node.attributes as unknown as ConvShape;
      const channels = randomBits(random, filters);
      const { node: inverted, mirror } = binaryConv.negate!(node, channels);
      const elements = randomElements(random, node.inputTypes[0]!);
      const sums = naive(node, elements);
      const wanted = sums.map((sum, at) => (channels[at % filters] ? mirror - sum : sum));
      expect(evaluateLone(binaryConv, inverted, elements)).toEqual(wanted);
    }
  });

  test('counts MACs, 1-bit operations and weight bits', () => {
    const weights = { shape: [64, 3, 3, 3], data: new Uint8Array(1728) };
    const pixels = tensorType(32, 32, 3, int(-128, 127));
    const node = loneNode(binaryConv, { filters: 64, kernel: 3, stride: 1, padSize: 0, padValue: 0 }, pixels, {
      weights,
    });
    expect(binaryConv.work!(node)).toEqual({ macs: 900 * 64 * 27, operations: 900 * 64 * 27 * 8 });
    expect(binaryConv.parameterBits!(node)).toBe(1728);
  });
});

test('cycles are the slower of reading windows and writing the line buffer', () => {
  const node = (filters: number, channels: number, stride: number) =>
    loneNode(
      binaryConv,
      { filters, kernel: 3, stride, padSize: 0, padValue: -1 },
      tensorType(30, 30, channels, bipolar),
      {
        weights: { shape: [filters, 3, 3, channels], data: new Uint8Array(filters * 9 * channels) },
      },
    );
  const cycles = (n: TypedNode, pe: number, simd: number) =>
    dataflow.cost.cycles(
      { name: 'lone', nodes: [n], fold: { pe, simd, pixels: 1 }, lutPerBram: 0 },
      { lanes: simd, pixels: 1 },
    );
  // CNV's second layer, 28×28 windows: FINN's own folding needs 784·2·18 clocks.
  expect(cycles(node(64, 64, 1), 32, 32)).toBe(28_224);
  expect(cycles(node(64, 64, 1), 64, 64)).toBe(784 * 9);
  // A long stride reads few windows; the map still arrives pixel by pixel.
  expect(cycles(node(1, 64, 14), 1, 64)).toBe(900);
});
