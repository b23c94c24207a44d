// SPDX-License-Identifier: Apache-2.0
/**
 * Errors are data. Every fault a user can cause is an `Issue` with a code, the place, the value got, the legal
 * values and the fix; a pass collects all of its issues and throws them at once.
 * docs/errors.md lists the codes; a test keeps the two in step.
 */
export const issueCodes = {
  NN001: 'illegal option',
  NN002: 'unknown board',
  NN003: 'unknown network',
  NN004: 'invalid network description',
  NN005: 'shapes do not agree',
  NN006: 'unsupported construct',
  NN010: 'weights not found',
  NN011: 'weights are damaged',
  NN012: 'weights have the wrong shape',
  NN013: 'weights hold an illegal value',
  NN014: 'folding does not divide',
  NN015: 'target rate not reachable',
  NN016: 'design does not fit',
  NN020: 'images not readable',
  NN021: 'image size does not match the network',
  NN022: 'labels do not match the images',
  NN030: 'output folder not writable',
  NN031: 'output folder does not hold a generated design',
  NN032: 'illegal name',
  NN033: 'generated files were edited',
  NN040: 'tool missing',
  NN041: 'tool failed',
  NN042: 'memory image missing',
  NN043: 'Verilog that a proof must not run',
  NN044: 'time limit reached',
  NN050: 'training data missing',
} as const;

export type IssueCode = keyof typeof issueCodes;

export interface Issue {
  readonly code: IssueCode;
  /** Node path, file or option the issue is about: `tb_dnn › s2b1c1 (binary conv)`. */
  readonly where: string;
  /** Source line of the DSL call, `networks/tb-dnn.ts:41`. */
  readonly source?: string;
  /** What was found, in words: `pe = 5 must divide 48`. */
  readonly got: string;
  /** What would be accepted: `1 2 3 4 6 8 12 16 24 48`. */
  readonly legal?: string;
  /** What to change. */
  readonly fix?: string;
}

/**
 * `NN014 folding does not divide · tb_dnn › s2b1c1 · networks/tb-dnn.ts:41 · pe = 5 must divide 48 · legal 1 2 3 · …`
 */
export function text(issue: Issue): string {
  const parts = [`${issue.code} ${issueCodes[issue.code]}`, issue.where];
  if (issue.source) parts.push(issue.source);
  parts.push(issue.got);
  if (issue.legal) parts.push(`legal: ${issue.legal}`);
  if (issue.fix) parts.push(`fix: ${issue.fix}`);
  return parts.map(oneLine).join(' · ');
}

/** Names come from files of the user's: none breaks the line, moves the cursor or fills the screen. */
function oneLine(part: string): string {
  const line = part.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
  return line.length > mostShown ? `${line.slice(0, mostShown - 1)}…` : line;
}

/** Characters of one part of a message. */
const mostShown = 4000;

const brand = Symbol.for('bitloom.error');

/**
 * Thrown by every public function for faults of the input; the command line prints the issues and exits 2.
 * A network file outside an ES-module package runs with its own copy of this module: `instanceof` knows both by the
 * brand.
 */
export class BitloomError extends Error {
  readonly issues: readonly Issue[];
  readonly [brand] = true;
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && brand in value;
  }
  constructor(issues: readonly Issue[]) {
    super(issues.map(text).join('\n'));
    this.name = 'BitloomError';
    this.issues = issues;
  }
}

/** Shorthand for the common case of one issue. */
export function fail(issue: Issue): never {
  throw new BitloomError([issue]);
}
