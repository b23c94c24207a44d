// SPDX-License-Identifier: Apache-2.0
/** Vivado's out-of-context project: Tcl, clock constraint and power report. */
import { topName, type Design } from '../design/architecture.ts';
import { render } from '../templates/render.ts';

export function oocTcl(design: Design, sources: readonly string[], memories: readonly string[]): string {
  return render('top/ooc.tcl.hbs', {
    top: topName(design),
    part: design.options.board.part,
    weights: `Weights: ${design.typed.weights.source}.`,
    sources: [...sources],
    memories: [...memories],
    hasMemories: memories.length > 0,
  });
}

export function clockXdc(design: Design): string {
  const { board, clockMhz } = design.options;
  const pins = board.clockPins
    ? [
        `${board.title}: ${board.clockPins.mhz} MHz reference at ${board.clockPins.p}/${board.clockPins.n} (${board.clockPins.standard}), for the`,
        'design that wraps this one.',
      ]
    : [`${board.title}: the clock source is the carrier design's.`];
  return render('top/clock.xdc.hbs', {
    top: topName(design),
    mhz: clockMhz,
    period: (1000 / clockMhz).toFixed(3),
    pins,
  });
}

/** Reads vivado/activity.saif, which is measured, not generated. */
export const powerTcl = (design: Design): string => render('top/power.tcl.hbs', { top: topName(design) });
