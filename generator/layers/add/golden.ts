// SPDX-License-Identifier: Apache-2.0
import { expectInts, newInts } from '../../tensor/tensor.ts';
import { sumsOf } from '../threshold/kind.ts';
import type { Golden } from '../../layer-kind/layer-kind.ts';

/** y = clamp(x1 + x2, min, max). */
export const golden: Golden = (node) => {
  const { min, max } = sumsOf(node.type);
  return (inputs) => {
    const [x1, x2] = inputs.map(expectInts);
    const out = newInts(node.type.height, node.type.width, node.type.channels);
    for (let i = 0; i < out.data.length; i++) out.data[i] = Math.max(min, Math.min(max, x1!.data[i]! + x2!.data[i]!));
    return out;
  };
};
