// SPDX-License-Identifier: Apache-2.0
/**
 * What can be compressed: a small ResNet on the npm digits, trained here, and a published ResNet-8 on CIFAR-10 images.
 */
import { fail } from '../errors/errors.ts';
import { mnistDigits, readImages, type ImageSet } from '../images/index.ts';
import { digitShape } from '../images/mnist-digits.ts';
import { seededRandom } from '../train/random.ts';
import type { Epochs } from './filters-then-bits.ts';
import { freshNet } from './fresh-net.ts';
import { firstOf, type Labelled } from './judge.ts';
import { readResnet8 } from './published-resnet8.ts';
import type { ResidualNet } from './residual-net.ts';
import type { Images, Training } from './run.ts';

export interface Recipe {
  readonly name: string;
  /** Where the float network comes from. */
  readonly start: () => ResidualNet;
  readonly images: Images;
  readonly training: Training;
  readonly epochs: Epochs;
}

export interface RecipeOptions {
  /** Epochs of every training; the recipe's own unless given. */
  readonly epochs?: number | undefined;
  /** Learning rate at the start of every training. */
  readonly rate?: number | undefined;
  readonly seed?: number | undefined;
  /** Images to train on, and to report by; all unless given. */
  readonly limit?: number | undefined;
  readonly testLimit?: number | undefined;
}

/** The last `count` images of a set, and those before. */
function splitAt(set: Labelled, count: number): [before: Labelled, last: Labelled] {
  const bytes = set.pixels.length / set.count;
  const from = set.count - count;
  return [firstOf(set, from), { count, pixels: set.pixels.subarray(from * bytes), labels: set.labels.subarray(from) }];
}

const smallDigit = { height: digitShape.height / 2, width: digitShape.width / 2, channels: 1 };

/** Means of 2×2 pixels, halves up. */
function halved(set: Labelled): Labelled {
  const { height, width } = smallDigit;
  const pixels = Uint8Array.from({ length: set.count * height * width }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    const corner = 2 * y * digitShape.width + 2 * x;
    return (
      (set.pixels[corner]! +
        set.pixels[corner + 1]! +
        set.pixels[corner + digitShape.width]! +
        set.pixels[corner + digitShape.width + 1]! +
        2) >>
      2
    );
  });
  return { ...set, pixels };
}

/** 14×14 digits, channels 8 and 16, one block a stage. */
export function digitsRecipe({
  epochs,
  rate = 0.01,
  seed = 1,
  limit = Infinity,
  testLimit = Infinity,
}: RecipeOptions): Recipe {
  const { train: all, heldOut } = mnistDigits();
  const [train, validation] = splitAt(all, 1000);
  return {
    name: 'digits_resnet',
    start: () => freshNet(seededRandom(seed), { input: smallDigit, width: 8, stages: 2, blocks: 1, classes: 10 }),
    images: {
      train: halved(firstOf(train, limit)),
      validation: halved(validation),
      test: halved(firstOf(heldOut, testLimit)),
    },
    training: { rate, batch: 50, seed, norms: 'batch' },
    epochs: { float: epochs ?? 4, tune: epochs ?? 3, binarise: epochs ?? 10 },
  };
}

export interface PublishedFiles {
  /** The published `.f32` file. */
  readonly weights: string;
  /** CIFAR-10 batches to train on; the last 500 images of the last one are for validation. */
  readonly images: readonly string[];
  /** CIFAR-10 batch to report by. */
  readonly test: string;
}

function labelled(path: string, net: ResidualNet): Labelled {
  const set: ImageSet = readImages(path, net.input, { classes: net.classifier.bias.length });
  return set.labels
    ? (set as Labelled)
    : fail({ code: 'NN022', where: path, got: 'images without labels', fix: 'give a CIFAR-10 batch' });
}

function joined(sets: readonly Labelled[]): Labelled {
  const all = (of: (set: Labelled) => Uint8Array) => new Uint8Array(Buffer.concat(sets.map(of)));
  return {
    count: sets.reduce((sum, { count }) => sum + count, 0),
    pixels: all((set) => set.pixels),
    labels: all((set) => set.labels),
  };
}

const validationImages = 500;

/** Trained already: what is pruned learns from its scores. */
export function resnet8Recipe(
  files: PublishedFiles,
  { epochs, rate = 0.001, seed = 1, limit = Infinity, testLimit = Infinity }: RecipeOptions,
): Recipe {
  const net = readResnet8(files.weights);
  const all = joined(files.images.map((path) => labelled(path, net)));
  if (all.count < 2 * validationImages)
    fail({ code: 'NN020', where: '--images', got: `${all.count} images`, legal: `${2 * validationImages} or more` });
  const [train, validation] = splitAt(all, validationImages);
  return {
    name: 'resnet8',
    start: () => net,
    images: { train: firstOf(train, limit), validation, test: firstOf(labelled(files.test, net), testLimit) },
    training: { rate, batch: 50, seed, norms: 'given', mirror: true, temperature: 3 },
    epochs: { float: 0, tune: epochs ?? 2, binarise: epochs ?? 20 },
  };
}
