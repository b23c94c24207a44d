// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test, vi } from 'vitest';
import { loadNetwork } from '../network-file/load-network.ts';
import { randomFrom } from '../passes/random.ts';
import { typecheck } from '../passes/typecheck.ts';
import { inferAll, threadsUsed } from './infer.ts';
import { formWanted, interpreter, type Form } from './interpret.ts';

const typed = typecheck((await loadNetwork('mnist')).graph);
const frameBytes = 784;
const random = randomFrom('interpret');
const pixels = Uint8Array.from({ length: 23 * frameBytes }, () => random() * 256);

describe('interpreter', () => {
  test('traces every node, the last as run gives it', () => {
    const { trace, run } = interpreter(typed);
    const frame = pixels.subarray(0, frameBytes);
    const tensors = trace(frame);
    expect([...tensors.keys()]).toEqual(typed.nodes.map((node) => node.name));
    for (const { name, type } of typed.nodes)
      expect(tensors.get(name)).toMatchObject({
        height: type.height,
        width: type.width,
        channels: type.channels,
      });
    expect(run(frame).data).toEqual(tensors.get(typed.nodes.at(-1)!.name)!.data);
  });

  test('a trace stays as it was when the next frame comes', () => {
    const { trace } = interpreter(typed);
    const first = trace(pixels.subarray(0, frameBytes));
    const copy = new Map([...first].map(([name, { data }]) => [name, data.slice()]));
    trace(pixels.subarray(frameBytes, 2 * frameBytes));
    for (const [name, { data }] of first) expect(data).toEqual(copy.get(name));
  });

  test('refuses a frame of another size', () => {
    expect(() => interpreter(typed).run(pixels.subarray(1, frameBytes))).toThrow(
      'a frame of mnist has 784 bytes, not 783',
    );
  });
});

describe('the form', () => {
  test('is what the environment says, the fast one unless it says so; other words are refused', () => {
    const said = (value?: string) => {
      vi.stubEnv('BITLOOM_GOLDEN', value);
      try {
        return formWanted();
      } finally {
        vi.unstubAllEnvs();
      }
    };
    expect([said(), said('plain'), said('wasm')]).toEqual(['wasm', 'plain', 'wasm']);
    expect(() => said('fast')).toThrow(/NN001 .*BITLOOM_GOLDEN/);
  });

  test('reaches the threads: a form that is none fails there', async () => {
    const inForm = (form: string) => inferAll(typed, pixels, frameBytes, 2, undefined, form as Form);
    expect(await inForm('plain')).toEqual(await inForm('wasm'));
    await expect(inForm('none')).rejects.toThrow();
  });
});

describe('many frames', () => {
  test('threads give what one gives, in order, also when they share unevenly', async () => {
    const { run } = interpreter(typed);
    const wanted = Array.from(
      { length: 23 },
      (_, i) => run(pixels.subarray(i * frameBytes, (i + 1) * frameBytes)).data,
    );
    expect(await inferAll(typed, pixels, frameBytes, 1)).toEqual(wanted);
    expect(await inferAll(typed, pixels, frameBytes, 2)).toEqual(wanted);
    expect(await inferAll(typed, pixels, frameBytes, 9)).toEqual(wanted);
  });

  test('threads without frames are neither started nor counted', () => {
    expect([1, 2, 9, 11, 12, 1e15].map((threads) => threadsUsed(23, threads))).toEqual([1, 2, 8, 8, 1, 1]);
  });
});
