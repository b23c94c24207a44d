/**
 * Differentiable convolution of operations that the WebAssembly backend has, gradients included: a sum of one matrix
 * product a tap. Every second pixel is reached by folding pairs of rows and columns into parts and slicing them.
 */
import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import type { Tensorflow } from '../tensorflow.ts';
import { binaryOps } from '../train/binary-ops.ts';
import { outputSize, type ConvNorm } from './residual-net.ts';

export type Convolve = (x: Tensor4D, weights: Tensor2D, conv: Omit<ConvNorm, 'weights' | 'norm'>, padValue: number) => Tensor4D;

export function convolution(tf: Tensorflow): Convolve {
  const { product } = binaryOps(tf);

  /** Pixels of one parity: [n, h, w, c] → [n, h/2, w/2, c], of even h and w. */
  const everySecond = (x: Tensor4D, row: number, column: number): Tensor4D => {
    const [n, h, w, c] = x.shape;
    const rows = tf.slice(tf.reshape(x, [(n * h) / 2, 2, w / 2, 2 * c]), [0, row, 0, column * c], [(n * h) / 2, 1, w / 2, c]);
    return tf.reshape(rows, [n, h / 2, w / 2, c]);
  };

  return (x, weights, conv, padValue) => {
    const { kernel, stride, pad, inputs, filters } = conv;
    const [n, h, w] = x.shape;
    const [outH, outW] = [outputSize(conv, h), outputSize(conv, w)];
    // At stride 2 to an even size; what is added is never reached.
    const behind = (size: number) => pad[1] + (stride === 2 ? (size + pad[0] + pad[1]) % 2 : 0);
    const padded = tf.pad(x, [[0, 0], [pad[0], behind(h)], [pad[0], behind(w)], [0, 0]], padValue) as Tensor4D;
    const products = Array.from({ length: kernel * kernel }, (_, tap) => {
      const [ky, kx] = [Math.floor(tap / kernel), tap % kernel];
      const plane = stride === 1 ? padded : everySecond(padded, ky % 2, kx % 2);
      const from = stride === 1 ? [0, ky, kx, 0] : [0, ky >> 1, kx >> 1, 0];
      const seen = tf.reshape(tf.slice(plane, from, [n, outH, outW, inputs]), [n * outH * outW, inputs]) as Tensor2D;
      return product(seen, tf.slice(weights, [tap * inputs, 0], [inputs, filters]));
    });
    return tf.reshape(products.length === 1 ? products[0]! : tf.addN(products), [n, outH, outW, filters]);
  };
}
