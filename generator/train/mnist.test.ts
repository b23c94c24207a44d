// SPDX-License-Identifier: Apache-2.0
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { mnistDigits } from '../images/index.ts';
import type { NamedTensor } from '../import/index.ts';
import { loadTensorflow } from './tensorflow.ts';
import { digitBatch } from './batches.ts';
import { accuracy, windowTensor } from './mnist-evaluate.ts';
import { mnistTensors } from './mnist-export.ts';
import { mnistNetwork } from './mnist-network.ts';
import { seededRandom } from './random.ts';
import { learn, scheduledAdam, train } from './mnist.ts';

type Map3 = { size: number; channels: number; at: (y: number, x: number, c: number) => number };

/** The network of the stored tensors by its definition: plain loops over +-1, norms in double precision. */
function scores(tensors: Record<string, NamedTensor>, pixels: Uint8Array): number[] {
  const bipolar = (name: string) =>
    Array.from(tensors[`${name}.weights`]!.data as Uint8Array, (bit) => (bit === 1 ? 1 : -1));
  const normSign = (name: string, x: number, c: number) => {
    const of = (key: string) => tensors[`${name}.${key}`]!.data[c] as number;
    const [gamma, beta, mean, variance] = [of('gamma'), of('beta'), of('mean'), of('variance')];
    return (gamma * (x - mean)) / Math.sqrt(variance + 1e-5) + beta >= 0 ? 1 : -1;
  };
  const stage = (input: Map3, conv: string, norm: string, pad: number): Map3 => {
    const { size, channels, at } = input;
    const weights = bipolar(conv);
    const filters = tensors[`${conv}.weights`]!.shape[0]!;
    const sum = (y: number, x: number, f: number) => {
      let acc = 0;
      for (let tap = 0; tap < 9 * channels; tap++) {
        const [ky, kx, c] = [Math.floor(tap / channels / 3), Math.floor(tap / channels) % 3, tap % channels];
        const [seenY, seenX] = [y + ky - 1, x + kx - 1];
        const inside = seenY >= 0 && seenX >= 0 && seenY < size && seenX < size;
        acc += weights[f * 9 * channels + tap]! * (inside ? at(seenY, seenX, c) : pad);
      }
      return acc;
    };
    const half = size / 2;
    const bits = Array.from({ length: half * half * filters }, (_, i) => {
      const [f, x, y] = [i % filters, 2 * (Math.floor(i / filters) % half), 2 * Math.floor(i / filters / half)];
      return normSign(norm, Math.max(sum(y, x, f), sum(y, x + 1, f), sum(y + 1, x, f), sum(y + 1, x + 1, f)), f);
    });
    return { size: half, channels: filters, at: (y, x, c) => bits[(y * half + x) * filters + c]! };
  };
  const dense = (name: string, x: number[]) => {
    const weights = bipolar(name);
    const units = tensors[`${name}.weights`]!.shape[0]!;
    return Array.from({ length: units }, (_, u) => x.reduce((acc, v, i) => acc + v * weights[u * x.length + i]!, 0));
  };
  const image: Map3 = { size: 28, channels: 1, at: (y, x) => pixels[y * 28 + x]! - 128 };
  const map = stage(stage(image, 'conv0', 'norm0', -128), 'conv1', 'norm1', -1);
  const flat = Array.from({ length: 7 * 7 * map.channels }, (_, i) =>
    map.at(Math.floor(i / map.channels / 7), Math.floor(i / map.channels) % 7, i % map.channels),
  );
  const hidden = dense('fc0', flat).map((x, c) => normSign('norm2', x, c));
  return dense('fc1', hidden);
}

describe('what is stored', () => {
  test('is the network that was trained, digit for digit', async () => {
    const { tf } = await loadTensorflow({ portable: true });
    const random = seededRandom(5);
    const network = mnistNetwork(tf, random);
    for (const { gamma, beta } of Object.values(network.norms)) {
      const draw = () => tf.tensor1d(Array.from({ length: gamma.size }, () => 2 * random.uniform() - 1));
      gamma.assign(draw());
      beta.assign(draw());
    }
    const { heldOut } = mnistDigits();
    const order = Uint32Array.from({ length: 20 }, (_, i) => i);
    const windows = windowTensor(tf, digitBatch(heldOut, order, [0, 20]));
    const fixed = network.forward(windows).used;
    const logits = [...network.forward(windows, fixed).logits.dataSync()];
    const tensors = mnistTensors(network, fixed);
    expect(Math.min(...(tensors['norm0.gamma']!.data as Float32Array))).toBeLessThan(0);
    for (let digit = 0; digit < 20; digit++) {
      const wanted = logits.slice(10 * digit, 10 * digit + 10).map((logit) => 8 * logit);
      expect(scores(tensors, heldOut.pixels.subarray(digit * 784, (digit + 1) * 784))).toEqual(wanted);
    }
    const first = {
      count: 20,
      pixels: heldOut.pixels.subarray(0, 20 * 784),
      labels: heldOut.labels.subarray(0, 20),
    };
    const classes = order.map((_, i) =>
      logits.slice(10 * i, 10 * i + 10).reduce((best, v, c, all) => (v > all[best]! ? c : best), 0),
    );
    const right = classes.filter((c, i) => c === first.labels[i]).length;
    expect(accuracy(tf, network, fixed, first)).toBe(right / 20);
  });
});

describe('learning', () => {
  const { train: digits } = mnistDigits();
  const batch = digitBatch(
    digits,
    Uint32Array.from({ length: 20 }, (_, i) => i),
    [0, 20],
  );

  test('the loss is the mean cross-entropy of the logits', async () => {
    const { tf } = await loadTensorflow({ portable: true });
    const network = mnistNetwork(tf, seededRandom(6));
    const windows = windowTensor(tf, batch);
    const logits = [...network.forward(windows).logits.dataSync()];
    const wanted = Array.from(batch.labels, (label, i) => {
      const row = logits.slice(10 * i, 10 * i + 10);
      return Math.log(row.reduce((sum, logit) => sum + Math.exp(logit), 0)) - row[label]!;
    });
    const mean = wanted.reduce((sum, loss) => sum + loss, 0) / 20;
    expect(network.loss(windows, tf.tensor1d(batch.labels, 'int32')).dataSync()[0]).toBeCloseTo(mean, 4);
  });

  test('steps on the same digits bring their loss down, and weights stay within +-1', async () => {
    const { tf } = await loadTensorflow({ portable: true });
    const network = mnistNetwork(tf, seededRandom(6));
    const optimiser = scheduledAdam(tf);
    const losses = Array.from({ length: 30 }, () => learn(tf, network, optimiser, batch));
    expect(losses[29]).toBeLessThan(losses[0]! / 4);
    for (const weights of Object.values(network.weights)) {
      const values = weights.dataSync();
      expect(values.every((value) => Math.abs(value) <= 1)).toBe(true);
    }
  });
});

describe('bad options are refused before training', () => {
  const out = join(tmpdir(), 'mnist-test.safetensors');
  test.each([
    ['network', { network: 'cnv', out }, /NN003.*'cnv'.*legal: mnist/],
    ['epochs', { network: 'mnist', out, epochs: 0 }, /NN001.*--epochs.*0/],
    ['epochs not a number', { network: 'mnist', out, epochs: NaN }, /NN001.*--epochs.*NaN/],
    ['seed', { network: 'mnist', out, seed: 1.5 }, /NN001.*--seed.*1.5/],
    ['out', { network: 'mnist', out: join(tmpdir(), 'absent-folder', 'x.safetensors') }, /NN030.*absent-folder/],
    ['a folder as out', { network: 'mnist', out: tmpdir() }, /NN030.*--out.*not a file/],
    ['out where nobody can write', { network: 'mnist', out: '/proc/x.safetensors' }, /NN030.*--out.*\/proc/],
  ])('%s', async (_name, options, message) => {
    await expect(train(options)).rejects.toThrow(message);
  });
});
