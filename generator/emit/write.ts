/** Writes a plan all at once: into a temporary folder beside the target, then one rename. Nothing half-written stays. */
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fail } from '../errors.ts';
import type { Plan } from './plan.ts';

/** @returns the absolute target. NN030 when it cannot be written or holds something this generator did not make. */
export function writePlan(plan: Plan, parent: string, name: string): string {
  const target = resolve(parent, name);
  if (existsSync(target) && !existsSync(join(target, 'manifest.json')))
    fail({ code: 'NN030', where: target, got: 'a folder without manifest.json: not a generated design', fix: 'choose another --out' });
  const temporary = resolve(parent, `.${name}.${process.pid}.tmp`);
  const previous = resolve(parent, `.${name}.${process.pid}.old`);
  try {
    for (const [path, text] of plan) {
      const file = join(temporary, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    if (existsSync(target)) renameSync(target, previous);
    try {
      renameSync(temporary, target);
    } catch (error) {
      if (existsSync(previous)) renameSync(previous, target);
      throw error;
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const fix = code === 'ENOSPC' ? 'free some disk space' : 'choose another --out, or change its permissions';
    return fail({ code: 'NN030', where: parent, got: code ? `${code}: ${message}` : message, fix });
  } finally {
    rmSync(temporary, { recursive: true, force: true });
    rmSync(previous, { recursive: true, force: true });
  }
  return target;
}
