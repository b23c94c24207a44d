// SPDX-License-Identifier: Apache-2.0
/** What a model makes of images: batch-norm statistics, classes, accuracy, loss. */
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs';
import type { ImageSet, ImageShape } from '../images/image-set.ts';
import type { Tensorflow } from '../train/tensorflow.ts';
import type { Moments, Statistics } from './forward.ts';
import { modelOf, type Model } from './model.ts';
import type { Style } from './variables.ts';
import type { ResidualNet } from './residual-net.ts';

export type Labelled = Required<ImageSet>;

/** Images at once: as many as the WebAssembly backend's memory holds easily. */
const batch = 250;

/** The images at `chosen` as a tensor of pixels 0..255. @param change made of the values before they are one */
export function pixelsOf(
  tf: Tensorflow,
  set: ImageSet,
  { height, width, channels }: ImageShape,
  chosen: Uint32Array,
  change = (values: Float32Array) => values,
): Tensor4D {
  const bytes = height * width * channels;
  const values = new Float32Array(chosen.length * bytes);
  chosen.forEach((from, i) => values.set(set.pixels.subarray(from * bytes, (from + 1) * bytes), i * bytes));
  return tf.tensor4d(change(values), [chosen.length, height, width, channels]);
}

/** The first `count` images, batch by batch. */
function batches(count: number): Uint32Array[] {
  const size = Math.min(batch, count);
  return Array.from({ length: Math.ceil(count / size) }, (_, b) =>
    Uint32Array.from({ length: Math.min(size, count - b * size) }, (_, i) => b * size + i),
  );
}

/** Images from one on, as many as wanted and there are; from the beginning again at the end. */
export function partOf(set: Labelled, from: number, count: number): Labelled {
  const bytes = set.pixels.length / set.count;
  const kept = Math.min(count, set.count);
  const start = from % (set.count - kept + 1);
  return {
    count: kept,
    pixels: set.pixels.subarray(start * bytes, (start + kept) * bytes),
    labels: set.labels.subarray(start, start + kept),
  };
}

export function firstOf(set: Labelled, count: number): Labelled {
  return partOf(set, 0, count);
}

/**
 * Moments of every norm over the first images, in whole batches; each norm stands behind ones that took the moments of
 * the batch.
 */
export function statisticsOf(
  tf: Tensorflow,
  model: Model,
  set: ImageSet,
  shape: ImageShape,
  images = 2000,
): Statistics {
  const whole = batches(Math.min(images, set.count)).filter((chosen, _, all) => chosen.length === all[0]!.length);
  const parts = whole.map((chosen) =>
    tf.tidy(() =>
      [...model.forward(pixelsOf(tf, set, shape, chosen)).used].map(([name, { mean, variance }]) => ({
        name,
        mean: tf.keep(mean),
        variance: tf.keep(variance),
      })),
    ),
  );
  const pooled = parts[0]!.map(({ name }, i): [string, Moments] => {
    const own = parts.map((part) => part[i]!);
    const [mean, variance] = tf.tidy(() => {
      const average = (values: Tensor1D[]) => tf.mean(tf.stack(values), 0) as Tensor1D;
      const centre = average(own.map((part) => part.mean));
      const within = average(own.map((part) => part.variance));
      return [
        centre,
        tf.add(within, average(own.map((part) => tf.squaredDifference(part.mean, centre) as Tensor1D))) as Tensor1D,
      ];
    });
    tf.dispose(own.flatMap((part) => [part.mean, part.variance]));
    return [name, { mean: mean!, variance: variance! }];
  });
  return new Map(pooled);
}

/** Scores [count, classes], row by row. */
export function scoresOf(
  tf: Tensorflow,
  model: Model,
  statistics: Statistics,
  set: ImageSet,
  shape: ImageShape,
): Float32Array[] {
  return batches(set.count).flatMap((chosen) => {
    const scores = tf.tidy(
      () => model.forward(pixelsOf(tf, set, shape, chosen), statistics).logits.dataSync() as Float32Array,
    );
    const classes = scores.length / chosen.length;
    return Array.from(chosen, (_, i) => scores.slice(i * classes, (i + 1) * classes));
  });
}

export function disposeStatistics(tf: Tensorflow, statistics: Statistics): void {
  tf.dispose([...statistics.values()].flatMap(({ mean, variance }) => [mean, variance]));
}

/** Scores of a network with the statistics that it has. */
export function judge(tf: Tensorflow, net: ResidualNet, style: Style, set: ImageSet): Float32Array[] {
  const model = modelOf(tf, net, style);
  const given = model.given();
  const scores = scoresOf(tf, model, given, set, net.input);
  disposeStatistics(tf, given);
  model.dispose();
  return scores;
}

/** The first of the highest scores. */
export function firstMaximum(scores: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < scores.length; i++) if (scores[i]! > scores[best]!) best = i;
  return best;
}

/** Share of images whose class is their label, 0..1. */
export function accuracyOf(scores: readonly Float32Array[], labels: Uint8Array): number {
  return scores.filter((of, i) => firstMaximum(of) === labels[i]).length / scores.length;
}

/** Mean cross-entropy of the softmax of the scores. */
export function lossOf(scores: readonly Float32Array[], labels: Uint8Array): number {
  const one = (of: Float32Array, label: number) => {
    const most = of.reduce((a, b) => Math.max(a, b));
    return Math.log(of.reduce((sum, s) => sum + Math.exp(s - most), 0)) + most - of[label]!;
  };
  return scores.reduce((sum, of, i) => sum + one(of, labels[i]!), 0) / scores.length;
}
