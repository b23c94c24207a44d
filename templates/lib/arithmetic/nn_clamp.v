// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Saturation: y = min(max(x, MIN), MAX), x signed, y two's complement where MIN is negative,
 * else unsigned.
 *
 * First into the range of OUT_W bits, by the bits above them alone, then between MIN and MAX:
 * no carry chain is longer than OUT_W.
 *
 * Timing: II = 1, latency = 2.
 */
module nn_clamp #(
    parameter IN_W  = 16,  // input width, bits, more than OUT_W
    parameter OUT_W = 8,   // output width, bits
    parameter signed [31:0] MIN = -128,  // least output
    parameter signed [31:0] MAX = 127  // greatest output
) (
    /* Clock. */
    input  wire clk,

    /* Operand, and the result two clocks later. */
    input  wire [IN_W-1:0]  x,  // signed
    output reg  [OUT_W-1:0] y   // signed where MIN is negative
);

    localparam SIGNED = (MIN < 0) ? 1 : 0;
    localparam FLOOR  = SIGNED ? -(1 << (OUT_W - 1)) : 0;
    localparam CEIL   = SIGNED ? (1 << (OUT_W - 1)) - 1 : (1 << OUT_W) - 1;

    localparam [31:0] MIN_32   = MIN;
    localparam [31:0] MAX_32   = MAX;
    localparam [31:0] FLOOR_32 = FLOOR;
    localparam [31:0] CEIL_32  = CEIL;

    generate
        if (IN_W <= OUT_W) begin : g_check_width
            nn_clamp_IN_W_must_be_more_than_OUT_W u_error();
        end
        if (MIN >= MAX || MIN < FLOOR || MAX > CEIL) begin : g_check_range
            nn_clamp_MIN_and_MAX_must_fit_OUT_W u_error();
        end
    endgenerate

    // Bits that are all equal to the sign where x fits OUT_W bits; unsigned, the sign is 0.
    wire [IN_W-OUT_W-1+SIGNED:0] above = x[IN_W-1:OUT_W-SIGNED];
    wire low  = x[IN_W-1] && (SIGNED == 0 || !(&above));
    wire high = !x[IN_W-1] && |above;

    reg [OUT_W-1:0] near;

    always @(posedge clk)
        near <= low ? FLOOR_32[OUT_W-1:0] : high ? CEIL_32[OUT_W-1:0] : x[OUT_W-1:0];

    generate
        if (MIN == FLOOR && MAX == CEIL) begin : g_whole
            always @(posedge clk) y <= near;
        end else if (SIGNED != 0) begin : g_signed
            wire signed [OUT_W-1:0] value = near;
            always @(posedge clk)
                if (value < $signed(MIN_32[OUT_W-1:0])) y <= MIN_32[OUT_W-1:0];
                else if (value > $signed(MAX_32[OUT_W-1:0])) y <= MAX_32[OUT_W-1:0];
                else y <= near;
        end else begin : g_unsigned
            // One more bit, so that a comparison with 0 is no constant.
            wire signed [OUT_W:0] value = {1'b0, near};
            always @(posedge clk)
                if (value < $signed(MIN_32[OUT_W:0])) y <= MIN_32[OUT_W-1:0];
                else if (value > $signed(MAX_32[OUT_W:0])) y <= MAX_32[OUT_W-1:0];
                else y <= near;
        end
    endgenerate

endmodule

`default_nettype wire
