// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * y = MIRROR ^ (a + b + unit > half).
 *
 * a + b + unit - half - 1 is not negative where a + b + ~half + unit carries out of
 * W bits: one sum, and no compare behind it. Parities and majorities of the columns, then
 * one adder, as in nn_sum3. nn_xilinx_exceeds is the same in primitives.
 *
 * Timing: II = 1, latency = 1.
 */
module nn_exceeds #(
    parameter W      = 9,  // width of half, bits, at least 2
    parameter MIRROR = 0   // 1: y = (a + b + unit <= half)
) (
    /* Clock. */
    input  wire clk,

    /* Operands, unsigned. */
    input  wire [W-2:0] a,
    input  wire [W-2:0] b,
    input  wire [W-1:0] half,  // what a + b + unit is compared with
    input  wire         unit,  // one more addend

    /* Verdict, a clock later. */
    output reg  y
);

    generate
        if (W < 2) begin : g_check
            nn_exceeds_W_must_be_at_least_2 u_error();
        end
    endgenerate

    wire [W-1:0] a_all    = {1'b0, a};
    wire [W-1:0] b_all    = {1'b0, b};
    wire [W-1:0] parity   = a_all ^ b_all ^ ~half;
    wire [W-1:0] majority = (a_all & b_all) | (~half & (a_all ^ b_all));

    // The top bits of a and b are 0, and so is the top majority.
    wire [W:0] rest       = {1'b0, parity} + {majority, unit};
    wire       unused_low = ^rest[W-1:0];

    always @(posedge clk) y <= (MIRROR != 0) ? ~rest[W] : rest[W];

endmodule

`default_nettype wire
