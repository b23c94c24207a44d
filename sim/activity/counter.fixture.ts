// SPDX-License-Identifier: Apache-2.0
/** For tests: a design so small that its toggles can be counted by hand, and its activity as Verilator sees it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { cellText } from '../../generator/hardware/cell-library.ts';
import { buildSimulator } from '../simulator.ts';
import { elaborate } from './elaboration.ts';
import type { Measured } from './measure.ts';
import { parseActivity, scopeAt } from './trace.ts';

export const clocks = 64;
/** By then the memory is full of what is written there again and again. */
const firstClock = 32;

/**
 * A top of two modules. In the first, `more` is the input of `count`, `late` does what `count` does a clock later,
 * `again` and `other` are names of it,
 * `both` is a LUT's output that no register takes as it is. In the second, `s` meets a carry chain, and a block RAM is
 * read in every
 * clock and written in every other eight.
 */
export const counter = `module counter (input wire clk, output wire [3:0] out);
    wire [3:0] count;
    counting u_count (.clk(clk), .out(count));
    storing u_store (.clk(clk), .in(count), .out(out));
endmodule
module counting (input wire clk, output wire [3:0] out);
    localparam [3:0] STEP = 4'd1;
    reg  [3:0] count = 4'd0, late;
    wire [3:0] more  = count + STEP;
    wire [3:0] again = count;
    wire [3:0] other = ~count;
    wire       both  = count[1] & count[0];
    wire       unused_sum = ^{late, other[2:0], both};
    reg        held;
    always @(posedge clk) begin
        count <= more;
        late  <= count;
        if (count[3]) held <= both;
    end
    assign out = again;
endmodule
module storing (input wire clk, input wire [3:0] in, output wire [3:0] out);
    wire [1:0] s = {in[3] ^ in[1], in[2] ^ in[0]};
    genvar i;
    generate
        for (i = 0; i < 1; i = i + 1) begin : g_one
            reg [3:0] kept;
            always @(posedge clk) kept <= in & {4{in[3]}};
        end
    endgenerate
    CARRY4 u_carry (.CI(1'b0), .CYINIT(1'b0), .S({2'b00, s}), .DI(4'd0), .O(), .CO());
    nn_ram #(.DATA_W(4), .DEPTH(8), .STYLE("block")) u_ram (
        .clk(clk), .we(in[3]), .waddr(in[2:0]), .wdata(in), .raddr(in[2:0]), .q(out));
endmodule
`;

const bench = `module bench (input wire clk);
    int cycle = 0;
    wire [3:0] out;
    counter dut_0 (.clk(clk), .out(out));
    always @(posedge clk) begin cycle <= cycle + 1; if (cycle == ${firstClock + clocks + 5}) $finish; end
endmodule
`;

/** 64 clocks of the counter; every frame is 16 of them. */
export async function measureCounter(text = counter): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'counter-'));
  try {
    const sources = [
      { path: 'counter.v', text },
      { path: 'nn_ram.v', text: cellText('nn_ram') },
    ];
    const program = await buildSimulator(sources, bench, { toggles: true, lutLevel: true, quick: true });
    const file = join(folder, 'toggles.txt');
    const args = [`+wave=${file}`, `+wave_from=${firstClock}`, `+wave_to=${firstClock + clocks - 1}`];
    await execa(program, args, { input: '' });
    const { duration, root } = parseActivity(readFileSync(file, 'utf8'));
    return {
      duration,
      clocks,
      frames: clocks / 16,
      top: scopeAt(root, 'TOP', 'bench', 'dut_0'),
      modules: await elaborate(sources, 'counter'),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
