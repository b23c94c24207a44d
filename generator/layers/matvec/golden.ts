// SPDX-License-Identifier: Apache-2.0
/** Dot products of one window with every filter; the golden model of convolution and dense layers. */
import { popcount, popcount6 } from '../../tensor/popcount.ts';
import { wordsFor } from '../../tensor/tensor.ts';

/** Window contents → sums of all filters, written from `out[at]` on. */
export type DotProducts = (window: Int32Array, out: Int32Array, at: number) => void;

/** Rows of bits packed as a BitTensor packs a run of `pixels` pixels: every pixel starts a new word. */
export function packRows(bits: ArrayLike<number>, rows: number, pixels: number, channels: number): Int32Array {
  const words = wordsFor(channels);
  const packed = new Int32Array(rows * pixels * words);
  for (let run = 0; run < rows * pixels; run++)
    for (let c = 0; c < channels; c++) if (bits[run * channels + c]) packed[run * words + (c >>> 5)]! |= 1 << (c & 31);
  return packed;
}

/** P_f = n − |x ⊕ w_f|, agreements of ±1 taps. Spare bits are 0 on both sides and never differ. */
export function agreements(weights: Int32Array, filters: number, taps: number): DotProducts {
  const words = weights.length / filters;
  return (window, out, at) => {
    const end = at + filters;
    out.fill(taps, at, end);
    let i = 0;
    // Six words of the window stay in registers while all filters go by.
    for (; i + 5 < words; i += 6) {
      const a = window[i]!,
        b = window[i + 1]!,
        c = window[i + 2]!,
        d = window[i + 3]!,
        e = window[i + 4]!,
        f = window[i + 5]!;
      for (let o = at, w = i; o < end; o++, w += words)
        out[o]! -= popcount6(
          a ^ weights[w]!,
          b ^ weights[w + 1]!,
          c ^ weights[w + 2]!,
          d ^ weights[w + 3]!,
          e ^ weights[w + 4]!,
          f ^ weights[w + 5]!,
        );
    }
    for (; i < words; i++)
      for (let o = at, w = i; o < end; o++, w += words) out[o]! -= popcount(window[i]! ^ weights[w]!);
  };
}

/**
 * s_f = Σ ±x with the weight bit as sign. Where |s| stays below 2^15 one product serves two filters:
 * x·(w_0 + 2^16·w_1) sums up to s_0 + 2^16·s_1, and both are read from it.
 * @param reach greatest |s|
 */
export function signedSums(bits: ArrayLike<number>, filters: number, taps: number, reach: number): DotProducts {
  const sign = (filter: number, tap: number) => (filter < filters ? (bits[filter * taps + tap] ? 1 : -1) : 0);
  const lanes = reach < 2 ** 15 ? 2 : 1;
  const rows = Math.ceil(filters / lanes);
  const signs = Int32Array.from({ length: rows * taps }, (_, i) => {
    const [row, tap] = [Math.floor(i / taps), i % taps];
    return lanes === 1 ? sign(row, tap) : sign(2 * row, tap) + 2 ** 16 * sign(2 * row + 1, tap);
  });
  return (window, out, at) => {
    for (let row = 0, w = 0; row < rows; row++) {
      let sum = 0;
      for (let i = 0; i < taps; i++, w++) sum = (sum + Math.imul(signs[w]!, window[i]!)) | 0;
      if (lanes === 1) {
        out[at + row] = sum;
        continue;
      }
      const low = (sum << 16) >> 16;
      out[at + 2 * row] = low;
      if (2 * row + 1 < filters) out[at + 2 * row + 1] = (sum - low) >> 16;
    }
  };
}
