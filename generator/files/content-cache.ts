// SPDX-License-Identifier: Apache-2.0
/**
 * What takes long to make, by hash of everything that decides it, so that an entry never goes stale: folders of files
 * (built simulators), and values (counts of synthesis), which are folders of one file.
 *
 * Beside its files, an entry holds their hashes and its key. One that was cut, edited, or brought from elsewhere
 * counts as absent and is made again. That is no defence against somebody who may write the cache and wants to
 * deceive: such a person can write the hashes as well.
 */
import { createHash } from 'node:crypto';
import { lstatSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { BitloomError } from '../errors/errors.ts';
import { diskFault } from '../processes/disk-fault.ts';
import { workFolder } from '../processes/work-folder.ts';
import { makeFolder } from '../processes/make-folder.ts';
import { ownCacheFolder } from '../project/project.ts';

/** BITLOOM_CACHE, else bitloom's own. */
export function defaultCacheFolder(): string {
  return resolve(process.env['BITLOOM_CACHE'] || ownCacheFolder());
}

/** sha256 over a JSON value: texts and their order. */
export const contentKey = (parts: unknown) => createHash('sha256').update(JSON.stringify(parts)).digest('hex');

const placeOf = (parent: string, key: string) => join(parent, key.slice(0, 24));

const entryFile = 'entry.json';
const valueFile = 'value.json';

interface Entry {
  readonly key: string;
  /** Name → hash of contents and mode. */
  readonly files: Readonly<Record<string, string>>;
}

/** Hashes of files that did not change since they were read: the compiler's headers are large. */
const known = new Map<string, { readonly stamp: string; readonly sha256: string }>();

/** Throws where there is no such file, or something that is no file. */
function fileHash(path: string): string {
  const found = lstatSync(path);
  if (!found.isFile()) throw new Error(`${path} is no file`);
  const stamp = [found.ino, found.size, found.mode, found.mtimeMs, found.ctimeMs].join(' ');
  const before = known.get(path);
  if (before?.stamp === stamp) return before.sha256;
  const sha256 = createHash('sha256')
    .update(`${found.mode & 0o100} `)
    .update(readFileSync(path))
    .digest('hex');
  known.set(path, { stamp, sha256 });
  return sha256;
}

/** Everything is there and as it was when the entry was made. */
function isWhole(folder: string, key: string): boolean {
  try {
    // A pipe that lies there would be waited for.
    if (!lstatSync(join(folder, entryFile)).isFile()) return false;
    const entry = JSON.parse(readFileSync(join(folder, entryFile), 'utf8')) as Entry;
    const files = Object.entries(entry.files);
    return (
      entry.key === key && files.length > 0 && files.every(([name, sha256]) => fileHash(join(folder, name)) === sha256)
    );
  } catch {
    return false;
  }
}

/** Moves the files to `target`, all at once, also in place of a whole entry where it `replaces` one. */
function keep(files: ReadonlyMap<string, string>, work: string, target: string, key: string, replaces = false): void {
  const fresh = join(work, 'fresh');
  const hashes: Record<string, string> = {};
  for (const [name, path] of files) {
    makeFolder(dirname(join(fresh, name)));
    renameSync(path, join(fresh, name));
    hashes[name] = fileHash(join(fresh, name));
  }
  const entry: Entry = { key, files: hashes };
  writeFileSync(join(fresh, entryFile), JSON.stringify(entry));
  // Another process may have been as quick. One that runs a program of an entry that is whole never loses it.
  if (!replaces && isWhole(target, key)) return;
  try {
    renameSync(target, join(work, 'bad'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  try {
    renameSync(fresh, target);
  } catch (error) {
    if (!isWhole(target, key)) throw error;
  }
}

/**
 * The entry's folder, made where it is not there or not whole.
 * @param parent folder of all entries of the kind · @param parts what decides the contents
 * @param make makes the files in an empty folder; name in the entry → path. Of what it throws, faults of the disk
 *   become NN030.
 */
export async function cachedFolder(
  parent: string,
  parts: unknown,
  make: (work: string) => Promise<ReadonlyMap<string, string>>,
): Promise<string> {
  const key = contentKey(parts);
  const target = placeOf(parent, key);
  if (isWhole(target, key)) return target;
  const work = workFolder('build', parent);
  try {
    keep(await make(work), work, target, key);
    return target;
  } catch (error) {
    return diskFault(error, parent, 'BITLOOM_CACHE');
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The stored value; undefined where there is none, or none that can be believed. */
export function readValue<T>(parent: string, key: string, isValue: (value: unknown) => value is T): T | undefined {
  const folder = placeOf(parent, key);
  try {
    if (!isWhole(folder, key)) return undefined;
    const value: unknown = JSON.parse(readFileSync(join(folder, valueFile), 'utf8'));
    return isValue(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Stores a JSON value. A folder that cannot be written costs time on the next run, not this run's result. */
export function writeValue(parent: string, key: string, value: unknown): void {
  try {
    const work = workFolder('entry', parent);
    try {
      const path = join(work, valueFile);
      writeFileSync(path, JSON.stringify(value));
      // A whole entry may hold a value of another shape.
      keep(new Map([[valueFile, path]]), work, placeOf(parent, key), key, true);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  } catch (error) {
    const ofTheSystem = error instanceof BitloomError || (error instanceof Error && 'syscall' in error);
    if (!ofTheSystem) throw error;
  }
}
