// SPDX-License-Identifier: Apache-2.0
/** Streams of the sparse engine with bytes changed, joined or left out. */

export function edited(bytes: Uint8Array, edit: (copy: Uint8Array) => void): Uint8Array {
  const copy = bytes.slice();
  edit(copy);
  return copy;
}

/** @param bits those to turn over, by the place of their byte */
export function flipped(bytes: Uint8Array, bits: Readonly<Record<number, number>>): Uint8Array {
  return edited(bytes, (copy) => {
    for (const [at, mask] of Object.entries(bits)) copy[Number(at)]! ^= mask;
  });
}

export const joined = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));

/** The stream with so many bytes of zeros behind its end. */
export const longer = (bytes: Uint8Array, count: number): Uint8Array => joined(bytes, new Uint8Array(count));
