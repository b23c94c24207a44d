// SPDX-License-Identifier: Apache-2.0
/** The trained network as hardware sees it: norms with the fixed statistics of the training digits. */
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import type { ImageSet } from '../images/image-set.ts';
import type { Tensorflow } from './tensorflow.ts';
import { digitBatch, type Batch } from './batches.ts';
import type { MnistNetwork, Moments, Statistics } from './mnist-network.ts';

const BATCH = 500;

/** [4 * n * 14 * 14, 9], as MnistNetwork.forward takes it. */
export function windowTensor(tf: Tensorflow, { windows }: Batch): Tensor2D {
  return tf.tensor2d(windows, [windows.length / 9, 9]);
}

/**
 * The moments of each norm over the training digits, unshifted, in whole batches, so that the mean over
 * batches of each moment is that of the digits. One pass a norm, since each needs the signs that the one
 * before it gives.
 */
export function populationStatistics(tf: Tensorflow, network: MnistNetwork, digits: Required<ImageSet>): Statistics {
  const order = inOrder(digits);
  const batches = Math.floor(digits.count / BATCH);
  const batchMoments = (name: keyof Statistics, batch: number, fixed: Partial<Statistics>) => {
    const windows = windowTensor(tf, digitBatch(digits, order, [batch * BATCH, (batch + 1) * BATCH]));
    return network.forward(windows, fixed).used[name];
  };
  const fixed: Partial<Statistics> = {};
  for (const name of ['norm0', 'norm1', 'norm2'] as const) {
    const parts = Array.from({ length: batches }, (_, b) => tf.tidy(() => batchMoments(name, b, fixed)));
    fixed[name] = tf.tidy(() => pooledMoments(tf, parts));
    parts.forEach(({ mean, variance }) => tf.dispose([mean, variance]));
  }
  return fixed as Statistics;
}

/**
 * Moments of equal parts together: variance = mean of (variance + mean squared) - (mean of means) squared.
 */
function pooledMoments(tf: Tensorflow, parts: readonly Moments[]): Moments {
  const average = (values: Tensor1D[]) => tf.mean(tf.stack(values), 0) as Tensor1D;
  const mean = average(parts.map((part) => part.mean));
  const square = average(parts.map((part) => tf.add(part.variance, tf.square(part.mean))));
  return { mean, variance: tf.sub(square, tf.square(mean)) };
}

/** Share of digits whose first greatest score is their label's, 0..1. */
export function accuracy(tf: Tensorflow, network: MnistNetwork, fixed: Statistics, digits: Required<ImageSet>): number {
  const order = inOrder(digits);
  let right = 0;
  for (let from = 0; from < digits.count; from += BATCH) {
    const batch = digitBatch(digits, order, [from, Math.min(from + BATCH, digits.count)]);
    const classes = tf.tidy(() => tf.argMax(network.forward(windowTensor(tf, batch), fixed).logits, 1).dataSync());
    batch.labels.forEach((label, i) => {
      if (classes[i] === label) right++;
    });
  }
  return right / digits.count;
}

function inOrder({ count }: ImageSet): Uint32Array {
  return Uint32Array.from({ length: count }, (_, i) => i);
}
