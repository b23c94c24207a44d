// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * sum = a + b + unit modulo 2^SUM_W. A LUT and a
 * position of the carry chain per bit of the wider operand. INVERT inverts the bits
 * of a and b first.
 *
 * Synthesis tools, which define SYNTHESIS, see the chain; simulators a model.
 *
 * Timing: II = 1, latency = 1.
 */
module nn_xilinx_add2 #(
    parameter A_W     = 5,      // width of a, bits, at least B_W
    parameter B_W     = 4,      // width of b, bits
    parameter SUM_W   = 6,      // width of sum, bits: A_W or one more
    parameter INVERT  = 2'b00,  // bits of {b, a} that are inverted first: 1 = all of them
    parameter CARRY_W = 4       // positions of a carry primitive: 4 = CARRY4, 8 = CARRY8
) (
    /* Clock. */
    input  wire clk,

    /* Operands. */
    input  wire [A_W-1:0] a,
    input  wire [B_W-1:0] b,
    input  wire           unit,  // one more addend of one bit

    /* Sum, a clock later. */
    output reg  [SUM_W-1:0] sum
);

    wire [A_W-1:0] a_wide = a ^ {A_W{INVERT[0]}};
    wire [A_W-1:0] b_wide = {{(A_W-B_W){1'b0}}, b ^ {B_W{INVERT[1]}}};
    wire [A_W:0]   total;
    wire           unused_top = total[A_W];

    generate
        if (B_W < 1 || A_W < B_W) begin : g_check_order
            nn_xilinx_add2_A_W_must_be_at_least_B_W u_error();
        end
        if (SUM_W != A_W && SUM_W != A_W + 1) begin : g_check_sum
            nn_xilinx_add2_SUM_W_must_be_A_W_or_one_more u_error();
        end
    endgenerate

    always @(posedge clk) sum <= total[SUM_W-1:0];

`ifdef SYNTHESIS
    nn_xilinx_carry #(.W(A_W), .CARRY_W(CARRY_W)) u_carry (
        .enter (unit),
        .s     (a_wide ^ b_wide),
        .d     (INVERT[1] ? a_wide : b_wide),
        .sum   (total[A_W-1:0]),
        .carry (total[A_W])
    );
`else
    wire unused_carry_w = CARRY_W[0];
    assign total = {1'b0, a_wide} + {1'b0, b_wide} + {{A_W{1'b0}}, unit};
`endif

endmodule

`default_nettype wire
