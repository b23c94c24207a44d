/** Files that a user asks for: refused before long work where they could not be written, and never half written. */
import {
  accessSync,
  closeSync,
  constants,
  lstatSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { resolve } from 'node:path';
import { fail } from './errors.ts';
import { shownPath } from './input-file.ts';

/** Beside the file, so that a rename brings it there. */
const temporary = (file: string) => `${file}.${process.pid}.tmp`;

/** Where a file is written: behind a symbolic link, so that the link stays one. */
function targetOf(path: string): string {
  const file = resolve(path);
  if (!lstatSync(file, { throwIfNoEntry: false })) return file;
  const target = realpathSync(file);
  if (!statSync(target).isFile()) throw new Error(`${shownPath(target)} is not a file`);
  accessSync(target, constants.W_OK);
  return target;
}

/** Its absolute path; NN030 where it cannot be written. Tried, for permissions do not say all; nothing is changed. */
export function writableFile(path: string, option: string): string {
  try {
    const trial = temporary(targetOf(path));
    closeSync(openSync(trial, 'w'));
    rmSync(trial);
  } catch (error) {
    const got = `${shownPath(path)}: ${shownPath((error as Error).message)}`;
    fail({ code: 'NN030', where: option, got, fix: 'give a file in a folder that exists and is writable' });
  }
  return resolve(path);
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
