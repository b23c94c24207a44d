// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { stream } from './stream.ts';

const words = (operationsDense: number, operationsExecuted: number | null) =>
  stream.measured(
    { options: { clockMhz: 200 } } as never,
    { totals: { operationsDense, operationsExecuted } } as never,
    {
      initiationIntervalMeasured: null,
      latencyMeasured: null,
      buildSeconds: 0,
      cycles: 0,
      simulateSeconds: 0,
    } as never,
  )[1];

// All sums of a wired layer on 9-bit pixels may have more terms than the convolution has taps and bits.
test.each([
  [1000, 803, 'operations a frame: 1,000, executed 803: 19.7 % pruned'],
  [1000, 1000, 'operations a frame: 1,000, executed 1,000: 0.0 % pruned'],
  [1000, 1149, 'operations a frame: 1,000, executed 1,149: 14.9 % more'],
  [0, 0, 'operations a frame: none'],
  [1000, null, 'operations pruned: ? (needs 5 frames)'],
])('of %d operations, %s were executed', (dense, executed, said) => {
  expect(words(dense, executed)).toBe(said);
});
