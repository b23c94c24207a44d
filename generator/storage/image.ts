// SPDX-License-Identifier: Apache-2.0
/**
 * The image of weights that goes into DRAM: 16 bytes, a section for every layer, then what else the network asks for.
 *
 *     u8 x 4   `blw2`
 *     u32      origin (trained, imported, synthetic), and 256 times the number of sections
 *     u32      bytes in all
 *     u32      checksum: the first four bytes of the image's SHA-256, taken with 0 in this place
 */
import { createHash } from 'node:crypto';
import { fail } from '../errors/errors.ts';
import type { WeightOrigin } from '../import/tensors.ts';
import type { Coding } from './coding.ts';
import { CorruptStream } from './entries.ts';
import type { SparseLayer } from './layer.ts';
import { readSection, writeSection, type Section } from './section.ts';
import { call } from '../project/call.ts';

const magic = new TextEncoder().encode('blw2');
const origins: readonly WeightOrigin[] = ['trained', 'imported', 'synthetic'];
const headBytes = 16;
const checksumAt = 12;

export interface WeightImage {
  readonly bytes: Uint8Array;
  /** In the order of the layers, each with its place in the image. */
  readonly sections: readonly (Section & { readonly at: number })[];
}

/** @param rest bytes behind the sections, which `readImage` gives back */
export function writeImage(
  layers: readonly SparseLayer[],
  origin: WeightOrigin,
  coding: Coding,
  rest = new Uint8Array(),
): WeightImage {
  let end = headBytes;
  const sections = layers.map((layer) => {
    const section = writeSection(layer, coding);
    const at = end;
    end += section.bytes.length;
    return { ...section, at };
  });
  const bytes = new Uint8Array(end + rest.length);
  bytes.set(magic);
  bytes.set(
    new Uint8Array(Uint32Array.of(origins.indexOf(origin) + 256 * layers.length, bytes.length).buffer),
    magic.length,
  );
  for (const section of sections) bytes.set(section.bytes, section.at);
  bytes.set(rest, end);
  bytes.set(checksumOf(bytes), checksumAt);
  return { bytes, sections };
}

function checksumOf(image: Uint8Array): Uint8Array {
  const hash = createHash('sha256')
    .update(image.subarray(0, checksumAt))
    .update(new Uint8Array(4))
    .update(image.subarray(headBytes));
  return hash.digest().subarray(0, 4);
}

export function looksLikeImage(file: Uint8Array): boolean {
  return magic.every((byte, i) => file[i] === byte);
}

export interface ReadImage {
  readonly origin: WeightOrigin;
  readonly layers: readonly SparseLayer[];
  /** What lies behind the sections. */
  readonly rest: Uint8Array;
}

/** The layers again. Throws NN011 for every image that `writeImage` does not write; `where` is its path. */
export function readImage(image: Uint8Array, where: string): ReadImage {
  const legal = `an image of weights as ${call('storage')} writes it`;
  const damaged = (layer: string, got: string): never => fail({ code: 'NN011', where: `${where}${layer}`, got, legal });
  if (image.length < headBytes || !looksLikeImage(image)) damaged('', `${image.length} bytes without the image's head`);
  const view = new DataView(image.buffer, image.byteOffset, image.byteLength);
  const [packed, bytes] = [view.getUint32(4, true), view.getUint32(8, true)];
  const origin = origins[packed & 255] ?? damaged('', 'weights of no known origin');
  if (bytes !== image.length) damaged('', `${image.length} bytes of ${bytes}`);
  const isSound = checksumOf(image).every((byte, i) => byte === image[checksumAt + i]);
  const layers: SparseLayer[] = [];
  let at = headBytes;
  for (let i = 0; i < packed >>> 8; i++) {
    const length = at + 4 <= image.length ? view.getUint32(at, true) : 0;
    if (length === 0 || at + length > image.length)
      damaged(` › section ${i}`, `${length} bytes at ${at} of ${image.length}`);
    try {
      layers.push(readSection(image.subarray(at, at + length)));
    } catch (error) {
      // What the decoder makes of damaged bytes is no fault of its own.
      if (isSound && !(error instanceof CorruptStream)) throw error;
      damaged(` › section ${i}`, (error as Error).message);
    }
    at += length;
  }
  // Most damage is found above, with its section; a weight that is another legal one is found here.
  if (!isSound) damaged('', 'bytes that its checksum does not fit');
  return { origin, layers, rest: image.subarray(at) };
}
