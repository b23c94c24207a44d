// SPDX-License-Identifier: Apache-2.0
/**
 * The golden model against published results, and against what tb-dnn's training counted: accuracy to the image, and
 * every score.
 */
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { inferAll } from '../../generator/golden/infer.ts';
import { readImages, readLabels } from '../../generator/images/index.ts';
import { sharedData } from '../../generator/images/shared-data.ts';
import type { ImageSet } from '../../generator/images/image-set.ts';
import type { TypedGraph } from '../../generator/ir/graph.ts';
import { npyRows, publishedFiles, publishedNetwork } from '../../test/published.ts';
import { readSafetensors } from '../../generator/import/index.ts';
import { loadNetwork } from '../../generator/network-file/load-network.ts';
import { typecheck } from '../../generator/passes/typecheck.ts';
import type { Found, Proof } from './proof.ts';

interface Inferred {
  readonly results: readonly Int32Array[];
  readonly right: number;
  readonly imagesPerSecond: number;
}

async function inferSet(
  network: TypedGraph,
  set: ImageSet,
  labels: ArrayLike<number>,
  onProgress: (text: string) => void,
): Promise<Inferred> {
  const started = performance.now();
  const bytes = set.pixels.length / set.count;
  const say = (done: number) => onProgress(`${done} of ${set.count} images`);
  const results = await inferAll(network, set.pixels, bytes, availableParallelism(), say);
  const right = results.filter((result, i) => result.at(-1) === labels[i]).length;
  return { results, right, imagesPerSecond: set.count / ((performance.now() - started) / 1000) };
}

/** Right answers must be exactly as many as published: one more is as wrong as one less. */
function judged({ right, results, imagesPerSecond }: Inferred, wanted: number, wrongScores: number): Found {
  const share = `${right} of ${results.length} right (${((100 * right) / results.length).toFixed(2)} %)`;
  const scores = wrongScores === 0 ? '' : `, ${wrongScores} images with other scores`;
  return {
    passed: right === wanted && results.length === 10_000 && wrongScores === 0,
    text: `${share}${scores}; ${imagesPerSecond.toFixed(0)} images/s on ${availableParallelism()} threads`,
  };
}

export const inferCnv: Proof = {
  name: 'infer-cnv',
  claim: 'cnvW1A1: 7922 of 10,000 CIFAR-10 images right, every score as published',
  needsPublishedFiles: true,
  async run(onProgress) {
    const files = publishedFiles(sharedData!);
    const network = await publishedNetwork('cnv', files.cnvWeights);
    const set = readImages(files.cifar, { height: 32, width: 32, channels: 3 });
    const inferred = await inferSet(network, set, set.labels!, onProgress);
    const rows = npyRows(files.cnvAllScores);
    const wrong = rows.filter((row, i) => row.some((score, c) => inferred.results[i]?.[c] !== score)).length;
    return judged(inferred, 7922, wrong);
  },
};

/** Activations −1, 0, 1. @param wanted right answers of the network on the FPGA */
function inferTernaryCnv(network: 'cnv-w1a2' | 'cnv-w2a2', weights: 'cnvW1A2' | 'cnvW2A2', wanted: number): Proof {
  return {
    name: `infer-${network}`,
    claim: `${weights}: ${wanted} of 10,000 CIFAR-10 images right`,
    needsPublishedFiles: true,
    async run(onProgress) {
      const files = publishedFiles(sharedData!);
      const typed = await publishedNetwork(network, files[`${weights}Weights`]);
      const set = readImages(files.cifar, { height: 32, width: 32, channels: 3 });
      return judged(await inferSet(typed, set, set.labels!, onProgress), wanted, 0);
    },
  };
}

export const inferCnvW1A2 = inferTernaryCnv('cnv-w1a2', 'cnvW1A2', 8266);
export const inferCnvW2A2 = inferTernaryCnv('cnv-w2a2', 'cnvW2A2', 8429);

export const inferLfc: Proof = {
  name: 'infer-lfc',
  claim: 'lfcW1A1: 9840 of 10,000 MNIST digits right',
  needsPublishedFiles: true,
  async run(onProgress) {
    const files = publishedFiles(sharedData!);
    const network = await publishedNetwork('lfc', files.lfcWeights);
    const set = readImages(files.digits, { height: 28, width: 28, channels: 1 });
    return judged(await inferSet(network, set, readLabels(files.digitLabels), onProgress), 9840, 0);
  },
};

export const inferTbDnn: Proof = {
  name: 'infer-tb-dnn',
  claim: 'tb-dnn: as many of 10,000 CIFAR-10 images right as the integers of its training (networks/train) say',
  needsPublishedFiles: true,
  async run(onProgress) {
    const set = readImages(publishedFiles(sharedData!).cifar, { height: 32, width: 32, channels: 3 });
    const { metadata } = readSafetensors(
      fileURLToPath(new URL('../../networks/weights/tb-dnn-cifar10.safetensors', import.meta.url)),
    );
    const network = typecheck((await loadNetwork('tb-dnn')).graph);
    return judged(await inferSet(network, set, set.labels!, onProgress), Number(metadata.get('test_right')), 0);
  },
};
