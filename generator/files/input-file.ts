// SPDX-License-Identifier: Apache-2.0
/**
 * Reads a file of the user's: a regular file of bounded size, whole, or a fault that says what lies there instead.
 * Devices, pipes and files without an end would keep a plain read waiting for ever.
 */
import { closeSync, constants, fstatSync, openSync, readSync, statSync, type Stats } from 'node:fs';
import { fail, type IssueCode } from '../errors/errors.ts';

/** 2 GB: what one typed array of Node 20 holds on every machine, and one call reads. */
export const mostInputBytes = 2e9;

export interface InputFile {
  /** The code of the fault: NN010 for weights, NN020 for images. */
  readonly code: IssueCode;
  /** What would be read. */
  readonly legal: string;
  /** Larger files are refused unread; 2 GB unless given. */
  readonly most?: number;
}

/** What is wrong with a path or file, in words. */
class Unreadable extends Error {}

/** All bytes of the file. Throws the code of `wanted`, whatever the path is and whatever lies there. */
export function readInputFile(path: string, wanted: InputFile): Uint8Array {
  try {
    return wholeFile(path, wanted.most ?? mostInputBytes);
  } catch (error) {
    return fail({ code: wanted.code, where: shownPath(path), got: reason(error), legal: wanted.legal });
  }
}

function wholeFile(path: string, most: number): Uint8Array {
  // Before it is opened: opening alone makes some devices act.
  requireFile(statSync(path));
  // Without waiting: a pipe may have taken the file's place in between.
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const { size } = requireFile(fstatSync(file));
    if (size > most) throw new Unreadable(`${size} bytes; files of up to ${most} are read`);
    // One byte more than there should be tells a file that grows.
    const bytes = new Uint8Array(size + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length <= size; length += read)
      read = readSync(file, bytes, length, size + 1 - length, null);
    if (length < size)
      throw new Unreadable(`it ends after ${length} of its ${size} bytes: it changes while it is read`);
    if (length > size)
      throw new Unreadable(`more than its ${size} bytes: it changes while it is read, or is made as it is read`);
    return bytes.subarray(0, size);
  } finally {
    closeSync(file);
  }
}

const kinds: readonly [is: (stats: Stats) => boolean, name: string][] = [
  [(stats) => stats.isDirectory(), 'a folder'],
  [(stats) => stats.isFIFO(), 'a pipe'],
  [(stats) => stats.isSocket(), 'a socket'],
  [(stats) => stats.isCharacterDevice() || stats.isBlockDevice(), 'a device'],
];

function requireFile(stats: Stats): Stats {
  const other = noFile(stats);
  if (other === undefined) return stats;
  throw new Unreadable(other);
}

/** `a folder, not a file`; undefined where it is one. */
export function noFile(stats: Stats): string | undefined {
  return stats.isFile() ? undefined : `${kinds.find(([is]) => is(stats))?.[1] ?? 'nothing known'}, not a file`;
}

const words: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  ENOTDIR: 'no such file: a part of the path is a file, not a folder',
  ENAMETOOLONG: 'the path is too long for a file',
  ELOOP: 'symbolic links that lead in a circle',
  EACCES: 'no permission to read it',
  EPERM: 'no permission to read it',
  ERR_INVALID_ARG_VALUE: 'a path with a null byte',
};

/** Why the file system refused, in words; its own message where there are none. */
export function reason(error: unknown): string {
  if (error instanceof Unreadable) return error.message;
  const { code, message } = error as NodeJS.ErrnoException;
  return words[code ?? ''] ?? (/allocation/.test(message) ? 'it does not fit into memory' : message);
}

const mostShown = 200;

/** A path as messages show it: on one line, the middle of a very long one left out. */
export function shownPath(path: string): string {
  const shown = printable(path);
  const half = mostShown / 2;
  return shown.length <= mostShown ? shown : `${shown.slice(0, half)}…${shown.slice(-half)}`;
}

/** Text of a file or path without control characters: they are shown as JSON writes them. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, (char) =>
    char < '\x7f' ? JSON.stringify(char).slice(1, -1) : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
