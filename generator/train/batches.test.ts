// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { digitBatch } from './batches.ts';
import { seededRandom } from './random.ts';

const SIDE = 28;
const pixels = Uint8Array.from({ length: 2 * SIDE * SIDE }, (_, i) => (i * 31) % 256);
const digits = { count: 2, pixels, labels: Uint8Array.of(4, 9) };

/** q of one digit moved by (down, right), black where nothing lies. */
function shifted(digit: number, y: number, x: number, down: number, right: number): number {
  const inFrame = y >= 0 && y < SIDE && x >= 0 && x < SIDE;
  const [fromY, fromX] = [y - down, x - right];
  const inDigit = fromY >= 0 && fromY < SIDE && fromX >= 0 && fromX < SIDE;
  return inFrame && inDigit ? pixels[(digit * SIDE + fromY) * SIDE + fromX]! - 128 : -128;
}

function expectWindows(
  windows: Float32Array,
  digit: number,
  at: number,
  count: number,
  down: number,
  right: number,
): void {
  let differences = 0;
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const row = (((2 * (y % 2) + (x % 2)) * count + at) * 14 + (y >> 1)) * 14 + (x >> 1);
      for (let tap = 0; tap < 9; tap++) {
        const wanted = shifted(digit, y + Math.floor(tap / 3) - 1, x + (tap % 3) - 1, down, right);
        if (windows[row * 9 + tap] !== wanted) differences++;
      }
    }
  }
  expect(differences).toBe(0);
}

test('windows in pooling order, digits in the given order', () => {
  const { windows, labels } = digitBatch(digits, Uint32Array.of(1, 0), [0, 2]);
  expect([...labels]).toEqual([9, 4]);
  expect(windows.length).toBe(2 * SIDE * SIDE * 9);
  expectWindows(windows, 1, 0, 2, 0, 0);
  expectWindows(windows, 0, 1, 2, 0, 0);
});

test('shifts move the digit and fill with black, in every direction', () => {
  const seen = new Set<string>();
  for (let seed = 0; seed < 40; seed++) {
    const twin = seededRandom(seed);
    const [down, right] = [twin.integer(-2, 2), twin.integer(-2, 2)];
    seen.add(`${down} ${right}`);
    const { windows } = digitBatch(digits, Uint32Array.of(0), [0, 1], {
      random: seededRandom(seed),
      reach: 2,
    });
    expectWindows(windows, 0, 0, 1, down, right);
  }
  expect(seen.size).toBeGreaterThan(12);
});

test('a seed repeats its numbers and covers its range', () => {
  const draw = (seed: number) => {
    const random = seededRandom(seed);
    return Array.from({ length: 1000 }, () => random.integer(-2, 2));
  };
  expect(draw(3)).toEqual(draw(3));
  expect(draw(3)).not.toEqual(draw(4));
  expect([...new Set(draw(3))].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2]);
});
