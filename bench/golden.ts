// SPDX-License-Identifier: Apache-2.0
/** Images per second of the golden model on cnv, with TensorFlow.js on the same network beside it. */
import { availableParallelism } from 'node:os';
import { sharedData } from '../generator/images/shared-data.ts';
import { inferAll } from '../generator/golden/infer.ts';
import { interpreter } from '../generator/golden/interpret.ts';
import { loadNetwork } from '../generator/network-file/load-network.ts';
import { randomFrom } from '../generator/passes/random.ts';
import { typecheck } from '../generator/passes/typecheck.ts';
import { loadTensorflow } from '../generator/train/tensorflow.ts';
import { cnvFrameBytes, frameAt, publishedFiles } from '../test/published.ts';
import { tfjsNetwork } from '../test/tfjs-network.ts';

export interface Rate {
  readonly what: string;
  readonly imagesPerSecond: number;
}

export interface GoldenSpeed {
  /** Whose weights; they do not change the speed. */
  readonly describe: string;
  readonly images: number;
  /** One thread comes first. */
  readonly rates: readonly Rate[];
}

const images = 1000;
const warmUp = 60;
const batch = 50;

/** Images per second of wall time; where given, per second of the process's own user time. */
async function rate(
  what: string,
  work: () => unknown,
  clock: () => number = () => performance.now() / 1000,
): Promise<Rate> {
  const started = clock();
  await work();
  return { what, imagesPerSecond: images / (clock() - started) };
}

export async function goldenSpeed(): Promise<GoldenSpeed> {
  const { graph } = await loadNetwork('cnv');
  const typed = typecheck(graph, sharedData && publishedFiles(sharedData).cnvWeights);
  const random = randomFrom('bench');
  const pixels = Uint8Array.from({ length: images * cnvFrameBytes }, () => random() * 256);
  const threads = availableParallelism();

  const { run } = interpreter(typed);
  const frames = (count: number) => {
    for (let i = 0; i < count; i++) run(frameAt(pixels, i, cnvFrameBytes));
  };
  frames(warmUp);
  const rates = [
    await rate('one thread', () => frames(images)),
    await rate(
      'one thread, per second of processor time',
      () => frames(images),
      () => process.cpuUsage().user / 1e6,
    ),
    await rate(`${threads} threads, their start-up included`, () => inferAll(typed, pixels, cnvFrameBytes, threads)),
  ];

  const { tf, backend } = await loadTensorflow();
  const network = tfjsNetwork(tf, typed);
  const evaluate = (from: number) => {
    const tensors = network.trace(pixels.subarray(from * cnvFrameBytes, (from + batch) * cnvFrameBytes));
    // Reading the last tensor waits for all of them.
    tensors.at(-1)!.dataSync();
    tf.dispose(tensors);
  };
  evaluate(0);
  rates.push(
    await rate(`${backend}, batches of ${batch}`, () => {
      for (let i = 0; i < images; i += batch) evaluate(i);
    }),
  );
  return { describe: typed.weights.describe, images, rates };
}
