// SPDX-License-Identifier: Apache-2.0
import type { Fast } from '../../layer-kind/layer-kind.ts';
import { bitsAbove } from '../matvec/golden-wasm.ts';

/** x ≤ θ is ¬(x ≥ θ + 1). */
export const fast: Fast = (node, kernels, [x], output) => {
  const mirrored = node.parameters['mirrored']!.data;
  const theta = Array.from(node.parameters['theta']!.data, (t, c) => t + mirrored[c]!);
  if (theta.some((t) => t > 2 ** 31 - 1)) return undefined;
  return bitsAbove(kernels, x!, node.type, theta, output, mirrored);
};
