// SPDX-License-Identifier: Apache-2.0
/**
 * An order of a fully connected layer's units in which those that are computed together have rows of about the same
 * length.
 */

/** Longest first; sets of `atOnce` units take as long as their longest. @returns unit at each place */
export function vectorOrder(lengths: readonly number[], atOnce: number): Int32Array {
  if (lengths.length <= atOnce) return Int32Array.from(lengths.keys());
  return Int32Array.from(lengths.keys()).sort((a, b) => lengths[b]! - lengths[a]! || a - b);
}
