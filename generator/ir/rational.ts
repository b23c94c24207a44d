// SPDX-License-Identifier: Apache-2.0
/**
 * Exact fractions. Units of integers are fractions: an average over 49 pixels counts in 1/49, which no double holds.
 *
 * These are a few functions of our own instead of fraction.js: that one takes a double for a short fraction near it,
 * and its objects lose their methods on the way to a worker thread.
 */

/** `num / den`, with den > 0; reduced where it comes from `rational`, `exactly` or `asWritten`. */
export interface Rational {
  readonly num: bigint;
  readonly den: bigint;
}

/** Reduced. Integers only; a denominator of 0 is a fault of the caller. */
export function rational(num: bigint | number, den: bigint | number = 1n): Rational {
  let [a, b] = [BigInt(num), BigInt(den)];
  if (b === 0n) throw new RangeError(`${num}/0 is no fraction`);
  if (b < 0n) [a, b] = [-a, -b];
  const divisor = greatestDivisor(a < 0n ? -a : a, b);
  return { num: a / divisor, den: b / divisor };
}

function greatestDivisor(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}

const bytes = new DataView(new ArrayBuffer(8));

/** The value of a finite double, bit by bit: 0.1 is 3602879701896397 / 2^55. */
export function exactly(value: number): Rational {
  if (!Number.isFinite(value)) throw new RangeError(`${value} is no fraction`);
  if (Number.isInteger(value)) return { num: BigInt(value), den: 1n };
  bytes.setFloat64(0, value);
  const [high, low] = [bytes.getUint32(0), bytes.getUint32(4)];
  const field = (high >>> 20) & 0x7ff;
  let mantissa = (high & 0xfffff) * 2 ** 32 + low + (field > 0 ? 2 ** 52 : 0);
  let places = 1075 - Math.max(1, field);
  while (mantissa % 2 === 0) [mantissa, places] = [mantissa / 2, places - 1];
  return { num: BigInt(value < 0 ? -mantissa : mantissa), den: 1n << BigInt(places) };
}

/** The greatest denominator that a person is taken to have meant. */
const mostWritten = 1_000_000n;

/**
 * What a person means by a number in a network file: the fraction with a denominator up to 10^6 whose nearest double it
 * is, else the double itself. `1 / 255` is 1/255, `1e-5` is 1/100000. Only convergents of the double are looked at:
 * below
 * 2^52 / 10^12, about 4,500, every such fraction p/q is one, for it differs from its double by less than 1 / (2q²).
 */
export function asWritten(value: number): Rational {
  const exact = exactly(value);
  let [a, b] = [exact.num, exact.den];
  let [before, last] = [
    { num: 0n, den: 1n },
    { num: 1n, den: 0n },
  ];
  while (b !== 0n) {
    const term = floorOf({ num: a, den: b });
    [before, last] = [last, { num: term * last.num + before.num, den: term * last.den + before.den }];
    if (last.den > mostWritten) break;
    if (toNumber(last) === value) return last;
    [a, b] = [b, a - term * b];
  }
  return exact;
}

// The operations leave their results unreduced: folding does dozens of them for each channel.

export function plus(a: Rational, b: Rational): Rational {
  return { num: a.num * b.den + b.num * a.den, den: a.den * b.den };
}

export function minus(a: Rational, b: Rational): Rational {
  return { num: a.num * b.den - b.num * a.den, den: a.den * b.den };
}

export function times(a: Rational, b: Rational): Rational {
  return { num: a.num * b.num, den: a.den * b.den };
}

export function negated({ num, den }: Rational): Rational {
  return { num: -num, den };
}

/** b is not 0. */
export function over(a: Rational, b: Rational): Rational {
  return b.num < 0n ? { num: -a.num * b.den, den: -a.den * b.num } : { num: a.num * b.den, den: a.den * b.num };
}

/** Negative, 0 or positive as a is less than b, equal or greater. */
export function compare(a: Rational, b: Rational): number {
  const difference = a.num * b.den - b.num * a.den;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

export function equal(a: Rational, b: Rational): boolean {
  return compare(a, b) === 0;
}

/** ⌊a⌋. */
export function floorOf({ num, den }: Rational): bigint {
  const quotient = num / den;
  return num < 0n && quotient * den !== num ? quotient - 1n : quotient;
}

/** ⌊p + q·√w⌋, decided without a rounding; w is 0 or more. */
export function floorWithRoot(p: Rational, q: Rational, w: Rational): bigint {
  // Over one denominator the root is that of an integer, and ⌊(m ± √r) / n⌋ = ⌊⌊m ± √r⌋ / n⌋.
  const radicand = (q.num * p.den) ** 2n * w.num * w.den;
  const root = integerRoot(radicand);
  const part = q.num >= 0n ? root : root * root === radicand ? -root : -root - 1n;
  return floorOf({ num: p.num * q.den * w.den + part, den: p.den * q.den * w.den });
}

/** ⌊√n⌋: Newton's steps down from a start that is above the root and agrees with it in its first 26 bits. */
function integerRoot(n: bigint): bigint {
  if (n < 2n) return n;
  const half = BigInt(Math.max(0, bitLength(n) - 52 + 1) >> 1);
  let root = BigInt(Math.ceil(Math.sqrt(Number(n >> (2n * half)) + 1))) << half;
  for (;;) {
    const next = (root + n / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

/** Of a positive integer, at most 3 too many. */
function bitLength(n: bigint): number {
  return n < 2n ** 52n ? 52 : 4 * n.toString(16).length;
}

/** k where a = 2^k; undefined where it is no power of two. */
export function powerOfTwo(a: Rational): number | undefined {
  const { num, den } = rational(a.num, a.den);
  const long = num > den ? num : den;
  if (num <= 0n || (num !== 1n && den !== 1n) || (long & (long - 1n)) !== 0n) return undefined;
  const exponent = long.toString(2).length - 1;
  return num >= den ? exponent : -exponent;
}

/** The nearest double, or its neighbour: for choices that no bit of a result depends on. */
export function toNumber({ num, den }: Rational): number {
  const length = (n: bigint) => bitLength(n < 0n ? -n : n);
  const excess = BigInt(Math.max(0, length(num) - 1000, length(den) - 1000));
  return Number(num >> excess) / Number(den >> excess);
}

/** `1/49`, `-27`. */
export function show(a: Rational): string {
  const { num, den } = rational(a.num, a.den);
  return den === 1n ? `${num}` : `${num}/${den}`;
}
