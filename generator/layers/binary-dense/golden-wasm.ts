// SPDX-License-Identifier: Apache-2.0
import { elementCount } from '../../ir/types.ts';
import type { Fast } from '../../layer-kind/layer-kind.ts';
import { wordsFor } from '../../tensor/tensor.ts';
import { flattened } from './golden.ts';
import { denseDots, putBits } from '../matvec/golden-wasm.ts';

/** One window: the map as it lies, bits in one run where a pixel has spare ones. */
export const fast: Fast = (node, kernels, [x], output) => {
  const input = node.inputTypes[0]!;
  const units = node.type.channels;
  const taps = elementCount(input);
  const bits = node.parameters['weights']!.data;
  if (input.element.type === 'bipolar') {
    const { weights, bytes } = putBits(kernels, bits, units, 1, taps);
    const { height, width, channels } = input;
    if (channels % 32 === 0) return () => kernels.agreements(x!, 1, bytes, weights, units, taps, output);
    const words = wordsFor(channels);
    const window = kernels.room(bytes);
    return () => {
      const data = kernels.view(x!, height * width * words);
      kernels.view(window, bytes / 4).set(flattened({ height, width, channels, words, data }));
      kernels.agreements(window, 1, bytes, weights, units, taps, output);
    };
  }
  return denseDots(kernels, x!, input, units, output, (i) => (bits[i] ? 1 : -1));
};
