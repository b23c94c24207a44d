// SPDX-License-Identifier: Apache-2.0
/** A bench for every way in which frames go in and out of a design. */
import type { Architecture, Design } from '../../generator/design/architecture.ts';
import type { Harness, HarnessOptions, VerifyResult } from './harness.ts';
import { memory } from './memory.ts';
import { stream } from './stream.ts';

const harnesses: Readonly<Record<Architecture['interface'], Harness>> = { stream, memory };

export function harnessOf(architecture: Architecture): Harness {
  return harnesses[architecture.interface];
}

/** The files of a folder against the golden model. */
export function verify(design: Design, options: HarnessOptions): Promise<VerifyResult> {
  return harnessOf(design.architecture).verify(design, options);
}
