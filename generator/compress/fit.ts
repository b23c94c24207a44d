/** Training and judging of a model on images. */
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs';
import type { ImageSet, ImageShape } from '../images/image-set.ts';
import type { Tensorflow } from '../tensorflow.ts';
import { seededRandom } from '../train/random.ts';
import type { Model, Moments, Statistics } from './model.ts';

export type Labelled = Required<ImageSet>;

export interface FitOptions {
  readonly epochs: number;
  /** Learning rate at the start; it falls to nothing along a cosine. */
  readonly rate: number;
  readonly seed: number;
  readonly batch?: number;
  readonly onProgress?: (text: string) => void;
}

/** Images `order[from..to)` as a tensor of pixels 0..255. */
function pixelsOf(tf: Tensorflow, set: Labelled, { height, width, channels }: ImageShape, order: Uint32Array, from: number, to: number): Tensor4D {
  const bytes = height * width * channels;
  const values = new Float32Array((to - from) * bytes);
  for (let i = from; i < to; i++) values.set(set.pixels.subarray(order[i]! * bytes, (order[i]! + 1) * bytes), (i - from) * bytes);
  return tf.tensor4d(values, [to - from, height, width, channels]);
}

const inOrder = (count: number) => Uint32Array.from({ length: count }, (_, i) => i);

/** Adam over shuffled whole batches; every epoch sees each image once. */
export function fit(tf: Tensorflow, model: Model, set: Labelled, shape: ImageShape, { epochs, rate, seed, batch = 100, onProgress = () => {} }: FitOptions): void {
  const random = seededRandom(seed);
  const order = inOrder(set.count);
  const optimiser = new (class extends tf.AdamOptimizer {
    setRate(next: number) {
      this.learningRate = next;
    }
  })(rate, 0.9, 0.999, 1e-7);
  const steps = Math.floor(set.count / batch);
  for (let epoch = 0; epoch < epochs; epoch++) {
    random.shuffle(order);
    let total = 0;
    for (let step = 0; step < steps; step++) {
      optimiser.setRate((rate * (1 + Math.cos((Math.PI * (epoch * steps + step)) / (epochs * steps)))) / 2);
      total += tf.tidy(() => {
        const pixels = pixelsOf(tf, set, shape, order, step * batch, (step + 1) * batch);
        const labels = tf.tensor1d(Int32Array.from(order.subarray(step * batch, (step + 1) * batch), (i) => set.labels[i]!), 'int32') as Tensor1D;
        const cost = optimiser.minimize(() => model.loss(pixels, labels), true, [...model.variables]);
        model.clip();
        return cost!.dataSync()[0]!;
      });
      onProgress(`epoch ${epoch + 1} of ${epochs}: batch ${step + 1} of ${steps}, loss ${(total / (step + 1)).toFixed(3)}`);
    }
  }
  optimiser.dispose();
}

/** Moments of every norm over the first images: means over batches, each norm behind batch-normalised ones. */
export function statisticsOf(tf: Tensorflow, model: Model, set: Labelled, shape: ImageShape, images = 1000): Statistics {
  const order = inOrder(set.count);
  const batch = Math.min(250, set.count);
  const batches = Math.max(1, Math.floor(Math.min(images, set.count) / batch));
  const parts = Array.from({ length: batches }, (_, b) =>
    tf.tidy(() => [...model.forward(pixelsOf(tf, set, shape, order, b * batch, (b + 1) * batch)).used].map(([name, { mean, variance }]) => ({ name, mean: tf.keep(mean), variance: tf.keep(variance) }))),
  );
  const pooled = parts[0]!.map(({ name }, i): [string, Moments] => {
    const own = parts.map((part) => part[i]!);
    const moments = tf.tidy(() => {
      const average = (values: Tensor1D[]) => tf.mean(tf.stack(values), 0) as Tensor1D;
      const mean = average(own.map((part) => part.mean));
      const square = average(own.map((part) => tf.add(part.variance, tf.square(part.mean))));
      return { mean, variance: tf.sub(square, tf.square(mean)) as Tensor1D };
    });
    tf.dispose(own.flatMap(({ mean, variance }) => [mean, variance]));
    return [name, moments];
  });
  return new Map(pooled);
}

/** The class of each image: the first of its highest scores. */
export function classesOf(tf: Tensorflow, model: Model, statistics: Statistics, set: ImageSet, shape: ImageShape): Uint8Array {
  const order = inOrder(set.count);
  const classes = new Uint8Array(set.count);
  for (let from = 0; from < set.count; from += 250) {
    const to = Math.min(from + 250, set.count);
    classes.set(tf.tidy(() => tf.argMax(model.forward(pixelsOf(tf, set as Labelled, shape, order, from, to), statistics).logits, 1).dataSync()), from);
  }
  return classes;
}

/** Share of images whose class is their label, 0..1. */
export function accuracyOf(tf: Tensorflow, model: Model, statistics: Statistics, set: Labelled, shape: ImageShape): number {
  return classesOf(tf, model, statistics, set, shape).filter((c, i) => c === set.labels[i]).length / set.count;
}
