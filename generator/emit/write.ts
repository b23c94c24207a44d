// SPDX-License-Identifier: Apache-2.0
/**
 * Writes a plan all at once: into a temporary folder beside the target, which then takes its place. Nothing
 * half-written
 * stays, and nothing of the user's is lost (docs/decisions/0015-folders-that-are-lived-in.md).
 */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { BitloomError, fail, type Issue } from '../errors/errors.ts';
import { besideOf, discard, recover } from './leftovers.ts';
import { editedFiles, foreignEntries, generatedFiles, inTheWay, outermost } from './lying.ts';
import { makeFolder } from '../processes/make-folder.ts';

/** Path below the folder → contents. */
export type Contents = ReadonlyMap<string, string | Uint8Array>;

export interface Written {
  /** Absolute. */
  readonly path: string;
  /** What lay there and is the user's own, kept where it was: files, and folders as `rtl/out/`. */
  readonly foreign: readonly string[];
}

function writeFiles(plan: Contents, folder: string): void {
  for (const [path, text] of plan) {
    const file = join(folder, path);
    makeFolder(dirname(file));
    writeFileSync(file, text);
  }
}

/** The same file under a second name; a copy on file systems that know no such thing. */
function link(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    if (lstatSync(from).isSymbolicLink()) symlinkSync(readlinkSync(from), to);
    else copyFileSync(from, to);
  }
}

/** The entries of `target` in `fresh` too: the folder that takes its place has them from its first moment. */
function keep(entries: ReturnType<typeof foreignEntries>, target: string, fresh: string): void {
  for (const { path, isFolder } of entries) {
    makeFolder(isFolder ? join(fresh, path) : dirname(join(fresh, path)));
    if (!isFolder && !existsSync(join(fresh, path))) link(join(target, path), join(fresh, path));
  }
  for (const { path, isFolder } of [...entries].reverse())
    if (isFolder) chmodSync(join(fresh, path), statSync(join(target, path)).mode);
}

/** Puts `fresh` in the place of `target`; on failure the old one stays. */
function replace(target: string, fresh: string, old: string): void {
  if (existsSync(target)) renameSync(target, old);
  try {
    renameSync(fresh, target);
  } catch (error) {
    if (existsSync(old)) renameSync(old, target);
    throw error;
  }
  if (existsSync(old)) discard(target, old);
}

/** Says all at once why the folder may not be replaced. */
function requireReplaceable(target: string, edited: readonly string[], inWay: readonly string[]): void {
  const issues: Issue[] = [];
  if (edited.length > 0)
    issues.push({
      code: 'NN033',
      where: target,
      got: edited.join(' '),
      fix: 'choose another --out, or lose these edits by --force',
    });
  if (inWay.length > 0)
    issues.push({
      code: 'NN030',
      where: target,
      got: `not generated, and in the way of what is: ${inWay.join(' ')}`,
      fix: 'move it away',
    });
  if (issues.length > 0) throw new BitloomError(issues);
}

function generateAt(target: string, plan: Contents, force: boolean): Written {
  recover(target);
  const there = lstatSync(target, { throwIfNoEntry: false });
  const generated = there?.isDirectory() ? generatedFiles(target) : undefined;
  if (there && !generated)
    fail({
      code: 'NN030',
      where: target,
      got: 'something there that is no generated design',
      fix: 'choose another --out, or delete it',
    });
  const foreign = generated ? foreignEntries(target, generated) : [];
  if (generated)
    requireReplaceable(target, force ? [] : editedFiles(target, generated, plan), inTheWay(target, foreign, plan));
  makeFolder(dirname(target));
  const { fresh, old } = besideOf(target);
  mkdirSync(fresh);
  try {
    writeFiles(plan, fresh);
    keep(foreign, target, fresh);
    replace(target, fresh, old);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  return { path: target, foreign: outermost(foreign) };
}

/**
 * The plan as the folder `name` in `parent`, in place of a design that lies there. Files that are not bitloom's stay.
 * @param force edits of generated files may be lost; otherwise they are NN033
 * NN030 when it cannot be written, holds something this generator did not make, or a foreign file is in the way.
 */
export function generate(plan: Contents, parent: string, name: string, { force = false } = {}): Written {
  try {
    return generateAt(resolve(parent, name), plan, force);
  } catch (error) {
    if (error instanceof BitloomError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    const fix = code === 'ENOSPC' ? 'free some disk space' : 'choose another --out, or change its permissions';
    return fail({ code: 'NN030', where: '--out', got: message, fix });
  }
}

/** The same where nobody asks what else lies there; the absolute path. */
export const writePlan = (plan: Contents, parent: string, name: string): string => generate(plan, parent, name).path;
