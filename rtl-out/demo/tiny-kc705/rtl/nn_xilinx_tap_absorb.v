// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * sum = base + #ones(taps ^ INVERT) + unit modulo 2^SUM_W.
 *
 * A LUT6_2 a bit of the base: five taps on I0..I4 give their count's bit, which
 * with the base's bit on I5 is the carry chain's S, and alone its DI. Above the
 * count's three bits the base alone goes to the chain.
 *
 * Synthesis tools, which define SYNTHESIS, see the primitives; simulators a model.
 *
 * Timing: II = 1, latency = 1.
 */
module nn_xilinx_tap_absorb #(
    parameter TAPS    = 5,      // taps, 1..5
    parameter INVERT  = 5'h00,  // taps that count where they are 0
    parameter BASE_W  = 3,      // width of base, bits, at least 3
    parameter SUM_W   = 4,      // width of sum, bits: BASE_W or one more
    parameter CARRY_W = 4       // positions of a carry primitive: 4 = CARRY4, 8 = CARRY8
) (
    /* Clock. */
    input  wire clk,

    /* Operands. */
    input  wire [TAPS-1:0]   taps,  // bits to be counted
    input  wire              unit,  // one more addend of one bit
    input  wire [BASE_W-1:0] base,  // running sum

    /* Sum, a clock later. */
    output reg  [SUM_W-1:0] sum
);

    wire [4:0]      t = {{(5-TAPS){1'b0}}, taps};
    wire [BASE_W:0] total;

    generate
        if (TAPS < 1 || TAPS > 5) begin : g_check_taps
            nn_xilinx_tap_absorb_TAPS_must_be_1_to_5 u_error();
        end
        if ((INVERT >> TAPS) != 0) begin : g_check_invert
            nn_xilinx_tap_absorb_INVERT_is_for_taps u_error();
        end
        if (BASE_W < 3) begin : g_check_base
            nn_xilinx_tap_absorb_BASE_W_must_be_at_least_3 u_error();
        end
        if (SUM_W != BASE_W && SUM_W != BASE_W + 1) begin : g_check_sum
            nn_xilinx_tap_absorb_SUM_W_must_be_BASE_W_or_one_more u_error();
        end
    endgenerate

    wire unused_top = total[BASE_W];
    always @(posedge clk) sum <= total[SUM_W-1:0];

`ifdef SYNTHESIS

    // Truth tables of the LUT inputs: an equation on them is a LUT's INIT.
    localparam [31:0] A = 32'hAAAAAAAA ^ {32{INVERT[0]}}, B = 32'hCCCCCCCC ^ {32{INVERT[1]}},
                      C = 32'hF0F0F0F0 ^ {32{INVERT[2]}}, D = 32'hFF00FF00 ^ {32{INVERT[3]}},
                      E = 32'hFFFF0000 ^ {32{INVERT[4]}};

    localparam [31:0] ABC_ODD = A ^ B ^ C;
    localparam [31:0] ABC_TWO = (A & B) | (C & (A ^ B));
    localparam [31:0] CARRY   = (ABC_ODD & D) | (E & (ABC_ODD ^ D));
    localparam [31:0] COUNT_1 = ABC_ODD ^ D ^ E;    // the taps' count, bit by bit
    localparam [31:0] COUNT_2 = ABC_TWO ^ CARRY;
    localparam [31:0] COUNT_4 = ABC_TWO & CARRY;

    localparam COUNTED = (TAPS == 1) ? 1 : (TAPS <= 3) ? 2 : 3;

    wire [BASE_W-1:0] s, d;

    genvar i;
    generate
        for (i = 0; i < BASE_W; i = i + 1) begin : g_bit
            if (i < COUNTED) begin : g_lut
                localparam [31:0] BIT = (i == 0) ? COUNT_1 : (i == 1) ? COUNT_2 : COUNT_4;
                LUT6_2 #(.INIT({~BIT, BIT})) u_lut (
                    .I0(t[0]), .I1(t[1]), .I2(t[2]), .I3(t[3]), .I4(t[4]), .I5(base[i]),
                    .O6(s[i]), .O5(d[i])
                );
            end else begin : g_base
                assign s[i] = base[i];
                assign d[i] = 1'b0;
            end
        end
    endgenerate

    nn_xilinx_carry #(.W(BASE_W), .CARRY_W(CARRY_W)) u_carry (
        .enter(unit), .s(s), .d(d), .sum(total[BASE_W-1:0]), .carry(total[BASE_W])
    );

`else

    wire unused_carry_w = CARRY_W[0];

    wire [4:0] one = t ^ INVERT[4:0];
    wire [2:0] all = {2'b00, one[0]} + {2'b00, one[1]} + {2'b00, one[2]} + {2'b00, one[3]}
                   + {2'b00, one[4]} + {2'b00, unit};

    assign total = {1'b0, base} + {{(BASE_W-2){1'b0}}, all};

`endif

endmodule

`default_nettype wire
