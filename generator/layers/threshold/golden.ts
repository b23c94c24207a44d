import { expectInts, newBits } from '../../golden/tensor.ts';
import type { Golden } from '../layer-kind.ts';

/** y[c] = mirrored[c] ? x[c] ≤ θ[c] : x[c] ≥ θ[c]. */
export const golden: Golden = (node) => {
  const theta = node.parameters['theta']!.data;
  const mirrored = node.parameters['mirrored']!.data;
  const channels = theta.length;
  return ([x]) => {
    const { height, width, data } = expectInts(x!);
    const out = newBits(height, width, channels);
    for (let pixel = 0, at = 0; pixel < height * width; pixel++)
      for (let c = 0; c < channels; c++, at++) {
        const one = mirrored[c] ? data[at]! <= theta[c]! : data[at]! >= theta[c]!;
        if (one) out.data[pixel * out.words + (c >>> 5)]! |= 1 << (c & 31);
      }
    return out;
  };
};
