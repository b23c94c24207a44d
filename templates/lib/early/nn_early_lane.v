// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * One lane of nn_early: decides every PE-th filter of every output pixel, each as soon as it
 * is known. A job is a pixel and a filter; its windows (POOL x POOL) are
 * walked one after another, a window tile by tile (SIMD taps):
 *
 *     A = ones of the window, B = ones of the weights, n = K*K*CHANNELS
 *     P = n - A - B + 2*Q, Q = #(x and w): so the bit, P >= T, is Q + s >= 0 with
 *     s = (k - A) >> 1, k = n - T - B; and Q can still grow by the ones that no tile has
 *     shown, `left`
 *
 *     EARLY: the window is 1 once Q + s >= 0 and 0 once Q + s < -left; else after all SF tiles
 *     SKIP:  the job ends at the first window that decides it: a 1, or a 0 if AND
 *
 * Barrel. Every clock is the turn of another of LOOP jobs; what a job is doing goes round
 * with the pipeline, so the next tile is asked for when the last one has been judged: no
 * tile is read in vain, and how many are depends on the data and their order alone. A job
 * that ends leaves its turn to the lane's next one.
 *
 *     clock  0  judge: go on, next window, or the job's end and the next job
 *            1  slot, fold and tile stand     4  ring address stands
 *            2  weight address stands         6  tile and weights meet
 *            3  tile's place in the window    6 + DOT, + 1, + 2 = LOOP: count, sum, verdict
 *
 * The fewer ones, the sooner: the feed inverts channels that are mostly 1. It writes beside
 * every word its ones and, beside a window's last word, the ones of the whole window, so
 * that tile is visited first.
 *
 * Images of this lane, filter fold nf, the tile that is visited when `rest` more follow:
 *     WEIGHT_FILE     line nf*PITCH + rest: its SIMD weights, tap i at bit i (inverted with
 *                     its channel)
 *     ORDER_FILE      line nf*PITCH + rest: where it begins, in words from the window's
 *     THRESHOLD_FILE  line nf: {AND, k}, k signed, clamped to -n - 1 and n
 *
 * Results stand in a small memory by slot and fold until the head reads them; the slot's
 * turn (its top bit) tells a result from the one before. For `clearing` after a reset all
 * jobs of turn 0 end at once, which writes the memory. value and match: two clocks after
 * the head's address.
 *
 * Timing: II = 1 tile, latency = DOT_LATENCY + 8.
 */
module nn_early_lane #(
    parameter CHANNELS       = 16,             // input channels; SIMD must divide it
    parameter WIDTH          = 8,              // columns of a row in the ring
    parameter NF             = 2,              // filters of this lane
    parameter KERNEL         = 3,              // window height and width
    parameter STRIDE         = 1,              // step of windows, both ways
    parameter POOL           = 1,              // pooled windows, both ways
    parameter SIMD           = 16,             // taps per tile
    parameter EARLY          = 1,              // 1: windows end when they are known
    parameter SKIP           = 1,              // 1: pooled windows end at the first that decides
    parameter GATE           = 0,              // 1: memories hold their output while a turn is idle
    parameter RING_W         = 9,              // address bits of the ring
    parameter JOBS_W         = 4,              // 2^JOBS_W slots
    parameter NF_W           = 1,              // width of a fold
    parameter PITCH          = 9,              // lines from a filter to the next
    // Clocks of a popcount of SIMD pairs, which checks it..
    parameter DOT_LATENCY    = 4,
    parameter WEIGHT_FILE    = "",             // $readmemh image: weights, required
    parameter ORDER_FILE     = "",             // $readmemh image: order of tiles, required
    parameter THRESHOLD_FILE = "",             // $readmemh image: thresholds, required
    parameter WEIGHT_STYLE   = "distributed",  // memory of the weights: "distributed" or "block"
    parameter RING_STYLE     = "block",        // memory of the ring: "block" or "distributed"
    // Popcounts: "portable", or "xilinx" for its primitives.
    parameter POPCOUNT_STYLE = "portable"
) (
    /* Clock, and synchronous reset. */
    input  wire clk,
    input  wire rst,
    input  wire clearing,  // all jobs end at once

    /* Words for the ring. */
    input  wire                                        we,       // a word is written
    input  wire [RING_W-1:0]                           waddr,    // address in the ring
    input  wire [SIMD-1:0]                             wdata,    // SIMD channels
    input  wire [$clog2(SIMD+1)-1:0]                   wones,    // ones of the word
    input  wire [$clog2(KERNEL*KERNEL*CHANNELS+1)-1:0] wwindow,  // ones of the window that it ends

    /* Pixels. */
    input  wire              job_we,    // a pixel is announced
    input  wire [JOBS_W-1:0] job_slot,  // its slot
    input  wire [RING_W-1:0] job_base,  // address of its first word
    input  wire [JOBS_W:0]   issued,    // pixels announced, from 2^JOBS_W on

    /* The head of the output, and two clocks later this lane's result for it. */
    input  wire [JOBS_W:0] head_slot,  // slot
    input  wire [NF_W-1:0] head_fold,  // filter fold
    output reg             value,      // the bit
    output reg             match,      // the result is there

    /* A tile is begun in this clock: what is counted. */
    output wire active
);

    localparam FOLD    = CHANNELS / SIMD;
    localparam SF      = KERNEL * KERNEL * FOLD;
    localparam TAPS    = SF * SIMD;
    localparam LINES   = NF * PITCH;
    localparam LINE_W  = (LINES > 1) ? $clog2(LINES) : 1;
    localparam REST_W  = (SF > 1) ? $clog2(SF) : 1;
    localparam ONES_W  = $clog2(TAPS + 1);
    localparam SUM_W   = ONES_W + 1;                        // of Q + s
    localparam REACH   = ((KERNEL - 1)*WIDTH + KERNEL)*FOLD;
    localparam PLACE_W = (REACH > 1) ? $clog2(REACH) : 1;   // of a tile in its window
    localparam SIDE_W  = (POOL > 1) ? $clog2(POOL) : 1;     // of a window in its pool, each way
    localparam COUNT_W = $clog2(SIMD + 1);
    localparam DOT     = DOT_LATENCY;
    localparam LOOP    = DOT + 8;

    generate
        if (PITCH < SF) begin : g_check_pitch
            nn_early_lane_PITCH_must_hold_all_tiles u_error();
        end
    endgenerate

    // ---- Whose turn it is, and what comes of it ----

    wire                start, last, done, result, known, one;
    wire [JOBS_W:0]     slot, slot_done;
    wire [NF_W-1:0]     fold, fold_dot, fold_done;
    wire [2*SIDE_W-1:0] window;
    wire [REST_W-1:0]   rest;
    wire [SUM_W:0]      threshold;      // {AND, k}
    wire                unused_round = slot[JOBS_W];

    nn_early_turn #(
        .NF(NF), .SF(SF), .POOL(POOL), .SKIP(SKIP), .JOBS_W(JOBS_W), .NF_W(NF_W),
        .SIDE_W(SIDE_W), .REST_W(REST_W), .DOT(DOT)
    ) u_turn (
        .clk       (clk),
        .rst       (rst),
        .clearing  (clearing),
        .issued    (issued),
        .active    (active),
        .slot      (slot),
        .fold      (fold),
        .window    (window),
        .rest      (rest),
        .fold_dot  (fold_dot),
        .start_dot (start),
        .all_dot   (threshold[SUM_W]),
        .last_sum  (last),
        .known_sum (known),
        .one_sum   (one),
        .done      (done),
        .result    (result),
        .slot_done (slot_done),
        .fold_done (fold_done)
    );

    // ---- Clocks 1 to 4: addresses ----

    wire [RING_W-1:0] raddr;
    wire [LINE_W-1:0] line;

    nn_early_place #(
        .WIDTH(WIDTH), .FOLD(FOLD), .NF(NF), .STRIDE(STRIDE), .POOL(POOL), .GATE(GATE),
        .RING_W(RING_W), .JOBS_W(JOBS_W), .NF_W(NF_W), .PITCH(PITCH), .SIDE_W(SIDE_W),
        .REST_W(REST_W), .LINE_W(LINE_W), .PLACE_W(PLACE_W), .ORDER_FILE(ORDER_FILE)
    ) u_place (
        .clk      (clk),
        .job_we   (job_we),
        .job_slot (job_slot),
        .job_base (job_base),
        .active   (active),
        .slot     (slot[JOBS_W-1:0]),
        .fold     (fold),
        .window   (window),
        .rest     (rest),
        .raddr    (raddr),
        .line     (line)
    );

    // ---- Clocks 4 to 6: the tile and its weights; then the dot product ----

    wire [SIMD-1:0]    tile, weights;
    wire [COUNT_W-1:0] ones, ones_dot, count;       // of the tile; of tile and weights
    wire [ONES_W-1:0]  window_ones, window_dot;

    nn_ram #(
        .DATA_W(ONES_W+COUNT_W+SIMD), .DEPTH(1 << RING_W), .STYLE(RING_STYLE)
    ) u_ring (
        .clk(clk), .we(we), .waddr(waddr), .wdata({wwindow, wones, wdata}),
        .raddr(raddr), .q({window_ones, ones, tile})
    );

    nn_delay #(.DATA_W(COUNT_W), .CLOCKS(DOT)) u_ones (.clk(clk), .d(ones), .q(ones_dot));
    nn_delay #(.DATA_W(ONES_W), .CLOCKS(DOT-1)) u_window_ones (
        .clk(clk), .d(window_ones), .q(window_dot)
    );

    nn_rom #(
        .DATA_W(SIMD), .DEPTH(LINES), .STYLE(WEIGHT_STYLE), .INIT_FILE(WEIGHT_FILE)
    ) u_weights (
        .clk(clk), .addr(line), .q(weights)
    );

    generate
        if (POPCOUNT_STYLE == "xilinx") begin : g_xilinx
            nn_xilinx_xnor_popcount #(.N(SIMD), .LATENCY(DOT_LATENCY)) u_dot (
                .clk(clk), .x(tile & weights), .w({SIMD{1'b1}}), .count(count)
            );
        end else if (POPCOUNT_STYLE == "portable") begin : g_portable
            nn_xnor_popcount #(.N(SIMD), .BOTH_ONE(1), .LATENCY(DOT_LATENCY)) u_dot (
                .clk(clk), .x(tile), .w(weights), .count(count)
            );
        end else begin : g_check_style
            nn_early_lane_POPCOUNT_STYLE_must_be_portable_or_xilinx u_error();
        end
    endgenerate

    // ---- The sum, which waits in the loop, and the verdict ----

    nn_rom #(
        .DATA_W(SUM_W+1), .DEPTH(NF), .STYLE("distributed"), .INIT_FILE(THRESHOLD_FILE)
    ) u_thresholds (
        .clk(clk), .addr(fold_dot), .q(threshold)
    );

    nn_early_verdict #(
        .ONES_W(ONES_W), .COUNT_W(COUNT_W), .EARLY(EARLY), .LOOP(LOOP)
    ) u_verdict (
        .clk         (clk),
        .start       (start),
        .k           (threshold[SUM_W-1:0]),
        .window_ones (window_dot),
        .hits        (count),
        .ones        (ones_dot),
        .last        (last),
        .known       (known),
        .one         (one)
    );

    // ---- Results, until the head has read them ----

    (* ram_block = "auto", ram_style = "distributed" *)
    reg  [1:0]              results [0:(1 << (JOBS_W+NF_W))-1];    // {turn, value}
    reg                     put;
    reg  [1:0]              put_data;
    reg  [JOBS_W+NF_W-1:0]  put_at;
    wire [1:0]              got = results[{head_slot[JOBS_W-1:0], head_fold}];

    always @(posedge clk) begin
        put      <= done;
        put_data <= {slot_done[JOBS_W], result};
        put_at   <= {slot_done[JOBS_W-1:0], fold_done};
        if (put) results[put_at] <= put_data;
        value <= got[0];
        match <= got[1] == head_slot[JOBS_W];
        if (rst) put <= 1'b0;
    end

endmodule

`default_nettype wire
