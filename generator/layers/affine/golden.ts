// SPDX-License-Identifier: Apache-2.0
import { expectInts, newInts } from '../../tensor/tensor.ts';
import type { Golden } from '../../layer-kind/layer-kind.ts';

/**
 * y[c] = clamp(⌊(a[c]·x + b[c] + ½·2^s) / 2^s⌋, min, max), the half left out at s = 0; exact, for all of it stays below
 * 2^53.
 */
export const golden: Golden = (node) => {
  const { a, b, shift } = node.parameters as Record<string, { data: Int32Array }>;
  const { min, max } = node.attributes as { min: number; max: number };
  const channels = node.type.channels;
  const unit = 2 ** shift!.data[0]!;
  const half = unit > 1 ? unit / 2 : 0;
  const factor = Float64Array.from(a!.data);
  const term = Float64Array.from(b!.data, (t) => t + half);
  return ([x]) => {
    const { height, width, data } = expectInts(x!);
    const out = newInts(height, width, channels);
    for (let at = 0; at < data.length; )
      for (let c = 0; c < channels; c++, at++)
        out.data[at] = Math.max(min, Math.min(max, Math.floor((factor[c]! * data[at]! + term[c]!) / unit)));
    return out;
  };
};
