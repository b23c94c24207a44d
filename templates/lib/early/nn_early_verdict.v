// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * The sum of nn_early_lane's jobs, LOOP of them in turn, and what it says.
 *
 *     s = (k - window_ones) >> 1;  a tile's hits add to s, its ones leave `left`
 *     one = s >= 0,  known = EARLY ? s >= 0 or s < -left : `last`, the window's last tile
 *
 * k and window_ones belong to the job whose hits and ones come a clock later; known and
 * one follow those by a clock. Nothing is reset: `start` begins anew.
 *
 * Timing: II = 1, latency = 1.
 */
module nn_early_verdict #(
    parameter ONES_W  = 10,  // width of a window's ones, bits
    parameter COUNT_W = 6,   // width of a tile's ones, bits
    parameter EARLY   = 1,   // 0: known at the last tile
    parameter LOOP    = 12   // jobs in turn
) (
    /* Clock. */
    input  wire clk,

    /* A job's tile. */
    input  wire               start,        // with hits and ones: a window's first tile
    input  wire [ONES_W:0]    k,            // threshold, a clock before hits
    input  wire [ONES_W-1:0]  window_ones,  // ones of the window, with k
    input  wire [COUNT_W-1:0] hits,         // ones that tile and weights share
    input  wire [COUNT_W-1:0] ones,         // ones of the tile
    input  wire               last,         // a clock after hits and ones: the window's last tile

    /* Verdict, a clock after hits and ones. */
    output wire known,  // the bit is known
    output wire one     // it is 1
);

    localparam SUM_W = ONES_W + 1;

    // What is left is kept as -1 - left, but for its sign: both only grow.
    wire [SUM_W-1:0]  sum_before;
    wire [ONES_W-1:0] owed_before;
    reg  [SUM_W-1:0]  sum, sum_first;
    reg  [ONES_W-1:0] owed, window_owed;

    nn_delay #(.DATA_W(SUM_W), .CLOCKS(LOOP-1)) u_sum (.clk(clk), .d(sum), .q(sum_before));
    nn_delay #(.DATA_W(ONES_W), .CLOCKS(LOOP-1)) u_owed (.clk(clk), .d(owed), .q(owed_before));

    wire [SUM_W:0] twice_first = {k[SUM_W-1], k} - {2'b00, window_ones};
    wire           unused_half = twice_first[0];

    // A register of its own on the left of each sum: a carry chain takes that one as it is.
    always @(posedge clk) begin
        sum_first   <= twice_first[SUM_W:1];
        window_owed <= ~window_ones;

        sum  <= {{(SUM_W-COUNT_W){1'b0}}, hits} + (start ? sum_first : sum_before);
        owed <= {{(ONES_W-COUNT_W){1'b0}}, ones} + (start ? window_owed : owed_before);
    end

    assign one = !sum[SUM_W-1];

    generate
        if (EARLY == 0) begin : g_late
            wire unused_owed = ^owed;
            assign known = last;
        end else begin : g_early
            // Below 0 and below -left; or not below 0, for then sum + left <= n, which is
            // the same without signs. With the last tile nothing is left: one holds.
            wire unused_last = last;
            assign known = sum[SUM_W-2:0] <= owed;
        end
    endgenerate

endmodule

`default_nettype wire
