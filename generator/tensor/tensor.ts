// SPDX-License-Identifier: Apache-2.0
/** Frames of the golden model: bipolar data bit-packed, everything else int32. */
import type { TensorType } from '../ir/types.ts';

/**
 * `height × width` pixels of `words` 32-bit words; channel c of a pixel is bit c mod 32 of its word c div 32.
 * Bits beyond the last channel are 0.
 */
export interface BitTensor {
  readonly form: 'bits';
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly words: number;
  readonly data: Int32Array;
}

/** NHWC integers. */
export interface IntTensor {
  readonly form: 'ints';
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly data: Int32Array;
}

export type Tensor = BitTensor | IntTensor;

export function wordsFor(channels: number): number {
  return Math.ceil(channels / 32);
}

export function newBits(height: number, width: number, channels: number): BitTensor {
  const words = wordsFor(channels);
  return { form: 'bits', height, width, channels, words, data: new Int32Array(height * width * words) };
}

export function newInts(height: number, width: number, channels: number): IntTensor {
  return { form: 'ints', height, width, channels, data: new Int32Array(height * width * channels) };
}

/** Element at (y, x, c): a bit for bipolar tensors, the integer otherwise. */
export function elementAt(tensor: Tensor, y: number, x: number, c: number): number {
  const pixel = y * tensor.width + x;
  return tensor.form === 'bits'
    ? (tensor.data[pixel * tensor.words + (c >>> 5)]! >>> (c & 31)) & 1
    : tensor.data[pixel * tensor.channels + c]!;
}

/** Tensor of the type from row-major elements (bits 0/1 or integers). */
export function fromElements(type: TensorType, elements: ArrayLike<number>): Tensor {
  const { height, width, channels } = type;
  if (type.element.type === 'int') {
    const tensor = newInts(height, width, channels);
    tensor.data.set(elements);
    return tensor;
  }
  const tensor = newBits(height, width, channels);
  for (let pixel = 0; pixel < height * width; pixel++)
    for (let c = 0; c < channels; c++)
      if (elements[pixel * channels + c]) tensor.data[pixel * tensor.words + (c >>> 5)]! |= 1 << (c & 31);
  return tensor;
}

export function expectBits(tensor: Tensor): BitTensor {
  if (tensor.form !== 'bits') throw new Error('a bipolar tensor was expected');
  return tensor;
}

export function expectInts(tensor: Tensor): IntTensor {
  if (tensor.form !== 'ints') throw new Error('an integer tensor was expected');
  return tensor;
}
