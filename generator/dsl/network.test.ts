// SPDX-License-Identifier: Apache-2.0
/** What is no network, though each of its layers is legal: network() names it, and nothing is built of it. */
import { expect, test } from 'vitest';
import { BitloomError } from '../errors/errors.ts';
import * as dsl from '../index.ts';

/** Called as no TypeScript would allow. */
const d = dsl as unknown as Record<keyof typeof dsl, (...args: readonly unknown[]) => dsl.Stream<'int'>>;
const weights = dsl.synthetic(1);
const map = { height: 4, width: 4, channels: 2 };
const pixels = () => dsl.quantise('q', dsl.input('in', map), dsl.signedPixels());

/** Codes and words of what network() has against a description; nothing where it takes it. */
const refusal = (body: () => unknown): string => {
  try {
    dsl.network('net', body as () => dsl.Stream<'scores'>);
  } catch (error) {
    if (error instanceof BitloomError) return error.issues.map(({ code, got }) => `${code} ${got}`).join('\n');
    throw error;
  }
  return '';
};
const end = (x: dsl.Stream<'int'>) =>
  dsl.decide('end', dsl.binaryDense('end_fc', x, { units: 2, weights }), { classes: 2 });

test('a stream of another network is refused, even where the names are the same', () => {
  let foreign: dsl.Stream<'int'> | undefined;
  expect(refusal(() => end((foreign = pixels())))).toBe('');
  expect(refusal(() => (pixels(), end(foreign!)))).toBe('NN004 an input q of another network');
});

test('a layer that nobody reads was meant to be: all of them are named, under every architecture', () => {
  expect(
    refusal(() => {
      const x = pixels();
      dsl.maxPool('pool', x, { size: 2 });
      dsl.decide('other', dsl.binaryDense('other_fc', x, { units: 3, weights }), { classes: 3 });
      return end(x);
    }),
  ).toBe('NN006 a result that no layer reads\nNN006 a result that no layer reads');
});

test('a network has one input', () => {
  const two = () => end(d.concat('x', [pixels(), dsl.input('second', map)]));
  expect(refusal(two)).toBe('NN006 a second input: input reads no layer');
  expect(refusal(() => (pixels(), end(d.concat('x', []))))).toBe('NN006 a second input: concat reads no layer');
});

test('nothing comes behind a decision', () => {
  const after = () => dsl.binaryDense('after', end(pixels()) as never, { units: 2, weights });
  expect(refusal(after)).toBe('NN004 a binary-dense behind the decision end');
});

test('an argument too many is no layer that was forgotten', () => {
  expect(
    refusal(() => {
      const x = dsl.affine('a', pixels(), { format: { min: -8, max: 7, fraction: 0 }, weights });
      return end(d.add('x', x, x, x));
    }),
  ).toMatch(/^NN004 an argument too many: \{ node: 'a'/);
  expect(refusal(() => end(d.concat('x', pixels())))).toMatch(/^NN004 inputs = \{ node: 'q'/);
});

test('a network that ends in no decision is refused, wherever it would stand still or drive no bits', () => {
  const bits = () =>
    dsl.batchNormSign('norm', dsl.binaryConv2d('conv', pixels(), { filters: 4, kernel: 1, weights }), { weights });
  expect(refusal(() => dsl.binaryConv2d('map', bits(), { filters: 5, kernel: 1, weights }))).toBe(
    'NN006 a network that ends in no decision',
  );
  expect(refusal(() => dsl.binaryConv2d('score', bits(), { filters: 1, kernel: 4, weights }))).toBe(
    'NN006 a network that ends in no decision',
  );
  expect(refusal(bits)).toBe('NN006 a network that ends in no decision');
  expect(refusal(() => dsl.input('pixels', { height: 1, width: 1, channels: 1 }))).toBe(
    'NN006 a network that ends in no decision',
  );
  expect(refusal(() => ({ ...bits(), element: 'scores' }))).toBe('NN006 a network that ends in no decision');
});

test('a fault that the description catches is reported all the same', () => {
  expect(
    refusal(() => {
      const x = pixels();
      try {
        d.binaryDense('again', x, { units: 2, weights });
        d.binaryDense('again', x, { units: 2, weights });
      } catch {
        // As a network file might.
      }
      return end(x);
    }),
  ).toBe('NN004 the name again is taken');
});

test('a description is a function', () => {
  expect(() => d.network('net', 'x')).toThrow('a description that is "x" · legal: a function');
  expect(() => d.network('net', () => {}, { weights })).toThrow('an argument too many');
});
