// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * One unit of the shared array: 9 * GROUP taps, a tree, a flexible accumulator.
 *
 * Tap t of nine holds GROUP bits, at t*GROUP. Leaf j counts the agreements q[j] of
 * bits 4j..4j+3 of all nine taps: 36 pairs. The tree adds the leaves up:
 *     total = sum of q[j]              bits of a group's channels
 *     total = sum of 2^j * q[j]        `planes`: bit planes of one pixel's channels
 *     total = lower half of the leaves `half`: the upper half is another filter's
 * and the accumulator takes it in one of four ways, by `take`:
 *     0  A = total     1  A = A + total     2  A = A * 2^(GROUP/4) + total
 *     3  A = B + total
 * where B is the upper half of the last `half` step.
 *
 * `half` belongs to the tree's root, so it comes 3 + LEVELS clocks behind its x and
 * w, `take` one later; LEVELS = $clog2(GROUP/4).
 *
 * Timing: II = 1, latency = 5 + LEVELS.
 */
module nn_shared_unit #(
    parameter GROUP  = 16,          // channels of a group: 8, 16 or 32
    parameter PLANES = 1,           // 0: `planes` is never high
    parameter SPLIT  = 1,           // 0: `half` is never high, `take` never 3
    parameter ACC_W  = 14,          // accumulator width, bits
    parameter STYLE  = "portable",  // of popcounts, or "xilinx": device primitives
    parameter CARRY_W = 4           // positions of their carry primitive: 4 = CARRY4, 8 = CARRY8
) (
    input  wire               clk,

    /* Bits and weights, tap t's at t*GROUP */
    input  wire [9*GROUP-1:0] x,
    input  wire [9*GROUP-1:0] w,

    /* What is done with them */
    input  wire               planes,  // of the layer: bit planes
    input  wire               half,    // the upper half is another filter's
    input  wire [1:0]         take,    // how the accumulator takes the total
    output reg  [ACC_W-1:0]   acc      // the sum
);

    localparam LEAVES  = GROUP / 4;
    localparam LEVELS  = $clog2(LEAVES);
    localparam COUNT_W = 6;                 // of 36 agreements
    localparam TOTAL_W = (PLANES != 0) ? $clog2(36*((1 << LEAVES) - 1) + 1)
                                       : COUNT_W + LEVELS;
    localparam HALF_W  = (PLANES != 0) ? $clog2(36*((1 << (LEAVES/2)) - 1) + 1)
                                       : COUNT_W + LEVELS - 1;

    generate
        if (GROUP != 8 && GROUP != 16 && GROUP != 32) begin : g_check_group
            nn_shared_unit_GROUP_must_be_8_16_or_32 u_error();
        end
        if (ACC_W < TOTAL_W) begin : g_check_width
            nn_shared_unit_ACC_W_must_hold_the_total u_error();
        end
    endgenerate

    wire unused_carry_w = CARRY_W[0];   // portable popcounts have no such chain

    // Node n of level k adds nodes 2n and 2n+1 of level k-1; the root is below.
    genvar j, t, k, n;
    generate
        for (j = 0; j < LEAVES; j = j + 1) begin : g_leaf
            wire [35:0]        taps, weights;
            wire [COUNT_W-1:0] count;
            for (t = 0; t < 9; t = t + 1) begin : g_tap
                assign taps[4*t +: 4]    = x[t*GROUP + 4*j +: 4];
                assign weights[4*t +: 4] = w[t*GROUP + 4*j +: 4];
            end
            if (STYLE == "xilinx") begin : g_xilinx
                nn_xilinx_xnor_popcount #(.N(36), .CARRY_W(CARRY_W)) u_count (
                    .clk(clk), .x(taps), .w(weights), .count(count)
                );
            end else if (STYLE == "portable") begin : g_portable
                nn_xnor_popcount #(.N(36)) u_count (
                    .clk(clk), .x(taps), .w(weights), .count(count)
                );
            end else begin : g_check_style
                nn_shared_unit_STYLE_must_be_portable_or_xilinx u_error();
            end
        end

        for (k = 0; k < LEVELS; k = k + 1) begin : g_level
            localparam WIDTH = (PLANES != 0) ? $clog2(36*((1 << (1 << k)) - 1) + 1) : COUNT_W + k;
            for (n = 0; n < (LEAVES >> k); n = n + 1) begin : g_node
                wire [WIDTH-1:0] sum;
                if (k == 0) begin : g_first
                    assign sum = g_leaf[n].count;
                end else begin : g_add
                    localparam BELOW = (PLANES != 0) ? $clog2(36*((1 << (1 << (k-1))) - 1) + 1)
                                                     : COUNT_W + k - 1;
                    localparam SHIFT = 1 << (k-1);
                    wire [BELOW-1:0] low  = g_level[k-1].g_node[2*n].sum;
                    wire [BELOW-1:0] high = g_level[k-1].g_node[2*n+1].sum;
                    wire [WIDTH-1:0] term;
                    reg  [WIDTH-1:0] held;
                    if (PLANES != 0) begin : g_planes
                        assign term = planes ? {{(WIDTH-BELOW){1'b0}}, high} << SHIFT
                                             : {{(WIDTH-BELOW){1'b0}}, high};
                    end else begin : g_bits
                        assign term = {{(WIDTH-BELOW){1'b0}}, high};
                    end
                    always @(posedge clk) held <= {{(WIDTH-BELOW){1'b0}}, low} + term;
                    assign sum = held;
                end
            end
        end
    endgenerate

    wire [HALF_W-1:0]  lower = g_level[LEVELS-1].g_node[0].sum;
    wire [HALF_W-1:0]  upper = g_level[LEVELS-1].g_node[1].sum;
    wire [TOTAL_W-1:0] wide  = {{(TOTAL_W-HALF_W){1'b0}}, upper};
    wire [TOTAL_W-1:0] term  = (SPLIT != 0 && half)    ? {TOTAL_W{1'b0}}
                             : (PLANES != 0 && planes) ? wide << (LEAVES/2) : wide;

    reg  [TOTAL_W-1:0] total;
    always @(posedge clk) total <= {{(TOTAL_W-HALF_W){1'b0}}, lower} + term;

    wire [ACC_W-1:0] other;
    generate
        if (SPLIT != 0) begin : g_split
            reg [HALF_W-1:0] b;
            always @(posedge clk) if (half) b <= upper;
            assign other = {{(ACC_W-HALF_W){1'b0}}, b};
        end else begin : g_whole
            wire unused_half = half;
            assign other = {ACC_W{1'b0}};
        end
        if (PLANES == 0) begin : g_no_planes
            wire unused_planes = planes;
        end
    endgenerate

    wire [ACC_W-1:0] from = (take == 2'd0) ? {ACC_W{1'b0}}
                          : (take == 2'd1) ? acc
                          : (take == 2'd2) ? ((PLANES != 0) ? acc << LEAVES : {ACC_W{1'b0}})
                          : other;

    always @(posedge clk) acc <= {{(ACC_W-TOTAL_W){1'b0}}, total} + from;

endmodule

`default_nettype wire
