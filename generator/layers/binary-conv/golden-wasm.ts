// SPDX-License-Identifier: Apache-2.0
import type { Fast } from '../../layer-kind/layer-kind.ts';
import { packRows } from '../matvec/golden.ts';
import { isNarrow, putBits, putDots, windowsOf } from '../matvec/golden-wasm.ts';
import { convShape } from './kind.ts';

export const fast: Fast = (node, kernels, [x], output) => {
  const { filters, kernel, stride, padSize, padValue } = convShape(node);
  const input = node.inputTypes[0]!;
  const { channels } = input;
  const bits = node.parameters['weights']!.data;
  const taps = kernel * kernel * channels;
  const at = (pixel: number) => output + 4 * pixel * filters;
  const shape = { kernel, stride, pad: padSize, groups: 1 };
  if (input.element.type === 'bipolar') {
    const padding = packRows(new Uint8Array(channels).fill(padValue > 0 ? 1 : 0), 1, 1, channels);
    const { weights } = putBits(kernels, bits, filters, kernel * kernel, channels);
    const { bytes, each } = windowsOf(kernels, x!, input, node.type, { ...shape, padding });
    return () =>
      each((windows, first, count) => kernels.agreements(windows, count, bytes, weights, filters, taps, at(first)));
  }
  if (!isNarrow(input)) return undefined;
  const padding = new Int16Array(channels).fill(padValue);
  const { weights, bias } = putDots(kernels, filters, taps, (i) => (bits[i] ? 1 : -1));
  const { bytes, each } = windowsOf(kernels, x!, input, node.type, { ...shape, padding });
  return () =>
    each((windows, first, count) =>
      kernels.dots(windows, count, bytes, weights, bias, filters, at(first), 4 * filters),
    );
};
