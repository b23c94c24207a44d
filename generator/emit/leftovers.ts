// SPDX-License-Identifier: Apache-2.0
/** What a killed run left beside an output folder: cleaned at the next start, and nothing of the user's with it. */
import { existsSync, lstatSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fail } from '../errors/errors.ts';
import { isGone, owner, ownerPattern } from '../processes/owner.ts';
import { foreignEntries, generatedFiles } from './lying.ts';
import { makeFolder } from '../processes/make-folder.ts';

/** Folders beside `target` while a run replaces it: the new one, then what is to be deleted; and the old one. */
export function besideOf(target: string, mark = owner()): { readonly fresh: string; readonly old: string } {
  const beside = (suffix: string) => join(dirname(target), `.${basename(target)}.${mark}.${suffix}`);
  return { fresh: beside('tmp'), old: beside('old') };
}

/** Takes from `old` what is the user's and not in `target` yet, by renames, and deletes the rest. */
export function discard(target: string, old: string, mark = owner()): void {
  for (const { path, isFolder } of foreignEntries(old, generatedFiles(old) ?? new Map())) {
    const place = join(target, path);
    if (lstatSync(place, { throwIfNoEntry: false })) continue;
    makeFolder(isFolder ? place : dirname(place));
    if (!isFolder) renameSync(join(old, path), place);
  }
  // Half-deleted, its manifest gone, it would look like the user's own: its name must say first that it is nothing.
  const { fresh } = besideOf(target, mark);
  renameSync(old, fresh);
  rmSync(fresh, { recursive: true, force: true });
}

/** Marks of runs that left something. */
function marksBeside(target: string): string[] {
  const parent = dirname(target);
  if (!existsSync(parent) || !statSync(parent).isDirectory()) return [];
  const prefix = `.${basename(target)}.`;
  const named = new RegExp(`^(${ownerPattern})\\.(tmp|old)$`);
  const marks = readdirSync(parent).flatMap((name) =>
    name.startsWith(prefix) ? (named.exec(name.slice(prefix.length))?.[1] ?? []) : [],
  );
  return [...new Set(marks)];
}

const day = 24 * 3600 * 1000;
const isOld = (folder: string) => Date.now() - (statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? 0) > day;

function recoverFrom(target: string, mark: string): void {
  const { fresh, old } = besideOf(target, mark);
  // A run writes one folder after the other: what has this one's mark here was left by a step that failed.
  const gone = mark === owner() || isGone(mark);
  if (gone === false) return;
  const isWhole = existsSync(old) && generatedFiles(old) !== undefined;
  if (isWhole && !lstatSync(target, { throwIfNoEntry: false })) renameSync(old, target);
  // A run of another machine, or before a restart, may still be under way.
  if (gone || isOld(fresh)) rmSync(fresh, { recursive: true, force: true });
  if (isWhole && existsSync(old) && (gone || isOld(old))) discard(target, old, mark);
}

/**
 * Puts the old folder back where a run was killed between its two renames, and deletes what else dead runs left. NN030
 * where that is not allowed.
 */
export function recover(target: string): void {
  try {
    for (const mark of marksBeside(target)) recoverFrom(target, mark);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // Another process does the same at this moment.
    if (code === 'ENOENT') return;
    fail({ code: 'NN030', where: target, got: message, fix: 'choose another --out, or change its permissions' });
  }
}
