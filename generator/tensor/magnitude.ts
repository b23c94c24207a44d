// SPDX-License-Identifier: Apache-2.0
/** Pruning by magnitude: which weights stay, as masks of 1 and 0. */

/** √ of the mean square about the mean. */
export function standardDeviation(weights: Float32Array): number {
  const mean = weights.reduce((sum, w) => sum + w, 0) / weights.length;
  return Math.sqrt(weights.reduce((sum, w) => sum + (w - mean) ** 2, 0) / weights.length);
}

/** 1 where |w| ≥ threshold and nothing was pruned before. */
export function maskAbove(weights: Float32Array, threshold: number, before?: Uint8Array): Uint8Array {
  return Uint8Array.from(weights, (w, i) => (Math.abs(w) >= threshold && before?.[i] !== 0 ? 1 : 0));
}

/** Share of the weights that stay. */
export function densityOf(mask: Uint8Array): number {
  return mask.reduce((sum, bit) => sum + bit, 0) / mask.length;
}

export function masked(weights: Float32Array, mask: Uint8Array): Float32Array {
  return weights.map((w, i) => (mask[i] ? w : 0));
}
