/** The residual stream's fixed point, by calibration: as few bits below the point as change no class. */
import { signedFormat, type FixedPoint } from '../dsl/index.ts';
import { firstOf, type Labelled } from './judge.ts';

const [fewestBits, mostBits] = [8, 16];
const calibrationImages = 250;

/** Formats of 8 to 16 bits that saturate at ±reach. */
export function formatsOf(reach: number): FixedPoint[] {
  return Array.from({ length: mostBits - fewestBits + 1 }, (_, i) => signedFormat(fewestBits + i, fewestBits + i - 1 - Math.log2(reach)));
}

/** The first format at which rounding changes the class of none of the first images, else the widest. @param agreementAt share of images whose class stays */
export function chooseFormat(reach: number, set: Labelled, agreementAt: (format: FixedPoint, images: Labelled) => number): FixedPoint {
  const formats = formatsOf(reach);
  const images = firstOf(set, calibrationImages);
  return formats.find((format) => agreementAt(format, images) === 1) ?? formats.at(-1)!;
}
