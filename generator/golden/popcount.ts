/** Counting ones, the golden model's inner loop. */

/** Ones in a 32-bit word (Hacker's Delight, 5-1). */
export function popcount(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/**
 * Bits in which `count` words of a and b differ. Three words at a time go through a carry-save adder (sum and carry), so that
 * two counts serve three words.
 */
export function differences(a: Int32Array, aStart: number, b: Int32Array, bStart: number, count: number): number {
  let total = 0;
  let i = 0;
  for (; i + 2 < count; i += 3) {
    const x = a[aStart + i]! ^ b[bStart + i]!;
    const y = a[aStart + i + 1]! ^ b[bStart + i + 1]!;
    const z = a[aStart + i + 2]! ^ b[bStart + i + 2]!;
    const half = x ^ y;
    total += popcount(half ^ z) + 2 * popcount((x & y) | (half & z));
  }
  for (; i < count; i++) total += popcount(a[aStart + i]! ^ b[bStart + i]!);
  return total;
}
