// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { toNumber } from '../../ir/rational.ts';
import { bipolar, bitsOf, int, uint8, type Int } from '../../ir/types.ts';
import { randomFrom } from '../../passes/random.ts';
import type { Random } from '../../layer-kind/layer-kind.ts';
import {
  evaluateLone,
  inferLone,
  integerIn,
  loneNode,
  oneOf,
  randomBits,
  randomElements,
  tensorType,
} from '../../layer-kind/lone-node.fixture.ts';
import { threshold } from './index.ts';
import { foldBatchNorm, thresholdBits } from './kind.ts';

/** Popcounts of odd and even fan-in, and the signed sums of first layers, as their kinds type them. */
function randomSums(random: Random): Int {
  const n = integerIn(random, 1, oneOf(random, [4, 40, 700, 4608]));
  const reach = n * 128;
  return oneOf(random, [int(0, n, 2, -n), int(0, n, 2, -n), int(-reach, reach), int(-reach, reach, 1 / 128)]);
}

/** Sums at which a wrong θ would show: both ends, the neighbours of θ, and some others. */
function probes(random: Random, { min, max }: Int, theta: number): number[] {
  const near = [theta - 1, theta, theta + 1].filter((x) => x >= min && x <= max);
  return [min, max, ...near, ...Array.from({ length: 4 }, () => integerIn(random, min, max))];
}

/** A multiple of 1/denominator in [-reach, reach]. */
function dyadic(random: Random, reach: number, denominator: number): number {
  return integerIn(random, -reach * denominator, reach * denominator) / denominator;
}

interface Norm {
  readonly gamma: number;
  readonly beta: number;
  readonly mean: number;
  readonly variance: number;
  readonly epsilon: number;
}

function folded(sums: Int, { gamma, beta, mean, variance, epsilon }: Norm) {
  const { theta, mirrored } = foldBatchNorm(sums, epsilon, [gamma], [beta], [mean], [variance]);
  return { theta: theta[0]!, mirrored: mirrored[0]! };
}

describe('batch-norm and sign folded to one compare', () => {
  /**
   * No tie has to be avoided here: variance is the square of a short dyadic number and ε is 0, so that the root
   * is exact, and every product of these short numbers fits 53 bits. γ·(s − mean) + β·√variance ≥ 0, the rule
   * times the positive root, is then decided exactly by the processor's own arithmetic, ties included.
   */
  test('equals the rule in exact arithmetic on 30,000 random channels, ties included', () => {
    const random = randomFrom('exact fold');
    let [ties, constant] = [0, 0];
    for (let i = 0; i < 30_000; i++) {
      const sums = randomSums(random);
      const real = (x: number) => toNumber(sums.scale) * x + toNumber(sums.offset);
      const span = Math.max(Math.abs(real(sums.min)), Math.abs(real(sums.max)));
      const deviation = oneOf(random, [0.25, 1, 2.5, 16, integerIn(random, 1, 4096) / 64]);
      const gamma = oneOf(random, [-1, 1, 0, 0.5, dyadic(random, 8, 64)]);
      const beta = oneOf(random, [0, dyadic(random, 4, 64)]);
      const mean = oneOf(random, [0, dyadic(random, Math.ceil(1.2 * span), 4)]);
      const { theta, mirrored } = folded(sums, { gamma, beta, mean, variance: deviation ** 2, epsilon: 0 });
      expect(theta).toBeGreaterThanOrEqual(sums.min - mirrored);
      expect(theta).toBeLessThanOrEqual(sums.max + 1 - mirrored);
      let ones = 0;
      const xs = probes(random, sums, theta);
      for (const x of xs) {
        const y = gamma * (real(x) - mean) + beta * deviation;
        const one = mirrored ? x <= theta : x >= theta;
        if (one !== y >= 0) expect.fail(JSON.stringify({ sums, gamma, beta, mean, deviation, x, theta, mirrored }));
        if (y === 0) ties++;
        if (one) ones++;
      }
      if (ones === 0 || ones === xs.length) constant++;
    }
    // The draw must not be one-sided: ties, constant channels and deciding ones all occur.
    expect(ties).toBeGreaterThan(2000);
    expect(constant).toBeGreaterThan(2000);
    expect(constant).toBeLessThan(20_000);
  });

  /** Any real numbers, ε > 0: float64 may err near a tie, so sums whose y is within 1e-9 of 0 are not judged. */
  test('equals float64 batch-norm on 20,000 random channels away from ties', () => {
    const random = randomFrom('float fold');
    let judged = 0;
    for (let i = 0; i < 20_000; i++) {
      const sums = randomSums(random);
      const real = (x: number) => toNumber(sums.scale) * x + toNumber(sums.offset);
      const spread = real(sums.max) - real(sums.min);
      const gamma = (random() - 0.5) * oneOf(random, [1e-6, 1, 30]);
      const beta = (random() - 0.5) * oneOf(random, [1e-6, 1, 30]);
      const mean = (random() - 0.5) * spread * oneOf(random, [0.1, 1, 3]);
      const variance = random() * oneOf(random, [0, 1e-8, 1, spread]);
      const epsilon = oneOf(random, [1e-5, 1e-3]);
      const { theta, mirrored } = folded(sums, { gamma, beta, mean, variance, epsilon });
      for (const x of probes(random, sums, theta)) {
        const y = (gamma * (real(x) - mean)) / Math.sqrt(variance + epsilon) + beta;
        if (Math.abs(y) < 1e-9 * (1 + Math.abs(gamma * spread))) continue;
        judged++;
        const one = mirrored ? x <= theta : x >= theta;
        if (one !== y > 0)
          expect.fail(JSON.stringify({ sums, gamma, beta, mean, variance, epsilon, x, theta, mirrored }));
      }
    }
    expect(judged).toBeGreaterThan(100_000);
  });

  const sums = int(0, 10, 2, -10);
  const plain: Norm = { gamma: 1, beta: 0, mean: 0, variance: 1, epsilon: 0 };

  test.each([
    ['sign(0) is +1', plain, { theta: 5, mirrored: 0 }],
    ['and also where γ < 0', { ...plain, gamma: -1 }, { theta: 5, mirrored: 1 }],
    ['γ = 0 leaves sign(β): always', { ...plain, gamma: 0, beta: 0 }, { theta: 0, mirrored: 0 }],
    ['γ = −0 too', { ...plain, gamma: -0, beta: 0.5 }, { theta: 0, mirrored: 0 }],
    ['γ = 0 leaves sign(β): never', { ...plain, gamma: 0, beta: -1e-300 }, { theta: 11, mirrored: 0 }],
    ['beyond the sums: never', { ...plain, mean: 1e9 }, { theta: 11, mirrored: 0 }],
    ['beyond the sums: always', { ...plain, mean: -1e9 }, { theta: 0, mirrored: 0 }],
    ['mirrored and beyond: always', { ...plain, gamma: -1, mean: 1e9 }, { theta: 10, mirrored: 1 }],
    ['mirrored and beyond: never', { ...plain, gamma: -1, mean: -1e9 }, { theta: -1, mirrored: 1 }],
    ['γ so small that β decides', { ...plain, gamma: 5e-324, beta: -1 }, { theta: 11, mirrored: 0 }],
    ['no variance at all', { ...plain, variance: 0, mean: 1 }, { theta: 6, mirrored: 0 }],
  ])('%s', (_, norm, wanted) => {
    expect(folded(sums, norm)).toEqual(wanted);
  });
});

test('golden: y = [x ≥ θ], mirrored y = [x ≤ θ], on any number of channels', () => {
  const random = randomFrom('threshold');
  for (let i = 0; i < 100; i++) {
    const input = tensorType(
      integerIn(random, 1, 4),
      integerIn(random, 1, 4),
      oneOf(random, [1, 31, 32, 33, 64, 70]),
      int(-9, 9),
    );
    const shape = [input.channels];
    const theta = Int32Array.from(shape.flatMap((n) => Array.from({ length: n }, () => integerIn(random, -10, 10))));
    const mirrored = randomBits(random, input.channels);
    const node = loneNode(threshold, { form: 'integer' }, input, {
      theta: { shape, data: theta },
      mirrored: { shape, data: mirrored },
    });
    const elements = randomElements(random, input);
    const wanted = elements.map((x, at) => {
      const c = at % input.channels;
      return Number(mirrored[c] ? x <= theta[c]! : x >= theta[c]!);
    });
    expect(evaluateLone(threshold, node, elements)).toEqual(wanted);
  }
});

test('unmirror gives the same bits on mirror − x, compares all one way, thresholds within their bits', () => {
  const random = randomFrom('unmirror');
  for (const sums of [int(0, 27, 2, -27), int(-81, 81)]) {
    const mirror = sums.min === 0 ? 27 : 0;
    const input = tensorType(3, 3, 40, sums);
    const shape = [40];
    const mirrored = randomBits(random, 40);
    const theta = Int32Array.from(mirrored, (m) => integerIn(random, sums.min - m, sums.max + 1 - m));
    const node = loneNode(threshold, { form: 'integer' }, input, {
      theta: { shape, data: theta },
      mirrored: { shape, data: mirrored },
    });
    const turned = threshold.unmirror!(node, mirror);
    expect([...threshold.mirrored!(turned)]).toEqual(Array(40).fill(0));
    for (const t of turned.parameters['theta']!.data)
      expect(bitsOf(int(Math.min(t, sums.min), t))).toBeLessThanOrEqual(thresholdBits(sums));
    const elements = randomElements(random, input);
    const reflected = elements.map((x, at) => (mirrored[at % 40] ? mirror - x : x));
    expect(evaluateLone(threshold, turned, reflected)).toEqual(evaluateLone(threshold, node, elements));
  }
});

describe('infer', () => {
  test('gives bits of the same map', () => {
    expect(inferLone(threshold, { form: 'integer' }, [tensorType(2, 3, 4, uint8)]).type).toEqual(
      tensorType(2, 3, 4, bipolar),
    );
  });

  test('refuses bits, and an epsilon that is no number from 0', () => {
    expect(inferLone(threshold, { form: 'integer' }, [tensorType(2, 3, 4, bipolar)])).toEqual({
      type: undefined,
      issues: ['NN005 a threshold on bits'],
    });
    for (const epsilon of [-1e-5, NaN, Infinity])
      expect(inferLone(threshold, { form: 'batch-norm', epsilon }, [tensorType(1, 1, 1, uint8)])).toEqual({
        type: undefined,
        issues: [`NN005 epsilon = ${epsilon}`],
      });
  });
});

test('a threshold is stored in the bits of 0..n+1, or of −r..r+1', () => {
  expect([
    thresholdBits(int(0, 7)),
    thresholdBits(int(0, 6)),
    thresholdBits(int(-127, 127)),
    thresholdBits(int(-8, 6)),
  ]).toEqual([4, 3, 9, 4]);
});
