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

export function convolution(tf: Tensorflow): Convolve {
  /** Zeros between rows and columns: [n, h, w, c] → [n, 2h, 2w, c], pixels at even places. */
  const spread = (x: Tensor4D): Tensor4D => {
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
  };

  const cut = (x: Tensor4D, shape: Tensor4D['shape']) =>
    x.shape.every((size, i) => size === shape[i]) ? x : tf.slice(x, [0, 0, 0, 0], shape);

  /** Zeros before and behind each row and column; kernel [k, k, c, f]. */
  const padded = (stride: 1 | 2, [before, behind]: readonly [number, number]) =>
    tf.customGrad(((x: Tensor4D, kernel: Tensor4D, save: GradSaveFunc) => {
      save([x, kernel]);
      const around: Padding = [
        [0, 0],
        [before, behind],
        [before, behind],
        [0, 0],
      ];
      return {
        value: tf.conv2d(x, kernel, stride, around),
        gradFunc: (dy: Tensor4D, [saved, used]: Tensor4D[]) => {
          const [, height, width] = saved!.shape;
          const [k, , inputs, filters] = used!.shape;
          // Every input is reached by the kernel turned round, from all outputs that it took part in.
          const turned = tf.transpose(tf.reverse(used!, [0, 1]), [0, 1, 3, 2]) as Tensor4D;
          const outputs = stride === 1 ? dy : spread(dy);
          const sides = (size: number, out: number): [number, number] => [
            k - 1 - before,
            Math.max(0, size + before - out),
          ];
          const dx = tf.conv2d(outputs, turned, 1, [
            [0, 0],
            sides(height, outputs.shape[1]),
            sides(width, outputs.shape[2]),
            [0, 0],
          ]);
          // Images as channels: each tap's gradient is the product of all outputs with the inputs under that tap.
          const taps = tf.conv2d(
            tf.transpose(saved!, [3, 1, 2, 0]),
            tf.transpose(dy, [1, 2, 0, 3]),
            1,
            around,
            'NHWC',
            stride,
          );
          return [cut(dx, saved!.shape), tf.transpose(cut(taps, [inputs, k, k, filters]), [1, 2, 0, 3])];
        },
      };
    }) as unknown as Parameters<Tensorflow['customGrad']>[0]);

  return (x, weights, { kernel, stride, pad, inputs, filters }, padValue) => {
    const rows = tf.reshape(weights, [kernel, kernel, inputs, filters]);
    if (padValue === 0 || kernel === 1) return padded(stride, pad)(x, rows) as Tensor4D;
    return padded(stride, [0, 0])(tf.pad(x, [[0, 0], [...pad], [...pad], [0, 0]], padValue), rows) as Tensor4D;
  };
}
