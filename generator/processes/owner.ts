// SPDX-License-Identifier: Apache-2.0
/** Which process a temporary folder belongs to, written into the folder's name, and whether that process still runs. */
import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync, statSync } from 'node:fs';
import { hostname } from 'node:os';

/** As it stands in a name: process id, its start in clock ticks since boot, and where such ids count. */
export const ownerPattern = '\\d+\\.\\d+\\.[0-9a-f]{8}';

/** State and start of a process; undefined where there is no such process, or no /proc. */
function statOf(pid: number | 'self'): { readonly state: string; readonly started: string } | undefined {
  try {
    // The second field is the program's name in parentheses and may hold anything; the rest are words.
    const words = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ');
    return { state: words[0]!, started: words[19]! };
  } catch {
    return undefined;
  }
}

/** Process ids mean something only within one boot of one machine, and one container there. */
function realm(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8') + readlinkSync('/proc/self/ns/pid');
  } catch {
    return hostname();
  }
}

const here = createHash('sha256').update(realm()).digest('hex').slice(0, 8);

/** This process. */
export function owner(): string {
  return `${process.pid}.${statOf('self')?.started ?? 0}.${here}`;
}

/** Whether a process is there to signal; one of another user's is. */
function answers(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Whether the process has ended; undefined where nobody here can say: it ran on another machine, or before a restart.
 */
export function isGone(mark: string): boolean | undefined {
  const [pid, started, place] = mark.split('.');
  if (place !== here) return undefined;
  if (!answers(Number(pid))) return true;
  const found = statOf(Number(pid));
  // The id may have gone to another process since; one that ended answers until its parent has asked for its end.
  return found !== undefined && (found.state === 'Z' || found.started !== started);
}

const day = 24 * 60 * 60 * 1000;

/**
 * Whether a file or folder of that mark is left over. An owner of whom nothing is known here would end within a day.
 */
export function isLeftOver(path: string, mark: string): boolean {
  try {
    return isGone(mark) ?? Date.now() - statSync(path).mtimeMs > day;
  } catch {
    return false;
  }
}
