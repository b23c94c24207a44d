// SPDX-License-Identifier: Apache-2.0
import { listedSources, readFolderFile } from '../emit/read-folder.ts';
import { refuse } from './refuse-verilog.ts';

/** Sources named by a folder's filelist.f, as they lie there; NN031 where one is not, NN043 where one must not run. */
export function readSources(folder: string): { path: string; text: string }[] {
  const sources = listedSources(folder).map((path) => ({ path, text: readFolderFile(folder, path) }));
  refuse(sources);
  return sources;
}
