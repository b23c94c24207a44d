// SPDX-License-Identifier: Apache-2.0
/**
 * Folders of files that take long to make, by hash of everything that decides them.
 *
 * Beside its files, an entry holds their hashes and its key. One that was cut, edited, or brought from elsewhere
 * counts as absent and is made again. That is no defence against somebody who may write the cache and wants to
 * deceive: such a person can write the hashes as well.
 */
import { createHash } from 'node:crypto';
import { lstatSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolder } from '../generator/files/make-folder.ts';
import { diskFault } from '../generator/processes/disk-fault.ts';
import { workFolder } from '../generator/processes/work-folder.ts';

const entryFile = 'entry.json';

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
    const entry = JSON.parse(readFileSync(join(folder, entryFile), 'utf8')) as Entry;
    const files = Object.entries(entry.files);
    return (
      entry.key === key && files.length > 0 && files.every(([name, sha256]) => fileHash(join(folder, name)) === sha256)
    );
  } catch {
    return false;
  }
}

/** Moves the files to `target`, all at once. */
function keep(files: ReadonlyMap<string, string>, work: string, target: string, key: string): void {
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
  if (isWhole(target, key)) return;
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
  const key = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  const target = join(parent, key.slice(0, 24));
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
