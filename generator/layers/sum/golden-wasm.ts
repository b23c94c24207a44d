// SPDX-License-Identifier: Apache-2.0
import { elementCount } from '../../ir/types.ts';
import type { Fast } from '../../layer-kind/layer-kind.ts';
import { limit } from './kind.ts';

/** Of two terms. */
export const fast: Fast = ({ type, parameters }, kernels, inputs, output) => {
  if (inputs.length !== 2) return undefined;
  const [factor1, factor2] = Array.from(parameters['left']!.data, (shift) => 2 ** shift);
  const [x1, x2] = inputs;
  return () => kernels.sumOfTwo(x1!, x2!, factor1!, factor2!, -limit, limit, output, elementCount(type));
};
