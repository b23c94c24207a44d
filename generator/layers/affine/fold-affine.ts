// SPDX-License-Identifier: Apache-2.0
/** Batch-norm, and what the input stands for, as one integer factor and term a channel. */
import { asWritten, exactly, floorWithRoot, minus, over, plus, rational, times } from '../../ir/rational.ts';
import type { Int } from '../../ir/types.ts';

/** Widths of the stored factors, terms and shift. */
export const factorBits = 16;
export const termBits = 32;
export const shiftBits = 5;
export const largestShift = 24;

export interface Affine {
  readonly a: Int32Array;
  readonly b: Int32Array;
  readonly shift: number;
}

const none = rational(0);

export const fits = (value: number, bits: number) => value >= -(2 ** (bits - 1)) && value < 2 ** (bits - 1);

/**
 * Batch-norm of s = scale·x + offset in units of 2^−fraction: factor γ·scale/σ · 2^fraction, term
 * (γ·(offset − mean)/σ + β) · 2^fraction, σ = √(variance + ε). Both are rounded half up, from their exact values, at
 * the largest shift up to 24 at which every factor fits 16 bits and every term 32; undefined where they do not fit even
 * at shift 0, or a σ is 0.
 */
export function foldAffine(
  input: Int,
  fraction: number,
  epsilon: number,
  gamma: ArrayLike<number>,
  beta: ArrayLike<number>,
  mean: ArrayLike<number>,
  variance: ArrayLike<number>,
): Affine | undefined {
  // ⌊v · 2^(largestShift + 1)⌋ of every factor and term v: all bits that any shift leaves, and the one that rounds.
  // 1/σ is √w/w.
  const unit = exactly(2 ** (fraction + largestShift + 1));
  const added = asWritten(epsilon);
  const [factors, terms]: [bigint[], bigint[]] = [[], []];
  for (let c = 0; c < gamma.length; c++) {
    const w = plus(exactly(variance[c]!), added);
    if (w.num === 0n) return undefined;
    const slope = over(times(exactly(gamma[c]!), unit), w);
    factors.push(floorWithRoot(none, times(slope, input.scale), w));
    terms.push(floorWithRoot(times(exactly(beta[c]!), unit), times(slope, minus(input.offset, exactly(mean[c]!))), w));
  }
  for (let shift = largestShift; shift >= 0; shift--) {
    const rounded = (value: bigint) => Number(((value >> BigInt(largestShift - shift)) + 1n) >> 1n);
    const [a, b] = [factors.map(rounded), terms.map(rounded)];
    if (a.every((v) => fits(v, factorBits)) && b.every((v) => fits(v, termBits)))
      return { a: Int32Array.from(a), b: Int32Array.from(b), shift };
  }
  return undefined;
}
