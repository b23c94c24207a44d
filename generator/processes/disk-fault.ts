// SPDX-License-Identifier: Apache-2.0
/** Faults of the disk: nobody's bug, and nothing in the input that could be mended. */
import { fail, type Issue } from '../errors/errors.ts';

/** What only the machine can cure, wherever it shows. */
const cures = new Map([
  ['ENOSPC', 'free some disk space'],
  ['EDQUOT', 'free some disk space: your quota is used up'],
  ['EROFS', 'write to a file system that is not read-only'],
  ['EIO', 'look at the disk: it does not read or write any more'],
]);

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}

/** NN030 for an error that means a full or broken disk, met where nobody asked for it; undefined for any other. */
export function diskIssue(error: unknown): Issue | undefined {
  const fix = isSystemError(error) ? cures.get(error.code ?? '') : undefined;
  if (fix === undefined) return undefined;
  const { path = 'disk', message } = error as NodeJS.ErrnoException;
  return { code: 'NN030', where: path, got: message, fix };
}

/**
 * Says what the system said of the cache or of a temporary folder, as NN030; what is no fault of the system is thrown
 * on as it is.
 * @param variable of the environment, by which another folder can be chosen
 */
export function diskFault(error: unknown, folder: string, variable: 'BITLOOM_CACHE' | 'TMPDIR'): never {
  if (!isSystemError(error)) throw error;
  const elsewhere = `set ${variable} to a folder that can be written`;
  const cure = cures.get(error.code ?? '');
  const fix = cure === undefined ? elsewhere : `${cure}, or ${elsewhere}`;
  return fail({ code: 'NN030', where: folder, got: error.message, fix });
}
