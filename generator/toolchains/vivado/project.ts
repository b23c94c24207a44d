// SPDX-License-Identifier: Apache-2.0
/** Vivado's out-of-context project: Tcl, clock constraint and power report. */
import { render } from '../../templates/render.ts';
import type { Project } from '../../toolchain/toolchain.ts';

export const folder = 'vivado';
export const script = `${folder}/ooc.tcl`;
/** Measured, not generated. */
export const activityFile = `${folder}/activity.saif`;

/** Path below the output folder → contents. */
export function project(about: Project): ReadonlyMap<string, string> {
  const { top, board, weights, sources, memories, activity } = about;
  const ooc = render('vivado/ooc.tcl.hbs', {
    top,
    part: board.part,
    weights: `Weights: ${weights}.`,
    sources: [...sources],
    memories: [...memories],
    hasMemories: memories.length > 0,
  });
  const files = new Map([
    [script, ooc],
    [`${folder}/clock.xdc`, clockXdc(about)],
  ]);
  if (activity) files.set(`${folder}/power.tcl`, render('vivado/power.tcl.hbs', { top }));
  return files;
}

function clockXdc({ top, board: { title, clockPins }, clockMhz }: Project): string {
  const pins = clockPins
    ? [
        `${title}: ${clockPins.mhz} MHz reference at ${clockPins.p}/${clockPins.n} (${clockPins.standard}), for the`,
        'design that wraps this one.',
      ]
    : [`${title}: the clock source is the carrier design's.`];
  return render('vivado/clock.xdc.hbs', { top, mhz: clockMhz, period: (1000 / clockMhz).toFixed(3), pins });
}
