// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { bipolar, int } from '../ir/types.ts';
import { elementsOf, integerIn, randomElements, tensorType } from '../layer-kind/lone-node.fixture.ts';
import { randomFrom } from '../passes/random.ts';
import { elementAt, expectBits, expectInts, fromElements } from './tensor.ts';

test('elements come back from both forms, whatever the number of channels', () => {
  const random = randomFrom('tensor');
  for (const channels of [1, 31, 32, 33, 64, 65, 100])
    for (const element of [bipolar, int(-1000, 1000)]) {
      const type = tensorType(integerIn(random, 1, 4), integerIn(random, 1, 4), channels, element);
      const elements = randomElements(random, type);
      expect(elementsOf(type, fromElements(type, elements))).toEqual(elements);
    }
});

test('channel c of a pixel is bit c mod 32 of its word c div 32; spare bits are 0', () => {
  const type = tensorType(1, 2, 34, bipolar);
  const bits = expectBits(fromElements(type, Array(68).fill(1)));
  expect([...bits.data]).toEqual([-1, 3, -1, 3]);
  const lone = expectBits(
    fromElements(
      type,
      Array.from({ length: 68 }, (_, i) => Number(i === 34 + 33)),
    ),
  );
  expect([...lone.data]).toEqual([0, 0, 0, 2]);
  expect(elementAt(lone, 0, 1, 33)).toBe(1);
});

test('each form refuses the other', () => {
  const bits = fromElements(tensorType(1, 1, 1, bipolar), [1]);
  const ints = fromElements(tensorType(1, 1, 1, int(0, 1)), [1]);
  expect(() => expectInts(bits)).toThrow('an integer tensor was expected');
  expect(() => expectBits(ints)).toThrow('a bipolar tensor was expected');
});
