// SPDX-License-Identifier: Apache-2.0
/** What gen takes beside a design, and what it says of what lies beside one. */
import type { Written } from '../../generator/emit/write.ts';
import type { DesignOptions } from './prepare.ts';
import type { Console } from './result.ts';

export interface GenOptions extends DesignOptions {
  /** Edits of generated files may be lost. */
  readonly force?: boolean | undefined;
}

export function warnOfForeign({ foreign }: Written, out: Console): void {
  if (foreign.length > 0) out.warn(`kept, not of bitloom: ${foreign.join(' ')}`);
}
