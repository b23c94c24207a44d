// SPDX-License-Identifier: Apache-2.0
/**
 * Delay of a module's worst path as Yosys' `sta` sees it: cell delays of Artix-7 (prjxray's measurements, in Yosys'
 * own cell library), no routing, so an estimate that silicon will exceed. UltraScale+ has no delays in Yosys: unknown.
 */
import { blockRomCost } from '../hardware/block-rom.ts';
import { BLOCK_ROM, cellFacts, isClockPin } from './cells.ts';
import { registerName } from './logic-levels.ts';
import { type Netlist, integerParameter } from './netlist.ts';

export interface Timing {
  /** Between registers, ports counting as registers. */
  readonly delayNs: number;
  readonly from: string;
  readonly to: string;
  /** Cell types whose paths `sta` cannot see: with any, delayNs is a lower bound. */
  readonly notTimed: readonly string[];
}

/** Worst input of a LUT6 to its output. */
const lut6Ps = 642;
/** Clock to output of a block RAM without output register. */
const blockRamPs = 2454;

/**
 * `sta` needs specify arcs, and Yosys has none for LUT6_2. It is timed as the LUT6 and the LUT5 that it is made of,
 * without the
 * inputs that their tables do not depend on: a carry chain beside an adder of three operands would else be a path of
 * its own.
 */
const lut6_2 = `
module LUT6_2 (output O6, output O5, input I0, input I1, input I2, input I3, input I4, input I5);
    parameter [63:0] INIT = 0;
    LUT6 #(.INIT(INIT)) six (.I0(I0), .I1(I1), .I2(I2), .I3(I3), .I4(I4), .I5(I5), .O(O6));
    LUT5 #(.INIT(INIT[31:0])) five (.I0(I0), .I1(I1), .I2(I2), .I3(I3), .I4(I4), .O(O5));
endmodule
`;

/** The body of the black box of a block ROM: address and output are registered. */
export const blockRomArcs = `specify
    $setup(addr, posedge clk, 566);
    (posedge clk => (q : {DATA_W{1'bx}})) = 303;
endspecify`;

/**
 * Files and script lines that come after the netlist is written and leave timing.log; `boxes` are black boxes with
 * arcs.
 */
export function timingStep(boxes: string): { files: Record<string, string>; script: string[] } {
  const script = [
    // Again, for the flow has lost the arcs of CARRY4 by now.
    'read_verilog -lib -specify -overwrite +/xilinx/cells_sim.v',
    ...(boxes === '' ? [] : ['read_verilog -lib -specify -overwrite bitloom_arcs.v']),
    'techmap -map bitloom_lut6_2.v A:top',
    'opt_lut_ins -tech xilinx A:top',
    // sta rewrites a whole wire for each bit that changes: minutes on a memory's word, were it not split.
    'splitnets -ports A:top',
    'tee -q -o timing.log sta A:top',
  ];
  return { files: { 'bitloom_arcs.v': boxes, 'bitloom_lut6_2.v': lut6_2 }, script };
}

/** Reads what `sta` logged; null where it found no path and no block ROM brings its own. */
export function timingOf(log: string, netlist: Netlist): Timing | null {
  const cells = Object.values(netlist.cells);
  const unseen = [
    ...log.matchAll(/^Warning: (?:Cell type|Module) '([^']+)' (?:has no timing arcs|not recognised|is not a black)/gm),
  ];
  const notTimed = [...new Set(unseen.map((match) => match[1]!))].sort();
  const paths = cells
    .filter((cell) => cell.type === BLOCK_ROM)
    .map((cell) => blockRomCost(integerParameter(cell, 'DATA_W', 0), integerParameter(cell, 'DEPTH', 0)).ffToFf)
    .map((levels) => ({ ps: blockRamPs + levels * lut6Ps, from: 'block ROM', to: 'its output register' }));
  const latest = /^Latest arrival time in .* is (\d+):$/m.exec(log);
  if (latest) {
    // sta takes any pin for an end, also one that nothing reads: then the delay is an upper bound.
    // From the end back to the start: `ps cell (TYPE.IN)` or `ps (<primary output>)`, then `ps cell (TYPE.IN->OUT)`.
    const steps = [...log.matchAll(/^ +\d+ (\S+) \((\w+)\.(\w+)(->\w+)?\)$/gm)];
    const [first, last] = [steps[0], steps.at(-1)];
    const port = log.includes('<primary output>') ? 'an output' : 'a pin that nothing reads';
    const ends = first && first[4] === undefined ? nameOf(netlist, first[1]!) : port;
    const starts = last?.[4] !== undefined && isClockPin(last[3]!) ? nameOf(netlist, last[1]!) : 'an input';
    paths.push({ ps: Number(latest[1]), from: starts, to: ends });
  }
  if (paths.length === 0) return null;
  const worst = paths.reduce((a, b) => (b.ps > a.ps ? b : a));
  return { delayNs: worst.ps / 1000, from: worst.from, to: worst.to, notTimed };
}

/** sta names cells; a reader knows what a register holds. */
function nameOf(netlist: Netlist, name: string): string {
  const cell = netlist.cells[name];
  const facts = cell && cellFacts(cell.type);
  return facts ? registerName(netlist, { name, cell, facts }) : name;
}
