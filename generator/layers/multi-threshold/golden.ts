// SPDX-License-Identifier: Apache-2.0
import type { Golden } from '../../layer-kind/layer-kind.ts';
import { expectInts, newInts } from '../../tensor/tensor.ts';
import type { Int } from '../../ir/types.ts';

/** y[c] = low + #{k: x[c] ≥ T[c][k]}, of falling channels low + #{k: x[c] ≤ T[c][k]}. */
export const golden: Golden = (node) => {
  const theta = node.parameters['theta']!;
  const falling = node.parameters['mirrored']!.data;
  const [channels, levels] = theta.shape as readonly [number, number];
  const { min } = node.type.element as Int;
  return ([x]) => {
    const { height, width, data } = expectInts(x!);
    const out = newInts(height, width, channels);
    for (let i = 0, c = 0; i < data.length; i++, c = c + 1 === channels ? 0 : c + 1) {
      const sum = data[i]!;
      let y = min;
      for (let k = c * levels; k < (c + 1) * levels; k++) {
        const level = theta.data[k]!;
        y += Number(falling[c] ? sum <= level : sum >= level);
      }
      out.data[i] = y;
    }
    return out;
  };
};
