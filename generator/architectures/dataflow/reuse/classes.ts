// SPDX-License-Identifier: Apache-2.0
/**
 * Taps of a reference kernel by which others agree with it there: '1' per kernel that has the same weight, '0' where it
 * has the other one. Kernels that share
 * sums share those of these classes.
 */
export function classesOf(reference: ArrayLike<number>, others: readonly ArrayLike<number>[]): Map<string, number[]> {
  const classes = new Map<string, number[]>();
  for (let tap = 0; tap < reference.length; tap++) {
    const pattern = others.map((weights) => (weights[tap] === reference[tap] ? '1' : '0')).join('');
    const taps = classes.get(pattern) ?? [];
    taps.push(tap);
    classes.set(pattern, taps);
  }
  return classes;
}
