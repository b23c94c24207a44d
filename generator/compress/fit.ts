// SPDX-License-Identifier: Apache-2.0
/** Training of a model on images: Adam over shuffled whole batches, in epochs that each go on from a state. */
import { setImmediate } from 'node:timers/promises';
import type { AdamOptimizer, Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import type { ImageShape } from '../images/image-set.ts';
import type { Tensorflow } from '../train/tensorflow.ts';
import { seededRandom, type Random } from '../train/random.ts';
import { mirrored } from './augment.ts';
import { pixelsOf, type Labelled } from './judge.ts';
import type { Statistics } from './forward.ts';
import type { Model } from './model.ts';
import type { StateFile, TrainingState } from './training-state.ts';

/** How far something is that takes a while. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly text: string;
}

export interface FitOptions {
  readonly epochs: number;
  /** Learning rate at the start; it falls to nothing along a cosine. */
  readonly rate: number;
  readonly seed: number;
  readonly batch: number;
  /** Norms that stay; those of each batch unless given. */
  readonly statistics?: Statistics | undefined;
  /** Every epoch sees about half of the images left for right; none unless given. */
  readonly mirror?: boolean | undefined;
  /** What is to be learnt in the place of the labels. */
  readonly teacher?: Teacher | undefined;
  /** Where the state after each epoch is kept; a run that was killed goes on from there, to the same result. */
  readonly states?: StateFile;
  readonly onProgress?: (progress: Progress) => void;
}

/** A network to learn from: its scores [n, classes], and what they and the learner's are divided by. */
export interface Teacher {
  readonly scores: (pixels: Tensor4D) => Tensor2D;
  readonly temperature: number;
}

/**
 * Adam as it left the last epoch. Its state makes a round trip after every epoch, so that a run in one go has the bits
 * of one in parts.
 */
async function adam(tf: Tensorflow, rate: number, { moments, steps }: TrainingState, shapes: readonly number[][]) {
  const optimiser = new (class extends tf.AdamOptimizer {
    setRate(next: number) {
      this.learningRate = next;
    }
  })(rate, 0.9, 0.999, 1e-7);
  if (steps > 0) {
    const tensor = (data: Float32Array, i: number) => ({
      name: `${i}`,
      tensor: tf.tensor(data, shapes[i % shapes.length]),
    });
    await optimiser.setWeights([{ name: 'iter', tensor: tf.scalar(steps, 'int32') }, ...moments.map(tensor)]);
  }
  return optimiser;
}

const valuesOf = (tensor: { dataSync(): ArrayLike<number> }) => Float32Array.from(tensor.dataSync());

/** What all epochs of a training have in common. */
interface Training {
  readonly tf: Tensorflow;
  readonly model: Model;
  readonly set: Labelled;
  readonly shape: ImageShape;
  readonly options: FitOptions;
  /** Steps of an epoch: whole batches. */
  readonly steps: number;
}

/** Shares of the classes. */
function targetsOf({ tf, model, set, options }: Training, pixels: Tensor4D, chosen: Uint32Array): Tensor2D {
  const { teacher } = options;
  if (teacher) return tf.softmax(tf.div(teacher.scores(pixels), teacher.temperature)) as Tensor2D;
  const labels = tf.tensor1d(
    Int32Array.from(chosen, (i) => set.labels[i]!),
    'int32',
  );
  // A cast: the WebAssembly backend fills a float32 oneHot with the bit patterns of integers.
  return tf.cast(tf.oneHot(labels, model.classes), 'float32') as Tensor2D;
}

/** One step of the optimiser on these images. @returns their loss before it */
function stepOn(training: Training, optimiser: AdamOptimizer, chosen: Uint32Array, random: Random): number {
  const { tf, model, set, shape, options } = training;
  const { mirror, statistics, teacher } = options;
  return tf.tidy(() => {
    const turn = mirror ? (values: Float32Array) => mirrored(values, shape, random) : undefined;
    const pixels = pixelsOf(tf, set, shape, chosen, turn);
    const targets = targetsOf(training, pixels, chosen);
    const loss = () => model.loss(pixels, targets, statistics, teacher?.temperature);
    const cost = optimiser.minimize(loss, true, [...model.variables]);
    model.constrain();
    return cost!.dataSync()[0]!;
  });
}

/** The state behind the next epoch, which sees each image once. */
async function epochFrom(
  state: TrainingState,
  training: Training,
  shapes: readonly number[][],
): Promise<TrainingState> {
  const { tf, model, set, options, steps } = training;
  const { epochs, rate, seed, batch, onProgress = () => {} } = options;
  const { epoch } = state;
  const optimiser = await adam(tf, rate, state, shapes);
  const order = Uint32Array.from({ length: set.count }, (_, i) => i);
  const random = seededRandom(seed + 7919 * epoch);
  random.shuffle(order);
  let total = 0;
  for (let step = 0; step < steps; step++) {
    optimiser.setRate((rate * (1 + Math.cos((Math.PI * (epoch * steps + step)) / (epochs * steps)))) / 2);
    total += stepOn(training, optimiser, order.subarray(step * batch, (step + 1) * batch), random);
    // Signals are heard between steps.
    await setImmediate();
    onProgress({
      done: epoch * steps + step + 1,
      total: epochs * steps,
      text: `epoch ${epoch + 1} of ${epochs}, loss ${(total / (step + 1)).toFixed(3)}`,
    });
  }
  const [made, ...moments] = await optimiser.getWeights();
  const next = {
    epoch: epoch + 1,
    steps: made!.tensor.dataSync()[0]!,
    variables: model.variables.map(valuesOf),
    moments: moments.map(({ tensor }) => valuesOf(tensor)),
  };
  made!.tensor.dispose();
  optimiser.dispose();
  return next;
}

/** Trains up to `options.epochs`, from the state that is kept where there is one. */
export async function fit(
  tf: Tensorflow,
  model: Model,
  set: Labelled,
  shape: ImageShape,
  options: FitOptions,
): Promise<void> {
  const { epochs, batch, states } = options;
  const training = { tf, model, set, shape, options, steps: Math.floor(set.count / batch) };
  const shapes = model.variables.map((variable) => variable.shape);
  const start = { epoch: 0, steps: 0, variables: model.variables.map(valuesOf), moments: [] };
  let state: TrainingState = states?.load() ?? start;
  tf.tidy(() => model.variables.forEach((variable, i) => variable.assign(tf.tensor(state.variables[i]!, shapes[i]))));
  while (state.epoch < epochs) {
    state = await epochFrom(state, training, shapes);
    states?.save(state);
  }
}
