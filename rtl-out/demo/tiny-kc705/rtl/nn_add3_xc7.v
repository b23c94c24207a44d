// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * sum = a + b + c modulo 2^W, in W LUT6_2 and ceil(W/4) CARRY4 of a 7-series
 * device. Combinational.
 *
 * LUT i gives the majority of column i and, with the majority of the column
 * below, the parity of the four: the carry chain adds the two words that are left.
 */
module nn_add3_xc7 #(
    parameter W = 8     // width of operands and sum
) (
    input  wire [W-1:0] a,
    input  wire [W-1:0] b,
    input  wire [W-1:0] c,
    output wire [W-1:0] sum
);

    // Truth tables of the LUT inputs: an equation on them is a LUT's INIT.
    localparam [31:0] A = 32'hAAAAAAAA, B = 32'hCCCCCCCC, C = 32'hF0F0F0F0, BELOW = 32'hFF00FF00;
    localparam [31:0] MAJORITY = (A & B) | (C & (A ^ B));
    localparam [31:0] PARITY   = A ^ B ^ C ^ BELOW;

    localparam CHUNKS = (W + 3) / 4;

    wire [W:0]          majority;
    wire [4*CHUNKS-1:0] s, d, o, co;
    wire                unused_top = majority[W];

    assign majority[0] = 1'b0;
    assign sum         = o[W-1:0];

    genvar i;
    generate
        if (W < 1) begin : g_check
            nn_add3_xc7_W_must_be_positive u_error();
        end

        for (i = 0; i < 4*CHUNKS; i = i + 1) begin : g_bit
            if (i < W) begin : g_lut
                LUT6_2 #(.INIT({PARITY, MAJORITY})) u_lut (
                    .I0(a[i]), .I1(b[i]), .I2(c[i]), .I3(majority[i]), .I4(1'b0), .I5(1'b1),
                    .O6(s[i]), .O5(majority[i+1])
                );
                assign d[i] = majority[i];
            end else begin : g_beyond
                wire unused_o = o[i];
                assign s[i] = 1'b0;
                assign d[i] = 1'b0;
            end
        end

        for (i = 0; i < CHUNKS; i = i + 1) begin : g_carry
            CARRY4 u_carry (
                .CI     (i == 0 ? 1'b0 : co[(i == 0 ? 0 : 4*i - 1)]),
                .CYINIT (1'b0),
                .S      (s[4*i +: 4]),
                .DI     (d[4*i +: 4]),
                .O      (o[4*i +: 4]),
                .CO     (co[4*i +: 4])
            );
            wire [3:0] unused_carries = co[4*i +: 4];
        end
    endgenerate

endmodule

`default_nettype wire
