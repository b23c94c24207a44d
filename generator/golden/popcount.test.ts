import { expect, test } from 'vitest';
import { randomFrom } from '../passes/random.ts';
import { differences, popcount } from './popcount.ts';

/** Ones of the binary numeral. */
function ones(word: number): number {
  return [...(word >>> 0).toString(2)].filter((digit) => digit === '1').length;
}

test('popcount counts ones', () => {
  const random = randomFrom('popcount');
  const words = [0, 1, -1, 2 ** 31, 0x55555555, ...Array.from({ length: 1000 }, () => (random() * 2 ** 32) | 0)];
  for (const word of words) expect(popcount(word)).toBe(ones(word));
});

test('differences counts differing bits of any number of words, anywhere in its arrays', () => {
  const random = randomFrom('differences');
  const array = () => Int32Array.from({ length: 200 }, () => (random() * 2 ** 32) | 0);
  const [a, b] = [array(), array()];
  for (let count = 0; count <= 150; count++) {
    const [i, j] = [count % 7, count % 5];
    const wanted = Array.from({ length: count }, (_, k) => ones(a[i + k] ^ b[j + k])).reduce((x, y) => x + y, 0);
    expect(differences(a, i, b, j, count), `${count} words`).toBe(wanted);
  }
});
