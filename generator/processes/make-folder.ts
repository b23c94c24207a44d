// SPDX-License-Identifier: Apache-2.0
/** Folders of what is written. */
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/** The folder and those above it. Level by level: Node's own recursive mkdir never ends below /proc. */
export function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    // Another process may have been as quick.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
