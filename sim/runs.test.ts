// SPDX-License-Identifier: Apache-2.0
/**
 * What a run may take: clocks by the cycle model, seconds by the size of the design; and what a loop without an end
 * says.
 */
import { expect, test } from 'vitest';
import { runBench } from './report-lines.ts';
import { intervalOf, timeLimits } from './runs.ts';
import { buildSimulator } from './simulator.ts';
import { chain } from './specimens.ts';

const endless = `module endless (input wire clk, output reg [7:0] a);
    always @(posedge clk) begin
        a = 8'd1;
        while (a != 8'd0) a = a | 8'd1;
    end
endmodule
`;
const bench = `module bench (input wire clk);
    wire [7:0] a;
    endless u_endless (.clk(clk), .a(a));
    always @(posedge clk) begin
        $display("%s DONE cycle=%0d", nn_report::nonce(), a);
        $finish;
    end
endmodule
`;

test('a loop without an end in a cell is stopped, and the limit is named', async () => {
  const program = await buildSimulator([{ path: 'rtl/endless.v', text: endless }], bench, { quick: true });
  const run = runBench(program, { seed: 1 }, { cwd: '.', seconds: 1 });
  await expect(run).rejects.toThrow(/^NN044 time limit reached · simulation · no end after 1 s/);
}, 120_000);

test('limits follow the interval, the stalls, the frames and the size', () => {
  const design = chain();
  const { interval } = design.placement;
  const free = timeLimits(design, 0, 8);
  const stalled = timeLimits(design, 80, 8);
  expect(free.watchdog).toBeGreaterThan(2 * interval);
  expect(stalled.watchdog).toBeGreaterThanOrEqual(5 * free.watchdog - 5);
  expect(stalled.drain).toBeGreaterThanOrEqual(5 * free.drain - 5);
  // A small design has a minute or two; frames in great number take longer than that.
  expect(free.seconds).toBeLessThan(120);
  expect(free.seconds).toBeGreaterThanOrEqual(60);
  expect(timeLimits(design, 80, 1e6).seconds).toBeGreaterThan(10 * 60);
  expect(timeLimits(design, 0, 2e6).seconds).toBeGreaterThan(1.9 * timeLimits(design, 0, 1e6).seconds);
});

test('an interval needs more frames than those that fill the pipeline', () => {
  expect(intervalOf([10, 20, 30, 40])).toBeNull();
  expect(intervalOf([10, 20, 30, 40, 52, 64])).toBe(12);
});
