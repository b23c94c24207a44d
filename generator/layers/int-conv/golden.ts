// SPDX-License-Identifier: Apache-2.0
/**
 * Convolution by windows, group by group: gather the taps of two output pixels, then all dot products of the group's
 * filters.
 */
import { expectInts, newInts, type IntTensor } from '../../tensor/tensor.ts';
import type { TypedNode } from '../../ir/graph.ts';
import type { Int } from '../../ir/types.ts';
import type { Golden } from '../../layer-kind/layer-kind.ts';
import { magnitude } from '../matvec/int8.ts';
import { pairedDots, windowsAtOnce } from '../matvec/paired-dots.ts';
import { intConvShape } from './kind.ts';

/**
 * Puts the window of an output pixel, one group's channels of it, into `windows` from `at` on: (ky, kx, channel) order.
 */
function gatherer(node: TypedNode) {
  const { kernel, stride, pad, groups } = intConvShape(node);
  const { height, width, channels } = node.inputTypes[0]!;
  const depth = channels / groups;
  return ({ data }: IntTensor, pixel: number, group: number, windows: Float64Array, at: number) => {
    const top = Math.floor(pixel / node.type.width) * stride - pad;
    const left = (pixel % node.type.width) * stride - pad;
    for (let ky = 0; ky < kernel; ky++)
      for (let kx = 0; kx < kernel; kx++, at += depth) {
        const [y, x] = [top + ky, left + kx];
        if (y < 0 || y >= height || x < 0 || x >= width) {
          windows.fill(0, at, at + depth);
          continue;
        }
        const from = (y * width + x) * channels + group * depth;
        for (let c = 0; c < depth; c++) windows[at + c] = data[from + c]!;
      }
  };
}

export const golden: Golden = (node) => {
  const { filters, groups } = intConvShape(node);
  const weights = node.parameters['weights']!.data;
  const bias = node.parameters['bias']!.data;
  const share = filters / groups;
  const taps = weights.length / filters;
  const gather = gatherer(node);
  const dots = Array.from({ length: groups }, (_, group) =>
    pairedDots(
      weights.subarray(group * share * taps, (group + 1) * share * taps),
      share,
      taps,
      magnitude(node.inputTypes[0]!.element as Int),
    ),
  );
  const windows = new Float64Array(windowsAtOnce * taps);
  return ([x]) => {
    const out = newInts(node.type.height, node.type.width, filters);
    const pixels = out.height * out.width;
    dots.forEach((sumsOf, group) => {
      const sums = new Int32Array(windowsAtOnce * sumsOf.rows);
      for (let pixel = 0; pixel < pixels; pixel += windowsAtOnce) {
        const count = Math.min(windowsAtOnce, pixels - pixel);
        for (let i = 0; i < count; i++) gather(expectInts(x!), pixel + i, group, windows, i * taps);
        sumsOf(windows, sums);
        for (let i = 0; i < count; i++) {
          const at = (pixel + i) * filters + group * share;
          for (let f = 0; f < share; f++) out.data[at + f] = sums[i * sumsOf.rows + f]! + bias[group * share + f]!;
        }
      }
    });
    return out;
  };
};
