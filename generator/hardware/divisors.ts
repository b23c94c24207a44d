// SPDX-License-Identifier: Apache-2.0
/** Whole numbers that foldings are made of. */
export function divisors(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i + 1).filter((d) => n % d === 0);
}

/** Greatest common divisor. */
export function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

/** Least common multiple. */
export function lcm(a: number, b: number): number {
  return (a / gcd(a, b)) * b;
}
