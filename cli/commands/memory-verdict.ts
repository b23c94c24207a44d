// SPDX-License-Identifier: Apache-2.0
/** The verdict on a folder whose memory images are not the plan's. */
import { join } from 'node:path';
import type { OutputFolder } from '../../generator/emit/judge.ts';
import { mergeReports, writeJson, type VerificationFile } from '../../generator/report/merge.ts';
import type { CommandResult } from './result.ts';

/** Faults that are said in the terminal; verification.json and --json have all. */
const mostSaid = 10;

/**
 * NOT EQUAL, whatever frames would show: of 12 wrong weight bits one passed eight frames. Nothing is simulated, because
 * the answer is known, and a simulation of wrong data would only point at a layer where this names the bit.
 */
export function memoryVerdict(
  { path, modified, memoryFaults, sourcesSha256 }: OutputFolder,
  images: string,
  stallPercent: readonly number[],
): CommandResult {
  const file: VerificationFile = {
    passed: false,
    frames: 0,
    warmupFrames: 0,
    mismatches: 0,
    stallPercent,
    simulator: 'none',
    initiationIntervalMeasured: null,
    latencyMeasured: null,
    modifiedFiles: modified,
    memoryFaults,
    cyclesMeasured: {},
    operationsCounted: {},
    sourcesSha256,
  };
  writeJson(join(path, 'report', 'verification.json'), file);
  const report = mergeReports(path, sourcesSha256);
  const said = memoryFaults.slice(0, mostSaid).map(({ text }) => text);
  const files = new Set(memoryFaults.map(({ file }) => file)).size;
  const hold = files === 1 ? 'a memory image holds' : `${files} memory images hold`;
  return {
    json: {
      passed: false,
      modified,
      memoryFaults,
      images,
      first: null,
      faults: memoryFaults.map(({ text }) => text),
      buildSeconds: 0,
      simulateSeconds: 0,
      cyclesSimulated: 0,
      report,
    },
    text: [
      ...said,
      ...(memoryFaults.length > mostSaid ? [`and more in report/verification.json`] : []),
      `NOT EQUAL: ${hold} other data than the network, as said above; nothing was simulated`,
      `in ${path}`,
    ].join('\n'),
    exitCode: 1,
  };
}
