/** Dot products of one window with every filter; the golden model of convolution and dense layers. */
import { differences } from '../../golden/popcount.ts';
import { wordsFor } from '../../golden/tensor.ts';

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
    for (let f = 0; f < filters; f++) out[at + f] = taps - differences(window, 0, weights, f * words, words);
  };
}

/** s_f = Σ ±x with the weight bit as sign. */
export function signedSums(bits: ArrayLike<number>, filters: number, taps: number): DotProducts {
  const signs = Int32Array.from(bits, (bit) => (bit ? 1 : -1));
  return (window, out, at) => {
    for (let f = 0; f < filters; f++) {
      let sum = 0;
      for (let i = 0, row = f * taps; i < taps; i++) sum += signs[row + i]! * window[i]!;
      out[at + f] = sum;
    }
  };
}
