/** Where built simulators and synthesis results are kept, by hash of everything that went into them. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../node_modules/.cache/bitloom/', import.meta.url));

/** A folder below the cache, made when absent. */
export function cacheFolder(...names: string[]): string {
  const folder = join(root, ...names);
  mkdirSync(folder, { recursive: true });
  return folder;
}
