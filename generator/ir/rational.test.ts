// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { randomFrom } from '../passes/random.ts';
import {
  asWritten,
  compare,
  equal,
  exactly,
  floorOf,
  floorWithRoot,
  minus,
  negated,
  over,
  plus,
  powerOfTwo,
  rational,
  show,
  times,
  toNumber,
} from './rational.ts';

const random = randomFrom('rational');
const integer = (reach: number) => Math.floor((2 * random() - 1) * (reach + 1));
const fraction = (reach: number) => rational(integer(reach), 1 + Math.floor(random() * reach));

test('operations agree with those on a common denominator', () => {
  for (let i = 0; i < 2000; i++) {
    const [a, b] = [fraction(30), fraction(30)];
    const [p, q] = [a.num * b.den, b.num * a.den];
    const both = a.den * b.den;
    expect(show(plus(a, b))).toBe(show(rational(p + q, both)));
    expect(show(minus(a, b))).toBe(show(rational(p - q, both)));
    expect(show(times(a, b))).toBe(show(rational(a.num * b.num, both)));
    if (b.num !== 0n) expect(show(over(a, b))).toBe(show(rational(p, q)));
    expect(compare(a, b)).toBe(Math.sign(Number(p - q)));
    expect(Number(floorOf(a))).toBe(Math.floor(Number(a.num) / Number(a.den)));
    expect([plus(a, b).den > 0n, b.num === 0n || over(a, b).den > 0n]).toEqual([true, true]);
  }
});

test('equal by value, however the fraction was reached', () => {
  const both = [
    over(over(rational(1), rational(9)), rational(49)),
    over(over(rational(1), rational(49)), rational(9)),
  ] as const;
  expect(equal(...both)).toBe(true);
  expect(both.map(show)).toEqual(['1/441', '1/441']);
  // Doubles say otherwise.
  expect(1 / 9 / 49).not.toBe(1 / 49 / 9);
  expect(rational(-6, -4)).toEqual({ num: 3n, den: 2n });
  expect([show(rational(0, -7)), show(rational(6, -3)), show(negated(rational(1, 2)))]).toEqual(['0', '-2', '-1/2']);
  expect(() => rational(1, 0)).toThrow(RangeError);
});

test('a double is taken bit by bit, to both ends of its range', () => {
  const doubles = [
    0.1,
    -0.1,
    1 / 3,
    5e-324,
    -5e-324,
    2.2250738585072014e-308,
    2 ** -1030 * 3,
    Number.MAX_VALUE,
    2 ** 53 + 2,
    0,
    -0,
    1.5,
    1 / 49,
  ];
  for (const value of [...doubles, ...Array.from({ length: 500 }, () => (random() - 0.5) * 2 ** integer(900))]) {
    const { num, den } = exactly(value);
    expect(den & (den - 1n)).toBe(0n);
    expect(num % 2n !== 0n || den === 1n).toBe(true);
    // Exact: a power of two times an integer of at most 53 bits.
    const places = den.toString(2).length - 1;
    expect(Number(num) / 2 ** Math.min(places, 1000) / 2 ** Math.max(0, places - 1000)).toBe(value === 0 ? 0 : value);
  }
  for (const value of [NaN, Infinity, -Infinity]) expect(() => exactly(value)).toThrow(RangeError);
});

test.each([
  [1 / 255, '1/255'],
  [1e-5, '1/100000'],
  [0.001, '1/1000'],
  [-0.1, '-1/10'],
  [2 / 49, '2/49'],
  [1 / 441, '1/441'],
  [0.226, '113/500'],
  [1 / 128, '1/128'],
  [3, '3'],
  [0, '0'],
  [2 ** -60, `1/${2n ** 60n}`],
  [123.456, '15432/125'],
  [1e22, `${10n ** 22n}`],
  // No short fraction: the double itself.
  [Math.PI, show(exactly(Math.PI))],
  [Math.SQRT2 / 2 ** 40, show(exactly(Math.SQRT2 / 2 ** 40))],
  [Math.fround(0.1), show(exactly(Math.fround(0.1)))],
])('%d in a network file means %s', (value, wanted) => {
  expect(show(asWritten(value))).toBe(wanted);
});

test('every fraction of a small denominator survives being written as a double', () => {
  for (let i = 0; i < 2000; i++) {
    const a = fraction(5000);
    expect(asWritten(toNumber(a))).toEqual(a);
  }
});

test('so does every fraction of a denominator up to 10^6 below 4,500', () => {
  for (let i = 0; i < 2000; i++) {
    const den = 10 ** 6 - Math.floor(random() * 1000);
    const a = rational(integer(4500 * den), den);
    expect(asWritten(toNumber(a))).toEqual(a);
  }
});

describe('⌊p + q·√w⌋', () => {
  test('is the greatest integer n with (n − p)/q on the root’s side, by comparing squares', () => {
    let exact = 0;
    for (let i = 0; i < 3000; i++) {
      const reach = random() < 0.5 ? 3 : 40;
      const [p, q, root] = [fraction(reach), fraction(reach), fraction(reach)];
      const w = random() < 0.5 ? times(root, root) : rational(Math.abs(integer(60)), 1 + Math.floor(random() * 30));
      /** n ≤ p + q·√w. */
      const holds = (n: bigint) => {
        const left = minus(rational(n), p);
        const squares = compare(times(left, left), times(times(q, q), w));
        if (left.num <= 0n && q.num >= 0n) return true;
        if (left.num > 0n && q.num < 0n) return false;
        return q.num >= 0n ? squares <= 0 : squares >= 0;
      };
      const n = floorWithRoot(p, q, w);
      expect([holds(n), holds(n + 1n)]).toEqual([true, false]);
      if (
        w.num !== 0n &&
        q.num !== 0n &&
        compare(times(minus(rational(n), p), minus(rational(n), p)), times(times(q, q), w)) === 0
      )
        exact++;
    }
    expect(exact).toBeGreaterThan(50);
  });

  test('roots beside perfect squares of any length are not rounded to them', () => {
    for (const bits of [0n, 1n, 25n, 26n, 27n, 52n, 53n, 300n, 2000n]) {
      const k = (1n << bits) + 3n;
      const at = (w: bigint, sign: 1 | -1) => floorWithRoot(rational(0), rational(sign), rational(w));
      expect([at(k * k - 1n, 1), at(k * k, 1), at(k * k + 1n, 1)]).toEqual([k - 1n, k, k]);
      expect([at(k * k - 1n, -1), at(k * k, -1), at(k * k + 1n, -1)]).toEqual([-k, -k, -k - 1n]);
    }
    expect([0, 1, 2, 3, 4].map((w) => floorWithRoot(rational(0), rational(1), rational(w)))).toEqual([
      0n,
      1n,
      1n,
      1n,
      2n,
    ]);
  });
});

test('powers of two are known, reduced or not', () => {
  expect(
    [rational(1), rational(8), rational(1, 64), { num: 6n, den: 3n }, rational(2n ** 200n)].map(powerOfTwo),
  ).toEqual([0, 3, -6, 1, 200]);
  expect([rational(3), rational(1, 49), rational(4, 3), rational(-4), rational(0)].map(powerOfTwo)).toEqual(
    Array(5).fill(undefined),
  );
});

test('the nearest double of fractions whose terms no double holds', () => {
  expect(toNumber(rational(3n ** 900n, 3n ** 901n))).toBeCloseTo(1 / 3, 15);
  expect(toNumber(rational(1, 49))).toBe(1 / 49);
  expect(toNumber(exactly(5e-324))).toBeGreaterThanOrEqual(0);
});
