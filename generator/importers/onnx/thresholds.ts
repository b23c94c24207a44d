// SPDX-License-Identifier: Apache-2.0
/**
 * A chain of real functions behind an integer sum, and the quantiser behind it, as integer thresholds. They are found
 * by bisection on the quantiser itself, in float64: roundings and ties are right by construction.
 */
import { levelOf, type Quantiser } from './quantiser.ts';

/** One operation on a channel's value; it never falls, or never rises. */
export type Step = (x: number, channel: number) => number;

export interface Channel {
  readonly falls: boolean;
  /** All sums give one result. */
  readonly isConstant: boolean;
  /** T_k of k = low + 1 … high: least sum with a result ≥ k, of falling channels the greatest. */
  readonly thresholds: readonly number[];
  /** Thresholds beside which the chain lies within one float32 ulp of the tie. */
  readonly ties: number;
}

/** Least x of low..high that holds, where all above do too; high + 1 where none does. */
function leastOf(low: number, high: number, holds: (x: number) => boolean): number {
  let [from, to] = [low, high + 1];
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    if (holds(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}

/** The distance of neighbouring float32 numbers at this magnitude. */
const ulp = (x: number) => 2 ** (Math.max(-126, Math.floor(Math.log2(Math.abs(x)))) - 23);

/**
 * @param sums least and greatest, integers
 * @param steps the first takes the integer sum
 */
export function channelThresholds(
  sums: readonly [low: number, high: number],
  steps: readonly Step[],
  channel: number,
  quantiser: Quantiser,
  scale: number,
): Channel {
  const [low, high] = sums;
  const real = (x: number) => steps.reduce((value, step) => step(value, channel), x);
  const level = (x: number) => levelOf(quantiser, real(x), scale);
  const [first, last] = [level(low), level(high)];
  const falls = last < first;
  const results = quantiser.isBipolar
    ? [1]
    : Array.from({ length: quantiser.high - quantiser.low }, (_, i) => quantiser.low + 1 + i);
  const thresholds = results.map((k) =>
    falls ? leastOf(low, high, (x) => level(x) < k) - 1 : leastOf(low, high, (x) => level(x) >= k),
  );
  const isNearTie = (x: number, k: number) => {
    if (x < low || x > high) return false;
    let [value, greatest] = [x, 0];
    steps.forEach((step, i) => {
      value = step(value, channel);
      if (i > 0) greatest = Math.max(greatest, Math.abs(value));
    });
    const tie = quantiser.isBipolar ? 0 : k - 0.5;
    return Math.abs(value / scale + quantiser.zero - tie) <= ulp(Math.max(greatest / scale, Math.abs(tie), 2 ** -126));
  };
  const beside = falls ? 1 : -1;
  const ties = results.filter((k, i) => isNearTie(thresholds[i]!, k) || isNearTie(thresholds[i]! + beside, k)).length;
  return { falls, isConstant: first === last, thresholds, ties };
}
