// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { BitloomError } from './errors.ts';

test('a message is one line, whatever names are in it; the issue keeps them', () => {
  const where = 'net › a\nNN000 \u001b[31mb\u2028c';
  const error = new BitloomError([{ code: 'NN032', where, got: 'x'.repeat(100_000) }]);
  expect(error.message).toMatch(/^NN032 illegal name · net › a NN000 {2}\[31mb c · x{3999}…$/);
  expect(error.issues[0]!.where).toBe(where);
});
