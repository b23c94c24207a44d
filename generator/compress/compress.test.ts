// SPDX-License-Identifier: Apache-2.0
/** The parts of compression: convolution and its gradients, pruning, checkpoints, training that was killed. */
import { join } from 'node:path';
import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/command-line.ts';
import { loadTensorflow } from '../train/tensorflow.ts';
import { seededRandom } from '../train/random.ts';
import { mirrored } from './augment.ts';
import { binarised } from './binarise.ts';
import { convolution } from './convolution.ts';
import { freshNet } from './fresh-net.ts';
import { readNet, writeNet } from './net-file.ts';
import { importanceOf, mostImportant, prune, ratesByStage } from './prune.ts';
import { fit, type FitOptions, type Teacher } from './fit.ts';
import { judge, type Labelled } from './judge.ts';
import { modelOf } from './model.ts';
import { convsOf, outputSize, sizeOf, weightsOf, type ConvNorm, type ResidualNet } from './residual-net.ts';
import { stateFile } from './training-state.ts';

const { tf } = await loadTensorflow({ portable: true });
const random = seededRandom(5);
const folder = temporaryFolder();
const net = freshNet(random, {
  input: { height: 8, width: 8, channels: 3 },
  width: 4,
  stages: 2,
  blocks: 1,
  classes: 5,
});

describe('convolution', () => {
  test.each(
    [
      { kernel: 3, stride: 1, pad: [1, 1], side: 5 } as const,
      { kernel: 3, stride: 2, pad: [1, 1], side: 6 } as const,
      { kernel: 3, stride: 2, pad: [0, 1], side: 6 } as const,
      { kernel: 3, stride: 2, pad: [1, 1], side: 7 } as const,
      { kernel: 1, stride: 2, pad: [0, 0], side: 6 } as const,
      { kernel: 1, stride: 2, pad: [0, 0], side: 7 } as const,
    ].flatMap((shape) => [
      { ...shape, padValue: 0 },
      { ...shape, padValue: -1 },
    ]),
  )('and its gradients equal the loops of the definition: %o', ({ kernel, stride, pad, side, padValue }) => {
    const [inputs, filters] = [2, 3];
    const conv = { kernel, stride, pad, inputs, filters };
    const out = outputSize(conv as unknown as ConvNorm, side);
    const integers = (n: number) => Array.from({ length: n }, () => random.integer(-4, 4));
    const [x, w, dy] = [
      integers(2 * side * side * inputs),
      integers(kernel * kernel * inputs * filters),
      integers(2 * out * out * filters),
    ];
    const [y, dx, dw] = [dy.map(() => 0), x.map(() => 0), w.map(() => 0)];
    dy.forEach((d, o) => {
      const [f, ox, oy, n] = [
        o % filters,
        Math.floor(o / filters) % out,
        Math.floor(o / filters / out) % out,
        Math.floor(o / filters / out / out),
      ];
      w.forEach((_, k) => {
        if (k % filters !== f) return;
        const [c, kx, ky] = [
          Math.floor(k / filters) % inputs,
          Math.floor(k / filters / inputs) % kernel,
          Math.floor(k / filters / inputs / kernel),
        ];
        const [iy, ix] = [oy * stride + ky - pad[0], ox * stride + kx - pad[0]];
        const inside = iy >= 0 && iy < side && ix >= 0 && ix < side;
        const at = ((n * side + iy) * side + ix) * inputs + c;
        y[o]! += (inside ? x[at]! : padValue) * w[k]!;
        if (inside) dx[at]! += w[k]! * d;
        dw[k]! += (inside ? x[at]! : padValue) * d;
      });
    });
    const run = (a: Tensor4D, b: Tensor2D) => convolution(tf)(a, b, conv, padValue);
    const [tx, tw] = [tf.tensor4d(x, [2, side, side, inputs]), tf.tensor2d(w, [kernel * kernel * inputs, filters])];
    expect([...run(tx, tw).dataSync()]).toEqual(y);
    const grads = tf.grads((a, b) =>
      tf.sum(tf.mul(run(a as Tensor4D, b as Tensor2D), tf.tensor(dy, [2, out, out, filters]))),
    )([tx, tw]);
    expect([...grads[0]!.dataSync()]).toEqual(dx);
    expect([...grads[1]!.dataSync()]).toEqual(dw);
  });
});

describe('pruning', () => {
  const conv: ConvNorm = {
    kernel: 1,
    stride: 1,
    pad: [0, 0],
    inputs: 2,
    filters: 3,
    weights: Float32Array.of(1, -5, 2, -1, 0, 2),
    norm: {
      gamma: Float32Array.of(3, -1, 2),
      beta: new Float32Array(3),
      mean: new Float32Array(3),
      variance: new Float32Array(3),
    },
  };

  test('importance is the sum of magnitudes, or that of the batch-norm’s scale', () => {
    expect([...importanceOf(conv, 'l1')]).toEqual([2, 5, 4]);
    expect([...importanceOf(conv, 'bn-scale')]).toEqual([3, 1, 2]);
    expect(mostImportant([2, 5, 4, 5], 2)).toEqual([1, 3]);
    expect(mostImportant([1, 1, 1], 2)).toEqual([0, 1]);
  });

  test('takes filters inside blocks, and the inputs that read them', () => {
    const rates = ratesByStage(net, [0.25, 0.5]);
    expect(rates).toEqual({ s1b1: 0.25, s2b1: 0.5 });
    const pruned = prune(net, rates, 'l1');
    expect(pruned.blocks.map(({ c1, c2 }) => [c1.inputs, c1.filters, c2.inputs, c2.filters])).toEqual([
      [4, 3, 3, 4],
      [4, 4, 4, 8],
    ]);
    const [whole, left] = [net.blocks[1]!, pruned.blocks[1]!];
    const kept = mostImportant(importanceOf(whole.c1, 'l1'), 4);
    for (let row = 0; row < 9 * 4; row++)
      kept.forEach((f, i) => expect(left.c1.weights[row * 4 + i]).toBe(whole.c1.weights[row * 8 + f]));
    for (let tap = 0; tap < 9; tap++)
      kept.forEach((input, i) =>
        expect([...left.c2.weights.slice((tap * 4 + i) * 8, (tap * 4 + i + 1) * 8)]).toEqual([
          ...whole.c2.weights.slice((tap * 8 + input) * 8, (tap * 8 + input + 1) * 8),
        ]),
      );
  });

  test('counts work and parameters', () => {
    // Stem 27·4 on 64 pixels; blocks 2·144 on 64, then 288 + 576 + 32 on 16; 8·5 + 5.
    const weights = 108 + 288 + 896 + 40;
    expect(sizeOf(net)).toEqual({
      macs: 64 * (108 + 288) + 16 * 896 + 40,
      weights,
      parameters: weights + 2 * (4 + 4 + 4 + 8 + 8 + 8) + 5,
    });
    const without = { ...net, stem: { ...net.stem, weights: net.stem.weights.map((w, i) => (i < 8 ? 0 : w)) } };
    expect(sizeOf(without)).toEqual({
      macs: sizeOf(net).macs - 64 * 8,
      weights: weights - 8,
      parameters: sizeOf(net).parameters - 8,
    });
  });
});

test('a network comes back from its file', () => {
  const path = join(folder, 'net.safetensors');
  const shifted = {
    ...net,
    reach: 4,
    blocks: net.blocks.map((block) => ({
      ...block,
      shift: Float32Array.from({ length: block.c1.inputs }, () => random.uniform()),
    })),
  };
  writeNet(path, shifted);
  expect(readNet(path)).toEqual(shifted);
});

test('a model gives back the network that it was made of', () => {
  for (const [whole, style] of [
    [net, 'float'],
    [binarised(net), 'binary'],
  ] as const) {
    const model = modelOf(tf, whole, style);
    expect(model.net(model.given())).toEqual(whole);
  }
});

test('norms that are known, inside the weights, give the scores that they give behind them', () => {
  const drawn = structuredClone(net);
  for (const [, { norm }] of convsOf(drawn))
    for (const values of [norm.gamma, norm.beta]) values.forEach((v, i) => (values[i] = v + random.uniform()));
  const model = modelOf(tf, drawn, 'float');
  const pixels = tf.tensor4d(
    Float32Array.from({ length: 6 * 192 }, () => random.integer(0, 255)),
    [6, 8, 8, 3],
  );
  const { logits, used } = model.forward(pixels);
  const known = model.forward(pixels, used).logits.dataSync();
  const away = logits.dataSync().map((score, i) => Math.abs(score - known[i]!));
  // Floats, added in another order.
  expect(Math.max(...away)).toBeLessThan(1e-3);
  expect(Math.max(...known.map(Math.abs))).toBeGreaterThan(0.1);
});

test('images left for right, those that the draw says', () => {
  const draws = [0.5, 0.4];
  const chance = { ...random, uniform: () => draws.shift()! };
  const two = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
  const [height, width, channels] = [2, 3, 2];
  const turned = mirrored(Float32Array.from([...two, ...two]), { height, width, channels }, chance);
  expect([...turned]).toEqual([5, 6, 3, 4, 1, 2, 11, 12, 9, 10, 7, 8, ...two]);
});

describe('training', () => {
  const set: Labelled = {
    count: 40,
    pixels: Uint8Array.from({ length: 40 * 192 }, () => random.integer(0, 255)),
    labels: Uint8Array.from({ length: 40 }, (_, i) => i % 5),
  };
  const options: FitOptions = { epochs: 3, rate: 0.01, batch: 20, seed: 3 };
  const masks = {
    s2b1_c1: Uint8Array.from({ length: 288 }, (_, i) => i % 3 && 1),
    classifier: Uint8Array.from({ length: 40 }, (_, i) => i % 2),
  };
  /** Weights after training, and the epochs that were seen. */
  async function trained(more: Partial<FitOptions>) {
    const model = modelOf(tf, net, 'float', masks);
    const given = model.given();
    model.constrain();
    await fit(tf, model, set, net.input, { ...options, ...more });
    return model.net(given);
  }

  const master = freshNet(random, { input: net.input, width: 4, stages: 2, blocks: 1, classes: 5 });
  const masterModel = modelOf(tf, master, 'float');
  const masterNorms = masterModel.given();
  const teacher: Teacher = { temperature: 2, scores: (pixels) => masterModel.forward(pixels, masterNorms).logits };

  test.each([
    ['labels', {}],
    ['mirrored images and a teacher', { mirror: true, teacher }],
  ])('killed after an epoch and taken up again, it ends at the same bits: %s', async (what, more) => {
    const states = stateFile(join(folder, `${what}.state.safetensors`));
    const epochs: string[] = [];
    const killed = trained({
      ...more,
      states,
      onProgress: ({ done }) => {
        if (done === 4) throw new Error('killed');
      },
    });
    await expect(killed).rejects.toThrow('killed');
    expect(states.load()!.epoch).toBe(1);
    const resumed = await trained({ ...more, states, onProgress: ({ text }) => epochs.push(text.slice(0, 7)) });
    expect([...new Set(epochs)]).toEqual(['epoch 2', 'epoch 3']);
    const whole = await trained(more);
    expect(resumed).toEqual(whole);
    expect(await trained({ ...more, seed: 4 })).not.toEqual(whole);
  });

  test('a learner comes nearer to its teacher than the labels would bring it', async () => {
    const wanted = judge(tf, master, 'float', set);
    const shares = (scores: Float32Array) => {
      const powers = scores.map((s) => Math.exp((s - Math.max(...scores)) / 2));
      return powers.map((p) => p / powers.reduce((a, b) => a + b));
    };
    const away = (found: ResidualNet) =>
      judge(tf, found, 'float', set).reduce(
        (sum, scores, i) => sum + shares(scores).reduce((s, p, c) => s + Math.abs(p - shares(wanted[i]!)[c]!), 0),
        0,
      );
    const given = modelOf(tf, net, 'float').given();
    const [taught, labelled] = [await trained({ statistics: given, teacher }), await trained({ statistics: given })];
    expect(away(taught)).toBeLessThan(0.5 * away(net));
    expect(away(taught)).toBeLessThan(0.8 * away(labelled));
  });

  test('masked weights stay 0, all others move', async () => {
    const after = await trained({});
    for (const [layer, mask] of Object.entries(masks)) {
      const before = weightsOf(net, layer);
      weightsOf(after, layer).forEach((w, i) => expect(mask[i] ? w !== before[i] : w === 0).toBe(true));
    }
  });
});
