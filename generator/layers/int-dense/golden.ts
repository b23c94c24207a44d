// SPDX-License-Identifier: Apache-2.0
import { expectInts, newInts } from '../../tensor/tensor.ts';
import { elementCount } from '../../ir/types.ts';
import type { Golden } from '../../layer-kind/layer-kind.ts';

/** y_k = bias_k + Σ w_ki·x_i over the map in (y, x, channel) order; exact, for it stays below 2^31. */
export const golden: Golden = (node) => {
  const weights = node.parameters['weights']!.data;
  const bias = node.parameters['bias']!.data;
  const taps = elementCount(node.inputTypes[0]!);
  const units = node.type.channels;
  return ([x]) => {
    const { data } = expectInts(x!);
    const out = newInts(1, 1, units);
    for (let k = 0; k < units; k++) {
      let sum = bias[k]!;
      for (let i = 0, at = k * taps; i < taps; i++, at++) sum = (sum + Math.imul(weights[at]!, data[i]!)) | 0;
      out.data[k] = sum;
    }
    return out;
  };
};
