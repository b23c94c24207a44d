// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * y = MIRROR ^ (a + b + unit > half).
 *
 * a + b + unit - half - 1 is not negative where a + b + ~half + unit carries out of
 * W bits: an adder of three words, of which only the carry is built. The top bits
 * of a and b are 0, so that no majority leaves the top column.
 *
 * Synthesis tools, which define SYNTHESIS, see the primitives; simulators a model.
 *
 * Timing: II = 1, latency = 1.
 */
module nn_xilinx_exceeds #(
    parameter W       = 9,  // width of half, bits, at least 2
    parameter MIRROR  = 0,  // 1: y = (a + b + unit <= half)
    parameter CARRY_W = 4   // positions of a carry primitive: 4 = CARRY4, 8 = CARRY8
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
            nn_xilinx_exceeds_W_must_be_at_least_2 u_error();
        end
    endgenerate

    wire above;
    always @(posedge clk) y <= (MIRROR != 0) ? ~above : above;

`ifdef SYNTHESIS

    // Truth tables of the LUT inputs: an equation on them is a LUT's INIT. C is half's bit.
    localparam [31:0] A = 32'hAAAAAAAA, B = 32'hCCCCCCCC, C = 32'hF0F0F0F0, BELOW = 32'hFF00FF00;
    localparam [31:0] MAJORITY = (A & B) | (~C & (A ^ B));
    localparam [31:0] PARITY   = A ^ B ^ ~C ^ BELOW;

    wire [W:0]   majority;
    wire [W-1:0] a_all = {1'b0, a};
    wire [W-1:0] b_all = {1'b0, b};
    wire [W-1:0] s, sum;
    wire         unused_ends = ^{majority[W], sum};

    assign majority[0] = 1'b0;

    genvar i;
    generate
        for (i = 0; i < W; i = i + 1) begin : g_column
            LUT6_2 #(.INIT({PARITY, MAJORITY})) u_lut (
                .I0(a_all[i]), .I1(b_all[i]), .I2(half[i]), .I3(majority[i]), .I4(1'b0), .I5(1'b1),
                .O6(s[i]), .O5(majority[i+1])
            );
        end
    endgenerate

    nn_xilinx_carry #(.W(W), .CARRY_W(CARRY_W)) u_carry (
        .enter(unit), .s(s), .d(majority[W-1:0]), .sum(sum), .carry(above)
    );

`else

    wire unused_carry_w = CARRY_W[0];

    assign above = ({1'b0, a} + {1'b0, b} + {{(W-1){1'b0}}, unit}) > half;

`endif

endmodule

`default_nettype wire
