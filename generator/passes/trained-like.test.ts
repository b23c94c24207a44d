// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { randomFrom } from './random.ts';
import { trainedLike } from './trained-like.ts';

function figures(weights: Int8Array) {
  const left = weights.filter((w) => w !== 0);
  const counts = new Map<number, number>();
  for (const w of left) counts.set(w, (counts.get(w) ?? 0) + 1);
  const entropy = [...counts.values()].reduce((sum, n) => sum - (n / left.length) * Math.log2(n / left.length), 0);
  return {
    density: left.length / weights.length,
    entropy,
    positive: left.filter((w) => w > 0).length / left.length,
    least: left.reduce((m, w) => Math.min(m, Math.abs(w)), 128),
  };
}

describe.each([1, 0.34, 0.057])('density %d', (density) => {
  const weights = trainedLike(400_000, 127, density, randomFrom('trained-like'));

  test('keeps the largest magnitudes, as many as asked for', () => {
    const { density: kept, positive, least } = figures(weights);
    // At density 1 what rounds to 0 is lost: 4.6 % of the distribution.
    expect(kept).toBeCloseTo(density === 1 ? 0.954 : density, 2);
    expect(positive).toBeCloseTo(0.5, 2);
    expect(least).toBe(Math.max(1, Math.round((-127 / 12) * Math.log(density))));
  });

  test('has about the entropy of real pruned weights, and the same every time', () => {
    expect(figures(weights).entropy).toBeGreaterThan(5.5);
    expect(figures(weights).entropy).toBeLessThan(6);
    expect(trainedLike(400_000, 127, density, randomFrom('trained-like'))).toEqual(weights);
  });
});

test('no weight beyond the greatest, none at density 0', () => {
  expect(Math.max(...trainedLike(1000, 3, 1, randomFrom('small')))).toBe(3);
  expect(trainedLike(1000, 127, 0, randomFrom('none')).every((w) => w === 0)).toBe(true);
});
