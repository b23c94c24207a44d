// SPDX-License-Identifier: Apache-2.0
import { expectInts, fromElements } from '../../tensor/tensor.ts';
import type { Golden } from '../../layer-kind/layer-kind.ts';

/** y = table[x]. */
export const golden: Golden = (node) => {
  const table = node.attributes['values'] as readonly number[];
  return ([x]) =>
    fromElements(
      node.type,
      expectInts(x!).data.map((pixel) => table[pixel]!),
    );
};
