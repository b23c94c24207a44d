// SPDX-License-Identifier: Apache-2.0
import { expectInts, newBits } from '../../tensor/tensor.ts';
import type { Golden } from '../../layer-kind/layer-kind.ts';

/** y[c] = mirrored[c] ? x[c] ≤ θ[c] : x[c] ≥ θ[c]. */
export const golden: Golden = (node) => {
  const theta = node.parameters['theta']!.data;
  const mirrored = node.parameters['mirrored']!.data;
  const channels = theta.length;
  return ([x]) => {
    const { height, width, data } = expectInts(x!);
    const out = newBits(height, width, channels);
    for (let word = 0, at = 0; word < out.data.length; word++) {
      const first = 32 * (word % out.words);
      const last = Math.min(first + 32, channels);
      let bits = 0;
      for (let c = first; c < last; c++, at++) {
        const one = mirrored[c] ? data[at]! <= theta[c]! : data[at]! >= theta[c]!;
        // Number instead of a branch: whether a sum reaches θ is what a processor predicts worst.
        bits |= Number(one) << (c - first);
      }
      out.data[word] = bits;
    }
    return out;
  };
};
