/** Faults of the disk that work needs beside its results: the cache, and the folder for temporary files. */
import { fail } from '../errors.ts';

const full = ['ENOSPC', 'EDQUOT'];

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}

/**
 * Says what the system said, as NN030; what is no fault of the system is thrown on as it is.
 * @param variable of the environment, by which another folder can be chosen
 */
export function diskFault(error: unknown, folder: string, variable: 'BITLOOM_CACHE' | 'TMPDIR'): never {
  if (!isSystemError(error)) throw error;
  const elsewhere = `set ${variable} to a folder that can be written`;
  const fix = full.includes(error.code ?? '') ? `free some disk space, or ${elsewhere}` : elsewhere;
  return fail({ code: 'NN030', where: folder, got: error.message, fix });
}
