// SPDX-License-Identifier: Apache-2.0
/**
 * Files of an output folder, which may be anybody's: regular files alone are read, so that a pipe keeps no command
 * waiting.
 */
import { join } from 'node:path';
import { readInputFile } from '../files/input-file.ts';

/** NN031 where there is no such file, or something else. */
export function readFolderFile(folder: string, path: string): string {
  const bytes = readInputFile(join(folder, path), { code: 'NN031', legal: 'a file, as gen writes it' });
  return Buffer.from(bytes).toString('utf8');
}

/** Sources that filelist.f names, one a line, as simulators and synthesis take them; comments and empty lines aside. */
export function listedSources(folder: string): string[] {
  const lines = readFolderFile(folder, 'filelist.f').split(/\r?\n/);
  return lines.map((line) => line.trim()).filter((line) => line !== '' && !/^(\/\/|#)/.test(line));
}
