// SPDX-License-Identifier: Apache-2.0
/** Where built simulators, their vectors and synthesis results are kept. */
import { join } from 'node:path';
import { fail } from '../generator/errors/errors.ts';
import { makeFolder } from '../generator/processes/make-folder.ts';
import { diskFault } from '../generator/processes/disk-fault.ts';
import { defaultCacheFolder } from '../generator/files/content-cache.ts';
import { canBuildIn } from '../generator/project/project.ts';

/** A folder below the cache, made when absent; NN030 where it cannot be. */
export function cacheFolder(...names: string[]): string {
  const folder = join(defaultCacheFolder(), ...names);
  if (!canBuildIn(folder))
    fail({
      code: 'NN030',
      where: folder,
      got: 'GNU make does not build in a folder whose path has spaces',
      fix: 'set BITLOOM_CACHE to a folder whose path has none',
    });
  try {
    makeFolder(folder);
    return folder;
  } catch (error) {
    return diskFault(error, folder, 'BITLOOM_CACHE');
  }
}
