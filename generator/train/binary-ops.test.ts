// SPDX-License-Identifier: Apache-2.0
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { loadTensorflow } from './tensorflow.ts';
import { binaryOps } from './binary-ops.ts';
import { seededRandom } from './random.ts';

const { tf } = await loadTensorflow({ portable: true });
const ops = binaryOps(tf);
const random = seededRandom(7);

/** Small integers: every sum below is exact in float32. */
const integers = (count: number) => Array.from({ length: count }, () => random.integer(-5, 5));
const values = (tensor: Tensor) => [...tensor.dataSync()];

/** Gradients of sum(f(...) * weight): the vector-Jacobian product that training uses. */
function gradients(f: (...xs: Tensor[]) => Tensor, xs: Tensor[], weight: number[]): number[][] {
  const scalar = (...args: Tensor[]) => {
    const y = f(...args);
    return tf.sum(tf.mul(y, tf.tensor(weight, y.shape))) as never;
  };
  return tf.grads(scalar)(xs).map(values);
}

describe('sign', () => {
  const x = [-2, -1, -0.5, 0, 0.5, 1, 2];

  test('0 is +1', () => {
    expect(values(ops.sign(tf.tensor2d(x, [7, 1])))).toEqual([-1, -1, -1, 1, 1, 1, 1]);
  });

  test('the gradient passes where |x| <= 1', () => {
    const [dx] = gradients((t) => ops.sign(t as Tensor2D), [tf.tensor2d(x, [7, 1])], [1, 2, 3, 4, 5, 6, 7]);
    expect(dx).toEqual([0, 2, 3, 4, 5, 6, 0]);
  });
});

describe('convolution3x3', () => {
  const [n, h, w, c, f] = [2, 4, 6, 3, 5];
  const pad = -1;
  const x = integers(n * h * w * c);
  const k = integers(9 * c * f);
  const dy = integers(n * h * w * f);

  /** Visits every product of the definition: indices of x (undefined in the border), weight and output. */
  function everyProduct(visit: (x: number | undefined, k: number, y: number) => void): void {
    for (let y = 0; y < n * h * w * f; y++) {
      const [filter, column, row, image] = [
        y % f,
        Math.floor(y / f) % w,
        Math.floor(y / f / w) % h,
        Math.floor(y / f / w / h),
      ];
      for (let tap = 0; tap < 9 * c; tap++) {
        const [seenY, seenX] = [row + Math.floor(tap / c / 3) - 1, column + (Math.floor(tap / c) % 3) - 1];
        const inside = seenY >= 0 && seenY < h && seenX >= 0 && seenX < w;
        visit(inside ? ((image * h + seenY) * w + seenX) * c + (tap % c) : undefined, tap * f + filter, y);
      }
    }
  }
  const run = (a: Tensor, b: Tensor) => ops.convolution3x3(a as Tensor4D, pad, b as Tensor2D);
  const inputs = [tf.tensor4d(x, [n, h, w, c]), tf.tensor2d(k, [9 * c, f])] as const;

  test('equals the loops of its definition', () => {
    const sums = new Array(dy.length).fill(0);
    everyProduct((i, j, o) => (sums[o] += (i === undefined ? pad : x[i]!) * k[j]!));
    expect(values(run(inputs[0], inputs[1]))).toEqual(sums);
  });

  test('so do both gradients', () => {
    const dx = new Array(x.length).fill(0);
    const dk = new Array(k.length).fill(0);
    everyProduct((i, j, o) => {
      if (i !== undefined) dx[i] += k[j]! * dy[o]!;
      dk[j] += (i === undefined ? pad : x[i]!) * dy[o]!;
    });
    expect(gradients(run, [...inputs], dy)).toEqual([dx, dk]);
  });
});

describe('pools', () => {
  const [n, h, w, c] = [2, 4, 6, 3];
  const x = Array.from({ length: n * h * w * c }, (_, i) => (i * 37) % 145);
  const corner = (at: number, dy: number, dx: number) => {
    const [channel, column, row, image] = [
      at % c,
      Math.floor(at / c) % 3,
      Math.floor(at / c / 3) % 2,
      Math.floor(at / c / 6),
    ];
    return ((image * h + 2 * row + dy) * w + 2 * column + dx) * c + channel;
  };
  const corners = (at: number) => [corner(at, 0, 0), corner(at, 0, 1), corner(at, 1, 0), corner(at, 1, 1)];

  test('maxPool2x2 takes the greatest of four, and its gradient goes there alone', () => {
    const input = tf.tensor4d(x, [n, h, w, c]);
    const outputs = x.length / 4;
    const wanted = Array.from({ length: outputs }, (_, at) => Math.max(...corners(at).map((i) => x[i]!)));
    expect(values(ops.maxPool2x2(input))).toEqual(wanted);
    const dy = Array.from({ length: outputs }, (_, at) => at + 1);
    const dx = new Array(x.length).fill(0);
    wanted.forEach((greatest, at) => (dx[corners(at).find((i) => x[i] === greatest)!] = dy[at]));
    expect(gradients((t) => ops.maxPool2x2(t as Tensor4D), [input], dy)).toEqual([dx]);
  });

  test('maxOfFourBlocks', () => {
    expect(values(ops.maxOfFourBlocks(tf.tensor2d([1, 9, 5, 2, 3, 3, 4, 0], [4, 2])))).toEqual([5, 9]);
  });
});

test('normalise is batch-norm with epsilon 1e-5', () => {
  const rows = tf.tensor2d([1, 10, 3, 30], [2, 2]);
  const { mean, variance } = ops.statistics(rows);
  expect([values(mean), values(variance)]).toEqual([
    [2, 20],
    [1, 100],
  ]);
  const [gamma, beta] = [tf.tensor1d([2, -1]), tf.tensor1d([0.5, 0])] as const;
  const got = values(ops.normalise(rows, { mean, variance, gamma, beta }));
  const wanted = [
    (-1 * 2) / Math.sqrt(1 + 1e-5) + 0.5,
    (-10 * -1) / Math.sqrt(100 + 1e-5),
    (1 * 2) / Math.sqrt(1 + 1e-5) + 0.5,
    (10 * -1) / Math.sqrt(100 + 1e-5),
  ];
  got.forEach((value, i) => expect(value).toBeCloseTo(wanted[i]!, 5));
});
