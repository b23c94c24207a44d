/** What can be compressed: a small ResNet on the npm digits, and a published ResNet-8 on CIFAR-10 images. */
import { fail } from '../errors.ts';
import { mnistDigits, readImages, type ImageSet } from '../images/index.ts';
import { digitShape } from '../images/mnist-digits.ts';
import { seededRandom } from '../train/random.ts';
import { freshNet } from './fresh-net.ts';
import { readResnet8 } from './net-file.ts';
import type { Labelled } from './fit.ts';
import type { Recipe } from './stages.ts';

export interface RecipeOptions {
  /** Epochs of every training; the recipe's own unless given. */
  readonly epochs?: number | undefined;
  readonly seed?: number | undefined;
  /** Images to train on; all unless given. */
  readonly limit?: number | undefined;
}

function first(set: Labelled, count: number): Labelled {
  const bytes = set.pixels.length / set.count;
  return { count, pixels: set.pixels.subarray(0, count * bytes), labels: set.labels.subarray(0, count) };
}

/** 28×28 digits, channels 8 and 16, one block a stage. */
export function digitsRecipe({ epochs, seed = 1, limit }: RecipeOptions): Recipe {
  const { train, heldOut } = mnistDigits();
  return {
    name: 'digits_resnet',
    start: () => freshNet(seededRandom(seed), { input: digitShape, width: 8, stages: 2, blocks: 1, classes: 10 }),
    train: first(train, Math.min(limit ?? train.count, train.count)),
    heldOut,
    scanned: 500,
    epochs: { float: epochs ?? 3, tune: epochs ?? 2, binarise: epochs ?? 8 },
    rate: 0.01,
    seed,
  };
}

/** Of the images, the last so many are held out. */
const heldOutImages = 2500;

/** @param path the published `.f32` file @param images a CIFAR-10 batch: its last 2,500 images are held out, it trains on those before */
export function resnet8Recipe(path: string, images: string, { epochs, seed = 1, limit }: RecipeOptions): Recipe {
  const net = readResnet8(path);
  const set: ImageSet = readImages(images, net.input);
  if (!set.labels || set.count < 2 * heldOutImages) return fail({ code: 'NN022', where: images, got: `${set.count} images${set.labels ? '' : ' without labels'}`, legal: `${2 * heldOutImages} or more, with labels`, fix: 'give a CIFAR-10 batch' });
  const bytes = set.pixels.length / set.count;
  const from = set.count - heldOutImages;
  return {
    name: 'resnet8',
    start: () => net,
    train: first(set as Labelled, Math.min(limit ?? from, from)),
    heldOut: { count: heldOutImages, pixels: set.pixels.subarray(from * bytes), labels: set.labels.subarray(from) },
    scanned: 500,
    epochs: { float: 0, tune: epochs ?? 2, binarise: epochs ?? 20 },
    rate: 0.001,
    seed,
  };
}
