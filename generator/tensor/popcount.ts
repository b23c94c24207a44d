// SPDX-License-Identifier: Apache-2.0
/** Counting ones, the golden model's inner loop. */

/** Ones in every 4 bits. */
function onesInNibbles(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  return (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
}

/** Sums of neighbouring nibbles. */
function nibblesToBytes(nibbles: number): number {
  return (nibbles & 0x0f0f0f0f) + ((nibbles >>> 4) & 0x0f0f0f0f);
}

/** Sum of four bytes, where it is below 256. */
function sumOfBytes(bytes: number): number {
  return Math.imul(bytes, 0x01010101) >>> 24;
}

/** Ones in a 32-bit word (Hacker's Delight, 5-1). */
export function popcount(word: number): number {
  return sumOfBytes(nibblesToBytes(onesInNibbles(word)));
}

/**
 * Ones in six words. Two full adders on all 32 bit positions at once (sum and carry) leave two words of ones and
 * two of twos, which share the additions that follow: a nibble holds at most 8 of each, the total is at most 192.
 */
export function popcount6(a: number, b: number, c: number, d: number, e: number, f: number): number {
  const half = a ^ b;
  const carry = (a & b) | (half & c);
  const sum = half ^ c;
  const half2 = d ^ e;
  const carry2 = (d & e) | (half2 & sum);
  const sum2 = half2 ^ sum;
  const ones = nibblesToBytes(onesInNibbles(sum2) + onesInNibbles(f));
  const twos = nibblesToBytes(onesInNibbles(carry) + onesInNibbles(carry2));
  return sumOfBytes(ones + 2 * twos);
}
