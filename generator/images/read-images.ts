// SPDX-License-Identifier: Apache-2.0
/**
 * Reads images for a network. The first bytes say what a file is, in the order of a table; only what no other format
 * claims is raw pixels, and only where its size fits.
 */
import { fail } from '../errors/errors.ts';
import { fileKind } from '../files/file-kinds.ts';
import { shownPath } from '../files/input-file.ts';
import { cifarRecord, isCifar100, isCifarBatch, isCifarShape, readCifarBatch } from './cifar.ts';
import { isIdx, parseIdx } from '../files/idx.ts';
import { readImageFile } from './image-file.ts';
import { bytesPerImage, shapeText, type ImageShape, type ReadImages } from './image-set.ts';
import { isNpy, parseNpy, requireWhole, shapeOf, typeName } from './npy.ts';

const legal = 'IDX, NumPy .npy of uint8 (both also .gz), CIFAR-10 binary batches, raw [N][H][W][C] bytes';

interface Wanted {
  readonly shape: ImageShape;
  readonly limit: number;
  /** Of the network, for labels that come with images. */
  readonly classes: number | undefined;
}

interface ImageFormat {
  /** Whether a file is of this format, be it whole or damaged. */
  claims(bytes: Uint8Array, wanted: Wanted): boolean;
  /** Reads it, or refuses it by name. */
  read(bytes: Uint8Array, wanted: Wanted, where: string): ReadImages;
}

const formats: readonly ImageFormat[] = [
  { claims: isNpy, read: fromNpy },
  { claims: isIdx, read: fromIdx },
  { claims: (bytes) => fileKind(bytes) !== undefined, read: (bytes, _, where) => unreadable(where, fileKind(bytes)!) },
  { claims: (bytes, { shape, classes }) => isCifarBatch(bytes, shape, classes), read: readCifarBatch },
  {
    claims: (bytes, { shape }) => isCifar100(bytes, shape),
    read: (_, __, where) => unreadable(where, 'CIFAR-100 records by their size, with two labels each'),
  },
  { claims: () => true, read: fromRaw },
];

export interface ReadOptions {
  /** At most so many images; all unless given. */
  readonly limit?: number | undefined;
  /** Classes of the network, for labels that come with images; 10 unless given. */
  readonly classes?: number | undefined;
}

/**
 * At most `limit` images of `shape`, in file order; labels where the file has them. Throws NN020 (not readable, of
 * another kind, damaged, no image), NN021 (images of another size) and NN022 (labels that are no classes).
 */
export function readImages(
  path: string,
  shape: ImageShape,
  { limit = Infinity, classes }: ReadOptions = {},
): ReadImages {
  const bytes = readImageFile(path, legal);
  const [wanted, where] = [{ shape, limit, classes }, shownPath(path)];
  const set = formats.find((format) => format.claims(bytes, wanted))!.read(bytes, wanted, where);
  return set.available > 0 ? set : unreadable(where, 'a file of 0 images');
}

function unreadable(where: string, got: string, fix?: string): never {
  return fail({ code: 'NN020', where, got, legal, ...(fix === undefined ? {} : { fix }) });
}

/** What a parser gives; its plain error as NN020. */
function parsed<T>(where: string, fix: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    return unreadable(where, (error as Error).message, fix);
  }
}

const damaged = 'fetch the file again: it is truncated or damaged';

function fromNpy(bytes: Uint8Array, { shape, limit }: Wanted, where: string): ReadImages {
  const npy = parsed(where, damaged, () => parseNpy(bytes));
  const values = `a NumPy array ${shapeOf(npy.shape)} of ${typeName(npy.descr)}`;
  if (!/^[|<>=]?u1$/.test(npy.descr))
    unreadable(where, values, 'save pixels 0..255 as uint8: array.astype(numpy.uint8)');
  if (npy.fortranOrder && npy.shape.length > 1)
    unreadable(where, `${values} in Fortran order`, 'save numpy.ascontiguousarray(array)');
  parsed(where, damaged, () => requireWhole(npy, 1));
  const available = imagesOf(npy.shape, shape);
  if (available === undefined) {
    const { height, width, channels } = shape;
    const grey = channels === 1 ? ` or [N, ${height}, ${width}]` : '';
    const sizes = `[N, ${height}, ${width}, ${channels}]${grey}, or one image without N`;
    const fix = 'channels come last: array.transpose(0, 2, 3, 1) of [N, C, H, W]';
    return fail({ code: 'NN021', where, got: values, legal: sizes, fix });
  }
  return firstImages(npy.data, available, bytesPerImage(shape), limit);
}

/** How many images an array of these sizes is, without N one; undefined where it is none of these. */
function imagesOf(sizes: readonly number[], { height, width, channels }: ImageShape): number | undefined {
  const same = (wanted: readonly number[]) =>
    wanted.length === sizes.length && wanted.every((size, i) => size === sizes[i]);
  const shapes =
    channels === 1
      ? [
          [height, width, channels],
          [height, width],
        ]
      : [[height, width, channels]];
  if (shapes.some(same)) return 1;
  return shapes.some((shape) => same([sizes[0]!, ...shape])) ? sizes[0] : undefined;
}

function fromIdx(bytes: Uint8Array, { shape, limit }: Wanted, where: string): ReadImages {
  const fix = `${damaged}; raw pixels that begin like one: give them as .npy`;
  const { type, sizes, data } = parsed(where, fix, () => parseIdx(bytes));
  const [count, height, width, channels = 1] = sizes;
  if (sizes.length < 3 || sizes.length > 4) {
    const dimensions = `${sizes.length} dimensions, ${sizes.join(' x ')}`;
    const held = sizes.length === 1 ? `${count} labels` : dimensions;
    unreadable(where, `an IDX file of ${held}`, 'give images: N x H x W, or N x H x W x C');
  }
  if (type.name !== 'uint8') unreadable(where, `an IDX file of ${type.name} values`, 'store pixels 0..255 as uint8');
  const found = { height: height!, width: width!, channels };
  if (shapeText(found) !== shapeText(shape))
    fail({ code: 'NN021', where, got: `${shapeText(found)} images`, legal: shapeText(shape) });
  return firstImages(data, count!, bytesPerImage(shape), limit);
}

function fromRaw(bytes: Uint8Array, { shape, limit }: Wanted, where: string): ReadImages {
  const size = bytesPerImage(shape);
  if (bytes.length % size !== 0) {
    const each = isCifarShape(shape)
      ? `${size} bytes each, or ${cifarRecord} with CIFAR-10's label`
      : `${size} bytes each`;
    const got = `${bytes.length} bytes, not a whole number of ${shapeText(shape)} images (${each})`;
    fail({ code: 'NN021', where, got, legal });
  }
  return firstImages(bytes, bytes.length / size, size, limit);
}

function firstImages(data: Uint8Array, available: number, size: number, limit: number): ReadImages {
  const count = Math.min(limit, available);
  // A copy: of a large file only what was asked for stays.
  return { count, available, pixels: new Uint8Array(data.subarray(0, count * size)) };
}
