// SPDX-License-Identifier: Apache-2.0
/**
 * Differentiable operations of a binary network, made of those TensorFlow.js operations that have both a
 * kernel in the WebAssembly backend and a gradient: it has no filter gradient of conv2d and no gradient of
 * maxPool. Layout is NHWC throughout; a convolution's columns are ordered (ky, kx, channel), channel fastest.
 */
import type { GradSaveFunc, Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import type { Tensorflow } from './tensorflow.ts';

export interface BinaryOps {
  /**
   * +1 where x >= 0, else -1; gradient: straight through where |x| <= 1, else 0 (Courbariaux et al. 2016).
   */
  sign<T extends Tensor2D | Tensor4D>(x: T): T;
  /** [m, k] x [k, n]. */
  product(a: Tensor2D, b: Tensor2D): Tensor2D;
  /** 3x3, stride 1, border filled with `pad`: [n, h, w, c] by [9 c, f] -> [n, h, w, f]. */
  convolution3x3(x: Tensor4D, pad: number, weights: Tensor2D): Tensor4D;
  /** 2x2, stride 2, even height and width. */
  maxPool2x2(x: Tensor4D): Tensor4D;
  /**
   * The greatest of four equal blocks of rows, element by element: a 2x2 pool where each block is one corner.
   */
  maxOfFourBlocks(rows: Tensor2D): Tensor2D;
  /** Mean and biased variance over all rows of [m, c]. */
  statistics(rows: Tensor2D): { mean: Tensor1D; variance: Tensor1D };
  /** gamma (x - mean) / sqrt(variance + EPSILON) + beta, per column of [m, c]. */
  normalise(rows: Tensor2D, norm: Norm): Tensor2D;
}

export interface Norm {
  readonly mean: Tensor1D;
  readonly variance: Tensor1D;
  readonly gamma: Tensor1D;
  readonly beta: Tensor1D;
}

export const EPSILON = 1e-5;

/**
 * What tf.customGrad takes; its own type hides the last argument, the save function, behind the tensors'
 * type.
 */
type CustomGradient = Parameters<Tensorflow['customGrad']>[0];

/** +1 where x >= 0, else -1; the gradient passes where |x| <= 1. */
function signOf(tf: Tensorflow) {
  return tf.customGrad(((x: Tensor, save: GradSaveFunc) => {
    save([x]);
    return {
      // Not tf.sign: it has a third value at 0.
      value: tf.sub(tf.mul(tf.cast(tf.greaterEqual(x, 0), 'float32'), 2), 1),
      gradFunc: (dy: Tensor, [saved]: [Tensor]) => tf.mul(dy, tf.cast(tf.lessEqual(tf.abs(saved), 1), 'float32')),
    };
  }) as unknown as CustomGradient);
}

/**
 * The backend multiplies transposed operands by a slow generic loop, so the gradient transposes them itself.
 */
function productOf(tf: Tensorflow) {
  return tf.customGrad(((a: Tensor2D, b: Tensor2D, save: GradSaveFunc) => {
    save([a, b]);
    return {
      value: tf.matMul(a, b),
      gradFunc: (dy: Tensor2D, [left, right]: [Tensor2D, Tensor2D]) => [
        tf.matMul(dy, tf.transpose(right)),
        tf.matMul(tf.transpose(left), dy),
      ],
    };
  }) as unknown as CustomGradient);
}

/**
 * A sum of one product a tap: a concatenation of the taps would be split again in the gradient, which the backend does
 * element by element.
 */
function convolve3x3(tf: Tensorflow, multiply: BinaryOps['product'], x: Tensor4D, pad: number, weights: Tensor2D) {
  const [n, h, w, c] = x.shape;
  const border: [number, number] = [1, 1];
  const padded = tf.pad(x, [[0, 0], border, border, [0, 0]], pad);
  const taps = [0, 1, 2].flatMap((ky) => [0, 1, 2].map((kx) => ({ ky, kx, row: (3 * ky + kx) * c })));
  const products = taps.map(({ ky, kx, row }) => {
    const seen = tf.reshape(tf.slice(padded, [0, ky, kx, 0], [n, h, w, c]), [n * h * w, c]) as Tensor2D;
    return multiply(seen, tf.slice(weights, [row, 0], [c, weights.shape[1]]));
  });
  return tf.reshape(tf.addN(products), [n, h, w, weights.shape[1]]) as Tensor4D;
}

/** The greater of the two halves of an axis, element by element. */
function halve<T extends Tensor>(tf: Tensorflow, x: T, axis: number): T {
  const [a, b] = tf.split(x, 2, axis) as [T, T];
  return tf.maximum(a, b) as T;
}

export function binaryOps(tf: Tensorflow): BinaryOps {
  const sign = signOf(tf);
  const multiply = productOf(tf);
  const product: BinaryOps['product'] = (a, b) => multiply(a, b) as Tensor2D;
  return {
    sign: (x) => sign(x) as typeof x,
    product,
    convolution3x3: (x, pad, weights) => convolve3x3(tf, product, x, pad, weights),
    maxPool2x2(x) {
      const [n, h, w, c] = x.shape;
      const rows = halve(tf, tf.reshape(x, [(n * h) / 2, 2, w * c]), 1);
      const pixels = halve(tf, tf.reshape(rows, [(n * h * w) / 4, 2, c]), 1);
      return tf.reshape(pixels, [n, h / 2, w / 2, c]);
    },
    maxOfFourBlocks: (rows) => halve(tf, halve(tf, rows, 0), 0),
    statistics(rows) {
      const { mean, variance } = tf.moments(rows, 0);
      return { mean: mean as Tensor1D, variance: variance as Tensor1D };
    },
    normalise(rows, { mean, variance, gamma, beta }) {
      const scale = tf.mul(gamma, tf.rsqrt(tf.add(variance, EPSILON)));
      return tf.add(tf.mul(tf.sub(rows, mean), scale), beta);
    },
  };
}
