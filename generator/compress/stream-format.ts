// SPDX-License-Identifier: Apache-2.0
/** The residual stream's fixed point, by calibration: as few bits below the point as turn hardly a sign. */
import { signedFormat, type FixedPoint } from '../index.ts';
import { firstOf, type Labelled } from './judge.ts';

const [fewestBits, mostBits] = [8, 16];
const calibrationImages = 250;
/** Bits an image that rounding may turn; about one in twenty of them changes a class. */
const allowedTurns = 1 / 20;

/** Formats of 8 to 16 bits that saturate at ±reach. */
export function formatsOf(reach: number): FixedPoint[] {
  return Array.from({ length: mostBits - fewestBits + 1 }, (_, i) =>
    signedFormat(fewestBits + i, fewestBits + i - 1 - Math.log2(reach)),
  );
}

/**
 * The first format that is fine enough for the first images, else the widest.
 * @param turnedAt bits of all images that rounding turns
 */
export function chooseFormat(
  reach: number,
  set: Labelled,
  turnedAt: (format: FixedPoint, images: Labelled) => number,
): FixedPoint {
  const formats = formatsOf(reach);
  const images = firstOf(set, calibrationImages);
  return formats.find((format) => turnedAt(format, images) <= allowedTurns * images.count) ?? formats.at(-1)!;
}
