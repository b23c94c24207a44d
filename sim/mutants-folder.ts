/**
 * Faults in the files of an output folder that good frames alone do not show, for `verify` to judge: in what becomes of
 * damaged frames and of a reset. Each replaces an expression by another one, so that many can stand in one design, of
 * which a memory image chooses: one build for all of them.
 */
import { replaced, type Mutant } from './mutant.ts';

export interface FolderMutant {
  readonly fault: string;
  /** File below rtl/. */
  readonly cell: string;
  /** Where the expression stands, once, as `{}`. */
  readonly around: string;
  readonly right: string;
  readonly wrong: string;
}

const pulse = { cell: 'nn_egress.v', around: 'frame_error <= {};', right: '!rst && take && frame_last && status_tdata' };
const bad = { cell: 'nn_ingress.v', around: 'bad   = {};', right: 'padding || !s_axis_tlast' };

export const folderMutants: readonly FolderMutant[] = [
  { fault: 'frame_error stuck at 0', ...pulse, wrong: "1'b0" },
  { fault: 'frame_error stuck at 1', ...pulse, wrong: "1'b1" },
  { fault: 'frame_error for good frames too', ...pulse, wrong: '!rst && take && frame_last' },
  { fault: 'frame_error with every beat', ...pulse, wrong: '!rst && take && status_tdata' },
  { fault: 'a bad result not withheld', cell: 'nn_egress.v', around: '(take && {})', right: '!status_tdata', wrong: "1'b1" },
  { fault: 'a long frame not swallowed', cell: 'nn_ingress.v', around: 'swallowing <= {};', right: '!s_axis_tlast', wrong: "1'b0" },
  { fault: 'one beat swallowed only', cell: 'nn_ingress.v', around: '!(take && {});', right: 's_axis_tlast', wrong: "1'b1" },
  { fault: 'a short frame counts as good', ...bad, wrong: '!s_axis_tlast' },
  { fault: 'a long frame counts as good', ...bad, wrong: 'padding' },
  { fault: 'pads with what lies on the bus', cell: 'nn_ingress.v', around: '({} ? {DATA_W', right: 'padding', wrong: "1'b0" },
  { fault: 'no reset in nn_skid', cell: 'nn_skid.v', around: 'if ({}) begin\n            shown_valid', right: 'rst', wrong: "1'b0" },
  { fault: 'no reset in nn_fifo', cell: 'nn_fifo.v', around: 'if ({}) begin\n            head', right: 'rst', wrong: "1'b0" },
  { fault: 'no reset in nn_loop', cell: 'nn_loop.v', around: 'if ({}) begin\n                    index', right: 'rst', wrong: "1'b0" },
];

/** One of them as an edit of its file. */
export function edit({ fault, cell, around, right, wrong }: FolderMutant): Mutant {
  return { fault, file: `rtl/${cell}`, change: replaced(around.replace('{}', right), around.replace('{}', wrong)) };
}

/** Image below mem/ that says which fault a design of `withFaults` has: its number from 1, or 0 for none. */
export const faultImage = 'fault.mem';

const memory = `\n    reg [7:0] fault_of [0:0];\n    initial $readmemh("${faultImage}", fault_of);\n`;

/** A cell with all of its faults. @param text as it is @param faults numbered from 1 over all cells */
export function withFaults(cell: string, text: string, faults: readonly FolderMutant[]): string {
  const own = faults.map((mutant, i) => ({ ...mutant, number: i + 1 })).filter((mutant) => mutant.cell === cell);
  let edited = text;
  for (const around of new Set(own.map((mutant) => mutant.around))) {
    const all = own.filter((mutant) => mutant.around === around);
    const { right } = all[0]!;
    const before = around.replace('{}', right);
    const choice = all.reduceRight((rest, { number, wrong }) => `(fault_of[0] == ${number} ? (${wrong}) : ${rest})`, `(${right})`);
    edited = replaced(before, around.replace('{}', choice))(edited);
  }
  return own.length === 0 ? text : edited.replace(/^\);\n/m, `);\n${memory}`);
}
