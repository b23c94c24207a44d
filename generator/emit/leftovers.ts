/** What a killed run left beside an output folder: cleaned at the next start, and nothing of the user's with it. */
import { existsSync, lstatSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isAlive } from '../is-alive.ts';
import { foreignEntries, generatedFiles } from './lying.ts';
import { makeFolder } from './make-folder.ts';

/** Folders beside `target` while a run replaces it: the new one, then what is to be deleted; and the old one. */
export function besideOf(target: string, pid = process.pid): { readonly fresh: string; readonly old: string } {
  const beside = (suffix: string) => join(dirname(target), `.${basename(target)}.${pid}.${suffix}`);
  return { fresh: beside('tmp'), old: beside('old') };
}

/** Takes from `old` what is the user's and not in `target` yet, by renames, and deletes the rest. */
export function discard(target: string, old: string, pid = process.pid): void {
  for (const { path, isFolder } of foreignEntries(old, generatedFiles(old) ?? new Map())) {
    const place = join(target, path);
    if (lstatSync(place, { throwIfNoEntry: false })) continue;
    makeFolder(isFolder ? place : dirname(place));
    if (!isFolder) renameSync(join(old, path), place);
  }
  // Half-deleted, its manifest gone, it would look like the user's own: its name must say first that it is nothing.
  const { fresh } = besideOf(target, pid);
  renameSync(old, fresh);
  rmSync(fresh, { recursive: true, force: true });
}

/** The processes that left something. This one's number may be that of a dead one, in a container above all. */
function deadOwners(target: string): number[] {
  const parent = dirname(target);
  if (!existsSync(parent) || !statSync(parent).isDirectory()) return [];
  const prefix = `.${basename(target)}.`;
  const pids = readdirSync(parent).flatMap((name) => {
    const pid = name.startsWith(prefix) ? /^(\d+)\.(tmp|old)$/.exec(name.slice(prefix.length))?.[1] : undefined;
    return pid === undefined ? [] : [Number(pid)];
  });
  return [...new Set(pids)].filter((pid) => pid === process.pid || !isAlive(pid));
}

/** Puts the old folder back where a run was killed between its two renames, and deletes what else dead runs left. */
export function recover(target: string): void {
  for (const pid of deadOwners(target)) {
    const { fresh, old } = besideOf(target, pid);
    const isWhole = existsSync(old) && generatedFiles(old) !== undefined;
    if (isWhole && !lstatSync(target, { throwIfNoEntry: false })) renameSync(old, target);
    rmSync(fresh, { recursive: true, force: true });
    if (isWhole && existsSync(old)) discard(target, old, pid);
  }
}
