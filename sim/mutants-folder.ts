// SPDX-License-Identifier: Apache-2.0
/**
 * Faults in the files of an output folder that good frames alone do not show, for `verify` to judge: in what becomes of
 * damaged frames and of a reset. Each replaces an expression by another one, so that many can stand in one design, of
 * which a memory image chooses: one build for all of them.
 */
import { replaced, type Mutant } from './mutant.ts';
import { tokensOf } from '../generator/verilog/verilog-tokens.ts';

export interface FolderMutant {
  readonly fault: string;
  /** File below rtl/. */
  readonly cell: string;
  /** Where the expression stands, once, as `{}`. */
  readonly around: string;
  readonly right: string;
  readonly wrong: string;
}

const egress = 'nn_egress.v';
const ingress = 'nn_ingress.v';
const pulse = { cell: egress, around: 'frame_error <= {};', right: '!rst && take && frame_last && status_tdata' };
const bad = { cell: ingress, around: 'bad   = {};', right: 'padding || !s_axis_tlast' };
const swallow = { cell: ingress, around: 'swallowing <= {};', right: '!s_axis_tlast' };
const swallowed = { cell: ingress, around: '!(take && {});', right: 's_axis_tlast' };
const withhold = { cell: egress, around: '(take && {})', right: '!status_tdata' };
const taken = { cell: ingress, around: 'take  = {};', right: 's_axis_tvalid && s_axis_tready' };
const shown = { cell: 'nn_skid.v', around: 'm_axis_tvalid = {};', right: 'shown_valid' };
const pad = { cell: ingress, around: '({} ? {DATA_W', right: 'padding' };

/** The reset of a cell whose first register is called so. */
const reset = (cell: string, register: string) => ({
  fault: `no reset in ${cell}`,
  cell: `${cell}.v`,
  around: `if ({}) begin ${register}`,
  right: 'rst',
  wrong: "1'b0",
});

export const folderMutants: readonly FolderMutant[] = [
  { fault: 'frame_error stuck at 0', ...pulse, wrong: "1'b0" },
  { fault: 'frame_error stuck at 1', ...pulse, wrong: "1'b1" },
  { fault: 'frame_error for good frames too', ...pulse, wrong: '!rst && take && frame_last' },
  { fault: 'frame_error with every beat', ...pulse, wrong: '!rst && take && status_tdata' },
  { fault: 'a bad result not withheld', ...withhold, wrong: "1'b1" },
  { fault: 'a long frame not swallowed', ...swallow, wrong: "1'b0" },
  { fault: 'one beat swallowed only', ...swallowed, wrong: "1'b1" },
  { fault: 'a short frame counts as good', ...bad, wrong: '!s_axis_tlast' },
  { fault: 'a long frame counts as good', ...bad, wrong: 'padding' },
  {
    fault: 'tlast counts without tvalid',
    ...taken,
    wrong: '(s_axis_tvalid || (swallowing && s_axis_tlast)) && s_axis_tready',
  },
  { fault: 'tvalid waits for tready', ...shown, wrong: 'shown_valid && m_axis_tready' },
  { fault: 'pads with what lies on the bus', ...pad, wrong: "1'b0" },
  reset('nn_skid', 'shown_valid'),
  reset('nn_fifo', 'head'),
  reset('nn_loop', 'index'),
];

/** Lines of Verilog that a proof must not run, one in the place of a cell's `endmodule`: nothing may be built of it. */
export const foreignLines: readonly string[] = [
  'initial $display("DONE cycle=1");',
  'always @(posedge clk) $finish;',
  'initial $system("true");',
  'initial $c("exit(0);");',
  'integer f; initial f = $fopen("edge_0.txt", "w");',
  'import "DPI-C" function string nn_nonce();',
  'bind nn_monitor nn_spy u_spy (.clk(clk));',
  'initial force bench.rst = 1;',
  'wire seen = bench.edge_0.expected;',
  'always @(posedge clk) nn_referee.reported <= 1;',
  '`include "other.vh"',
  'reg seen /*verilator public*/;',
];

/** One of them as an edit of its file. */
export function edit({ fault, cell, around, right, wrong }: FolderMutant): Mutant {
  return { fault, file: `rtl/${cell}`, change: replaced(around.replace('{}', right), around.replace('{}', wrong)) };
}

/** Image below mem/ that says which fault a design of `withFaults` has: its number from 1, or 0 for none. */
export const faultImage = 'fault.mem';

const memory = `\n    reg [7:0] fault_of [0:0];\n    initial $readmemh("${faultImage}", fault_of);\n`;

/** The text of a module with declarations behind its ports. */
function withHeader(text: string, declarations: string): string {
  const tokens = tokensOf(text);
  const module = tokens.findIndex(({ text }) => text === 'module');
  const end = tokens.find(({ text }, i) => i > module && text === ';')!.at + 1;
  return text.slice(0, end) + declarations + text.slice(end);
}

/** A cell with all of its faults. @param text as it is @param faults numbered from 1 over all cells */
export function withFaults(cell: string, text: string, faults: readonly FolderMutant[]): string {
  const own = faults.map((mutant, i) => ({ ...mutant, number: i + 1 })).filter((mutant) => mutant.cell === cell);
  let edited = text;
  for (const around of new Set(own.map((mutant) => mutant.around))) {
    const all = own.filter((mutant) => mutant.around === around);
    const { right } = all[0]!;
    const before = around.replace('{}', right);
    const chosen = all.map(({ number, wrong }) => `fault_of[0] == ${number} ? (${wrong}) : `);
    const choice = `(${chosen.join('')}(${right}))`;
    edited = replaced(before, around.replace('{}', choice))(edited);
  }
  return own.length === 0 ? text : withHeader(edited, memory);
}
