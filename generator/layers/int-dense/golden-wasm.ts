// SPDX-License-Identifier: Apache-2.0
import type { Fast } from '../../layer-kind/layer-kind.ts';
import { denseDots } from '../matvec/golden-wasm.ts';

export const fast: Fast = (node, kernels, [x], output) => {
  const weights = node.parameters['weights']!.data;
  const bias = node.parameters['bias']!.data;
  return denseDots(kernels, x!, node.inputTypes[0]!, node.type.channels, output, (i) => weights[i]!, bias);
};
