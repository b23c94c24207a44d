// SPDX-License-Identifier: Apache-2.0
/** The processor that programs are compiled for: what -march=native asks it. */
import { readFileSync } from 'node:fs';
import { arch, cpus } from 'node:os';

function described(): string {
  try {
    const features = /^(?:flags|Features)\s*:.*$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'));
    return `${arch()} ${cpus()[0]?.model} ${features?.[0]}`;
  } catch {
    return `${arch()} ${cpus()[0]?.model}`;
  }
}

/** Programs of one processor run on another of the same text. */
export const processor = described();
