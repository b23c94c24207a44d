// SPDX-License-Identifier: Apache-2.0
import { elementCount } from '../../ir/types.ts';
import type { Fast } from '../../layer-kind/layer-kind.ts';
import { bitsAbove } from '../matvec/golden-wasm.ts';

/** y = table[x]; a bit is whether that is 1. */
export const fast: Fast = (node, kernels, [x], output) => {
  const table = kernels.put(Int32Array.from(node.attributes['values'] as readonly number[]));
  const elements = elementCount(node.type);
  if (node.type.element.type === 'int') return () => kernels.lookUp(x!, table, output, elements);
  const values = kernels.room(4 * elements);
  const compare = bitsAbove(kernels, values, node.type, new Int32Array(node.type.channels).fill(1), output);
  return () => {
    kernels.lookUp(x!, table, values, elements);
    compare();
  };
};
