// SPDX-License-Identifier: Apache-2.0
/** 16-bit floats as 32-bit ones, which hold all of their values. */

/** IEEE 754 binary16: sign, 5 bits of exponent with bias 15, 10 of fraction. */
export function widenedHalf(halves: Uint16Array): Float32Array {
  return Float32Array.from(halves, (half) => {
    const sign = half >> 15 ? -1 : 1;
    const exponent = (half >> 10) & 31;
    const fraction = half & 1023;
    if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
    return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
  });
}

/** bfloat16 is the upper half of a float. */
export function widenedBfloat(halves: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(halves, (half) => half * 65536).buffer);
}
