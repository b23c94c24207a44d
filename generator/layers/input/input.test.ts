// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { newInts } from '../../tensor/tensor.ts';
import { uint8 } from '../../ir/types.ts';
import { inferLone, loneNode, tensorType } from '../../layer-kind/lone-node.fixture.ts';
import { input } from './index.ts';

test('is a map of 8-bit pixels, passed on as it is', () => {
  const attributes = { height: 2, width: 3, channels: 4 };
  expect(inferLone(input, attributes, []).type).toEqual(tensorType(2, 3, 4, uint8));
  const frame = newInts(2, 3, 4);
  expect(input.golden(loneNode(input, attributes, tensorType(2, 3, 4, uint8)))([frame])).toBe(frame);
});

test.each([
  ['height', 0],
  ['width', 2.5],
  ['channels', 65_537],
  ['height', NaN],
])('refuses %s = %d', (key, value) => {
  expect(inferLone(input, { height: 2, width: 3, channels: 4, [key]: value }, [])).toEqual({
    type: undefined,
    issues: [`NN005 ${key} = ${value}`],
  });
});
