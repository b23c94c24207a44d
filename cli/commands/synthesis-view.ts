// SPDX-License-Identifier: Apache-2.0
/** Edited Verilog that is another design for synthesis than for simulators: both are proven, or neither is. */
import type { OutputFolder } from '../../generator/emit/judge.ts';
import { readFolderFile } from '../../generator/emit/read-folder.ts';
import type { Console } from './result.ts';

const asks = /`(?:ifn?def|elsif)\s+SYNTHESIS\b/;

/**
 * Whether an edited source asks for SYNTHESIS: library cells do, and are equal in both views unless somebody edits
 * them.
 */
function isEditedForSynthesis({ path, modified }: OutputFolder): boolean {
  return modified.some((file) => /\.s?v$/.test(file) && asks.test(readFolderFile(path, file)));
}

/**
 * Runs the proof as simulators see the folder and, where an edited file asks for SYNTHESIS, as synthesis sees it, too.
 * @param lutLevel synthesis' view is all that was asked for
 * @returns the first proof that failed, else the first
 */
export async function provenInBothViews<R extends { readonly passed: boolean }>(
  folder: OutputFolder,
  lutLevel: boolean,
  run: (lutLevel: boolean) => Promise<R>,
  out: Console,
): Promise<R> {
  const first = await run(lutLevel);
  if (lutLevel || !first.passed || !isEditedForSynthesis(folder)) return first;
  out.warn('edited files ask for SYNTHESIS: the proof runs once more as synthesis sees them');
  const second = await run(true);
  return second.passed ? first : second;
}
