// SPDX-License-Identifier: Apache-2.0
/**
 * Our models of the vendor's primitives against those of Yosys: every table and every input of a LUT, every input of a
 * CARRY4, some of a CARRY8.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { planFiles, textsOf } from '../generator/emit/plan.ts';
import type { StreamDesign } from '../generator/stream-top/design.ts';
import { chain, paced } from '../sim/specimens.ts';
import { root } from './command-line.ts';

const vendor = '/usr/share/yosys/xilinx/cells_sim.v';
const absent = existsSync(vendor) ? undefined : `${vendor} is not there: our primitives are compared with nothing`;
if (absent) console.warn(`skipped: ${absent}`);

/** The module's text, renamed, without the timing that no simulation of bits needs. */
function yosysModule(name: string): string {
  const text = new RegExp(`module ${name}\\b[\\s\\S]*?endmodule`).exec(readFileSync(vendor, 'utf8'))![0];
  return text.replace(name, `yosys_${name}`).replace(/specify[\s\S]*?endspecify/, '');
}

const own = (name: string) => readFileSync(join(root, 'templates/vivado/primitives', `${name}.v`), 'utf8');

/**
 * All 64 inputs of 70 tables, 64 of one bit among them; all 1,024 inputs of a CARRY4; as many of a CARRY8, whole and in
 * halves.
 */
const bench = `
module luts #(parameter [63:0] INIT = 0) (input [5:0] i, output same);
    wire a5, a6, b5, b6;
    LUT6_2 #(.INIT(INIT)) a (.I0(i[0]), .I1(i[1]), .I2(i[2]), .I3(i[3]), .I4(i[4]), .I5(i[5]), .O5(a5), .O6(a6));
    yosys_LUT6_2 #(.INIT(INIT)) b (.I0(i[0]), .I1(i[1]), .I2(i[2]), .I3(i[3]), .I4(i[4]), .I5(i[5]), .O5(b5), .O6(b6));
    assign same = {a5, a6} === {b5, b6};
endmodule
module carry8 #(parameter CARRY_TYPE = "") (input [17:0] i, output same);
    wire [7:0] ao, aco, bo, bco;
    CARRY8 #(.CARRY_TYPE(CARRY_TYPE)) a (.CI(i[17]), .CI_TOP(i[16]), .DI(i[15:8]), .S(i[7:0]), .O(ao), .CO(aco));
    yosys_CARRY8 #(.CARRY_TYPE(CARRY_TYPE)) b (.CI(i[17]), .CI_TOP(i[16]), .DI(i[15:8]), .S(i[7:0]), .O(bo), .CO(bco));
    assign same = {ao, aco} === {bo, bco};
endmodule
module bench;
    reg [9:0] i;
    reg [17:0] j = 18'h2A5C3;
    wire [1:0] same8;
    carry8 #("SINGLE_CY8") single (j, same8[0]);
    carry8 #("DUAL_CY4") dual (j, same8[1]);
    wire [69:0] same;
    wire [3:0] ao, aco, bo, bco;
    integer checked = 0;
    genvar n;
    generate
        for (n = 0; n < 64; n = n + 1) begin : g luts #(64'h1 << n) u (i[5:0], same[n]); end
        for (n = 64; n < 70; n = n + 1) begin : h luts #(64'h9E3779B97F4A7C15 * n * n) u (i[5:0], same[n]); end
    endgenerate
    CARRY4 a (.CI(i[9]), .CYINIT(i[8]), .DI(i[7:4]), .S(i[3:0]), .O(ao), .CO(aco));
    yosys_CARRY4 b (.CI(i[9]), .CYINIT(i[8]), .DI(i[7:4]), .S(i[3:0]), .O(bo), .CO(bco));
    initial begin
        for (i = 0; checked < 1024; i = i + 1) begin
            #1 checked = checked + 1;
            if (!(&same) || !(&same8) || {ao, aco} !== {bo, bco}) $display("DIFFERENT at %b %b", i, j);
            // A shift register of the greatest period: 1,024 of its 262,143 states.
            j = {j[16:0], j[17] ^ j[10]};
        end
        $display("CHECKED %0d", checked);
    end
endmodule
`;

async function simulate(lut: string, carry: string, carry8 = own('CARRY8')): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'primitives-'));
  try {
    const text = [
      lut,
      carry,
      carry8,
      '`default_nettype wire',
      yosysModule('LUT6_2'),
      yosysModule('CARRY4'),
      yosysModule('CARRY8'),
      bench,
    ];
    writeFileSync(join(folder, 'bench.v'), text.join('\n'));
    await execa('iverilog', ['-g2005', '-o', 'bench.vvp', '-s', 'bench', 'bench.v'], { cwd: folder });
    return (await execa('vvp', ['bench.vvp'], { cwd: folder })).stdout.trim();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe.skipIf(absent !== undefined)('models of primitives', () => {
  test('say what the models of Yosys say', async () => {
    expect(await simulate(own('LUT6_2'), own('CARRY4'))).toBe('CHECKED 1024');
  });

  test('a wrong one would be found', async () => {
    const noCarryIn = own('CARRY4').replace('CI | CYINIT', 'CI');
    const halvesSwapped = own('LUT6_2').replace("{1'b0,", "{1'b1,");
    expect(noCarryIn).not.toBe(own('CARRY4'));
    expect(await simulate(own('LUT6_2'), noCarryIn)).toMatch(/DIFFERENT/);
    expect(await simulate(halvesSwapped, own('CARRY4'))).toMatch(/DIFFERENT/);
    for (const [right, wrong] of [
      ['S[7] ? c6', 'S[7] ? c5'],
      ['LAST == "4"', 'LAST == "8"'],
    ] as const) {
      const changed = own('CARRY8').replace(right, wrong);
      expect(changed).not.toBe(own('CARRY8'));
      expect(await simulate(own('LUT6_2'), own('CARRY4'), changed)).toMatch(/DIFFERENT/);
    }
  });
});

test('only designs that ask for primitives get their cells, and none gets the models', () => {
  const sources = (design: StreamDesign) =>
    textsOf(planFiles(design, { network: design.name, defaulted: false })).get('filelist.f')!;
  expect(sources(chain())).not.toMatch(/nn_xilinx_/);
  expect(sources(paced())).toMatch(/nn_xilinx_xnor_popcount\.v/);
  expect(sources(paced())).not.toMatch(/LUT6_2|CARRY[48]/);
});
