// SPDX-License-Identifier: Apache-2.0
/** What verify found wrong, for the terminal. */
import type { VerifyResult } from '../../sim/verify.ts';

/** What is wrong, in the network's own terms. */
export function verdict(result: Pick<VerifyResult, 'first' | 'faults'>): string[] {
  const lines: string[] = [];
  const f = result.first;
  if (f)
    lines.push(
      `first difference: frame ${f.frame}, layer ${f.layer}, y ${f.y}, x ${f.x}, channel ${f.channel}: expected ` +
        `${f.expected}, got ${f.got}, cycle ${f.cycle} (${f.run})`,
    );
  lines.push(...result.faults.slice(0, 10));
  return lines;
}
