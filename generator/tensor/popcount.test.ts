// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { randomFrom } from '../passes/random.ts';
import { popcount, popcount6 } from './popcount.ts';

/** Ones of the binary numeral. */
function ones(word: number): number {
  return [...(word >>> 0).toString(2)].filter((digit) => digit === '1').length;
}

const random = randomFrom('popcount');
const corners = [0, 1, -1, -(2 ** 31), 0x55555555, 0x33333333, 0x0f0f0f0f];
const drawn = () => (random() < 0.3 ? corners[Math.floor(random() * corners.length)]! : (random() * 2 ** 32) | 0);

test('popcount counts ones', () => {
  for (const word of [...corners, ...Array.from({ length: 1000 }, drawn)]) expect(popcount(word)).toBe(ones(word));
});

test('popcount6 counts the ones of six words, all of them set included', () => {
  expect(popcount6(-1, -1, -1, -1, -1, -1)).toBe(192);
  for (let i = 0; i < 2000; i++) {
    const words = Array.from({ length: 6 }, drawn) as [number, number, number, number, number, number];
    expect(popcount6(...words)).toBe(words.reduce((sum, word) => sum + ones(word), 0));
  }
});
