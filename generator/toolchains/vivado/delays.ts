// SPDX-License-Identifier: Apache-2.0
/**
 * Delays of Artix-7 (prjxray's measurements, in Yosys' own cell library). UltraScale+ has none in Yosys: unknown.
 */
import { blockRomCost } from '../../hardware/block-rom.ts';
import type { Delays } from '../../toolchain/synthesis.ts';

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
const splitLut = `
module LUT6_2 (output O6, output O5, input I0, input I1, input I2, input I3, input I4, input I5);
    parameter [63:0] INIT = 0;
    LUT6 #(.INIT(INIT)) six (.I0(I0), .I1(I1), .I2(I2), .I3(I3), .I4(I4), .I5(I5), .O(O6));
    LUT5 #(.INIT(INIT[31:0])) five (.I0(I0), .I1(I1), .I2(I2), .I3(I3), .I4(I4), .O(O5));
endmodule
`;

/** The body of the black box of a block ROM: address and output are registered. */
const blockRomArcs = `specify
    $setup(addr, posedge clk, 566);
    (posedge clk => (q : {DATA_W{1'bx}})) = 303;
endspecify`;

function step(boxes: string): { files: Record<string, string>; script: string[] } {
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
  return { files: { 'bitloom_arcs.v': boxes, 'bitloom_lut6_2.v': splitLut }, script };
}

export const delays: Delays = {
  blockRomArcs,
  step,
  blockRomPs: (width, depth) => blockRamPs + blockRomCost(width, depth).ffToFf * lut6Ps,
};
