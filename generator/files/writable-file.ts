// SPDX-License-Identifier: Apache-2.0
/** Files that a user asks for: refused before long work where they could not be written, and never half written. */
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  lstatSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fail } from '../errors/errors.ts';
import { isLeftOver, owner, ownerPattern } from '../processes/owner.ts';
import { fileKind } from './file-kinds.ts';
import { readInputFile, shownPath } from './input-file.ts';

/** Beside the file, so that a rename brings it there. Its name says whose it is. */
const temporary = (file: string) => `${file}.${owner()}.tmp`;
const marked = new RegExp(`^(${ownerPattern})\\.tmp$`);

/** Removes what killed runs left beside the file. */
function sweepBeside(target: string): void {
  const [folder, prefix] = [dirname(target), `${basename(target)}.`];
  for (const name of readdirSync(folder)) {
    const mark = name.startsWith(prefix) ? marked.exec(name.slice(prefix.length))?.[1] : undefined;
    if (mark !== undefined && isLeftOver(join(folder, name), mark)) rmSync(join(folder, name), { force: true });
  }
}

/** Where a file is written: behind a symbolic link, so that the link stays one. */
function targetOf(path: string): string {
  const file = resolve(path);
  if (!lstatSync(file, { throwIfNoEntry: false })) return file;
  const target = realpathSync(file);
  if (!statSync(target).isFile()) throw new Error(`${shownPath(target)} is not a file`);
  accessSync(target, constants.W_OK);
  return target;
}

/** What is written, as its first bytes tell it. */
export interface WrittenKind {
  readonly name: string;
  is(bytes: Uint8Array): boolean;
}

export interface Written {
  readonly kind: WrittenKind;
  /** What the command reads, by option; a name that is no path harms nothing. */
  readonly inputs?: Readonly<Record<string, string | undefined>>;
}

/**
 * Its absolute path; NN030 where it cannot be written, or where a file of another kind lies there; NN001 where that
 * file is one that the command reads. Tried, for permissions do not say all; nothing is changed.
 */
export function writableFile(path: string, option: string, { kind, inputs = {} }: Written): string {
  const read = Object.entries(inputs).find(([, input]) => input !== undefined && isSameFile(path, input));
  if (read) {
    const got = `${shownPath(path)}, the file that ${read[0]} reads`;
    fail({ code: 'NN001', where: option, got, fix: 'give another file: this one would be lost' });
  }
  try {
    const target = targetOf(path);
    sweepBeside(target);
    const trial = temporary(target);
    closeSync(openSync(trial, 'w'));
    rmSync(trial);
  } catch (error) {
    const got = `${shownPath(path)}: ${shownPath((error as Error).message)}`;
    fail({ code: 'NN030', where: option, got, fix: 'give a file in a folder that exists and is writable' });
  }
  requireKind(path, option, kind);
  return resolve(path);
}

/** By whatever names: links of both sorts, relative paths. */
function isSameFile(a: string, b: string): boolean {
  try {
    const [one, other] = [statSync(a, { bigint: true }), statSync(b, { bigint: true })];
    return one.dev === other.dev && one.ino === other.ino;
  } catch {
    return false;
  }
}

/** An earlier output is replaced, and an empty file; anything else there is somebody's work. */
function requireKind(path: string, option: string, kind: WrittenKind): void {
  if (!existsSync(path)) return;
  const bytes = readInputFile(path, { code: 'NN030', legal: kind.name });
  if (bytes.length === 0 || kind.is(bytes)) return;
  const got = `${shownPath(path)} is there: ${fileKind(bytes) ?? 'a file of another kind'}`;
  fail({ code: 'NN030', where: option, got, legal: `a new file, or ${kind.name}`, fix: 'give another file' });
}

/** Writes all of it or nothing: what lay there stays until the new file is whole. Throws NN030. */
export function writeWholeFile(path: string, content: string | Uint8Array): void {
  let trial: string | undefined;
  try {
    const target = targetOf(path);
    trial = temporary(target);
    writeFileSync(trial, content);
    renameSync(trial, target);
  } catch (error) {
    if (trial !== undefined) rmSync(trial, { force: true });
    const fix = 'free some disk space, or give a file in a folder that is writable';
    fail({ code: 'NN030', where: shownPath(path), got: shownPath((error as Error).message), fix });
  }
}
