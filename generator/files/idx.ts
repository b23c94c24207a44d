// SPDX-License-Identifier: Apache-2.0
/**
 * IDX, the format of MNIST's files: bytes 0, 0, type, number of dimensions, then one big-endian u32 a dimension, then
 * the values, big-endian, last dimension fastest (LeCun, Cortes, Burges: the MNIST database).
 *
 * The first four bytes decide. Raw pixels that begin like this by chance are taken for a damaged IDX file and refused:
 * to read a damaged IDX file as pixels would shift every image, and nobody would see it.
 */
interface IdxType {
  readonly name: string;
  readonly bytes: number;
  /** Undefined: not integers. */
  readonly signed?: boolean;
}

const types: Readonly<Record<number, IdxType>> = {
  0x08: { name: 'uint8', bytes: 1, signed: false },
  0x09: { name: 'int8', bytes: 1, signed: true },
  0x0b: { name: 'int16', bytes: 2, signed: true },
  0x0c: { name: 'int32', bytes: 4, signed: true },
  0x0d: { name: 'float32', bytes: 4 },
  0x0e: { name: 'float64', bytes: 8 },
};

/** Images have no more. */
const usualDimensions = 4;
/** Beyond, no file is known, and pixels may well begin like this. */
const mostDimensions = 8;

export interface Idx {
  readonly type: IdxType;
  readonly sizes: readonly number[];
  readonly data: Uint8Array;
}

/** More dimensions than usual are believed only where all their sizes are possible: pixels begin like this, too. */
export function isIdx(bytes: Uint8Array): boolean {
  const [zero0, zero1, type, dimensions = 0] = bytes;
  if (zero0 !== 0 || zero1 !== 0 || !(type! in types) || dimensions < 1 || dimensions > mostDimensions) return false;
  return dimensions <= usualDimensions || (bytes.length >= 4 + 4 * dimensions && sizesOf(bytes).every(isPossible));
}

const isPossible = (size: number) => size >= 1 && size < 2 ** 24;

function sizesOf(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return Array.from({ length: bytes[3]! }, (_, i) => view.getUint32(4 + 4 * i));
}

/** Throws a plain Error where the values are fewer or more than the sizes say. @param bytes that `isIdx` takes */
export function parseIdx(bytes: Uint8Array): Idx {
  const type = types[bytes[2]!]!;
  const headerBytes = 4 + 4 * bytes[3]!;
  if (bytes.length < headerBytes) throw new Error(`an IDX file that ends in its header, after ${bytes.length} bytes`);
  const sizes = sizesOf(bytes);
  const data = bytes.subarray(headerBytes);
  if (sizes.reduce((product, size) => product * size, type.bytes) !== data.length) {
    const values = type.bytes === 1 ? '' : ` ${type.name} values`;
    throw new Error(`an IDX header of ${sizes.join(' x ')}${values} before ${data.length} bytes`);
  }
  return { type, sizes, data };
}
