/**
 * Differentiable convolution. TensorFlow.js has no gradient of conv2d whose kernels the WebAssembly backend has; both gradients are
 * convolutions themselves, and that backend is fast at those.
 */
import type { GradSaveFunc, Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import type { Tensorflow } from '../tensorflow.ts';
import type { ConvNorm } from './residual-net.ts';

export type Convolve = (x: Tensor4D, weights: Tensor2D, conv: Omit<ConvNorm, 'weights' | 'norm'>, padValue: number) => Tensor4D;

export function convolution(tf: Tensorflow): Convolve {
  /** Zeros between rows and columns: [n, h, w, c] → [n, 2h, 2w, c], pixels at even places. */
  const spread = (x: Tensor4D): Tensor4D => {
    const [n, h, w, c] = x.shape;
    const columns = tf.pad(tf.reshape(x, [n * h * w, c]), [[0, 0], [0, c]]);
    return tf.reshape(tf.pad(tf.reshape(columns, [n * h, 2 * w * c]), [[0, 0], [0, 2 * w * c]]), [n, 2 * h, 2 * w, c]);
  };

  /** Of padded x [n, h, w, c], where every output lies inside; kernel [k, k, c, f]. */
  const inside = (stride: 1 | 2) =>
    tf.customGrad(((x: Tensor4D, kernel: Tensor4D, save: GradSaveFunc) => {
      save([x, kernel]);
      return {
        value: tf.conv2d(x, kernel, stride, 'valid'),
        gradFunc: (dy: Tensor4D, [saved, used]: Tensor4D[]) => {
          const [k, , inputs, filters] = used!.shape;
          // Every input is reached by the kernel turned round, from all outputs that it took part in.
          const turned = tf.transpose(tf.reverse(used!, [0, 1]), [0, 1, 3, 2]) as Tensor4D;
          const dx = tf.conv2d(stride === 1 ? dy : spread(dy), turned, 1, k - 1);
          // Images as channels: each tap's gradient is the product of all outputs with the inputs under that tap.
          const taps = tf.conv2d(tf.transpose(saved!, [3, 1, 2, 0]), tf.transpose(dy, [1, 2, 0, 3]), 1, 'valid', 'NHWC', stride);
          const dw = tf.transpose(tf.slice(taps, [0, 0, 0, 0], [inputs, k, k, filters]), [1, 2, 0, 3]);
          return [tf.slice(dx, [0, 0, 0, 0], saved!.shape), dw];
        },
      };
    }) as unknown as Parameters<Tensorflow['customGrad']>[0]);
  const byStride = { 1: inside(1), 2: inside(2) };

  return (x, weights, { kernel, stride, pad, inputs, filters }, padValue) => {
    const padded = kernel === 1 ? x : tf.pad(x, [[0, 0], [...pad], [...pad], [0, 0]], padValue);
    return byStride[stride](padded, tf.reshape(weights, [kernel, kernel, inputs, filters])) as Tensor4D;
  };
}
