// SPDX-License-Identifier: Apache-2.0
/**
 * Images per second of the golden model: its definition in plain TypeScript, its fast form, and TensorFlow.js on the
 * same network beside them. All in one run, for another run may have another processor to itself.
 */
import { availableParallelism } from 'node:os';
import { sharedData } from '../generator/images/shared-data.ts';
import { inferAll } from '../generator/golden/infer.ts';
import { interpreter, type Form } from '../generator/golden/interpret.ts';
import { elementCount } from '../generator/ir/types.ts';
import type { TypedGraph } from '../generator/ir/graph.ts';
import { loadNetwork } from '../generator/network-file/load-network.ts';
import { randomFrom } from '../generator/passes/random.ts';
import { typecheck } from '../generator/passes/typecheck.ts';
import { loadTensorflow } from '../generator/train/tensorflow.ts';
import { frameAt, publishedFiles } from '../test/published.ts';
import { tfjsNetwork } from '../test/tfjs-network.ts';

export interface Rate {
  readonly network: string;
  readonly what: string;
  readonly images: number;
  /** Of the clock on the wall. */
  readonly imagesPerSecond: number;
  /** Of the process, all of its threads: what other work on the machine changes least. */
  readonly imagesPerProcessorSecond: number;
}

/** Images of a run by network and form: some seconds of it. */
const networks: readonly (readonly [name: string, images: Readonly<Record<Form, number>>])[] = [
  ['cnv', { plain: 300, wasm: 3000 }],
  ['resnet8', { plain: 150, wasm: 2000 }],
  ['alexnet', { plain: 5, wasm: 50 }],
];
const batch = 50;
const batches = 10;
/** The best of so many runs counts. */
const runs = 3;

const processorSeconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

async function rateOf(network: string, what: string, images: number, work: () => unknown): Promise<Rate> {
  const rates: { wall: number; processor: number }[] = [];
  for (let run = 0; run < runs; run++) {
    const [started, processor] = [performance.now(), processorSeconds()];
    await work();
    rates.push({
      wall: (1000 * images) / (performance.now() - started),
      processor: images / (processorSeconds() - processor),
    });
  }
  return {
    network,
    what,
    images,
    imagesPerSecond: Math.max(...rates.map(({ wall }) => wall)),
    imagesPerProcessorSecond: Math.max(...rates.map(({ processor }) => processor)),
  };
}

async function typedNetwork(name: string): Promise<TypedGraph> {
  const weights = name === 'cnv' && sharedData ? publishedFiles(sharedData).cnvWeights : undefined;
  return typecheck((await loadNetwork(name)).graph, weights);
}

function randomFrames(typed: TypedGraph, count: number): { pixels: Uint8Array; bytes: number } {
  const random = randomFrom('bench');
  const bytes = elementCount(typed.nodes[0]!.type);
  return { bytes, pixels: Uint8Array.from({ length: count * bytes }, () => random() * 256) };
}

async function ofOneThread(typed: TypedGraph, form: Form, images: number): Promise<Rate> {
  const { run } = interpreter(typed, form);
  const different = Math.min(images, 100);
  const { pixels, bytes } = randomFrames(typed, different);
  const frames = (count: number) => {
    for (let i = 0; i < count; i++) run(frameAt(pixels, i % different, bytes));
  };
  frames(Math.ceil(images / 5));
  return rateOf(typed.name, `golden model, ${form}`, images, () => frames(images));
}

async function ofThreads(typed: TypedGraph, images: number): Promise<Rate> {
  const threads = availableParallelism();
  const { pixels, bytes } = randomFrames(typed, images);
  const what = `golden model, wasm on ${threads} threads, their start-up included`;
  return rateOf(typed.name, what, images, () => inferAll(typed, pixels, bytes, threads));
}

async function ofTensorflow(typed: TypedGraph): Promise<Rate> {
  const { tf, backend } = await loadTensorflow();
  const network = tfjsNetwork(tf, typed);
  const { pixels, bytes } = randomFrames(typed, batch);
  const evaluate = () => {
    const tensors = network.trace(pixels.subarray(0, batch * bytes));
    // Reading the last tensor waits for all of them.
    tensors.at(-1)!.dataSync();
    tf.dispose(tensors);
  };
  evaluate();
  return rateOf(typed.name, `${backend}, batches of ${batch}`, batches * batch, () => {
    for (let i = 0; i < batches; i++) evaluate();
  });
}

/** The rates of each network; its plain form comes first. */
export async function goldenSpeed(): Promise<Rate[]> {
  const rates: Rate[] = [];
  for (const [name, images] of networks) {
    const typed = await typedNetwork(name);
    for (const form of ['plain', 'wasm'] as const) rates.push(await ofOneThread(typed, form, images[form]));
    if (name !== 'cnv') continue;
    rates.push(await ofThreads(typed, images.wasm), await ofTensorflow(typed));
  }
  return rates;
}
