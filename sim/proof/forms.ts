// SPDX-License-Identifier: Apache-2.0
/**
 * The golden model's fast form against its definition, image by image, where no published scores say what is right.
 * What weights a network has does not matter here.
 */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { inferAll } from '../../generator/golden/infer.ts';
import type { Form } from '../../generator/golden/interpret.ts';
import { readImages, readLabels } from '../../generator/images/index.ts';
import { sharedData } from '../../generator/images/shared-data.ts';
import { imagesWanted } from '../../generator/frames/frames.ts';
import { loadNetwork } from '../../generator/network-file/load-network.ts';
import { typecheck } from '../../generator/passes/typecheck.ts';
import { publishedFiles } from '../../test/published.ts';
import type { Proof } from './proof.ts';

/** The images of a network: what they are called, and how many there must be. */
interface Images {
  readonly what: string;
  readonly count: number;
  file(): string;
  labels?(): string;
}

const digits: Images = {
  what: 'MNIST digits',
  count: 10_000,
  file: () => publishedFiles(sharedData!).digits,
  labels: () => publishedFiles(sharedData!).digitLabels,
};
const cifar: Images = { what: 'CIFAR-10 images', count: 10_000, file: () => publishedFiles(sharedData!).cifar };
const photographs: Images = {
  what: 'photographs of ImageNet',
  count: 12,
  file: () => join(sharedData!, 'imagenet-sample/images_12x227x227x3.rgb'),
};

function sameForms(network: string, images: Images): Proof {
  const { what, count } = images;
  return {
    name: `infer-${network}`,
    claim:
      `${network}: the golden model's fast form scores ${count.toLocaleString('en')} ${what} as its definition ` +
      'does',
    needsPublishedFiles: true,
    async run(onProgress) {
      const typed = typecheck((await loadNetwork(network)).graph);
      const { shape } = imagesWanted(typed.nodes);
      const set = readImages(images.file(), shape);
      const threads = availableParallelism();
      const inForm = async (form: Form) => {
        const started = performance.now();
        const say = (done: number) => onProgress(`${form}, ${done} of ${set.count} images`);
        const results = await inferAll(typed, set.pixels, set.pixels.length / set.count, threads, say, form);
        return { results, rate: (1000 * set.count) / (performance.now() - started) };
      };
      const [wasm, plain] = [await inForm('wasm'), await inForm('plain')];
      const other = plain.results.filter((wanted, i) => wanted.join() !== wasm.results[i]?.join()).length;
      const labels = images.labels ? readLabels(images.labels()) : set.labels;
      const right = wasm.results.filter((result, i) => result.at(-1) === labels?.[i]).length;
      const accuracy = labels && typed.weights.source !== 'synthetic' ? `, ${right} right` : '';
      return {
        passed: other === 0 && set.count === count,
        text:
          `${set.count} images, ${other} with other scores${accuracy}; ${wasm.rate.toFixed(0)} images/s, ` +
          `definition ${plain.rate.toFixed(1)}, on ${threads} threads`,
      };
    },
  };
}

export const formProofs: readonly Proof[] = [
  sameForms('mnist', digits),
  sameForms('binarynet', cifar),
  sameForms('resnet8', cifar),
  sameForms('tb-dnn-svhn', cifar),
  sameForms('alexnet', photographs),
  sameForms('squeezenet', photographs),
];
