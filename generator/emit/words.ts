// SPDX-License-Identifier: Apache-2.0
/** Words and hashes that generated files have of what a user gave. */
import { createHash } from 'node:crypto';
import { basename, isAbsolute } from 'node:path';

export function sha256(contents: string | Uint8Array): string {
  return createHash('sha256').update(contents).digest('hex');
}

/** Output must not depend on where things lie: an absolute path shrinks to its last name. */
export function portable(path: string): string {
  return isAbsolute(path) ? basename(path) : path;
}

/** As a shell reads it back. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
