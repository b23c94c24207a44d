// SPDX-License-Identifier: Apache-2.0
/**
 * Adders in full adders, the unit in which reuse pays or does not: a tap operation saved is nothing gained where the
 * sum of
 * two words costs more. Half adders are not counted, which favours no form.
 */

/** Bits of a sum of up to `max`. */
export function sumBits(max: number): number {
  return Math.ceil(Math.log2(max + 1));
}

/** Counting `taps` bits: a full adder makes two bits of three, until the bits of the count are left. */
export function countAdders(taps: number): number {
  return taps - sumBits(taps);
}

/** Adding, subtracting or comparing two words of which the greater reaches `max`: one for each of its bits. */
export function wordAdders(max: number): number {
  return sumBits(max);
}
