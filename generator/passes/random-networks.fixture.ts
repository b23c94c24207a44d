// SPDX-License-Identifier: Apache-2.0
/** For tests of passes: small random networks with every order of pool and threshold, mirrored compares included. */
import {
  add,
  affine,
  averagePool,
  batchNormSign,
  binaryConv2d,
  binaryDense,
  decide,
  input,
  intDense,
  maxPool,
  network,
  quantise,
  signedFormat,
  signedPixels,
  synthetic,
  threshold,
  type Stream,
} from '../index.ts';
import type { Graph } from '../ir/graph.ts';
import { integerIn, oneOf } from '../layer-kind/lone-node.fixture.ts';
import type { Random } from '../layer-kind/layer-kind.ts';

/** A chain. Its input is 9×9 or larger, so that two pools and kernels up to 3 always fit. */
export function randomNetwork(random: Random, seed: number): Graph {
  const weights = synthetic(seed);
  const side = integerIn(random, 9, 12);
  const channels = integerIn(random, 1, 3);
  return network('chain', () => {
    const pixels = quantise('quant', input('pixels', { height: side, width: side, channels }), signedPixels());
    const sign = (name: string, x: Stream<'int'>) =>
      random() < 0.75 ? batchNormSign(name, x, { weights }) : threshold(name, x, { weights });
    const stage = (i: number, x: Stream<'bipolar' | 'int'>): Stream<'bipolar'> => {
      const kernel = integerIn(random, 1, 3);
      const pad = { size: kernel >> 1, value: oneOf(random, [-1, 1]) };
      const sums = binaryConv2d(`conv${i}`, x, {
        filters: oneOf(random, [1, 5, 32, 40]),
        kernel,
        pad,
        weights,
      });
      const order = integerIn(random, 0, 3);
      if (order === 0) return sign(`sign${i}`, sums);
      if (order === 1) return maxPool(`pool${i}`, sign(`sign${i}`, sums), { size: 2 });
      if (order === 2) return sign(`sign${i}`, maxPool(`pool${i}`, sums, { size: 2 }));
      const twice = maxPool(`again${i}`, maxPool(`pool${i}`, sums, { size: 2, stride: 1 }), { size: 2 });
      return sign(`sign${i}`, twice);
    };
    const map = stage(1, stage(0, pixels));
    return decide(
      'class',
      binaryDense('fc', sign('fsign', binaryDense('hidden', map, { units: 20, weights })), {
        units: 6,
        weights,
      }),
      { classes: 5, ignore: 1 },
    );
  });
}

/**
 * Residual blocks, in which results have two or three readers: a stream that a compare and an add read, sums that two
 * compares read, a pool that a compare and an affine map read, bits that two convolutions read.
 */
export function randomResidual(random: Random, seed: number): Graph {
  const weights = synthetic(seed);
  const side = integerIn(random, 6, 9);
  const format = signedFormat(integerIn(random, 8, 12), 4);
  const width = oneOf(random, [3, 8, 33]);
  return network('residual', () => {
    const pixels = quantise('quant', input('pixels', { height: side, width: side, channels: 2 }), signedPixels());
    const conv = (name: string, x: Stream<'bipolar' | 'int'>, kernel = 3, filters = width) =>
      binaryConv2d(name, x, { filters, kernel, pad: { size: kernel >> 1, value: oneOf(random, [-1, 1]) }, weights });
    const sign = (name: string, x: Stream<'int'>) =>
      random() < 0.7 ? batchNormSign(name, x, { weights }) : threshold(name, x, { weights });
    const block = (name: string, r: Stream<'int'>) => {
      const s = sign(`${name}_s`, r);
      const sums = conv(`${name}_c1`, s);
      const first = sign(`${name}_t1`, sums);
      const scaled = (at: string, x: Stream<'bipolar'>) =>
        affine(`${name}_bn${at}`, conv(`${name}_c${at}`, x), { format, weights });
      const once = scaled('2', first);
      const v = random() < 0.5 ? once : add(`${name}_both`, once, scaled('3', sign(`${name}_t2`, sums)));
      const shortcut = random() < 0.5 ? r : affine(`${name}_bnp`, conv(`${name}_proj`, s, 1), { format, weights });
      return add(`${name}_add`, shortcut, v);
    };
    const sums = conv('conv', pixels);
    const pooled = random() < 0.5 ? maxPool('pool', sums, { size: 2 }) : sums;
    const r = block('b2', block('b1', affine('bn', pooled, { format, weights })));
    const small = maxPool('again', r, { size: 2 });
    const bits = sign('last', small);
    const joined = add('join', affine('bnl', conv('convl', bits, 1), { format, weights }), small);
    return decide('class', intDense('fc', averagePool('avg', joined), { units: 5, bias: true, weights }), {
      classes: 5,
    });
  });
}
