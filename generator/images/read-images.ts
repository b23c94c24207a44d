/**
 * Reads images for a network, told apart by what the file holds: IDX, a CIFAR-10 batch, or raw NHWC bytes.
 */
import { fail } from '../errors.ts';
import { isCifarBatch, readCifarBatch } from './cifar.ts';
import { readImageFile } from './image-file.ts';
import { bytesPerImage, shapeText } from './image-set.ts';
import type { ImageSet, ImageShape } from './image-set.ts';
import { idxIsWhole, parseIdx } from './idx.ts';
import type { Idx } from './idx.ts';

const formats = 'IDX (also .gz), CIFAR-10 binary batches, raw [N][H][W][C] bytes';

/**
 * At most `limit` images of `shape`, in file order; labels where the file has them. Throws NN020 (not
 * readable, empty, truncated) and NN021 (images of another size).
 */
export function readImages(
  path: string,
  shape: ImageShape,
  options: { readonly limit?: number } = {},
): ImageSet {
  const { limit = Infinity } = options;
  const bytes = readImageFile(path);
  const idx = parseIdx(bytes, [3, 4]);
  // Raw pixels may start like an IDX header by chance; then neither its sizes nor its length would fit.
  if (idx && (idxIsWhole(idx) || idxFits(idx, shape))) return fromIdx(path, idx, shape, limit);
  if (isCifarBatch(bytes, shape)) return readCifarBatch(bytes, limit);
  const size = bytesPerImage(shape);
  if (bytes.length % size !== 0) {
    fail({
      code: 'NN021',
      where: path,
      got: `${bytes.length} bytes, not a whole number of ${shapeText(shape)} images (${size} bytes each)`,
      legal: formats,
    });
  }
  return firstImages(bytes, bytes.length / size, size, limit);
}

/** One class index a byte from an IDX file of one dimension. Throws NN020 for anything else. */
export function readLabels(path: string): Uint8Array {
  const idx = parseIdx(readImageFile(path), [1]);
  if (!idx)
    return fail({ code: 'NN020', where: path, got: 'not an IDX file of labels', legal: 'IDX (also .gz)' });
  if (!idxIsWhole(idx)) return truncated(path, idx);
  return Uint8Array.from(idx.data);
}

/** IDX without a channel dimension has one channel. */
function idxShape({ sizes: [, height, width, channels = 1] }: Idx): ImageShape {
  return { height, width, channels };
}

function idxFits(idx: Idx, shape: ImageShape): boolean {
  return shapeText(idxShape(idx)) === shapeText(shape);
}

function fromIdx(path: string, idx: Idx, shape: ImageShape, limit: number): ImageSet {
  if (!idxFits(idx, shape)) {
    fail({ code: 'NN021', where: path, got: `${shapeText(idxShape(idx))} images`, legal: shapeText(shape) });
  }
  if (!idxIsWhole(idx)) truncated(path, idx);
  return firstImages(idx.data, idx.sizes[0], bytesPerImage(shape), limit);
}

function firstImages(data: Uint8Array, available: number, size: number, limit: number): ImageSet {
  const count = Math.min(limit, available);
  return { count, pixels: Uint8Array.from(data.subarray(0, count * size)) };
}

function truncated(path: string, { sizes, data }: Idx): never {
  return fail({
    code: 'NN020',
    where: path,
    got: `an IDX header of ${sizes.join(' x ')} before ${data.length} bytes`,
    fix: 'fetch the file again: it is truncated or damaged',
  });
}
