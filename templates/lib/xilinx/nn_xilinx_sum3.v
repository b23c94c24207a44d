// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * sum = a + b + c + units[0] + units[1] modulo 2^SUM_W.
 * INVERT inverts the bits of a, b and c first, for nothing.
 *
 * A LUT6_2 a column gives the column's majority and, with the majority of the column
 * below, the parity of the four: the carry chain adds the two words that are left. The
 * lowest column has no majority below it and the chain no carry in: the units go there.
 *
 * Synthesis tools, which define SYNTHESIS, see the primitives; simulators a model.
 *
 * Timing: II = 1, latency = 1.
 */
module nn_xilinx_sum3 #(
    parameter W       = 5,       // width of a, b and c, bits
    parameter SUM_W   = 7,       // width of sum, bits: W, W + 1 or W + 2
    parameter INVERT  = 3'b000,  // {c, b, a}: 1 = all bits of it are inverted first
    parameter CARRY_W = 4        // positions of a carry primitive: 4 = CARRY4, 8 = CARRY8
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

    wire [W+1:0] total;
    wire         unused_top = ^total[W+1:W];

    generate
        if (W < 1) begin : g_check_w
            nn_xilinx_sum3_W_must_be_positive u_error();
        end
        if (SUM_W < W || SUM_W > W + 2) begin : g_check_sum
            nn_xilinx_sum3_SUM_W_must_be_W_to_W_plus_2 u_error();
        end
    endgenerate

    always @(posedge clk) sum <= total[SUM_W-1:0];

`ifdef SYNTHESIS

    // Truth tables of the LUT inputs: an equation on them is a LUT's INIT.
    localparam [31:0] A = 32'hAAAAAAAA ^ {32{INVERT[0]}}, B = 32'hCCCCCCCC ^ {32{INVERT[1]}},
                      C = 32'hF0F0F0F0 ^ {32{INVERT[2]}}, BELOW = 32'hFF00FF00;
    localparam [31:0] MAJORITY = (A & B) | (C & (A ^ B));
    localparam [31:0] PARITY   = A ^ B ^ C ^ BELOW;

    localparam POSITIONS = (SUM_W > W) ? W + 1 : W;

    wire [W:0]           majority;
    wire [POSITIONS-1:0] s, d;

    assign majority[0] = units[0];
    assign d[W-1:0]    = majority[W-1:0];

    genvar i;
    generate
        for (i = 0; i < W; i = i + 1) begin : g_column
            LUT6_2 #(.INIT({PARITY, MAJORITY})) u_lut (
                .I0(a[i]), .I1(b[i]), .I2(c[i]), .I3(majority[i]), .I4(1'b0), .I5(1'b1),
                .O6(s[i]), .O5(majority[i+1])
            );
        end
        // The top majority once more: S comes from the upper output of the position's own LUT.
        if (POSITIONS > W) begin : g_top
            wire unused_majority = majority[W];
            wire [2:0] top = {c[W-1], b[W-1], a[W-1]} ^ INVERT[2:0];
            assign s[W] = (top[0] & top[1]) | (top[2] & (top[0] ^ top[1]));
            assign d[W] = 1'b0;
        end else begin : g_no_top
            wire unused_majority = majority[W];
            assign total[W+1] = 1'b0;
        end
    endgenerate

    nn_xilinx_carry #(.W(POSITIONS), .CARRY_W(CARRY_W)) u_carry (
        .enter(units[1]), .s(s), .d(d), .sum(total[POSITIONS-1:0]), .carry(total[POSITIONS])
    );

`else

    wire unused_carry_w = CARRY_W[0];

    assign total = {2'b00, a ^ {W{INVERT[0]}}} + {2'b00, b ^ {W{INVERT[1]}}}
                 + {2'b00, c ^ {W{INVERT[2]}}}
                 + {{(W+1){1'b0}}, units[0]} + {{(W+1){1'b0}}, units[1]};

`endif

endmodule

`default_nettype wire
