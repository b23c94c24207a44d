// SPDX-License-Identifier: Apache-2.0
/**
 * CIFAR-10 binary batches: records of one label byte and three planes R, G, B of 32 x 32 bytes
 * (Krizhevsky 2009, "Binary version"). Sets of more classes are stored like this too.
 */
import { fail } from '../errors/errors.ts';
import type { ImageShape, ReadImages } from './image-set.ts';

const SIDE = 32;
const CHANNELS = 3;
const PLANE = SIDE * SIDE;
const RAW = CHANNELS * PLANE;
/** Bytes of a record. */
export const cifarRecord = 1 + RAW;
/** Classes where the network does not say how many. */
const CLASSES = 10;

export function isCifarShape({ height, width, channels }: ImageShape): boolean {
  return height === SIDE && width === SIDE && channels === CHANNELS;
}

/**
 * There is no mark: the size tells a batch from raw images. Where it fits both, in files of 3,072 records, the
 * labels do.
 */
export function isCifarBatch(bytes: Uint8Array, shape: ImageShape, classes = CLASSES): boolean {
  if (!isCifarShape(shape) || bytes.length % cifarRecord !== 0) return false;
  if (bytes.length % RAW !== 0) return true;
  for (let at = 0; at < bytes.length; at += cifarRecord) if (bytes[at]! >= classes) return false;
  return true;
}

/** CIFAR-100's records have two labels: only their size tells them. */
export function isCifar100(bytes: Uint8Array, shape: ImageShape): boolean {
  return (
    isCifarShape(shape) &&
    bytes.length % (cifarRecord + 1) === 0 &&
    bytes.length % RAW !== 0 &&
    bytes.length % cifarRecord !== 0
  );
}

/** The first `limit` records, planes woven into NHWC. NN022 where a label is no class. */
export function readCifarBatch(
  bytes: Uint8Array,
  { limit, classes = CLASSES }: { readonly limit: number; readonly classes?: number | undefined },
  where: string,
): Required<ReadImages> {
  const available = bytes.length / cifarRecord;
  const count = Math.min(limit, available);
  const pixels = new Uint8Array(count * RAW);
  const labels = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const label = bytes[i * cifarRecord]!;
    if (label >= classes) {
      const layout = `a file in the layout of CIFAR-10 by its ${bytes.length} bytes`;
      const got = `${layout}, in which image ${i} has the label ${label}`;
      fail({
        code: 'NN022',
        where,
        got,
        legal: `0..${classes - 1}`,
        fix: 'give images of the classes that the network was trained for',
      });
    }
    labels[i] = label;
    for (let channel = 0; channel < CHANNELS; channel++) {
      const plane = i * cifarRecord + 1 + channel * PLANE;
      for (let p = 0; p < PLANE; p++) pixels[(i * PLANE + p) * CHANNELS + channel] = bytes[plane + p]!;
    }
  }
  return { count, available, pixels, labels };
}
