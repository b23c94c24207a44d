// SPDX-License-Identifier: Apache-2.0
import { expectBits, newInts, wordsFor, type BitTensor } from '../../tensor/tensor.ts';
import { elementCount } from '../../ir/types.ts';
import type { Golden } from '../../layer-kind/layer-kind.ts';
import { agreements, packRows, signedSums } from '../matvec/golden.ts';
import { sumsOf } from '../threshold/kind.ts';

/** The map's bits in one run, (y, x, channel) order, without the spare bits behind each pixel. */
export function flattened({ height, width, channels, words, data }: Omit<BitTensor, 'form'>): Int32Array {
  if (channels % 32 === 0) return data;
  const flat = new Int32Array(wordsFor(height * width * channels));
  for (let pixel = 0, at = 0; pixel < height * width; pixel++)
    for (let c = 0; c < channels; c++, at++)
      flat[at >>> 5]! |= ((data[pixel * words + (c >>> 5)]! >>> (c & 31)) & 1) << (at & 31);
  return flat;
}

/** One window: the whole map. */
export const golden: Golden = (node) => {
  const input = node.inputTypes[0]!;
  const units = node.type.channels;
  const taps = elementCount(input);
  const weights = node.parameters['weights']!.data;
  const bits = input.element.type === 'bipolar';
  const dots = bits
    ? agreements(packRows(weights, units, 1, taps), units, taps)
    : signedSums(weights, units, taps, sumsOf(node.type).max);
  return ([x]) => {
    const out = newInts(1, 1, units);
    dots(bits ? flattened(expectBits(x!)) : x!.data, out.data, 0);
    return out;
  };
};
