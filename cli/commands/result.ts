// SPDX-License-Identifier: Apache-2.0
import type { Issue } from '../../generator/errors/errors.ts';
import type { Part } from '../line/progress-line.ts';

/** What a command hands back to the command line. */
export interface CommandResult {
  /** Printed alone on stdout under --json. */
  readonly json: unknown;
  /** Printed otherwise. */
  readonly text: string;
  /** Printed on stderr in either case: why a command that did its work still says no. */
  readonly issues?: readonly Issue[];
  /** 0 done · 1 mismatch or does not fit · 2 bad input. */
  readonly exitCode: 0 | 1 | 2;
}

/** Where progress and warnings go; never stdout. */
export interface Console {
  warn(text: string): void;
  /** @param part how far it is, where that is known */
  progress(text: string, part?: Part): void;
}
