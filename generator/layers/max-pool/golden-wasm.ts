// SPDX-License-Identifier: Apache-2.0
import type { Fast } from '../../layer-kind/layer-kind.ts';
import { wordsFor } from '../../tensor/tensor.ts';
import { packRows } from '../matvec/golden.ts';
import { poolShape } from './kind.ts';

export const fast: Fast = (node, kernels, [x], output) => {
  const { height, width, channels, element } = node.inputTypes[0]!;
  const { size, stride } = poolShape(node);
  const { type } = node;
  const isBits = element.type === 'bipolar';
  const least = node.parameters['minimum']!.data;
  const minimum = kernels.put(isBits ? packRows(least, 1, 1, channels) : Int32Array.from(least));
  const words = isBits ? wordsFor(channels) : channels;
  return () => kernels.pool(isBits, x!, height, width, words, size, stride, minimum, output, type.height, type.width);
};
