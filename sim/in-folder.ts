/** A generated design for the time of one use. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writePlan, type Contents } from '../generator/emit/write.ts';

export async function inFolder<T>(plan: Contents, use: (folder: string) => Promise<T>): Promise<T> {
  const parent = mkdtempSync(join(tmpdir(), 'bitloom-design-'));
  try {
    return await use(writePlan(plan, parent, 'design'));
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
}
