// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { loadTensorflow } from './tensorflow.ts';

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
