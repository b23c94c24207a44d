// SPDX-License-Identifier: Apache-2.0
/** Does the design fit its board? By estimate. */
import { BitloomError, text, type Issue } from '../errors/errors.ts';
import type { Design } from './architecture.ts';

/**
 * What makes a design smaller: a lower rate, unless the hardware has one size; then portable cells may be the cause.
 */
function smaller({ architecture, options }: Design): string {
  if (!architecture.isOneSize) return 'a lower --fps, or ';
  return options.primitives ? '' : '--primitives on, or ';
}

/**
 * NN016 with the worst parts for every resource of which the estimate exceeds the board, and the architecture's own
 * issues; none when it fits or nobody knows.
 */
export function fitIssues(design: Design): Issue[] {
  const { architecture, usage, options } = design;
  const exceeded = usage.exceeded.map((resource): Issue => {
    const share = usage.percent[resource];
    const worst = architecture.worst(design, resource);
    const part = `${share === undefined ? '' : `${share.toFixed(1)} % `}of ${options.board.resources[resource]}`;
    return {
      code: 'NN016',
      where: `${design.name} on ${options.board.name}`,
      got: `${resource} ${part} (estimate)${worst.length > 0 ? `; worst: ${worst.join(', ')}` : ''}`,
      legal: `${usage.limitPercent} %`,
      fix: `${smaller(design)}a larger --board`,
    };
  });
  return [...(architecture.issues?.(design) ?? []), ...exceeded];
}

/**
 * Refuses a design that does not fit; where the architecture has one size alone, says so and lets it pass, since its
 * Verilog could not be had at all otherwise.
 */
export function requireFit(design: Design, warn: (text: string) => void = () => {}): void {
  const issues = fitIssues(design);
  if (issues.length === 0) return;
  if (!design.architecture.isOneSize) throw new BitloomError(issues);
  for (const issue of issues) warn(text(issue));
}
