// SPDX-License-Identifier: Apache-2.0
/** Batch-norm and sign where floats lie: ties, other units than powers of two, and both ends of the doubles. */
import { expect, test } from 'vitest';
import { asWritten, exactly, over, rational, type Rational } from '../../ir/rational.ts';
import { int, type Int } from '../../ir/types.ts';
import { randomFrom } from '../../passes/random.ts';
import { integerIn, oneOf } from '../../layer-kind/lone-node.fixture.ts';
import { foldBatchNorm } from './kind.ts';

interface Norm {
  readonly gamma: number;
  readonly beta: number;
  readonly mean: number;
  readonly variance: number;
  readonly epsilon: number;
}

function isOne(sums: Int, { gamma, beta, mean, variance, epsilon }: Norm): (x: number) => boolean {
  const { theta, mirrored } = foldBatchNorm(sums, epsilon, [gamma], [beta], [mean], [variance]);
  return (x) => (mirrored[0] ? x <= theta[0]! : x >= theta[0]!);
}

// The second opinion: intervals of fixed-point numbers with so many binary places. The numbers drawn below are so short
// that a value other than 0 is greater than 2^-300: an interval that holds 0 is 0.
const places = 400n;
type Interval = readonly [bigint, bigint];
const floorDivide = (a: bigint, b: bigint) => (a % b !== 0n && a < 0n !== b < 0n ? a / b - 1n : a / b);
const interval = ({ num, den }: Rational): Interval => [
  floorDivide(num << places, den),
  -floorDivide(-num << places, den),
];
const sum = (a: Interval, b: Interval): Interval => [a[0] + b[0], a[1] + b[1]];
function product(a: Interval, b: Interval): Interval {
  const ends = a.flatMap((p) => b.map((q) => p * q)).sort((p, q) => (p < q ? -1 : 1));
  return [ends[0]! >> places, (ends[3]! >> places) + 1n];
}
/** By bisection, bit for bit. */
function rootOf(a: Interval): Interval {
  const below = (n: bigint) => {
    let root = 0n;
    for (let bit = 1n << BigInt(n.toString(2).length); bit > 0n; bit >>= 1n) if ((root + bit) ** 2n <= n) root += bit;
    return root;
  };
  return [below(a[0] << places), below(a[1] << places) + 1n];
}

/** Sign of γ·(s(x) − mean) + β·√(variance + ε). */
function signOf(sums: Int, norm: Norm): (x: number) => number {
  const [gamma, beta, mean] = [norm.gamma, norm.beta, -norm.mean].map((value) => interval(exactly(value)));
  const shift = product(beta!, rootOf(sum(interval(exactly(norm.variance)), interval(asWritten(norm.epsilon)))));
  const fixed = sum(interval(sums.offset), mean!);
  return (x) => {
    const real = sum(interval({ num: sums.scale.num * BigInt(x), den: sums.scale.den }), fixed);
    const [low, high] = sum(product(gamma!, real), shift);
    return low > 0n ? 1 : high < 0n ? -1 : 0;
  };
}

test('every integer of 600 random ranges: the compare is the exact sign, with ties and units of any fraction', () => {
  const random = randomFrom('ties');
  let [ties, tiesWithBeta, ones, all] = [0, 0, 0, 0];
  for (let i = 0; i < 600; i++) {
    const n = integerIn(random, 1, 20);
    const unit = oneOf(random, [
      rational(1, 9),
      rational(1, 49),
      rational(1, 7),
      rational(1, 441),
      asWritten(1 / 255),
      rational(1, 4),
      rational(3),
    ]);
    const low = integerIn(random, -30, 10);
    const sums = oneOf(random, [
      int(0, n, 2, -n),
      int(low, low + n),
      int(low * 7, low * 7 + 2 * n, unit),
      int(0, n, over(rational(2), rational(9)), -n),
    ]);
    const dyadic = (reach: number) => integerIn(random, -reach * 16, reach * 16) / 16;
    const gamma = oneOf(random, [1, -1, 0.5, -2, dyadic(4), dyadic(4)]);
    const deviation = integerIn(random, 0, 40) / 8;
    const epsilon = oneOf(random, [0, 0, 0, 0.25, 1e-5, 1e-3, 0.04]);
    const variance =
      random() < 0.6 ? Math.max(0, deviation ** 2 - (epsilon === 0.25 ? 0.25 : 0)) : integerIn(random, 0, 300) / 16;
    const beta = oneOf(random, [0, 1, -1, dyadic(3)]);
    // A mean that ties at one of the integers, where a double holds it, or any.
    const x0 = integerIn(random, sums.min, sums.max);
    const real = Number(sums.scale.num * BigInt(x0)) / Number(sums.scale.den) + Number(sums.offset.num);
    const tie = real + (gamma === 0 ? 0 : (beta * Math.sqrt(variance + epsilon)) / gamma);
    const mean = random() < 0.7 ? tie : dyadic(20);
    const norm = { gamma, beta, mean, variance, epsilon };
    const [golden, sign] = [isOne(sums, norm), signOf(sums, norm)];
    for (let x = sums.min; x <= sums.max; x++) {
      const wanted = gamma === 0 ? Math.sign(beta) : sign(x);
      if (golden(x) !== wanted >= 0)
        expect.fail(
          JSON.stringify({ ...norm, x, min: sums.min, max: sums.max, scale: `${sums.scale.num}/${sums.scale.den}` }),
        );
      all++;
      if (golden(x)) ones++;
      if (gamma !== 0 && wanted === 0) beta === 0 ? ties++ : tiesWithBeta++;
    }
  }
  expect(ties).toBeGreaterThan(50);
  expect(tiesWithBeta).toBeGreaterThan(50);
  expect(ones / all).toBeGreaterThan(0.3);
  expect(ones / all).toBeLessThan(0.7);
});

const plain: Norm = { gamma: 1, beta: 0, mean: 0, variance: 1, epsilon: 0 };

test.each([
  ['an average of 49 on the mean', int(0, 49, rational(1, 49)), { ...plain, mean: 1, epsilon: 1e-5 }, 49],
  ['the same, mirrored', int(0, 60, rational(1, 49)), { ...plain, gamma: -1, mean: 1, epsilon: 1e-5 }, 49],
  ['pixels that count in 1/255 as a network file says', int(0, 255, asWritten(1 / 255)), { ...plain, mean: 1 }, 255],
  [
    '√(5.25 + 0.04) = 2.3, with ε as written and not as the double that it is',
    int(-100, 100),
    { ...plain, beta: -10, mean: 40, variance: 5.25, epsilon: 0.04 },
    63,
  ],
  [
    '√(2 + 0.25) = 1.5, β below 0',
    int(-100, 100),
    { ...plain, gamma: 0.5, beta: -1, mean: -3, variance: 2, epsilon: 0.25 },
    0,
  ],
  ['the smallest doubles', int(-9, 9), { ...plain, gamma: 5e-324, beta: 5e-324, mean: 3 }, 2],
  ['the smallest γ, mirrored', int(-9, 9), { ...plain, gamma: -5e-324, beta: 1e-323, mean: 3 }, 5],
  ['a variance of 2^-1060', int(-9, 9), { ...plain, gamma: 2 ** -530, beta: 1, mean: 3, variance: 2 ** -1060 }, 2],
  ['great ones', int(-9, 9), { ...plain, gamma: 2 ** 1000, beta: 2 ** 1001, mean: 3 }, 1],
])('a tie gives +1: %s', (_, sums, norm, x) => {
  const one = isOne(sums, norm);
  const beyond = norm.gamma < 0 ? 1 : -1;
  expect([one(x), one(x + beyond)]).toEqual([true, false]);
});

test('doubles whose quotients no double holds decide as they should', () => {
  const sums = int(-9, 9);
  expect(isOne(sums, { ...plain, gamma: 1e-308, beta: -1e308, mean: -1e308 })(9)).toBe(false);
  expect(isOne(sums, { ...plain, gamma: 1e-308, beta: 1e308, mean: 1e308 })(-9)).toBe(true);
  // β·σ/γ = mean, both beyond what doubles tell apart from their neighbours.
  expect([4, 5].map(isOne(sums, { ...plain, beta: 2 ** 60, mean: 2 ** 60, variance: 1, gamma: 1 }))).toEqual([
    true,
    true,
  ]);
  expect([-1, 0].map(isOne(sums, { ...plain, beta: 2 ** 60, mean: 2 ** 60 }))).toEqual([false, true]);
});

test('sums of 32 bits: a compare that no sum reaches, or every sum, is one whose numbers fit', () => {
  const most = 2 ** 31 - 1;
  const sums = int(-most, most);
  const always = { gamma: 0, beta: 1, mean: 0, variance: 1, epsilon: 0 };
  const norms: readonly (readonly [Norm, boolean])[] = [
    [always, true],
    [{ ...always, beta: -1 }, false],
    [{ ...always, gamma: 1, beta: 0, mean: 1e10 }, false],
    [{ ...always, gamma: 1, beta: 0, mean: -1e10 }, true],
    [{ ...always, gamma: -1, beta: 0, mean: 1e10 }, true],
    [{ ...always, gamma: -1, beta: 0, mean: -1e10 }, false],
  ];
  for (const [norm, expected] of norms) {
    expect([norm, [-most, 0, most].map(isOne(sums, norm))]).toEqual([norm, [expected, expected, expected]]);
    // What hardware stores is θ, or θ + 1 where the compare is mirrored.
    const { gamma, beta, mean, variance, epsilon } = norm;
    const { theta, mirrored } = foldBatchNorm(sums, epsilon, [gamma], [beta], [mean], [variance]);
    expect(theta[0]! + mirrored[0]!).toBeLessThanOrEqual(most);
  }
});
