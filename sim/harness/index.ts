// SPDX-License-Identifier: Apache-2.0
/** A bench for every way in which frames go in and out of a design. */
import type { Architecture, Design } from '../../generator/design/architecture.ts';
import { BitloomError, type Issue } from '../../generator/errors/errors.ts';
import type { Harness, HarnessOptions, VerifyResult } from './harness.ts';
import { memory } from './memory.ts';
import { stream } from './stream.ts';

/** A stream that stands longer takes ages to simulate, and shows nothing more. */
export const mostStall = 95;

const harnesses: Readonly<Record<Architecture['interface'], Harness>> = { stream, memory };

export function harnessOf(architecture: Architecture): Harness {
  return harnesses[architecture.interface];
}

/** NN001, NN021 where a program asks for what no command would. */
function requireFrames({ typed }: Design, { frames, stalls }: HarnessOptions): void {
  const { height, width, channels } = typed.nodes[0]!.type;
  const bytes = height * width * channels;
  const wrong = frames.findIndex((frame) => frame.length !== bytes);
  const isStall = (stall: number) => Number.isInteger(stall) && stall >= 0 && stall <= mostStall;
  const issues: Issue[] = [];
  if (frames.length === 0) issues.push({ code: 'NN001', where: 'frames', got: 'none', legal: 'one or more' });
  if (wrong >= 0)
    issues.push({ code: 'NN021', where: `frames[${wrong}]`, got: `${frames[wrong]!.length} bytes`, legal: `${bytes}` });
  if (stalls.length === 0 || !stalls.every(isStall))
    issues.push({
      code: 'NN001',
      where: 'stalls',
      got: `[${stalls.join(', ')}]`,
      legal: `percentages 0..${mostStall}`,
    });
  if (issues.length > 0) throw new BitloomError(issues);
}

/** The files of a folder against the golden model. @throws BitloomError of what is wrong with frames and stalls */
export async function verify(design: Design, options: HarnessOptions): Promise<VerifyResult> {
  requireFrames(design, options);
  return harnessOf(design.architecture).verify(design, options);
}
