/** Results by content: the key is a hash of everything that decides them, so an entry never goes stale. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** BITLOOM_CACHE, else a folder that `npm ci` clears. */
export function defaultCacheFolder(): string {
  return (
    process.env['BITLOOM_CACHE'] ??
    fileURLToPath(new URL('../../node_modules/.cache/bitloom', import.meta.url))
  );
}

/**
 * sha256 over the parts, each with its length, so that moving text from one part to the next changes the key.
 */
export function contentKey(parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest('hex');
}

/** The stored value, or undefined. A damaged entry counts as absent: it is computed again and overwritten. */
export async function readCache(folder: string, key: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(join(folder, `${key}.json`), 'utf8'));
  } catch {
    return undefined;
  }
}

/** Stores a JSON value. A folder that cannot be written costs time on the next run, not this run's result. */
export async function writeCache(folder: string, key: string, value: unknown): Promise<void> {
  const file = join(folder, `${key}.json`);
  // Written beside and renamed, so that a reader never sees half an entry.
  const partial = `${file}.${process.pid}`;
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(partial, JSON.stringify(value));
    await rename(partial, file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (!['EACCES', 'EROFS', 'EPERM', 'ENOSPC', 'ENOTDIR'].includes(code)) throw error;
  }
}
