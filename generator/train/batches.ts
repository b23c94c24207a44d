// SPDX-License-Identifier: Apache-2.0
/** Batches of digits as network input, optionally moved about: the cheapest way to have more digits. */
import type { ImageSet } from '../images/image-set.ts';
import { digitShape } from '../images/mnist-digits.ts';
import type { Random } from './random.ts';

const { height, width } = digitShape;
const PIXELS = height * width;
const BLACK = -128;

export interface Batch {
  /**
   * q = p - 128 under each pixel's 3x3 window, black outside. Columns (ky, kx); rows (y mod 2, x mod 2,
   * digit, y / 2, x / 2), so that the 2x2 pool behind the convolution is the maximum of four blocks of rows.
   */
  readonly windows: Float32Array;
  readonly labels: Int32Array;
}

/**
 * The digits at `order[from..to)`; with `shift`, each one moved by up to `reach` pixels both ways, filled
 * black.
 */
export function digitBatch(
  digits: Required<ImageSet>,
  order: Uint32Array,
  [from, to]: readonly [number, number],
  shift?: { readonly random: Random; readonly reach: number },
): Batch {
  const windows = new Float32Array((to - from) * PIXELS * 9).fill(BLACK);
  const labels = new Int32Array(to - from);
  for (let i = 0; i < to - from; i++) {
    const digit = order[from + i]!;
    labels[i] = digits.labels[digit]!;
    const down = shift ? shift.random.integer(-shift.reach, shift.reach) : 0;
    const right = shift ? shift.random.integer(-shift.reach, shift.reach) : 0;
    const pixels = digits.pixels.subarray(digit * PIXELS, (digit + 1) * PIXELS);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const corner = 2 * (y % 2) + (x % 2);
        const row = ((((corner * (to - from) + i) * height) / 2 + (y >> 1)) * width) / 2 + (x >> 1);
        writeWindow(windows, row * 9, pixels, y - down, x - right, [y, x]);
      }
    }
  }
  return { windows, labels };
}

/**
 * One 3x3 window, already black, around (y, x) of the unshifted digit: what lies outside of it or the frame
 * stays.
 */
function writeWindow(
  windows: Float32Array,
  at: number,
  pixels: Uint8Array,
  y: number,
  x: number,
  [frameY, frameX]: readonly [number, number],
): void {
  for (let ky = 0; ky < 3; ky++) {
    if (!inside(y + ky - 1, height) || !inside(frameY + ky - 1, height)) continue;
    for (let kx = 0; kx < 3; kx++) {
      if (!inside(x + kx - 1, width) || !inside(frameX + kx - 1, width)) continue;
      windows[at + 3 * ky + kx] = pixels[(y + ky - 1) * width + x + kx - 1]! + BLACK;
    }
  }
}

function inside(value: number, size: number): boolean {
  return value >= 0 && value < size;
}
