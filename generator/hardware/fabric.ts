// SPDX-License-Identifier: Apache-2.0
/** Shapes of the fabric that cells and estimates share: LUTs and LUT-RAM are those of 7 series. */

/** Bits of a counter that takes `values` values. */
export function countBits(values: number): number {
  return values > 1 ? Math.ceil(Math.log2(values)) : 0;
}

/** LUTs of a simple dual-port LUT-RAM as Yosys builds it: RAM32M (6 bits × 32 words) or banks of RAM64M (3 × 64). */
export function lutRamLuts(width: number, depth: number): number {
  return depth <= 32 ? 4 * Math.ceil(width / 6) : 4 * Math.ceil(width / 3) * Math.ceil(depth / 64);
}
