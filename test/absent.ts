// SPDX-License-Identifier: Apache-2.0
/** What this machine lacks, so that tests are skipped. The end of a run repeats every line `skipped: …` (suite/). */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Whether a tool is not on PATH; then this says so. */
export function lacks(tool: string): boolean {
  const absent = !(process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, tool)));
  if (absent) console.warn(`skipped: what needs ${tool}, which is not on PATH`);
  return absent;
}
