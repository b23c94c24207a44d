// SPDX-License-Identifier: Apache-2.0
/** A generated design for the time of one use. */
import { rmSync } from 'node:fs';
import { writePlan, type Contents } from './write.ts';
import { workFolder } from '../processes/work-folder.ts';

export async function inFolder<T>(plan: Contents, use: (folder: string) => Promise<T>): Promise<T> {
  const parent = workFolder('design');
  try {
    return await use(writePlan(plan, parent, 'design'));
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
}
