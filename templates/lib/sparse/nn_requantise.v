// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Integer affine map to bytes, rounding half up:
 *
 *     y = clamp((a*x + b + (shift > 0 ? 2^(shift-1) : 0)) >> shift, least, most)
 *
 * exact for every a, b and x. One a, b and shift for all lanes of a clock. least and most are
 * 9-bit signed, so that signed and unsigned bytes have their own clamps. `exact` is the low
 * 32 bits of a*x + b (and the rounding term), for results that are not bytes.
 *
 * Golden: generator/layers/affine/golden.ts.
 *
 * Timing: II = 1, latency = 7.
 */
module nn_requantise #(
    parameter LANES = 64,  // values
    parameter X_W   = 24   // width of x, 16 to 32
) (
    input  wire                 clk,

    /* Values, and what all of them have in common */
    input  wire [X_W*LANES-1:0] x,
    input  wire signed [15:0]   a,      // factor
    input  wire signed [31:0]   b,      // term
    input  wire [4:0]           shift,  // right shift
    input  wire signed [8:0]    least,  // lower clamp
    input  wire signed [8:0]    most,   // upper clamp

    /* Results */
    output wire [8*LANES-1:0]   y,     // bytes
    output wire [32*LANES-1:0]  exact  // sums as they are
);

    generate
        if (X_W < 16 || X_W > 32) begin : g_check_width
            nn_requantise_X_W_must_be_16_to_32 u_error();
        end
    endgenerate

    localparam SUM_W = X_W + 17;            // a*x + b + half: one bit more than the product

    reg signed [15:0]      a_1;
    reg signed [32:0]      b_1, b_2;

    wire [4:0]        shift_4;
    wire [2:0]        shift_5;
    wire signed [9:0] least_10 = {least[8], least};
    wire signed [9:0] most_10  = {most[8], most};
    wire [31:0]       half = (32'd1 << shift) >> 1;

    always @(posedge clk) begin
        a_1 <= a;
        b_1 <= {b[31], b} + {1'b0, half};
        b_2 <= b_1;
    end

    nn_delay #(.DATA_W(5), .CLOCKS(4)) u_shift_4 (.clk(clk), .d(shift), .q(shift_4));
    nn_delay #(.DATA_W(3), .CLOCKS(1)) u_shift_5 (.clk(clk), .d(shift_4[2:0]), .q(shift_5));

    genvar g;
    generate
        for (g = 0; g < LANES; g = g + 1) begin : g_lane
            // Registers and adder of a DSP slice up to sum_3.
            reg signed [X_W-1:0]   x_1;
            reg signed [X_W+15:0]  product_2;
            reg signed [SUM_W-1:0] sum_3, sum_4, sum_5;
            reg                    beyond_6, below_6;
            reg signed [9:0]       sum_6, near;
            reg [31:0]             exact_5, exact_6, exact_7;
            reg [7:0]              y_7;
            // What is beyond 17 bits is beyond 10 after a shift by 7 too.
            wire signed [16:0]     fine = $signed(sum_5[16:0]) >>> shift_5;
            wire                   far  = sum_5[SUM_W-1:16] != {(SUM_W-16){sum_5[SUM_W-1]}};

            always @* near = beyond_6 ? {below_6, {9{!below_6}}} : sum_6;

            always @(posedge clk) begin
                x_1       <= x[X_W*g +: X_W];
                product_2 <= a_1 * x_1;
                sum_3     <= {product_2[X_W+15], product_2} + {{(SUM_W-32){b_2[32]}}, b_2[31:0]};
                sum_4     <= sum_3;
                sum_5     <= sum_4 >>> {shift_4[4:3], 3'd0};
                sum_6     <= fine[9:0];
                beyond_6  <= far || fine[16:9] != {8{fine[16]}};
                below_6   <= sum_5[SUM_W-1];
                y_7       <= (near < least_10) ? least[7:0]
                           : (near > most_10)  ? most[7:0] : near[7:0];
                exact_5   <= sum_4[31:0];
                exact_6   <= exact_5;
                exact_7   <= exact_6;
            end

            assign y[8*g +: 8]      = y_7;
            assign exact[32*g +: 32] = exact_7;
        end
    endgenerate

endmodule

`default_nettype wire
