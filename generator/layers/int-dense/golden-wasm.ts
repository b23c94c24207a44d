// SPDX-License-Identifier: Apache-2.0
import { elementCount } from '../../ir/types.ts';
import type { Fast } from '../../layer-kind/layer-kind.ts';
import { isNarrow, putDots } from '../matvec/golden-wasm.ts';

/** One window, which is the map in int16. */
export const fast: Fast = (node, kernels, [x], output) => {
  const input = node.inputTypes[0]!;
  if (!isNarrow(input)) return undefined;
  const units = node.type.channels;
  const taps = elementCount(input);
  const rows = node.parameters['weights']!.data;
  const { weights, bias, bytes } = putDots(kernels, units, taps, (i) => rows[i]!, node.parameters['bias']!.data);
  const window = kernels.room(bytes);
  return () => {
    kernels.narrowRows(x!, window, bytes, taps, 1);
    kernels.dots(window, 1, bytes, weights, bias, units, output, 4 * units);
  };
};
