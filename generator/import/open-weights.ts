// SPDX-License-Identifier: Apache-2.0
/** Opens weights by looking at what lies there, so that `--weights` needs no format option. */
import { readdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { fail } from '../errors/errors.ts';
import { fileKind } from '../files/file-kinds.ts';
import { readInputFile, reason, shownPath } from '../files/input-file.ts';
import { looksLikeImage } from '../storage/image.ts';
import { isBnnPynqFile, looksLikeBnnPynq, readBnnPynq } from './bnn-pynq.ts';
import { looksLikeDeepCompression } from '../files/deep-compression-mark.ts';
import { parseDeepCompression } from './deep-compression.ts';
import { PREFIX_BYTES, looksLikeSafetensors } from './safetensors-format.ts';
import { parseSafetensors } from './safetensors.ts';
import type { AskedTensors, TensorSource } from './tensors.ts';
import { parseWeightImage } from './weight-image.ts';

const legal = 'a safetensors file or a folder of BNN-PYNQ parameters';
const wanted = { code: 'NN010', legal } as const;

interface WeightFormat {
  /** Whether a file is of this format, be it whole or damaged. */
  claims(file: Uint8Array, path: string): boolean;
  /** Reads it, or refuses it by name. */
  read(file: Uint8Array, path: string): TensorSource;
}

/** The first that claims a file reads it. */
const formats: readonly WeightFormat[] = [
  { claims: (file) => file.length === 0, read: empty },
  { claims: looksLikeImage, read: parseWeightImage },
  { claims: looksLikeDeepCompression, read: parseDeepCompression },
  { claims: (file) => !looksLikeSafetensors(file) && fileKind(file) !== undefined, read: refused },
  // Damaged ones too: their reader says what is wrong with the header.
  { claims: isSafetensors, read: parseSafetensors },
  { claims: (_, path) => isBnnPynqFile(path), read: onePart },
  { claims: () => true, read: unknown },
];

/** By a header behind its length, or else by its name. */
function isSafetensors(file: Uint8Array, path: string): boolean {
  return file[PREFIX_BYTES] === '{'.charCodeAt(0) || path.endsWith('.safetensors');
}

function empty(_: Uint8Array, path: string): never {
  return fail({ code: 'NN011', where: shownPath(path), got: 'an empty file', legal });
}

function onePart(_: Uint8Array, path: string): never {
  const fix = `give its folder: ${shownPath(dirname(path))}`;
  return fail({ code: 'NN006', where: shownPath(path), got: 'one file of BNN-PYNQ parameters', legal, fix });
}

function unknown(_: Uint8Array, path: string): never {
  const fix = 'export the tensors as safetensors';
  return fail({ code: 'NN006', where: shownPath(path), got: 'a file of no kind that is known here', legal, fix });
}

function refused(file: Uint8Array, path: string): never {
  const kind = fileKind(file)!;
  const fix = /gzip|xz|zstd|zip|tar|7z/.test(kind)
    ? 'unpack it, and give what is in it'
    : 'export the tensors as safetensors';
  return fail({ code: 'NN006', where: shownPath(path), got: kind, legal, fix });
}

/**
 * Throws NN010 (nothing there, a folder without parameters), NN006 (files of other kinds), and what readers throw.
 * @param asked what the network asks for, which formats without shapes need
 */
export function openWeights(path: string, asked: () => AskedTensors = () => new Map()): TensorSource {
  if (isFolder(path)) return openFolder(path, asked);
  const file = readInputFile(path, wanted);
  return formats.find((format) => format.claims(file, path))!.read(file, path);
}

/** False for all that is none, which the file's reader tells apart. */
function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function openFolder(path: string, asked: () => AskedTensors): TensorSource {
  try {
    readdirSync(path);
  } catch (error) {
    fail({ ...wanted, where: shownPath(path), got: reason(error) });
  }
  if (looksLikeBnnPynq(path)) return readBnnPynq(path, asked());
  return fail({ ...wanted, where: shownPath(path), got: 'a folder without <layer>-<pe>-weights.bin files' });
}
