// SPDX-License-Identifier: Apache-2.0
/**
 * What the fast forms of convolution and dense layers share: windows of a map, and weights as the kernels take them.
 */
import type { Kernels } from '../../golden/kernels/kernels.ts';
import { elementCount, type TensorType } from '../../ir/types.ts';
import { wordsFor } from '../../tensor/tensor.ts';
import { packRows } from './golden.ts';

/** Bytes of windows that are worked on together: they stay in the first cache, with some of the weights. */
const bandBytes = 24 * 1024;

export interface WindowShape {
  readonly kernel: number;
  readonly stride: number;
  /** Pixels on every side. */
  readonly pad: number;
  /** One padding pixel as it lies in the map. */
  readonly padding: Int16Array | Int32Array;
  readonly groups: number;
}

/** A multiple of 8 bytes; of 4 would do for integers. */
const roundUp = (bytes: number) => 8 * Math.ceil(bytes / 8);

/** Whether int16 holds every value, as the kernels for integers want it. */
export function isNarrow({ element }: TensorType): boolean {
  return element.type === 'int' && element.min >= -(2 ** 15) && element.max < 2 ** 15;
}

/**
 * Calls `visit(windows, first, count, group)` for bands of output pixels, with the address where the windows lie,
 * `bytes` each.
 * @param input the map at address `x`: bits, or integers that become int16
 */
export function windowsOf(
  kernels: Kernels,
  x: number,
  input: TensorType,
  output: Pick<TensorType, 'height' | 'width'>,
  { kernel, stride, pad, padding, groups }: WindowShape,
) {
  const pixel = padding.byteLength;
  const depth = pixel / groups;
  const bytes = roundUp(kernel * kernel * depth);
  const pixels = output.height * output.width;
  const band = Math.min(pixels, 4 * Math.max(1, Math.floor(bandBytes / bytes / 4)));
  const pitch = (input.width + 2 * pad) * pixel;
  const isCopied = pad > 0 || input.element.type === 'int';
  const map = isCopied ? paddedMap(kernels, input, pad, padding) : x;
  const inside = map + pad * (pitch + pixel);
  const windows = kernels.room(band * bytes + 8);
  const [runs, run] = groups === 1 ? [1, kernel * pixel] : [kernel, depth];
  const refresh = () => {
    if (input.element.type === 'int') kernels.narrowRows(x, inside, pitch, input.width * input.channels, input.height);
    else if (isCopied) kernels.rows(x, inside, pitch, input.width * pixel, input.height);
  };
  const each = (visit: (windows: number, first: number, count: number, group: number) => void) => {
    refresh();
    for (let first = 0; first < pixels; first += band) {
      const count = Math.min(band, pixels - first);
      for (let group = 0; group < groups; group++) {
        const from = map + group * depth;
        const steps = [stride * pixel, stride * pitch, output.width] as const;
        kernels.windows(from, pitch, ...steps, kernel, runs, pixel, run, first, count, windows, bytes);
        visit(windows, first, count, group);
      }
    }
  };
  return { bytes, each };
}

/** The map with padding on all sides, of which only the inside is written later. */
function paddedMap(
  kernels: Kernels,
  { height, width }: TensorType,
  pad: number,
  padding: Int16Array | Int32Array,
): number {
  const map = new (padding.constructor as typeof Int32Array)((height + 2 * pad) * (width + 2 * pad) * padding.length);
  for (let at = 0; at < map.length; at += padding.length) map.set(padding, at);
  return kernels.put(map);
}

/** Rows of weight bits as windows of bits lie: every pixel in words of its own, zeros behind. */
export function putBits(kernels: Kernels, bits: ArrayLike<number>, rows: number, pixels: number, channels: number) {
  const words = pixels * wordsFor(channels);
  const bytes = roundUp(4 * words);
  const packed = packRows(bits, rows, pixels, channels);
  const padded = new Int32Array((rows * bytes) / 4);
  for (let row = 0; row < rows; row++) padded.set(packed.subarray(row * words, (row + 1) * words), (row * bytes) / 4);
  return { weights: kernels.put(padded), bytes };
}

/** Rows of weights as `dots` takes them, and their biases. */
export function putDots(
  kernels: Kernels,
  rows: number,
  taps: number,
  weightOf: (index: number) => number,
  bias: ArrayLike<number> = [],
) {
  const blocks = Math.ceil(rows / 8);
  const pairs = roundUp(2 * taps) / 4;
  const packed = new Int8Array(blocks * pairs * 16);
  for (let row = 0, i = 0; row < rows; row++) {
    const start = (row >> 3) * pairs * 16 + (row & 7) * 2;
    for (let tap = 0; tap < taps; tap++, i++) packed[start + (tap >> 1) * 16 + (tap & 1)] = weightOf(i);
  }
  const biases = new Int32Array(8 * blocks);
  biases.set(bias);
  return { weights: kernels.put(packed), bias: kernels.put(biases), bytes: 4 * pairs };
}

/** The step of a dense layer on integers: one window, which is the map in int16. Undefined where that is too narrow. */
export function denseDots(
  kernels: Kernels,
  x: number,
  input: TensorType,
  units: number,
  output: number,
  ...weights: readonly [weightOf: (index: number) => number, bias?: ArrayLike<number>]
): (() => void) | undefined {
  if (!isNarrow(input)) return undefined;
  const taps = elementCount(input);
  const rows = putDots(kernels, units, taps, ...weights);
  const window = kernels.room(rows.bytes);
  return () => {
    kernels.narrowRows(x, window, rows.bytes, taps, 1);
    kernels.dots(window, 1, rows.bytes, rows.weights, rows.bias, units, output, 4 * units);
  };
}

/**
 * The step that writes bits [x ≥ theta] of the integers at address `x` to `output`, inverted on channels where
 * `inverted` is 1. `theta` has an int32 for each channel.
 */
export function bitsAbove(
  kernels: Kernels,
  x: number,
  { height, width, channels }: TensorType,
  theta: ArrayLike<number>,
  output: number,
  inverted: ArrayLike<number> = [],
): () => void {
  const words = wordsFor(channels);
  const padded = new Int32Array(32 * words);
  padded.set(theta);
  const at = kernels.put(padded);
  const put = (bitOf: (channel: number) => number) =>
    kernels.put(
      packRows(
        Uint8Array.from({ length: channels }, (_, c) => bitOf(c)),
        1,
        1,
        channels,
      ),
    );
  const flips = put((c) => (inverted[c] ? 0 : 1));
  const masks = put(() => 1);
  return () => kernels.compare(x, height * width, 4 * channels, words, at, flips, masks, output);
}
