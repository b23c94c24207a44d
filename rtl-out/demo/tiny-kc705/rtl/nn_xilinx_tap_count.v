// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * count = #ones(taps ^ INVERT).
 *
 * Two or three taps are a LUT6_2. More, up to seven, are two of them and two positions
 * of a carry chain: five taps go to both; position 0 adds the low bit of their count, the
 * sixth tap and, as the chain's carry in, the seventh; position 1 adds that carry to the
 * count's high part, which is 0, 1 or 2: 1 passes the carry on, 2 makes one.
 * Inverting is free for the first five taps and not offered for the others.
 *
 * Synthesis tools, which define SYNTHESIS, see the primitives; simulators a model.
 *
 * Timing: II = 1, latency = 1.
 */
module nn_xilinx_tap_count #(
    parameter TAPS    = 7,      // taps, 1..7
    parameter INVERT  = 7'h00,  // taps that count where they are 0
    parameter CARRY_W = 4       // positions of a carry primitive: 4 = CARRY4, 8 = CARRY8
) (
    /* Clock. */
    input  wire clk,

    /* Taps, and a clock later their count. */
    input  wire [TAPS-1:0]           taps,
    output reg  [$clog2(TAPS+1)-1:0] count
);

    localparam COUNT_W = $clog2(TAPS+1);

    wire [6:0]         t = {{(7-TAPS){1'b0}}, taps};
    wire [COUNT_W-1:0] total;

    always @(posedge clk) count <= total;

    generate
        if (TAPS < 1 || TAPS > 7) begin : g_check_taps
            nn_xilinx_tap_count_TAPS_must_be_1_to_7 u_error();
        end
        if (INVERT[6:5] != 0 || (INVERT >> TAPS) != 0) begin : g_check_invert
            nn_xilinx_tap_count_INVERT_is_for_the_first_five_taps u_error();
        end
    endgenerate

`ifdef SYNTHESIS

    // Truth tables of the LUT inputs: an equation on them is a LUT's INIT.
    localparam [31:0] A = 32'hAAAAAAAA ^ {32{INVERT[0]}}, B = 32'hCCCCCCCC ^ {32{INVERT[1]}},
                      C = 32'hF0F0F0F0 ^ {32{INVERT[2]}}, D = 32'hFF00FF00 ^ {32{INVERT[3]}},
                      E = 32'hFFFF0000 ^ {32{INVERT[4]}};

    localparam [31:0] ABC_ODD = A ^ B ^ C;
    localparam [31:0] ABC_TWO = (A & B) | (C & (A ^ B));
    localparam [31:0] CARRY   = (ABC_ODD & D) | (E & (ABC_ODD ^ D));
    localparam [31:0] COUNT_1 = ABC_ODD ^ D ^ E;    // the five's count, bit by bit
    localparam [31:0] COUNT_2 = ABC_TWO ^ CARRY;
    localparam [31:0] COUNT_4 = ABC_TWO & CARRY;

    generate
        if (TAPS == 1) begin : g_wire
            wire unused_t = ^t;
            assign total = taps ^ INVERT[0];
        end else if (TAPS <= 3) begin : g_lut
            wire unused_t = ^t[6:3];
            LUT6_2 #(.INIT({ABC_TWO, ABC_ODD})) u_lut (
                .I0(t[0]), .I1(t[1]), .I2(t[2]), .I3(1'b0), .I4(1'b0), .I5(1'b1),
                .O6(total[1]), .O5(total[0])
            );
        end else begin : g_carry
            wire [1:0] s, d;
            LUT6_2 #(.INIT({~COUNT_1, COUNT_1})) u_low (
                .I0(t[0]), .I1(t[1]), .I2(t[2]), .I3(t[3]), .I4(t[4]), .I5(t[5]),
                .O6(s[0]), .O5(d[0])
            );
            LUT6_2 #(.INIT({COUNT_2, COUNT_4})) u_high (
                .I0(t[0]), .I1(t[1]), .I2(t[2]), .I3(t[3]), .I4(t[4]), .I5(1'b1),
                .O6(s[1]), .O5(d[1])
            );
            nn_xilinx_carry #(.W(2), .CARRY_W(CARRY_W)) u_carry (
                .enter(t[6]), .s(s), .d(d), .sum(total[1:0]), .carry(total[2])
            );
        end
    endgenerate

`else

    wire unused_carry_w = CARRY_W[0];

    wire [6:0] one = t ^ INVERT[6:0];
    wire [2:0] all = {2'b00, one[0]} + {2'b00, one[1]} + {2'b00, one[2]} + {2'b00, one[3]}
                   + {2'b00, one[4]} + {2'b00, one[5]} + {2'b00, one[6]};
    wire unused_all = ^all;

    assign total = all[COUNT_W-1:0];

`endif

endmodule

`default_nettype wire
