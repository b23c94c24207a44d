// SPDX-License-Identifier: Apache-2.0
/** Files of images and labels, byte for byte. */

/** @param type 8: uint8 */
export function idx(sizes: readonly number[], data: readonly number[], type = 8): Uint8Array {
  const header = new DataView(new ArrayBuffer(4 + 4 * sizes.length));
  header.setUint8(2, type);
  header.setUint8(3, sizes.length);
  sizes.forEach((size, i) => header.setUint32(4 + 4 * i, size));
  return Uint8Array.from([...new Uint8Array(header.buffer), ...data]);
}

/** What numpy.save writes, byte for byte. */
export function npy(
  descr: string,
  sizes: readonly number[],
  data: Uint8Array | readonly number[],
  { order = 'False', version = 1 } = {},
): Uint8Array {
  const shape = `(${sizes.join(', ')}${sizes.length === 1 ? ',' : ''})`;
  const type = descr.startsWith('[') ? descr : `'${descr}'`;
  const text = `{'descr': ${type}, 'fortran_order': ${order}, 'shape': ${shape}, }`;
  const lengthBytes = version === 1 ? 2 : 4;
  const header = `${text.padEnd(64 * Math.ceil((text.length + 9 + lengthBytes) / 64) - 9 - lengthBytes)}\n`;
  const length = Buffer.alloc(lengthBytes);
  length.writeUIntLE(header.length, 0, lengthBytes);
  return Buffer.concat([
    Buffer.from([0x93]),
    Buffer.from('NUMPY'),
    Buffer.of(version, 0),
    length,
    Buffer.from(header),
    Uint8Array.from(data),
  ]);
}
