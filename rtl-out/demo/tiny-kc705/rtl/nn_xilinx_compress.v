// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Seven bits to their count: {four, two, one} = #ones(bits), in two LUT6_2 and
 * two positions of a carry chain.
 *
 * Five bits go to both LUTs. Position 0 adds the low bit of their count, the
 * sixth bit and, as the chain's carry in, the seventh. Position 1 adds that carry to the
 * count's high part, which is 0, 1 or 2: 1 passes the carry on, 2 makes one.
 *
 * Timing: combinational.
 */
module nn_xilinx_compress #(
    parameter CARRY_W = 4   // positions of a carry primitive: 4 = CARRY4, 8 = CARRY8
) (
    /* Bits, and their count. */
    input  wire [6:0] bits,
    output wire       one,  // weight 1
    output wire       two,  // weight 2
    output wire       four  // weight 4
);

    // Truth tables of the LUT inputs: an equation on them is a LUT's INIT.
    localparam [31:0] A = 32'hAAAAAAAA, B = 32'hCCCCCCCC, C = 32'hF0F0F0F0,
                      D = 32'hFF00FF00, E = 32'hFFFF0000;

    localparam [31:0] ABC_ODD = A ^ B ^ C;
    localparam [31:0] ABC_TWO = (A & B) | (C & (A ^ B));
    localparam [31:0] CARRY   = (ABC_ODD & D) | (E & (ABC_ODD ^ D));

    localparam [31:0] COUNT_1 = ABC_ODD ^ D ^ E;    // the five's count, bit by bit
    localparam [31:0] COUNT_2 = ABC_TWO ^ CARRY;
    localparam [31:0] COUNT_4 = ABC_TWO & CARRY;

    wire [1:0] s, d;

    LUT6_2 #(.INIT({~COUNT_1, COUNT_1})) u_low (
        .I0(bits[0]), .I1(bits[1]), .I2(bits[2]), .I3(bits[3]), .I4(bits[4]), .I5(bits[5]),
        .O6(s[0]), .O5(d[0])
    );

    LUT6_2 #(.INIT({COUNT_2, COUNT_4})) u_high (
        .I0(bits[0]), .I1(bits[1]), .I2(bits[2]), .I3(bits[3]), .I4(bits[4]), .I5(1'b1),
        .O6(s[1]), .O5(d[1])
    );

    nn_xilinx_carry #(.W(2), .CARRY_W(CARRY_W)) u_carry (
        .enter(bits[6]), .s(s), .d(d), .sum({two, one}), .carry(four)
    );

endmodule

`default_nettype wire
