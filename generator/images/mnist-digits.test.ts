// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { samples } from '../../networks/mnist.ts';
import { mnistDigits } from './index.ts';

const { train, heldOut } = mnistDigits();

test('10,000 digits, a fifth of every class held out', () => {
  expect([train.count, heldOut.count]).toEqual([8004, 1996]);
  for (const { count, pixels, labels } of [train, heldOut]) {
    expect(pixels.length).toBe(count * 784);
    expect(labels.length).toBe(count);
  }
  for (let digit = 0; digit < 10; digit++) {
    const held = heldOut.labels.filter((label) => label === digit).length;
    const trained = train.labels.filter((label) => label === digit).length;
    expect(held).toBe(Math.floor((held + trained) / 5));
  }
});

test('no held-out digit is trained on', () => {
  const pictures = ({ count, pixels }: typeof train) =>
    Array.from({ length: count }, (_, i) => Buffer.from(pixels.subarray(i * 784, (i + 1) * 784)).toString('latin1'));
  const trained = new Set(pictures(train));
  expect(pictures(heldOut).filter((picture) => trained.has(picture))).toEqual([]);
});

test('classes take turns, and bytes use the whole range', () => {
  expect([...heldOut.labels.subarray(0, 20)]).toEqual([...Array(20).keys()].map((i) => i % 10));
  expect(heldOut.pixels.reduce((most, value) => Math.max(most, value), 0)).toBe(255);
});

test("the mnist network's samples are the first 100 held-out digits", () => {
  const { count, pixels } = samples();
  expect(count).toBe(100);
  expect(Buffer.from(pixels).equals(heldOut.pixels.subarray(0, 100 * 784))).toBe(true);
});
