// SPDX-License-Identifier: Apache-2.0
/** Which clocks are counted, and which designs are refused. */
import { expect, test } from 'vitest';
import { windowOf } from './window.ts';

/** Clocks of frames, one every `interval`. */
const every = (interval: number, first: number, frames: number) =>
  Array.from({ length: frames }, (_, i) => first + i * interval);

test('a round of the frames behind the warm-up', () => {
  expect(windowOf([every(100, 10, 8), every(100, 250, 8)], 2, 4)).toEqual({
    before: 350,
    to: 750,
    unsteady: undefined,
  });
});

test('an engine that has had its frames before the window is found', () => {
  expect(windowOf([every(20, 10, 8), every(100, 250, 8)], 2, 4).unsteady).toEqual({ engine: 0, count: 0 });
});

test('so is one that still runs ahead in it', () => {
  const ahead = [...every(20, 260, 7), ...every(100, 500, 7)];
  expect(windowOf([ahead, every(100, 250, 14)], 1, 4).unsteady).toEqual({ engine: 0, count: 9 });
});

test('a frame more or less is where the window cuts', () => {
  expect(windowOf([[...every(100, 10, 7), 790, 800], every(100, 250, 8)], 2, 4).unsteady).toBeUndefined();
});
