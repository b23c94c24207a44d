/** Writes a plan all at once: into a temporary folder beside the target, then one rename. Nothing half-written stays. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fail } from '../errors.ts';

/** Path below the folder → contents. */
export type Contents = ReadonlyMap<string, string | Uint8Array>;

/** Only what this generator made may be replaced. */
function isOurs(target: string): boolean {
  try {
    const { generator } = JSON.parse(readFileSync(join(target, 'manifest.json'), 'utf8')) as { generator?: unknown };
    return String(generator).startsWith('bitloom ');
  } catch {
    return false;
  }
}

/** The folder and those above it. Level by level: Node's own recursive mkdir never ends below /proc. */
export function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path);
}

function writeFiles(plan: Contents, folder: string): void {
  for (const [path, text] of plan) {
    const file = join(folder, path);
    makeFolder(dirname(file));
    writeFileSync(file, text);
  }
}

/** Puts `fresh` in the place of `target`; on failure the old one stays. */
function replace(target: string, fresh: string, aside: string): void {
  if (existsSync(target)) renameSync(target, aside);
  try {
    renameSync(fresh, target);
  } catch (error) {
    if (existsSync(aside)) renameSync(aside, target);
    throw error;
  }
  rmSync(aside, { recursive: true, force: true });
}

/** @returns the absolute target. NN030 when it cannot be written or holds something this generator did not make. */
export function writePlan(plan: Contents, parent: string, name: string): string {
  const target = resolve(parent, name);
  if (existsSync(target) && !isOurs(target))
    fail({ code: 'NN030', where: target, got: 'something there that is no generated design', fix: 'choose another --out, or delete it' });
  const beside = (suffix: string) => resolve(parent, `.${name}.${process.pid}.${suffix}`);
  try {
    makeFolder(resolve(parent));
    mkdirSync(beside('tmp'));
    try {
      writeFiles(plan, beside('tmp'));
      replace(target, beside('tmp'), beside('old'));
    } finally {
      rmSync(beside('tmp'), { recursive: true, force: true });
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const fix = code === 'ENOSPC' ? 'free some disk space' : 'choose another --out, or change its permissions';
    return fail({ code: 'NN030', where: '--out', got: message, fix });
  }
  return target;
}
