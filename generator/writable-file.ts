/** Refuses, before long work, a file that could not be written after it. */
import { closeSync, existsSync, openSync, rmSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { fail } from './errors.ts';

/** Its absolute path; NN030 where it cannot be written. Tried, for permissions do not say all: the file itself is not changed. */
export function writableFile(path: string, option: string): string {
  const file = resolve(path);
  const isNew = !existsSync(file);
  try {
    if (!isNew && !statSync(file).isFile()) throw new Error(`${file} is not a file`);
    closeSync(openSync(file, 'a'));
    if (isNew) rmSync(file);
  } catch (error) {
    fail({ code: 'NN030', where: option, got: (error as Error).message, fix: 'give a file in a folder that exists and is writable' });
  }
  return file;
}
