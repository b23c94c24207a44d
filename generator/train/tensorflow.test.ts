// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { BitloomError } from '../errors/errors.ts';
import { loadTensorflow, refuseAbsent } from './tensorflow.ts';

test.each([{}, { portable: true }])('loads with %o, says what it took and multiplies exactly', async (options) => {
  const { tf, backend } = await loadTensorflow(options);
  expect(backend).toMatch(options.portable ? /^tfjs wasm \d/ : /^(tfjs-node|tfjs wasm) \d/);
  expect(tf.getBackend()).toBe(backend.startsWith('tfjs-node') ? 'tensorflow' : 'wasm');
  const a = tf.tensor2d([1, 2, 3, 4], [2, 2]);
  expect([...tf.matMul(a, a).dataSync()]).toEqual([7, 10, 15, 22]);
});

test('leaves no listener for uncaught errors behind', async () => {
  const before = process.listenerCount('uncaughtException');
  await loadTensorflow({ portable: true });
  expect(process.listenerCount('uncaughtException')).toBe(before);
});

test('a package that is absent is NN040 by its name; any other fault stays what it is', async () => {
  // The name stays a variable: nothing else may look for it before the program runs.
  const name: string = '@tensorflow/absent';
  const absent: unknown = await import(name).then(undefined, (error: unknown) => error);
  expect(() => refuseAbsent(absent as Error)).toThrow(BitloomError);
  const broken = new Error('wasm does not compile');
  expect(() => refuseAbsent(broken)).toThrow(broken);
});
