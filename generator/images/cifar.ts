/**
 * CIFAR-10 binary batches: records of one label byte and three planes R, G, B of 32 x 32 bytes
 * (Krizhevsky 2009, "Binary version").
 */
import type { ImageSet, ImageShape } from './image-set.ts';

const SIDE = 32;
const CHANNELS = 3;
const PLANE = SIDE * SIDE;
const RECORD = 1 + CHANNELS * PLANE;
const CLASSES = 10;

/** Only the size and the labels tell a batch from raw images. */
export function isCifarBatch(bytes: Uint8Array, shape: ImageShape): boolean {
  const fits = shape.height === SIDE && shape.width === SIDE && shape.channels === CHANNELS;
  if (!fits || bytes.length % RECORD !== 0) return false;
  for (let at = 0; at < bytes.length; at += RECORD) if (bytes[at] >= CLASSES) return false;
  return true;
}

/** The first `count` records, planes woven into NHWC. */
export function readCifarBatch(bytes: Uint8Array, limit: number): Required<ImageSet> {
  const count = Math.min(limit, bytes.length / RECORD);
  const pixels = new Uint8Array(count * CHANNELS * PLANE);
  const labels = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    labels[i] = bytes[i * RECORD];
    for (let channel = 0; channel < CHANNELS; channel++) {
      const plane = i * RECORD + 1 + channel * PLANE;
      for (let p = 0; p < PLANE; p++) pixels[(i * PLANE + p) * CHANNELS + channel] = bytes[plane + p];
    }
  }
  return { count, pixels, labels };
}
