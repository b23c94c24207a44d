// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Matrix-vector unit: PE dot products of a folded row, SIMD taps per clock.
 *
 *     IN_W = 1: sums[p] = sum over beats of popcount(xnor(vec, weights[p])), unsigned
 *     IN_W > 1: sums[p] = sum over beats and taps of (w ? x : -x), signed
 *
 * PIXELS pixels share the weights: pixel m's taps stand at vec[m*SIMD*IN_W], its
 * sums at sums[m*PE*ACC_W].
 *
 * `vec` tap i at bit i*IN_W; `weights` lane p, tap i at bit p*SIMD + i. A beat
 * with `first` starts a sum, one with `last` ends it; sums_valid then holds for
 * one clock, sums lane p at bit p*ACC_W. Valid-only: nothing stalls in here.
 *
 * Timing: II = 1, latency = DOT_LATENCY + 1.
 */
module nn_conv_mvu #(
    parameter PIXELS      = 1,           // pixels that a weight word serves
    parameter PE          = 4,           // dot products side by side
    parameter SIMD        = 16,          // taps per beat
    parameter IN_W        = 1,           // 1 = bipolar input, more = signed input of that width
    parameter ACC_W       = 10,          // accumulator width, bits
    parameter DOT_LATENCY = 4,           // clocks of a dot cell, which checks it
    parameter STYLE       = "portable",  // popcounts: "portable", or "xilinx" for its primitives
    parameter CARRY_W     = 4            // positions of a carry primitive: 4 = CARRY4, 8 = CARRY8
) (
    /* Clock, and synchronous reset. */
    input  wire clk,
    input  wire rst,

    /* Taps and weights of one beat of a dot product. */
    input  wire [PIXELS*SIMD*IN_W-1:0] vec,      // PIXELS windows of SIMD taps
    input  wire [PE*SIMD-1:0]          weights,  // PE filters of SIMD taps: 1 = +1, 0 = -1
    input  wire                        valid,    // a beat is there
    input  wire                        first,    // it starts a sum
    input  wire                        last,     // it ends a sum

    /* Sums, valid for one clock. */
    output wire [PIXELS*PE*ACC_W-1:0] sums,  // PIXELS pixels of PE filters
    output reg                        sums_valid
);

    localparam COUNT_W = $clog2(SIMD + 1);

    generate
        if (PE < 1) begin : g_check_pe
            nn_conv_mvu_PE_must_be_positive u_error();
        end
        if (IN_W == 1 && ACC_W < COUNT_W) begin : g_check_width
            nn_conv_mvu_ACC_W_must_hold_the_count u_error();
        end
    endgenerate

    wire unused_carry_w = CARRY_W[0];   // portable and signed dot products have no such chain

    // What the dot cells are working on: bit k entered k clocks ago.
    reg  [DOT_LATENCY:1] valid_past, first_past, last_past;
    wire [DOT_LATENCY:0] valid_at = {valid_past, valid};
    wire [DOT_LATENCY:0] first_at = {first_past, first};
    wire [DOT_LATENCY:0] last_at  = {last_past, last};

    wire dot_valid = valid_at[DOT_LATENCY];
    wire dot_first = first_at[DOT_LATENCY];
    wire dot_last  = last_at[DOT_LATENCY];

    always @(posedge clk) begin
        valid_past <= valid_at[DOT_LATENCY-1:0];
        first_past <= first_at[DOT_LATENCY-1:0];
        last_past  <= last_at[DOT_LATENCY-1:0];
        sums_valid <= dot_valid && dot_last;
        if (rst) begin
            valid_past <= {DOT_LATENCY{1'b0}};
            sums_valid <= 1'b0;
        end
    end

    genvar p;
    generate
        for (p = 0; p < PIXELS*PE; p = p + 1) begin : g_lane
            wire [SIMD*IN_W-1:0] x = vec[(p / PE)*SIMD*IN_W +: SIMD*IN_W];
            wire [SIMD-1:0]      w = weights[(p % PE)*SIMD +: SIMD];

            if (IN_W == 1) begin : g_bipolar
                wire [COUNT_W-1:0] count;
                wire [ACC_W-1:0]   dot = {{(ACC_W-COUNT_W){1'b0}}, count};
                reg  [ACC_W-1:0]   acc;

                if (STYLE == "xilinx") begin : g_xilinx
                    nn_xilinx_xnor_popcount #(
                        .N(SIMD), .CARRY_W(CARRY_W), .LATENCY(DOT_LATENCY)
                    ) u_dot (
                        .clk(clk), .x(x), .w(w), .count(count)
                    );
                end else if (STYLE == "portable") begin : g_portable
                    nn_xnor_popcount #(.N(SIMD), .LATENCY(DOT_LATENCY)) u_dot (
                        .clk(clk), .x(x), .w(w), .count(count)
                    );
                end else begin : g_check_style
                    nn_conv_mvu_STYLE_must_be_portable_or_xilinx u_error();
                end

                always @(posedge clk)
                    if (dot_valid) acc <= dot + (acc & {ACC_W{!dot_first}});

                assign sums[p*ACC_W +: ACC_W] = acc;

            end else begin : g_signed
                wire [ACC_W-1:0] value;
                wire             negative;
                reg  [ACC_W-1:0] acc, sum;

                nn_signed_dot #(
                    .N(SIMD), .IN_W(IN_W), .ACC_W(ACC_W), .LATENCY(DOT_LATENCY)
                ) u_dot (
                    .clk(clk), .x(x), .w(w), .value(value), .negative(negative)
                );

                // acc + value = acc - ~value - 1: a subtraction either way, with acc,
                // straight from a register, at the carry chain's other input. So acc
                // starts at 0 by a reset, and the sum is kept apart.
                wire             plus = !negative;
                wire [ACC_W:0]   next = {acc, 1'b0} - {value ^ {ACC_W{plus}}, plus};
                wire             unused_low = next[0];

                always @(posedge clk) begin
                    if (dot_valid) acc <= next[ACC_W:1];
                    if (dot_valid && dot_last) acc <= {ACC_W{1'b0}};
                    if (dot_valid && dot_last) sum <= next[ACC_W:1];
                    if (rst) acc <= {ACC_W{1'b0}};
                end

                assign sums[p*ACC_W +: ACC_W] = sum;
            end
        end
        if (IN_W > 1) begin : g_unused
            wire unused_first = dot_first;
        end
    endgenerate

endmodule

`default_nettype wire
