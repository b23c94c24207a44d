/**
 * IDX, the format of MNIST's files: bytes 0, 0, type (8 = uint8), number of dimensions, then one big-endian
 * u32 a dimension, then the data, last dimension fastest (LeCun, Cortes, Burges: the MNIST database).
 */
const UINT8 = 0x08;

export interface Idx {
  readonly sizes: readonly number[];
  /** What follows the header, however long it is. */
  readonly data: Uint8Array;
}

/** The header, if the bytes start with one of `dimensions` dimensions of uint8. */
export function parseIdx(bytes: Uint8Array, dimensions: readonly number[]): Idx | undefined {
  const [zero0, zero1, type, count] = bytes;
  const headerBytes = 4 + 4 * count;
  if (
    zero0 !== 0 ||
    zero1 !== 0 ||
    type !== UINT8 ||
    !dimensions.includes(count) ||
    bytes.length < headerBytes
  ) {
    return undefined;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const sizes = Array.from({ length: count }, (_, i) => view.getUint32(4 + 4 * i));
  return { sizes, data: bytes.subarray(headerBytes) };
}

export function idxIsWhole({ sizes, data }: Idx): boolean {
  return sizes.reduce((product, size) => product * size, 1) === data.length;
}
