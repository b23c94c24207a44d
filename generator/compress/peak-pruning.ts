/**
 * Peak pruning. Weights that were pruned at ±t and trained again have a gap there and a peak on either side of it; the peak holds many
 * weights that do little. The threshold moves to where it stands (papers' digest 2c, reading A).
 */
import { maskAbove } from './magnitude.ts';

export interface Histogram {
  /** Magnitude where bin 0 starts, and what each bin spans. */
  readonly from: number;
  readonly step: number;
  readonly counts: Uint32Array;
}

/** Magnitudes of the weights that are not 0, in `bins` equal steps from the smallest to the greatest. */
export function magnitudes(weights: Float32Array, bins: number): Histogram {
  let [from, to] = [Infinity, 0];
  for (const w of weights) {
    if (w === 0) continue;
    from = Math.min(from, Math.abs(w));
    to = Math.max(to, Math.abs(w));
  }
  const counts = new Uint32Array(bins);
  if (from > to) return { from: 0, step: 0, counts };
  const step = (to - from) / bins;
  for (const w of weights) if (w !== 0) counts[step === 0 ? 0 : Math.min(bins - 1, Math.floor((Math.abs(w) - from) / step))]!++;
  return { from, step, counts };
}

/** Magnitude where the fullest bin starts; the first of equals. Where magnitudes only fall off, that is the smallest one: nothing is pruned. */
export function peakThreshold({ from, step, counts }: Histogram): number {
  return from + step * counts.indexOf(Math.max(...counts));
}

/** What stays of weights pruned before (0 where they were). */
export function peakMask(weights: Float32Array, bins = 64): Uint8Array {
  return maskAbove(weights, peakThreshold(magnitudes(weights, bins)), Uint8Array.from(weights, (w) => (w === 0 ? 0 : 1)));
}
