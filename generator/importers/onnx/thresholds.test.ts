// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { bipolarQuantiser, levelOf, quantiser, roundings } from './quantiser.ts';
import { channelThresholds, type Step } from './thresholds.ts';

describe('rounding_mode', () => {
  const halves = [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5];
  const rounded = (mode: string, values = halves) => values.map((x) => roundings.get(mode)!(x) + 0);

  test.each([
    ['ROUND', [-2, -2, 0, 0, 2, 2]],
    ['HALF_EVEN', [-2, -2, 0, 0, 2, 2]],
    ['HALF_UP', [-3, -2, -1, 1, 2, 3]],
    ['HALF_DOWN', [-2, -1, 0, 0, 1, 2]],
    ['UP', [-3, -2, -1, 1, 2, 3]],
    ['DOWN', [-2, -1, 0, 0, 1, 2]],
    ['CEIL', [-2, -1, 0, 1, 2, 3]],
    ['FLOOR', [-3, -2, -1, 0, 1, 2]],
  ])('%s of halves', (mode, expected) => {
    expect(rounded(mode)).toEqual(expected);
  });

  test('tells a number beside a tie from the tie', () => {
    expect(rounded('HALF_EVEN', [0.51, 1.49, -0.51])).toEqual([1, 1, -1]);
    expect(rounded('UP', [0.01, -0.01])).toEqual([1, -1]);
  });
});

describe('levelOf', () => {
  test('clips before it rounds', () => {
    const rule = quantiser(2, true, true, 0, roundings.get('UP')!);
    expect([1.2, -9, 0.1, -0].map((x) => levelOf(rule, x, 1))).toEqual([1, -1, 1, 0]);
  });

  test('of bipolar results, 0 and −0 are +1', () => {
    expect([0, -0, -1e-300, 1e-300].map((x) => levelOf(bipolarQuantiser, x, 0.5))).toEqual([1, 1, -1, 1]);
  });
});

/** γ·(x·unit − mean)/root + β. */
const chain = (unit: number, mean: number, root: number, gamma: number, beta: number): Step[] => [
  (x) => x * unit,
  (x) => x - mean,
  (x) => x / root,
  (x) => x * gamma,
  (x) => x + beta,
];
const even = roundings.get('HALF_EVEN')!;
const ternary = quantiser(2, true, true, 0, even);

describe('thresholds', () => {
  test.each([
    ['rises over half-even ties', chain(0.5, 0, 2, 1, 0), [-1, 2], false],
    ['falls over half-even ties', chain(0.5, 0.5, 1, -1, 0.25), [2, 0], true],
    ['rises from ties that are even', chain(0.5, 0, 1, 0.5, -0.25), [0, 3], false],
  ])('%s', (_, steps, expected, falls) => {
    expect(channelThresholds([-4, 4], steps, 0, ternary, 0.5)).toMatchObject({ thresholds: expected, falls });
  });

  test.each([
    ['between two sums', chain(1, 1, 2, 2, -1), 2, false, false],
    ['of a falling channel, the tie at +1', chain(1, -1, 2, -2, 1), 0, true, false],
    ['of γ = 0 and β = 0, always +1', chain(1, 3, 1, 0, 0), -5, false, true],
    ['of γ = 0 and β < 0, never', chain(1, 3, 1, 0, -1), 6, false, true],
  ])('of a sign %s', (_, steps, threshold, falls, isConstant) => {
    expect(channelThresholds([-5, 5], steps, 0, bipolarQuantiser, 1)).toMatchObject({
      thresholds: [threshold],
      falls,
      isConstant,
    });
  });

  test('of 3 bits behind a ReLU, on every sum of two ranges', () => {
    const rule = quantiser(3, false, false, 0, even);
    for (const [unit, mean, root, gamma, beta] of [
      [0.125, 0.5, 4, 1, 0.25],
      [0.25, -1, 8, -1, 0.5],
    ] as const) {
      const steps = [...chain(unit, mean, root, gamma, beta), (x: number) => Math.max(x, 0)];
      const { thresholds, falls } = channelThresholds([-1143, 1143], steps, 0, rule, 0.125);
      for (let x = -1143; x <= 1143; x++) {
        const real = Math.max((gamma * (x * unit - mean)) / root + beta, 0) / 0.125;
        const counted = thresholds.filter((t) => (falls ? x <= t : x >= t)).length;
        expect(counted, String(x)).toBe(even(Math.min(real, 7)));
      }
    }
  });

  test('counts those beside a tie of float32', () => {
    const near = (beta: number) => channelThresholds([-5, 5], chain(1, 0, 1, 1, beta), 0, bipolarQuantiser, 1).ties;
    expect([near(-1), near(-1 - 2 ** -24), near(-1 - 2 ** -20), near(-0.5)]).toEqual([1, 1, 0, 0]);
  });
});
