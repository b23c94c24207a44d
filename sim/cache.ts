// SPDX-License-Identifier: Apache-2.0
/** Where built simulators, their vectors and synthesis results are kept. */
import { join } from 'node:path';
import { makeFolder } from '../generator/processes/make-folder.ts';
import { diskFault } from '../generator/processes/disk-fault.ts';
import { defaultCacheFolder } from '../generator/files/content-cache.ts';

/** A folder below the cache, made when absent; NN030 where it cannot be. */
export function cacheFolder(...names: string[]): string {
  const folder = join(defaultCacheFolder(), ...names);
  try {
    makeFolder(folder);
    return folder;
  } catch (error) {
    return diskFault(error, folder, 'BITLOOM_CACHE');
  }
}
