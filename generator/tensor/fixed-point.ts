// SPDX-License-Identifier: Apache-2.0
/** Fixed point by powers of two: integers that each stand for themselves times 2^−fraction. */
import type { Rounded } from '../ir/rounding.ts';

export interface Range {
  readonly min: number;
  readonly max: number;
}

/** How values become integers, here and in all that uses this file. */
export const rounds: Rounded = { what: 'real weights and biases, by `npm run calibrate`', legal: ['half_up'] };

/** Halves up, then into the range. */
export function toFixedPoint(value: number, fraction: number, { min, max }: Range): number {
  // Math.round is half up, also just below a half, where adding one half is not; 0 makes a 0 of its −0.
  return Math.max(min, Math.min(max, Math.round(value * 2 ** fraction) + 0));
}

/**
 * Σ (value − what is left of it)². Where the range has no negative integers, nothing is lost with negative values: they
 * are cut off on purpose.
 */
export function squaredError(values: ArrayLike<number>, fraction: number, range: Range): number {
  const unit = 2 ** -fraction;
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const value = range.min === 0 ? Math.max(0, values[i]!) : values[i]!;
    sum += (value - unit * toFixedPoint(value, fraction, range)) ** 2;
  }
  return sum;
}

/**
 * Fractions worth a try: the greatest value just fits, or up to three more bits below the point, where rare great ones
 * saturate.
 */
export function candidateFractions(values: ArrayLike<number>, { max }: Range): number[] {
  let greatest = 0;
  for (let i = 0; i < values.length; i++) greatest = Math.max(greatest, Math.abs(values[i]!));
  const whole = greatest === 0 ? 0 : Math.floor(Math.log2((max + 0.5) / greatest));
  return [0, 1, 2, 3].map((more) => whole + more);
}

/** The fraction that loses least by squared error; the smaller one of equals. */
export function bestFraction(values: ArrayLike<number>, range: Range): number {
  const errors = candidateFractions(values, range).map((fraction) => ({
    fraction,
    error: squaredError(values, fraction, range),
  }));
  return errors.reduce((best, next) => (next.error < best.error ? next : best)).fraction;
}
