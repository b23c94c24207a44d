// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * sum = a + b + c modulo 2^W, in W LUT6_2 and a carry chain of W positions.
 *
 * LUT i gives the majority of column i and, with the majority of the column
 * below, the parity of the four: the carry chain adds the two words that are left.
 *
 * Timing: combinational.
 */
module nn_xilinx_add3 #(
    parameter W       = 8,  // width of operands and sum
    parameter CARRY_W = 4   // positions of a carry primitive: 4 = CARRY4, 8 = CARRY8
) (
    /* Operands, and their sum. */
    input  wire [W-1:0] a,
    input  wire [W-1:0] b,
    input  wire [W-1:0] c,
    output wire [W-1:0] sum
);

    // Truth tables of the LUT inputs: an equation on them is a LUT's INIT.
    localparam [31:0] A = 32'hAAAAAAAA, B = 32'hCCCCCCCC, C = 32'hF0F0F0F0, BELOW = 32'hFF00FF00;
    localparam [31:0] MAJORITY = (A & B) | (C & (A ^ B));
    localparam [31:0] PARITY   = A ^ B ^ C ^ BELOW;

    wire [W:0]   majority;
    wire [W-1:0] s;
    wire         carry;
    wire         unused_top = majority[W] ^ carry;

    assign majority[0] = 1'b0;

    genvar i;
    generate
        if (W < 1) begin : g_check
            nn_xilinx_add3_W_must_be_positive u_error();
        end

        for (i = 0; i < W; i = i + 1) begin : g_bit
            LUT6_2 #(.INIT({PARITY, MAJORITY})) u_lut (
                .I0(a[i]), .I1(b[i]), .I2(c[i]), .I3(majority[i]), .I4(1'b0), .I5(1'b1),
                .O6(s[i]), .O5(majority[i+1])
            );
        end
    endgenerate

    nn_xilinx_carry #(.W(W), .CARRY_W(CARRY_W)) u_carry (
        .enter(1'b0), .s(s), .d(majority[W-1:0]), .sum(sum), .carry(carry)
    );

endmodule

`default_nettype wire
