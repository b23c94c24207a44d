// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * y = MIRROR ^ (count >= THRESHOLD).
 *
 * A bit decides where it differs from the threshold's; what all bits below decide
 * stands if none does. Written bit by bit, so that synthesis makes it LUTs, about a
 * fifth as many as bits, and no carry chain.
 *
 * Timing: II = 1, latency = 1.
 */
module nn_at_least #(
    parameter W         = 10,   // width of count, bits
    parameter THRESHOLD = 288,  // what count is compared with, 1..2^W - 1
    parameter MIRROR    = 0     // 1: y = (count < THRESHOLD)
) (
    /* Clock. */
    input  wire clk,

    /* Operand, and the verdict a clock later. */
    input  wire [W-1:0] count,  // unsigned
    output reg          y
);

    function reached(input [W-1:0] bits);
        integer i;
        begin
            reached = 1'b1;
            for (i = 0; i < W; i = i + 1)
                reached = THRESHOLD[i] ? bits[i] & reached : bits[i] | reached;
        end
    endfunction

    generate
        if (THRESHOLD < 1 || (THRESHOLD >> W) != 0) begin : g_check
            nn_at_least_THRESHOLD_must_be_1_to_2_to_the_W_minus_1 u_error();
        end
    endgenerate

    always @(posedge clk) y <= (MIRROR != 0) ? ~reached(count) : reached(count);

endmodule

`default_nettype wire
