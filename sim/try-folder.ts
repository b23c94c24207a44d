// SPDX-License-Identifier: Apache-2.0
/**
 * An output folder with faults in its files, of which a memory image chooses, for verify to judge: one build for all.
 */
import { readSources } from '../generator/verilog/read-sources.ts';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { planFiles, textsOf } from '../generator/emit/plan.ts';
import { writePlan } from '../generator/emit/write.ts';
import { randomFrom } from '../generator/passes/random.ts';
import type { StreamDesign } from '../generator/stream-top/design.ts';
import { withLine } from './mutant.ts';
import { faultImage, folderMutants, withFaults } from './mutants-folder.ts';
import { refusedIn } from '../generator/verilog/refuse-verilog.ts';
import type { Caught } from './try-mutant.ts';
import { verify, type VerifyResult } from './verify.ts';

/** The verdict on the folder with one of the faults, by its number from 1; 0 is none. */
export type FolderJudge = (number: number) => Promise<VerifyResult>;

/** Writes the folder below the folder `parent`. */
export function faultyFolder(design: StreamDesign, parent: string): FolderJudge {
  const folder = writePlan(textsOf(planFiles(design, { network: design.name, defaulted: false })), parent, design.name);
  for (const { path, text } of readSources(folder))
    writeFileSync(join(folder, path), withFaults(path.slice('rtl/'.length), text, folderMutants));
  const { height, width, channels } = design.typed.nodes[0]!.type;
  const random = randomFrom('frames of the edited folder');
  const frame = () => Uint8Array.from({ length: height * width * channels }, () => random() * 256);
  const frames = Array.from({ length: 4 }, frame);
  return (number) => {
    writeFileSync(join(folder, 'mem', faultImage), `${number.toString(16)}\n`);
    return verify(design, { folder, frames, stalls: [0] });
  };
}

/** What verify finds, undefined when it says EQUAL. */
export async function tryFault(judge: FolderJudge, number: number): Promise<Caught | undefined> {
  const { passed, faults, first } = await judge(number);
  if (passed) return undefined;
  const [run, fault] = faults.length > 0 ? /^([^:]*): (.*)/.exec(faults[0]!)!.slice(1) : [];
  const detail = first ? `${first.layer} frame ${first.frame} cycle ${first.cycle}` : fault!;
  const scenario = first?.run ?? run!;
  return { finding: { check: 'verify', detail }, checks: ['verify'], scenario };
}

/** What is refused of a library cell with a line more, undefined when nothing is. @param cell path of its text */
export function tryForeign(cell: string, line: string): Caught | undefined {
  const [issue] = refusedIn({ path: cell, text: withLine(readFileSync(cell, 'utf8'), line) });
  if (!issue) return undefined;
  return { finding: { check: 'refused', detail: issue.got }, checks: ['refused'], scenario: 'before the build' };
}
