// SPDX-License-Identifier: Apache-2.0
import type { Fast } from '../../layer-kind/layer-kind.ts';
import { wordsFor } from '../../tensor/tensor.ts';
import { packRows } from '../matvec/golden.ts';
import { poolShape } from './kind.ts';

/** Of bits. */
export const fast: Fast = (node, kernels, [x], output) => {
  const { height, width, channels, element } = node.inputTypes[0]!;
  if (element.type !== 'bipolar') return undefined;
  const { size, stride } = poolShape(node);
  const minimum = kernels.put(packRows(node.parameters['minimum']!.data, 1, 1, channels));
  const { type } = node;
  return () =>
    kernels.poolBits(x!, height, width, wordsFor(channels), size, stride, minimum, output, type.height, type.width);
};
