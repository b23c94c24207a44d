/** An order of a fully connected layer's units in which those that are computed together have about as many weights. */

/** Longest first; sets of `atOnce` units take as long as their longest. @returns unit at each place */
export function vectorOrder(weights: readonly number[], atOnce: number): Int32Array {
  if (weights.length <= atOnce) return Int32Array.from(weights.keys());
  return Int32Array.from(weights.keys()).sort((a, b) => weights[b]! - weights[a]! || a - b);
}
