// SPDX-License-Identifier: Apache-2.0
/**
 * Results by content: the key is a hash of everything that decides them, so an entry never goes stale.
 *
 * An entry holds its key and a hash of its value beside the value, and is asked whether it has the shape of a result:
 * one that was cut, edited, copied from another key or written by another program counts as absent and is made again.
 * That is no defence against somebody who may write the cache and wants to deceive: such a person can write all three.
 */
import { createHash } from 'node:crypto';
import { lstat, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { BitloomError } from '../errors/errors.ts';
import { ownCacheFolder } from '../files/project.ts';
import { workFolder } from '../processes/work-folder.ts';

/** BITLOOM_CACHE, else a folder that `npm ci` clears. */
export function defaultCacheFolder(): string {
  return resolve(process.env['BITLOOM_CACHE'] || ownCacheFolder());
}

/**
 * sha256 over the parts, each with its length, so that moving text from one part to the next changes the key.
 */
export function contentKey(parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest('hex');
}

interface Entry {
  readonly key: string;
  /** Of the value's JSON. */
  readonly sha256: string;
  readonly value: unknown;
}

function entryOf(key: string, value: unknown): Entry {
  return { key, sha256: contentKey([JSON.stringify(value)]), value };
}

/** The stored value; undefined where there is none, or none that can be believed. */
export async function readCache<T>(
  folder: string,
  key: string,
  isValue: (value: unknown) => value is T,
): Promise<T | undefined> {
  const file = join(folder, `${key}.json`);
  try {
    // A pipe that lies there would be waited for.
    if (!(await lstat(file)).isFile()) return undefined;
    const { value, ...found } = JSON.parse(await readFile(file, 'utf8')) as Entry;
    const { value: _, ...wanted } = entryOf(key, value);
    return found.key === wanted.key && found.sha256 === wanted.sha256 && isValue(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Stores a JSON value. A folder that cannot be written costs time on the next run, not this run's result. */
export async function writeCache(folder: string, key: string, value: unknown): Promise<void> {
  const file = join(folder, `${key}.json`);
  try {
    // Written beside and renamed, so that a reader never sees half an entry.
    const work = workFolder('entry', folder);
    try {
      await writeFile(join(work, 'entry.json'), JSON.stringify(entryOf(key, value)));
      // A folder cannot be renamed over.
      if (
        await lstat(file).then(
          (found) => found.isDirectory(),
          () => false,
        )
      )
        await rm(file, { recursive: true });
      await rename(join(work, 'entry.json'), file);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  } catch (error) {
    const ofTheSystem = error instanceof BitloomError || (error instanceof Error && 'syscall' in error);
    if (!ofTheSystem) throw error;
  }
}
