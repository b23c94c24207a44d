// SPDX-License-Identifier: Apache-2.0
/** Whose fault an error in the Verilog of an output folder is: that of an edit, or bitloom's own. */
import { BitloomError, type Issue } from '../generator/errors/errors.ts';

const place = /^([\w./-]+\.s?vh?):\d+$/;

function cure(file: string, edited: readonly string[]): string {
  if (edited.includes(file)) return `${file} was edited since it was generated: mend it, or undo the edit`;
  if (edited.length > 0) return `this file is as it was generated; edited were ${edited.join(' ')}: look there`;
  return 'nothing was edited: please report it';
}

function blamed(issue: Issue, edited: readonly string[]): Issue {
  const file = issue.code === 'NN041' ? place.exec(issue.where)?.[1] : undefined;
  return file === undefined ? issue : { ...issue, fix: cure(file, edited) };
}

/**
 * What `use` gives; what it throws of errors in Verilog says whether the file was edited.
 * @param modified files of the folder that differ from what gen writes
 */
export async function blaming<T>(modified: readonly string[], use: () => Promise<T>): Promise<T> {
  const edited = modified.filter((file) => /\.s?vh?$/.test(file));
  try {
    return await use();
  } catch (error) {
    if (!(error instanceof BitloomError)) throw error;
    throw new BitloomError(error.issues.map((issue) => blamed(issue, edited)));
  }
}
