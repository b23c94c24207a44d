// SPDX-License-Identifier: Apache-2.0
import type { Fast } from '../../layer-kind/layer-kind.ts';
import { isNarrow, putDots, windowsOf } from '../matvec/golden-wasm.ts';
import { intConvShape } from './kind.ts';

export const fast: Fast = (node, kernels, [x], output) => {
  const { filters, kernel, stride, pad, groups } = intConvShape(node);
  const input = node.inputTypes[0]!;
  if (!isNarrow(input)) return undefined;
  const all = node.parameters['weights']!.data;
  const biases = node.parameters['bias']!.data;
  const share = filters / groups;
  const taps = all.length / filters;
  const rows = Array.from({ length: groups }, (_, group) => {
    const from = group * share;
    return putDots(kernels, share, taps, (i) => all[from * taps + i]!, biases.slice(from, from + share));
  });
  const padding = new Int16Array(input.channels);
  const { bytes, each } = windowsOf(kernels, x!, input, node.type, { kernel, stride, pad, padding, groups });
  return () =>
    each((windows, first, count, group) => {
      const { weights, bias } = rows[group]!;
      const out = output + 4 * (first * filters + group * share);
      kernels.dots(windows, count, bytes, weights, bias, share, out, 4 * filters);
    });
};
