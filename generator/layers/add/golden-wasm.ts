// SPDX-License-Identifier: Apache-2.0
import { elementCount } from '../../ir/types.ts';
import type { Fast } from '../../layer-kind/layer-kind.ts';
import { sumsOf } from '../threshold/kind.ts';

export const fast: Fast = ({ type }, kernels, [x1, x2], output) => {
  const { min, max } = sumsOf(type);
  return () => kernels.sumOfTwo(x1!, x2!, 1, 1, min, max, output, elementCount(type));
};
