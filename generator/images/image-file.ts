/** A file of images or labels as bytes, unpacked where it is gzipped. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { fail } from '../errors.ts';

/** Throws NN020 for anything but a readable, non-empty file. */
export function readImageFile(path: string): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    return fail({ code: 'NN020', where: path, got: (error as Error).message, legal: 'a file of images' });
  }
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    try {
      bytes = gunzipSync(bytes);
    } catch (error) {
      return fail({ code: 'NN020', where: path, got: `damaged gzip file (${(error as Error).message})` });
    }
  }
  if (bytes.length === 0) return fail({ code: 'NN020', where: path, got: 'an empty file' });
  return bytes;
}
