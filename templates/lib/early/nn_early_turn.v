// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Whose turn it is in nn_early_lane's loop of LOOP = DOT + 8 clocks, and what a job does
 * next: its next tile, its next window, or its end and the lane's next job.
 *
 * slot, fold, window, rest and active stand in clock 1 of the loop; fold_dot leads the
 * threshold memory, whose AND bit comes back two clocks later as all_dot together with
 * start_dot less one clock; last_sum, known_sum and one_sum belong to clock 7 + DOT; done,
 * result, slot_done and fold_done to the clock after, which is clock 0.
 *
 *              take            7 + DOT clocks           known, and over: `done`
 *     idle -----------> tile ----------------> judge ---------------------------+
 *      ^                 ^                       |                              |
 *      |                 +--- next tile ---------+ not known                    |
 *      |                 +--- next window -------+ known, not over: `onward`    |
 *      |                 |                                                      |
 *      |                 +--- the lane's next job: `take` ----------------------+
 *      +--------------------- no job waits -------------------------------------+
 *
 * Timing: II = 1 turn, latency = 1.
 */
module nn_early_turn #(
    parameter NF     = 2,  // filters of the lane
    parameter SF     = 9,  // tiles of a window
    parameter POOL   = 1,  // pooled windows, both ways
    parameter SKIP   = 1,  // 1: pooled windows end at the first that decides
    parameter JOBS_W = 4,  // 2^JOBS_W slots
    parameter NF_W   = 1,  // width of a fold
    parameter SIDE_W = 1,  // width of a window's place in its pool, each way
    parameter REST_W = 4,  // width of the tiles that follow
    parameter DOT    = 4   // clocks of the dot product
) (
    /* Clock, and synchronous reset. */
    input  wire clk,
    input  wire rst,
    input  wire clearing,  // all jobs end at once

    /* Pixels announced, from 2^JOBS_W on. */
    input  wire [JOBS_W:0] issued,

    /* What the turn does now: clock 1. */
    output reg                 active,  // it asks for a tile
    output reg  [JOBS_W:0]     slot,    // of its pixel
    output reg  [NF_W-1:0]     fold,    // filter fold
    output wire [2*SIDE_W-1:0] window,  // window in its pool: {down, across}
    output reg  [REST_W-1:0]   rest,    // tiles that follow in the window

    /* The dot product, and its verdict: clock 7 + DOT. */
    output wire [NF_W-1:0] fold_dot,   // filter fold, for the thresholds
    output wire            start_dot,  // the window's first tile
    input  wire            all_dot,    // the filter pools by AND
    output wire            last_sum,   // the window's last tile
    input  wire            known_sum,  // the bit is known
    input  wire            one_sum,    // it is 1

    /* The job that ends: clock 0. */
    output wire            done,       // one ends
    output wire            result,     // its bit
    output wire [JOBS_W:0] slot_done,  // its slot
    output wire [NF_W-1:0] fold_done   // its filter fold
);

    localparam LOOP = DOT + 8;

    // ---- Clock 0: judge the job whose turn it is ----

    reg                turn_active, known, one;     // one: the window's bit, once known
    wire [SIDE_W-1:0]  wx, wy;
    reg  [REST_W-1:0]  rest_done;
    wire               decided;                     // of pooled windows

    reg  [JOBS_W:0]    next_slot;
    reg  [NF_W-1:0]    next_fold;
    wire               next_last;

    wire last_window, last_column;
    wire over      = known && (last_window || decided);
    assign done    = turn_active && (clearing || over);
    wire onward    = turn_active && !clearing && known && !over;
    wire available = next_slot != issued;
    wire take      = available && (!turn_active || done);

    localparam [31:0]       SIDE_32 = POOL - 1;
    localparam [SIDE_W-1:0] SIDE    = SIDE_32[SIDE_W-1:0];
    localparam [31:0]       ALL_32  = SF - 1;
    localparam [REST_W-1:0] ALL     = ALL_32[REST_W-1:0];

    assign last_column = wx == SIDE;
    assign last_window = last_column && wy == SIDE;

    nn_loop #(.COUNT(NF)) u_next_fold (
        .clk(clk), .rst(rst), .step(take), .last(next_last)
    );

    always @(posedge clk) begin
        if (take) begin
            next_fold <= next_last ? {NF_W{1'b0}} : next_fold + 1'b1;
            if (next_last) next_slot <= next_slot + 1'b1;
        end
        if (rst) begin
            next_fold <= {NF_W{1'b0}};
            next_slot <= {(JOBS_W+1){1'b0}};
        end
    end

    // ---- Clock 1: what the turn does now; 7 + DOT clocks later it is judged ----

    reg                start;
    reg  [SIDE_W-1:0]  wx_1, wy_1;
    reg  [LOOP-2:1]    active_past;     // bit k: k clocks ago

    always @(posedge clk) begin
        active <= take || (turn_active && !done);
        start  <= take || onward;
        slot <= take ? next_slot : slot_done;
        fold <= take ? next_fold : fold_done;
        rest <= (take || onward) ? ALL : rest_done - 1'b1;
        if (take) begin
            wx_1 <= {SIDE_W{1'b0}};
            wy_1 <= {SIDE_W{1'b0}};
        end else begin
            wx_1 <= !onward ? wx : last_column ? {SIDE_W{1'b0}} : wx + 1'b1;
            wy_1 <= (onward && last_column) ? wy + 1'b1 : wy;
        end
        {turn_active, active_past} <= {active_past, active};
        if (rst) begin
            active      <= 1'b0;
            active_past <= {(LOOP-2){1'b0}};
            turn_active <= 1'b0;
        end
    end

    wire [REST_W-1:0] rest_sum;

    assign last_sum = rest_sum == {REST_W{1'b0}};
    assign window   = {wy_1, wx_1};

    always @(posedge clk) begin
        known     <= known_sum;
        one       <= one_sum;
        rest_done <= rest_sum;
    end

    nn_delay #(.DATA_W(JOBS_W+1), .CLOCKS(LOOP-1)) u_slot (.clk(clk), .d(slot), .q(slot_done));
    nn_delay #(.DATA_W(NF_W), .CLOCKS(DOT+2)) u_fold (.clk(clk), .d(fold), .q(fold_dot));
    nn_delay #(.DATA_W(NF_W), .CLOCKS(5)) u_fold_back (.clk(clk), .d(fold_dot), .q(fold_done));
    nn_delay #(.DATA_W(REST_W), .CLOCKS(DOT+6)) u_rest (.clk(clk), .d(rest), .q(rest_sum));
    nn_delay #(.DATA_W(1), .CLOCKS(DOT+5)) u_start (.clk(clk), .d(start), .q(start_dot));

    generate
        if (POOL > 1) begin : g_windows
            nn_delay #(.DATA_W(2*SIDE_W), .CLOCKS(LOOP-1)) u_window (
                .clk(clk), .d({wy_1, wx_1}), .q({wy, wx})
            );
        end else begin : g_window
            assign {wy, wx} = {(2*SIDE_W){1'b0}};
        end
    endgenerate

    generate
        // Pooled windows: the first decisive one, or what any of them was.
        if (POOL == 1) begin : g_alone
            wire unused_all = all_dot;
            assign decided = 1'b0;
            assign result  = one;
        end else begin : g_pooled
            reg all_1, all_2, all;      // 1 = AND
            always @(posedge clk) begin
                all_1 <= all_dot;
                all_2 <= all_1;
                all   <= all_2;
            end
            if (SKIP != 0) begin : g_skip
                assign decided = one ^ all;
                assign result  = one;
            end else begin : g_all
                reg  hit_1;
                wire hit;
                nn_delay #(.DATA_W(1), .CLOCKS(LOOP-1)) u_hit (.clk(clk), .d(hit_1), .q(hit));
                always @(posedge clk) hit_1 <= !take && (hit || (known && (one ^ all)));
                assign decided = 1'b0;
                assign result  = all ^ (hit || (one ^ all));
            end
        end
    endgenerate

endmodule

`default_nettype wire
