// SPDX-License-Identifier: Apache-2.0
/**
 * Dot products with 8-bit weights, two filters at a time: x·(w0 + 2^26·w1) adds up in one float64 to s0 + 2^26·s1, from
 * which
 * both are read. Exact while |s0| and |s1| stay below 2^25; longer dot products are taken in pieces that do.
 */
const shift = 2 ** 26;
const reach = shift / 2;

/** Windows that are worked on together, and pairs of filters: so many weights and taps stay in registers. */
export const windowsAtOnce = 2;
const pairsAtOnce = 4;

/**
 * Sums of `filters` dot products for each of two windows, which lie one behind the other: `sums[window · rows +
 * filter]`.
 */
export interface PairedDots {
  /** Filters with the rows of zeros that fill the last pairs. */
  readonly rows: number;
  (windows: Float64Array, sums: Int32Array): void;
}

function packPairs(weights: ArrayLike<number>, filters: number, taps: number, pairs: number): Float64Array {
  const packed = new Float64Array(pairs * taps);
  for (let filter = 0; filter < filters; filter++) {
    const unit = filter % 2 === 0 ? 1 : shift;
    const to = (filter >> 1) * taps;
    for (let i = 0; i < taps; i++) packed[to + i]! += unit * weights[filter * taps + i]!;
  }
  return packed;
}

/** @param weights [filters, taps], −128..127 · @param magnitude greatest |x|, at most 2^18 */
export function pairedDots(weights: ArrayLike<number>, filters: number, taps: number, magnitude: number): PairedDots {
  const pairs = pairsAtOnce * Math.ceil(filters / (2 * pairsAtOnce));
  const packed = packPairs(weights, filters, taps, pairs);
  const piece = Math.floor((reach - 1) / (128 * Math.max(1, magnitude)));
  const rows = 2 * pairs;
  const unpack = (sum: number, sums: Int32Array, at: number) => {
    const high = Math.floor((sum + reach) / shift);
    sums[at]! += sum - shift * high;
    sums[at + 1]! += high;
  };
  const dots = (windows: Float64Array, sums: Int32Array) => {
    sums.fill(0);
    for (let from = 0; from < taps; from += piece) {
      const to = Math.min(taps, from + piece);
      for (let pair = 0; pair < pairs; pair += pairsAtOnce) {
        // Plain variables: the loop below is where all the time goes.
        const p0 = pair * taps,
          p1 = p0 + taps,
          p2 = p1 + taps,
          p3 = p2 + taps;
        let a0 = 0,
          a1 = 0,
          a2 = 0,
          a3 = 0,
          b0 = 0,
          b1 = 0,
          b2 = 0,
          b3 = 0;
        for (let i = from; i < to; i++) {
          const x = windows[i]!,
            y = windows[taps + i]!;
          const u = packed[p0 + i]!,
            v = packed[p1 + i]!,
            w = packed[p2 + i]!,
            z = packed[p3 + i]!;
          a0 += u * x;
          a1 += v * x;
          a2 += w * x;
          a3 += z * x;
          b0 += u * y;
          b1 += v * y;
          b2 += w * y;
          b3 += z * y;
        }
        [a0, a1, a2, a3].forEach((sum, i) => unpack(sum, sums, 2 * (pair + i)));
        [b0, b1, b2, b3].forEach((sum, i) => unpack(sum, sums, rows + 2 * (pair + i)));
      }
    }
  };
  return Object.assign(dots, { rows });
}
