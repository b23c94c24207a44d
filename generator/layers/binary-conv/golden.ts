// SPDX-License-Identifier: Apache-2.0
/** Convolution by windows: gather the taps of one output pixel, then one dot product per filter. */
import { newInts, wordsFor, type Tensor } from '../../tensor/tensor.ts';
import type { Golden } from '../../layer-kind/layer-kind.ts';
import { agreements, packRows, signedSums } from '../matvec/golden.ts';
import { sumsOf } from '../threshold/kind.ts';
import { convShape } from './kind.ts';

/** One padding pixel in the tensor's own form. */
function padPixel(bits: boolean, channels: number, value: number): Int32Array {
  if (!bits) return new Int32Array(channels).fill(value);
  return packRows(new Uint8Array(channels).fill(value > 0 ? 1 : 0), 1, 1, channels);
}

export const golden: Golden = (node) => {
  const { filters, kernel, stride, padSize, padValue } = convShape(node);
  const { height, width, channels, element } = node.inputTypes[0]!;
  const bits = element.type === 'bipolar';
  const unit = bits ? wordsFor(channels) : channels; // array entries per pixel
  const taps = kernel * kernel * channels;
  const weights = node.parameters['weights']!.data;
  const dots = bits
    ? agreements(packRows(weights, filters, kernel * kernel, channels), filters, taps)
    : signedSums(weights, filters, taps, sumsOf(node.type).max);
  const padding = padPixel(bits, channels, padValue);
  const window = new Int32Array(kernel * kernel * unit);
  const rowLength = kernel * unit;

  const gather = (x: Tensor, top: number, left: number) => {
    const whole = top >= 0 && left >= 0 && top + kernel <= height && left + kernel <= width;
    for (let ky = 0; ky < kernel; ky++) {
      const y = top + ky;
      const from = (y * width + left) * unit;
      if (whole) {
        for (let i = 0; i < rowLength; i++) window[ky * rowLength + i] = x.data[from + i]!;
        continue;
      }
      for (let kx = 0; kx < kernel; kx++) {
        const inside = y >= 0 && y < height && left + kx >= 0 && left + kx < width;
        const pixel = inside ? x.data.subarray(from + kx * unit, from + (kx + 1) * unit) : padding;
        window.set(pixel, ky * rowLength + kx * unit);
      }
    }
  };

  return ([x]) => {
    const out = newInts(node.type.height, node.type.width, filters);
    for (let oy = 0, at = 0; oy < out.height; oy++)
      for (let ox = 0; ox < out.width; ox++, at += filters) {
        gather(x!, oy * stride - padSize, ox * stride - padSize);
        dots(window, out.data, at);
      }
    return out;
  };
};
