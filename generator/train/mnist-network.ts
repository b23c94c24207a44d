// SPDX-License-Identifier: Apache-2.0
/**
 * The mnist network as it is trained; networks/mnist.ts describes the same one for hardware.
 *
 *     28x28x1 uint8, q = p - 128 -> conv0 3x3 (pad -128) -> max-pool 2x2 -> norm0, sign
 *       -> conv1 3x3 (pad -1) -> max-pool 2x2 -> norm1, sign -> flatten (y, x, channel)
 *       -> fc0 -> norm2, sign -> fc1 -> 10 scores
 *
 * Weights are +-1: the sign of real ones that the optimiser moves. Sums are the integers of the hardware,
 * exact in float32, so that each norm's mean and variance are in units of the signed sum (sum of +-q, or
 * agreements minus disagreements).
 */
import type { Scalar, Tensor1D, Tensor2D, Tensor4D, Variable } from '@tensorflow/tfjs';
import type { Tensorflow } from './tensorflow.ts';
import { digitShape } from '../images/mnist-digits.ts';
import { binaryOps } from './binary-ops.ts';
import type { Random } from './random.ts';

const CLASSES = 10;
const FILTERS = [16, 32] as const;
const HIDDEN = 64;
const { height, width } = digitShape;
const FLAT = (height / 4) * (width / 4) * FILTERS[1];
/**
 * Softmax sees signed sums -64..64 divided by this; it changes no class, only how confident a gradient is.
 */
const TEMPERATURE = 8;

/** Columns in the order of the hardware's filters: rows here are taps or inputs, columns are filters. */
const matrices = {
  conv0: [9, FILTERS[0]],
  conv1: [9 * FILTERS[0], FILTERS[1]],
  fc0: [FLAT, HIDDEN],
  fc1: [HIDDEN, CLASSES],
} as const;
const norms = { norm0: FILTERS[0], norm1: FILTERS[1], norm2: HIDDEN } as const;

type Matrix = keyof typeof matrices;
export type NormName = keyof typeof norms;
export type Moments = { mean: Tensor1D; variance: Tensor1D };
export type Statistics = Record<NormName, Moments>;

/** Shapes of the weights as they are stored: filters first, then (ky, kx, channel) or the flattened input. */
export const storedShapes: Readonly<Record<Matrix, readonly number[]>> = {
  conv0: [FILTERS[0], 3, 3, 1],
  conv1: [FILTERS[1], 3, 3, FILTERS[0]],
  fc0: [HIDDEN, FLAT],
  fc1: [CLASSES, HIDDEN],
};

export interface Affine {
  readonly gamma: Variable;
  readonly beta: Variable;
}

export interface MnistNetwork {
  readonly weights: Readonly<Record<Matrix, Variable>>;
  readonly norms: Readonly<Record<NormName, Affine>>;
  /** All of the above: what an optimiser moves, and what is disposed in the end. */
  readonly variables: readonly Variable[];
  /**
   * The 3x3 windows of q as digitBatch orders them, [4 * n * 14 * 14, 9], -> logits [n, 10]. Norms use
   * `fixed` where given, else the batch's own moments; `used` says which.
   */
  forward(windows: Tensor2D, fixed?: Partial<Statistics>): { logits: Tensor2D; used: Statistics };
  /** Mean cross-entropy over the batch, with its moments. Labels are int32 [n]. */
  loss(windows: Tensor2D, labels: Tensor1D): Scalar;
  /** Keeps the real weights in [-1, 1], where the straight-through gradient lives. */
  clipWeights(): void;
}

export function mnistNetwork(tf: Tensorflow, random: Random): MnistNetwork {
  const ops = binaryOps(tf);
  const weights = mapValues(matrices, ([rows, columns]): Variable => {
    const values = Float32Array.from({ length: rows * columns }, () => 2 * random.uniform() - 1);
    return tf.variable(tf.tensor2d(values, [rows, columns]));
  });
  const affine = mapValues(
    norms,
    (channels): Affine => ({
      gamma: tf.variable(tf.ones([channels])),
      beta: tf.variable(tf.zeros([channels])),
    }),
  );

  const bipolar = (name: Matrix) => ops.sign(weights[name] as Tensor2D);

  function forward(windows: Tensor2D, fixed: Partial<Statistics> = {}) {
    const count = windows.shape[0] / (height * width);
    const used = {} as Statistics;
    const normSign = (rows: Tensor2D, name: NormName) => {
      used[name] = fixed[name] ?? ops.statistics(rows);
      const { gamma, beta } = affine[name];
      return ops.sign(ops.normalise(rows, { ...used[name], gamma: gamma as Tensor1D, beta: beta as Tensor1D }));
    };
    const corners = ops.product(windows, bipolar('conv0'));
    const bits0 = normSign(ops.maxOfFourBlocks(corners), 'norm0');
    const map0 = tf.reshape(bits0, [count, height / 2, width / 2, FILTERS[0]]) as Tensor4D;
    const pooled1 = ops.maxPool2x2(ops.convolution3x3(map0, -1, bipolar('conv1')));
    const bits1 = normSign(tf.reshape(pooled1, [-1, FILTERS[1]]), 'norm1');
    const hidden = normSign(ops.product(tf.reshape(bits1, [count, FLAT]), bipolar('fc0')), 'norm2');
    return { logits: tf.div(ops.product(hidden, bipolar('fc1')), TEMPERATURE) as Tensor2D, used };
  }

  return {
    weights,
    norms: affine,
    variables: [...Object.values(weights), ...Object.values(affine).flatMap(({ gamma, beta }) => [gamma, beta])],
    forward,
    loss: (windows, labels) => {
      // A cast: the WebAssembly backend fills a float32 oneHot with the bit patterns of integers.
      const oneHot = tf.cast(tf.oneHot(labels, CLASSES), 'float32');
      const { logits } = forward(windows);
      return tf.neg(tf.mean(tf.sum(tf.mul(oneHot, tf.logSoftmax(logits)), 1))) as Scalar;
    },
    clipWeights() {
      tf.tidy(() => Object.values(weights).forEach((w) => w.assign(tf.clipByValue(w, -1, 1))));
    },
  };
}

function mapValues<K extends string, A, B>(record: Readonly<Record<K, A>>, f: (value: A) => B): Record<K, B> {
  const entries = Object.entries(record) as [K, A][];
  return Object.fromEntries(entries.map(([key, value]) => [key, f(value)])) as Record<K, B>;
}
