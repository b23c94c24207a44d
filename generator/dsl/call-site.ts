// SPDX-License-Identifier: Apache-2.0
/** Where a network file calls the DSL, and what is wrong with the call. */
import { fileURLToPath } from 'node:url';
import { BitloomError } from '../errors/errors.ts';
import { sourcePath } from '../project/project.ts';
import type { Fault } from './options.ts';

/** `networks/cnv.ts:12` of the first caller outside the generator's own folders. */
export function callSite(): string {
  const frames = (new Error().stack ?? '').split('\n').slice(1);
  for (const frame of frames) {
    const match = /\(?((?:file:\/\/)?\/[^():]+):(\d+):\d+\)?$/.exec(frame.trim());
    if (!match) continue;
    const path = match[1]!.startsWith('file:') ? fileURLToPath(match[1]!) : match[1]!;
    const local = sourcePath(path);
    if (/^generator\/(dsl|layers)\/(?!.*\.test\.ts)/.test(local)) continue;
    return `${local}:${match[2]}`;
  }
  return 'unknown';
}

/** NN004 with all faults of a call that adds no layer. */
export function refuseFaults(where: string, faults: readonly Fault[]): void {
  if (faults.length === 0) return;
  const source = callSite();
  throw new BitloomError(faults.map((fault) => ({ code: 'NN004', where, source, ...fault })));
}
