// SPDX-License-Identifier: Apache-2.0
/** What commands say of a folder whose memory images are not the plan's. */
import { join } from 'node:path';
import type { OutputFolder } from '../../generator/emit/judge.ts';
import { mergeReports, writeJson, type VerificationFile } from '../../generator/report/merge.ts';
import type { CommandResult } from './result.ts';

/** Faults that are said in the terminal; verification.json and --json have all. */
const mostSaid = 10;

/** The first faults, and where the others are; then what follows from them. */
function faultsText({ path, memoryFaults }: OutputFolder, where: string, follows: (hold: string) => string): string {
  const said = memoryFaults.slice(0, mostSaid).map(({ text }) => text);
  const files = new Set(memoryFaults.map(({ file }) => file)).size;
  const hold = files === 1 ? 'a memory image holds' : `${files} memory images hold`;
  return [
    ...said,
    ...(memoryFaults.length > mostSaid ? [`and more in ${where}`] : []),
    follows(`${hold} other data than the network, as said above`),
    `in ${path}`,
  ].join('\n');
}

/**
 * Of commands that measure: nothing is measured, because figures of other weights would stand under the network's name.
 * Edited Verilog is another matter: it may still be the network.
 */
export function nothingMeasured(folder: OutputFolder): CommandResult {
  const { modified, memoryFaults } = folder;
  return {
    json: { modified, memoryFaults },
    text: faultsText(folder, '--json', (hold) => `NOT MEASURED: ${hold}; generate the folder again, or give --weights`),
    exitCode: 1,
  };
}

/**
 * NOT EQUAL, whatever frames would show: of 12 wrong weight bits one passed eight frames. Nothing is simulated, because
 * the answer is known, and a simulation of wrong data would only point at a layer where this names the bit.
 */
export function memoryVerdict(folder: OutputFolder, images: string, stallPercent: readonly number[]): CommandResult {
  const { path, modified, memoryFaults, sourcesSha256 } = folder;
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
    text: faultsText(folder, 'report/verification.json', (hold) => `NOT EQUAL: ${hold}; nothing was simulated`),
    exitCode: 1,
  };
}
