// SPDX-License-Identifier: Apache-2.0
/** Labels: files of class indices, and whether they belong to the images. */
import { fail } from '../errors/errors.ts';
import { fileKind } from '../files/file-kinds.ts';
import { shownPath } from '../files/input-file.ts';
import { isIdx, parseIdx } from '../files/idx.ts';
import { readImageFile } from './image-file.ts';
import type { ImageShape, ReadImages } from './image-set.ts';
import { isNpy, parseNpy, requireWhole, shapeOf, typeName } from './npy.ts';
import { readImages } from './read-images.ts';

const legal = 'IDX or NumPy .npy of integers in one dimension (both also .gz)';

/** Integers one behind the other. */
interface Integers {
  readonly data: Uint8Array;
  readonly bytes: number;
  readonly signed: boolean;
  readonly littleEndian: boolean;
}

/**
 * One class index a value. Throws NN020 for any other file, NN022 for a value that is no class.
 * @param classes any unless given
 */
export function readLabels(path: string, classes = 2 ** 32): Uint32Array {
  const where = shownPath(path);
  const values = valuesOf(integersOf(readImageFile(path, legal), where));
  if (values.length === 0) fail({ code: 'NN020', where, got: 'a file of 0 labels', legal });
  const bad = values.findIndex((value) => value < 0 || value >= classes);
  if (bad >= 0) notAClass(where, bad, values[bad]!, classes);
  return Uint32Array.from(values, Number);
}

function notAClass(where: string, index: number, label: number | bigint, classes: number): never {
  return fail({
    code: 'NN022',
    where,
    got: `label ${index} is ${label}`,
    legal: `0..${classes - 1}`,
    fix: 'give the labels of these images',
  });
}

function integersOf(bytes: Uint8Array, where: string): Integers {
  const refuse = (got: string): never => fail({ code: 'NN020', where, got, legal });
  const whole = <T>(parse: () => T): T => {
    try {
      return parse();
    } catch (error) {
      const got = (error as Error).message;
      return fail({ code: 'NN020', where, got, legal, fix: 'fetch the file again: it is truncated or damaged' });
    }
  };
  if (isIdx(bytes)) {
    const { type, sizes, data } = whole(() => parseIdx(bytes));
    if (sizes.length !== 1) refuse(`not an IDX file of labels: ${sizes.join(' x ')} values`);
    if (type.signed === undefined) refuse(`an IDX file of ${type.name} values`);
    return { data, bytes: type.bytes, signed: type.signed!, littleEndian: false };
  }
  if (isNpy(bytes)) {
    const npy = whole(() => parseNpy(bytes));
    const [, order, kind, size] = /^([<>|=]?)([ui])([1248])$/.exec(npy.descr) ?? [];
    if (kind === undefined || npy.shape.length !== 1)
      refuse(`a NumPy array ${shapeOf(npy.shape)} of ${typeName(npy.descr)}`);
    whole(() => requireWhole(npy, Number(size)));
    return { data: npy.data, bytes: Number(size), signed: kind === 'i', littleEndian: order !== '>' };
  }
  return refuse(fileKind(bytes) ?? 'not an IDX file of labels');
}

function valuesOf({ data, bytes, signed, littleEndian }: Integers): (number | bigint)[] {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const read = {
    1: (at: number) => (signed ? view.getInt8(at) : view.getUint8(at)),
    2: (at: number) => (signed ? view.getInt16(at, littleEndian) : view.getUint16(at, littleEndian)),
    4: (at: number) => (signed ? view.getInt32(at, littleEndian) : view.getUint32(at, littleEndian)),
    8: (at: number) => (signed ? view.getBigInt64(at, littleEndian) : view.getBigUint64(at, littleEndian)),
  }[bytes]!;
  return Array.from({ length: data.length / bytes }, (_, i) => read(i * bytes));
}

export interface LabelledFiles {
  readonly images: string;
  /** Where the images bring none. */
  readonly labels?: string | undefined;
}

export interface LabelledImages extends Omit<ReadImages, 'labels'> {
  /** As many as images. */
  readonly labels: Uint32Array | undefined;
}

/**
 * Images, and a label for each where there are any: of the label file, else of the images' own. Throws what
 * `readImages` and `readLabels` throw, and NN022 where labels are of another set: neither one for each image taken nor
 * one for each that the image file holds, or others than the images bring.
 */
export function readLabelledImages(
  files: LabelledFiles,
  shape: ImageShape,
  options: { readonly limit?: number | undefined; readonly classes: number },
): LabelledImages {
  const { labels: own, ...set } = readImages(files.images, shape, options);
  if (files.labels === undefined) return { ...set, labels: own && Uint32Array.from(own) };
  const labels = readLabels(files.labels, options.classes);
  // A limit cuts the images; labels of all the file's images are still the right ones.
  if (labels.length !== set.count && labels.length !== set.available) {
    const images = set.available === set.count ? `${set.count} images` : `${set.count} of ${set.available} images`;
    const got = `${labels.length} labels for ${images}`;
    fail({ code: 'NN022', where: shownPath(files.labels), got, fix: 'give the labels of these images' });
  }
  const other = own?.findIndex((label, i) => label !== labels[i]) ?? -1;
  if (other >= 0) {
    const got = `label ${other} is ${labels[other]}; the image brings its own: ${own![other]}`;
    fail({ code: 'NN022', where: shownPath(files.labels), got, fix: 'leave --labels out, or give the right ones' });
  }
  return { ...set, labels: labels.subarray(0, set.count) };
}
