// SPDX-License-Identifier: Apache-2.0
/** A file of images or labels as bytes, unpacked where it is gzipped. */
import { gunzipSync } from 'node:zlib';
import { fail } from '../errors/errors.ts';
import { isGzip } from '../files/file-kinds.ts';
import { mostInputBytes, readInputFile, shownPath } from '../files/input-file.ts';

/** Throws NN020 for anything but a readable file that holds something. @param legal what would be read */
export function readImageFile(path: string, legal: string): Uint8Array {
  const bytes = readInputFile(path, { code: 'NN020', legal });
  const plain = isGzip(bytes) ? unpacked(bytes, path) : bytes;
  if (plain.length === 0) return fail({ code: 'NN020', where: shownPath(path), got: 'an empty file', legal });
  return plain;
}

function unpacked(bytes: Uint8Array, path: string): Uint8Array {
  let plain: Uint8Array;
  try {
    plain = gunzipSync(bytes, { maxOutputLength: mostInputBytes });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const got =
      code === 'ERR_BUFFER_TOO_LARGE'
        ? `a gzip file of more than ${mostInputBytes} bytes`
        : `damaged gzip file (${message})`;
    return fail({ code: 'NN020', where: shownPath(path), got });
  }
  if (isGzip(plain))
    fail({
      code: 'NN020',
      where: shownPath(path),
      got: 'a gzip file within a gzip file',
      fix: 'unpack it once: gunzip',
    });
  return plain;
}
