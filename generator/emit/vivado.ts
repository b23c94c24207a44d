// SPDX-License-Identifier: Apache-2.0
/** Vivado's out-of-context project: Tcl, clock constraint and power report. */
import type { Board } from '../boards/board.ts';
import type { Design } from '../pipeline.ts';
import { render } from './render.ts';
import { topName } from '../stream-top/verilog-top.ts';

/** What a project is about. */
export interface Implemented {
  readonly top: string;
  readonly board: Board;
  readonly clockMhz: number;
  readonly weights: string;
}

export function implemented(design: Design): Implemented {
  const { board, clockMhz } = design.options;
  return { top: topName(design), board, clockMhz, weights: design.typed.weights.source };
}

export function oocTcl(
  { top, board, weights }: Implemented,
  sources: readonly string[],
  memories: readonly string[],
): string {
  return render('top/ooc.tcl.hbs', {
    top,
    part: board.part,
    weights: `Weights: ${weights}.`,
    sources: [...sources],
    memories: [...memories],
    hasMemories: memories.length > 0,
  });
}

export function clockXdc({ top, board, clockMhz }: Implemented): string {
  const pins = board.clockPins
    ? [
        `${board.title}: ${board.clockPins.mhz} MHz reference at ${board.clockPins.p}/${board.clockPins.n} (${board.clockPins.standard}), for the`,
        'design that wraps this one.',
      ]
    : [`${board.title}: the clock source is the carrier design's.`];
  return render('top/clock.xdc.hbs', { top, mhz: clockMhz, period: (1000 / clockMhz).toFixed(3), pins });
}

/** Reads vivado/activity.saif, which is measured, not generated. */
export const powerTcl = (design: Design): string => render('top/power.tcl.hbs', { top: topName(design) });
