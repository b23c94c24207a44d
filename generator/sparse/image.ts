/**
 * The image of weights that goes into DRAM: 16 bytes (`blw1`, u32 origin: trained, imported, synthetic; u32 sections, u32 bytes in all),
 * then a section for every layer.
 */
import { fail } from '../errors.ts';
import type { WeightOrigin } from '../import/tensors.ts';
import type { Coding } from './coding.ts';
import { CorruptStream } from './entries.ts';
import type { SparseLayer } from './layer.ts';
import { readSection, writeSection, type Section } from './section.ts';

const magic = new TextEncoder().encode('blw1');
const origins: readonly WeightOrigin[] = ['trained', 'imported', 'synthetic'];
const headBytes = 16;

export interface WeightImage {
  readonly bytes: Uint8Array;
  /** In the order of the layers, each with its place in the image. */
  readonly sections: readonly (Section & { readonly at: number })[];
}

export function writeImage(layers: readonly SparseLayer[], origin: WeightOrigin, coding: Coding): WeightImage {
  let end = headBytes;
  const sections = layers.map((layer) => {
    const section = writeSection(layer, coding);
    const at = end;
    end += section.bytes.length;
    return { ...section, at };
  });
  const bytes = new Uint8Array(end);
  bytes.set(magic);
  bytes.set(new Uint8Array(Uint32Array.of(origins.indexOf(origin), layers.length, end).buffer), magic.length);
  for (const section of sections) bytes.set(section.bytes, section.at);
  return { bytes, sections };
}

export function looksLikeImage(file: Uint8Array): boolean {
  return magic.every((byte, i) => file[i] === byte);
}

/** The layers again. Throws NN011 for every image that `writeImage` does not write; `where` is its path. */
export function readImage(image: Uint8Array, where: string): { readonly origin: WeightOrigin; readonly layers: readonly SparseLayer[] } {
  const damaged = (layer: string, got: string): never => fail({ code: 'NN011', where: `${where}${layer}`, got, legal: 'an image of weights as npm run storage writes it' });
  if (image.length < headBytes || !looksLikeImage(image)) damaged('', `${image.length} bytes without the image's head`);
  const view = new DataView(image.buffer, image.byteOffset, image.byteLength);
  const [origin, count, bytes] = [origins[view.getUint32(4, true)] ?? damaged('', 'weights of no known origin'), view.getUint32(8, true), view.getUint32(12, true)];
  if (bytes !== image.length) damaged('', `${image.length} bytes of ${bytes}`);
  const layers: SparseLayer[] = [];
  let at = headBytes;
  for (let i = 0; i < count; i++) {
    const length = at + 4 <= image.length ? view.getUint32(at, true) : 0;
    if (length === 0 || at + length > image.length) damaged(` › section ${i}`, `${length} bytes at ${at} of ${image.length}`);
    try {
      layers.push(readSection(image.subarray(at, at + length)));
    } catch (error) {
      if (!(error instanceof CorruptStream)) throw error;
      damaged(` › section ${i}`, error.message);
    }
    at += length;
  }
  if (at !== image.length) damaged('', `${image.length - at} bytes behind the last section`);
  return { origin, layers };
}
