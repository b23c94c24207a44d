// SPDX-License-Identifier: Apache-2.0
/**
 * Folders for the time of one piece of work. They are removed when this process ends, however it ends: at the latest,
 * by the next process that makes one beside them.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onExit } from 'signal-exit';
import { makeFolder } from './make-folder.ts';
import { isLeftOver, owner, ownerPattern } from './owner.ts';
import { diskFault } from './disk-fault.ts';

const marked = new RegExp(`^(?:bitloom-)?[a-z]+-(${ownerPattern})-\\w{6}$`);

const made = new Set<string>();
const swept = new Set<string>();

// Tools that still write there are stopped first (run-tool.ts); the retries are for what they wrote last.
onExit(() => made.forEach(remove), { alwaysLast: true });

function remove(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3, retryDelay: 50 });
  } catch {
    // It is another user's, or a process writes there still: the next start tries again.
  }
}

/** Removes what processes that ended left in `parent`. */
function sweep(parent: string): void {
  for (const name of readdirSync(parent)) {
    const [, mark] = marked.exec(name) ?? [];
    if (mark !== undefined && isLeftOver(join(parent, name), mark)) remove(join(parent, name));
  }
}

/**
 * An empty folder of this process. Whoever asked for it removes it when the work is done; what is left goes when the
 * process ends.
 * @param name one word in lower-case letters
 * @param parent made when absent; by default the system's folder for temporary files
 * @returns its path; NN030 where none can be made
 */
export function workFolder(name: string, parent?: string): string {
  const place = parent ?? tmpdir();
  try {
    makeFolder(place);
    if (!swept.has(place)) sweep(place);
    swept.add(place);
    const folder = mkdtempSync(join(place, `${parent === undefined ? 'bitloom-' : ''}${name}-${owner()}-`));
    made.add(folder);
    return folder;
  } catch (error) {
    return diskFault(error, place, parent === undefined ? 'TMPDIR' : 'BITLOOM_CACHE');
  }
}
