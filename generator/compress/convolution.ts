// SPDX-License-Identifier: Apache-2.0
/**
 * Differentiable convolution. TensorFlow.js has no gradient of conv2d whose kernels the WebAssembly backend has; both
 * gradients are
 * convolutions themselves, and that backend is fast at those.
 */
import type { GradSaveFunc, Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import type { Tensorflow } from '../train/tensorflow.ts';
import type { ConvNorm } from './residual-net.ts';

/** Explicit padding of [n, h, w, c]. */
type Padding = [[number, number], [number, number], [number, number], [number, number]];

export type Convolve = (
  x: Tensor4D,
  weights: Tensor2D,
  conv: Omit<ConvNorm, 'weights' | 'norm'>,
  padValue: number,
) => Tensor4D;

/** Zeros between rows and columns: [n, h, w, c] → [n, 2h, 2w, c], pixels at even places. */
function spread(tf: Tensorflow, x: Tensor4D): Tensor4D {
  const [n, h, w, c] = x.shape;
  const columns = tf.pad(tf.reshape(x, [n * h * w, c]), [
    [0, 0],
    [0, c],
  ]);
  return tf.reshape(
    tf.pad(tf.reshape(columns, [n * h, 2 * w * c]), [
      [0, 0],
      [0, 2 * w * c],
    ]),
    [n, 2 * h, 2 * w, c],
  );
}

const cut = (tf: Tensorflow, x: Tensor4D, shape: Tensor4D['shape']) =>
  x.shape.every((size, i) => size === shape[i]) ? x : tf.slice(x, [0, 0, 0, 0], shape);

/** Every input is reached by the kernel turned round, from all outputs that it took part in. */
function inputGradient(tf: Tensorflow, dy: Tensor4D, x: Tensor4D, kernel: Tensor4D, stride: 1 | 2, before: number) {
  const [, height, width] = x.shape;
  const turned = tf.transpose(tf.reverse(kernel, [0, 1]), [0, 1, 3, 2]) as Tensor4D;
  const outputs = stride === 1 ? dy : spread(tf, dy);
  const sides = (size: number, out: number): [number, number] => [
    kernel.shape[0] - 1 - before,
    Math.max(0, size + before - out),
  ];
  const padding: Padding = [[0, 0], sides(height, outputs.shape[1]), sides(width, outputs.shape[2]), [0, 0]];
  return cut(tf, tf.conv2d(outputs, turned, 1, padding), x.shape);
}

/** Images as channels: each tap's gradient is the product of all outputs with the inputs under that tap. */
function kernelGradient(tf: Tensorflow, dy: Tensor4D, x: Tensor4D, kernel: Tensor4D, stride: 1 | 2, around: Padding) {
  const [k, , inputs, filters] = kernel.shape;
  const [images, outputs] = [tf.transpose(x, [3, 1, 2, 0]), tf.transpose(dy, [1, 2, 0, 3])];
  const taps = tf.conv2d(images, outputs, 1, around, 'NHWC', stride);
  return tf.transpose(cut(tf, taps, [inputs, k, k, filters]), [1, 2, 0, 3]);
}

/** Zeros before and behind each row and column; kernel [k, k, c, f]. */
function padded(tf: Tensorflow, stride: 1 | 2, [before, behind]: readonly [number, number]) {
  const around: Padding = [
    [0, 0],
    [before, behind],
    [before, behind],
    [0, 0],
  ];
  return tf.customGrad(((x: Tensor4D, kernel: Tensor4D, save: GradSaveFunc) => {
    save([x, kernel]);
    return {
      value: tf.conv2d(x, kernel, stride, around),
      gradFunc: (dy: Tensor4D, [saved, used]: Tensor4D[]) => [
        inputGradient(tf, dy, saved!, used!, stride, before),
        kernelGradient(tf, dy, saved!, used!, stride, around),
      ],
    };
  }) as unknown as Parameters<Tensorflow['customGrad']>[0]);
}

export function convolution(tf: Tensorflow): Convolve {
  return (x, weights, { kernel, stride, pad, inputs, filters }, padValue) => {
    const rows = tf.reshape(weights, [kernel, kernel, inputs, filters]);
    if (padValue === 0 || kernel === 1) return padded(tf, stride, pad)(x, rows) as Tensor4D;
    return padded(tf, stride, [0, 0])(tf.pad(x, [[0, 0], [...pad], [...pad], [0, 0]], padValue), rows) as Tensor4D;
  };
}
