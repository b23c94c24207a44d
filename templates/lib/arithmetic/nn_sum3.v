// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * sum = a + b + c + units[0] + units[1] modulo 2^SUM_W.
 * INVERT inverts the bits of a, b and c first. nn_xilinx_sum3 is the same in
 * primitives.
 *
 * Parities and majorities of the columns, then one adder: written as a sum of three, a
 * synthesiser may share a sum of two with another cell and put two carry chains in a row.
 *
 * Timing: II = 1, latency = 1.
 */
module nn_sum3 #(
    parameter W      = 5,       // width of a, b and c, bits
    parameter SUM_W  = 7,       // width of sum, bits: W, W + 1 or W + 2
    parameter INVERT = 3'b000   // {c, b, a}: 1 = all bits of it are inverted first
) (
    /* Clock. */
    input  wire clk,

    /* Operands. */
    input  wire [W-1:0] a,
    input  wire [W-1:0] b,
    input  wire [W-1:0] c,
    input  wire [1:0]   units,  // two more addends of one bit

    /* Sum, a clock later. */
    output reg  [SUM_W-1:0] sum
);

    generate
        if (W < 1) begin : g_check_w
            nn_sum3_W_must_be_positive u_error();
        end
        if (SUM_W < W || SUM_W > W + 2) begin : g_check_sum
            nn_sum3_SUM_W_must_be_W_to_W_plus_2 u_error();
        end
    endgenerate

    wire [W-1:0] x        = a ^ {W{INVERT[0]}};
    wire [W-1:0] y        = b ^ {W{INVERT[1]}};
    wire [W-1:0] z        = c ^ {W{INVERT[2]}};
    wire [W-1:0] parity   = x ^ y ^ z;
    wire [W-1:0] majority = (x & y) | (z & (x ^ y));

    // The carry word has no lowest bit: a unit goes there, the other one is the carry in.
    wire [W+1:0] total = {2'b00, parity} + {1'b0, majority, units[0]}
                       + {{(W+1){1'b0}}, units[1]};
    wire         unused_top = ^total[W+1:W];

    always @(posedge clk) sum <= total[SUM_W-1:0];

endmodule

`default_nettype wire
