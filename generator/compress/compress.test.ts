/** The two-stage compression, stage by stage. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/command-line.ts';
import { sharedData } from '../images/shared-data.ts';
import { loadTensorflow } from '../tensorflow.ts';
import { seededRandom } from '../train/random.ts';
import { convolution } from './convolution.ts';
import { freshNet } from './fresh-net.ts';
import { readNet, writeNet } from './net-file.ts';
import { importanceOf, mostImportant, prune, ratesByStage } from './prune.ts';
import { digitsRecipe, resnet8Recipe } from './recipes.ts';
import { outputSize, sizeOf, type ConvNorm } from './residual-net.ts';
import { compress } from './stages.ts';

const { tf } = await loadTensorflow({ portable: true });
const random = seededRandom(5);
const folder = temporaryFolder();
const net = freshNet(random, { input: { height: 8, width: 8, channels: 3 }, width: 4, stages: 2, blocks: 1, classes: 5 });

describe('convolution', () => {
  test.each([
    { kernel: 3, stride: 1, pad: [1, 1], side: 5 },
    { kernel: 3, stride: 2, pad: [1, 1], side: 6 },
    { kernel: 3, stride: 2, pad: [0, 1], side: 6 },
    { kernel: 3, stride: 2, pad: [1, 1], side: 7 },
    { kernel: 1, stride: 2, pad: [0, 0], side: 6 },
  ] as const)('and its gradients equal the loops of the definition: %o', ({ kernel, stride, pad, side }) => {
    const [inputs, filters, padValue] = [2, 3, -1];
    const conv = { kernel, stride, pad, inputs, filters };
    const out = outputSize(conv, side);
    const integers = (n: number) => Array.from({ length: n }, () => random.integer(-4, 4));
    const [x, w, dy] = [integers(2 * side * side * inputs), integers(kernel * kernel * inputs * filters), integers(2 * out * out * filters)];
    const [y, dx, dw] = [dy.map(() => 0), x.map(() => 0), w.map(() => 0)];
    dy.forEach((d, o) => {
      const [f, ox, oy, n] = [o % filters, Math.floor(o / filters) % out, Math.floor(o / filters / out) % out, Math.floor(o / filters / out / out)];
      w.forEach((_, k) => {
        if (k % filters !== f) return;
        const [c, kx, ky] = [Math.floor(k / filters) % inputs, Math.floor(k / filters / inputs) % kernel, Math.floor(k / filters / inputs / kernel)];
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
    const grads = tf.grads((a, b) => tf.sum(tf.mul(run(a as Tensor4D, b as Tensor2D), tf.tensor(dy, [2, out, out, filters]))))([tx, tw]);
    expect([...grads[0]!.dataSync()]).toEqual(dx);
    expect([...grads[1]!.dataSync()]).toEqual(dw);
  });
});

describe('pruning', () => {
  const conv: ConvNorm = {
    kernel: 1, stride: 1, pad: [0, 0], inputs: 2, filters: 3,
    weights: Float32Array.of(1, -5, 2, -1, 0, 2),
    norm: { gamma: Float32Array.of(3, -1, 2), beta: new Float32Array(3), mean: new Float32Array(3), variance: new Float32Array(3) },
  };

  test('importance is the sum of magnitudes, or that of the batch-norm’s scale', () => {
    expect([...importanceOf(conv, 'l1')]).toEqual([2, 5, 4]);
    expect([...importanceOf(conv, 'bn-scale')]).toEqual([3, 1, 2]);
    expect(mostImportant([2, 5, 4, 5], 2)).toEqual([1, 3]);
    expect(mostImportant([1, 1, 1], 2)).toEqual([0, 1]);
  });

  test('takes filters inside blocks and what read them; what is left computes what it did', () => {
    const rates = ratesByStage(net, [0.25, 0.5]);
    expect(rates).toEqual({ s1b1: 0.25, s2b1: 0.5 });
    const pruned = prune(net, rates, 'l1');
    expect(pruned.blocks.map(({ c1, c2 }) => [c1.inputs, c1.filters, c2.inputs, c2.filters])).toEqual([[4, 3, 3, 4], [4, 4, 4, 8]]);
    const [whole, left] = [net.blocks[1]!, pruned.blocks[1]!];
    const kept = mostImportant(importanceOf(whole.c1, 'l1'), 4);
    for (let row = 0; row < 9 * 4; row++) kept.forEach((f, i) => expect(left.c1.weights[row * 4 + i]).toBe(whole.c1.weights[row * 8 + f]));
    for (let tap = 0; tap < 9; tap++)
      kept.forEach((input, i) => expect([...left.c2.weights.slice((tap * 4 + i) * 8, (tap * 4 + i + 1) * 8)]).toEqual([...whole.c2.weights.slice((tap * 8 + input) * 8, (tap * 8 + input + 1) * 8)]));
  });

  test('counts work and parameters', () => {
    // Stem 27·4 on 64 pixels; blocks 2·144 on 64, then 288 + 576 + 32 on 16; 8·5 + 5.
    expect(sizeOf(net)).toEqual({ macs: 64 * (108 + 288) + 16 * 896 + 40, parameters: 108 + 288 + 896 + 2 * (4 + 4 + 4 + 8 + 8 + 8) + 45 });
  });
});

test('a network comes back from its file', () => {
  const path = join(folder, 'net.safetensors');
  const shifted = { ...net, blocks: net.blocks.map((block) => ({ ...block, shift: Float32Array.from({ length: block.c1.inputs }, () => random.uniform()) })) };
  writeNet(path, shifted);
  expect(readNet(path)).toEqual(shifted);
});

describe('digits through all stages', () => {
  const out = join(folder, 'digits');
  const said: string[] = [];
  const run = () => compress(tf, digitsRecipe({ limit: 3000 }), { out, until: 'fold', importance: 'l1', rates: [0.5, 0.5], onProgress: (text) => said.push(text) });

  test('the integer network gives the float model’s classes, and most digits right', () => {
    const { stages, sensitivity, agreement } = run();
    expect(stages.map(({ stage, resumed }) => `${stage} ${resumed}`)).toEqual(['float false', 'prune false', 'tune false', 'binarise false', 'fold false']);
    const [float, pruned, tuned, binary, fold] = stages;
    expect(float!.accuracy).toBeGreaterThan(0.9);
    expect(pruned!.macs / float!.macs).toBeLessThan(0.6);
    expect(tuned!.accuracy).toBeGreaterThan(0.9);
    expect(binary!.bits).toBeLessThan(tuned!.bits / 8);
    expect(fold!.accuracy).toBeGreaterThan(0.8);
    expect(agreement).toBeGreaterThanOrEqual(0.995);
    expect(sensitivity!.map(({ block }) => block)).toEqual(['s1b1', 's2b1']);
    expect(readFileSync(join(out, 'sensitivity.svg'), 'utf8')).toMatch(/^<svg /);
    expect(said.some((text) => text.startsWith('binarise: epoch 1 of'))).toBe(true);
  }, 1_200_000);

  test('a second run takes up every checkpoint; one that is gone is made anew, the same', () => {
    const before = readFileSync(join(out, 'prune.safetensors'));
    rmSync(join(out, 'prune.safetensors'));
    const { stages } = run();
    expect(stages.map(({ resumed }) => resumed)).toEqual([true, false, true, true, false]);
    expect(readFileSync(join(out, 'prune.safetensors'))).toEqual(before);
    expect(existsSync(join(out, 'digits_resnet.safetensors'))).toBe(true);
  }, 600_000);
});

test.skipIf(!sharedData)('the published ResNet-8 loses 30 to 60 % of its work and little accuracy', () => {
  const recipe = resnet8Recipe(join(sharedData!, 'resnet8-mlperf-tiny/pretrainedResnet.f32'), join(sharedData!, 'cifar10/test_batch.bin'), { epochs: 1, limit: 1000 });
  const { stages } = compress(tf, recipe, { out: join(folder, 'resnet8'), until: 'tune', importance: 'l1', rates: [0.5, 0.5, 0.5], onProgress: () => {} });
  const [float, pruned, tuned] = stages;
  // 87.19 % of all 10,000 test images.
  expect(float!.accuracy).toBeCloseTo(0.872, 1);
  const less = 1 - pruned!.macs / float!.macs;
  expect(less).toBeGreaterThan(0.3);
  expect(less).toBeLessThan(0.6);
  expect(tuned!.accuracy).toBeGreaterThan(pruned!.accuracy);
}, 1_200_000);
