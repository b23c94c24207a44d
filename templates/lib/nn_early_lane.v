// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * One lane of nn_early: decides filters lane, lane + PE, ... of every output pixel, each
 * as soon as it is known. A job is a pixel and a filter; its windows (POOL x POOL) are
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
 */
module nn_early_lane #(
    parameter CHANNELS = 16,    // input channels; SIMD must divide it
    parameter WIDTH    = 8,     // columns of a row in the ring
    parameter NF       = 2,     // filters of this lane
    parameter KERNEL   = 3,     // window height and width
    parameter STRIDE   = 1,     // step of windows, both ways
    parameter POOL     = 1,     // pooled windows, both ways
    parameter SIMD     = 16,    // taps per tile
    parameter EARLY    = 1,     // 1: windows end when they are known
    parameter SKIP     = 1,     // 1: pooled windows end at the first that decides
    parameter GATE     = 0,     // 1: memories hold their output while a turn is idle
    parameter RING_W   = 9,     // address bits of the ring
    parameter JOBS_W   = 4,     // 2^JOBS_W slots
    parameter NF_W     = 1,     // width of a fold
    parameter PITCH    = 9,     // lines from a filter to the next
    parameter WEIGHT_FILE    = "",              // $readmemh images, required
    parameter ORDER_FILE     = "",
    parameter THRESHOLD_FILE = "",
    parameter WEIGHT_STYLE   = "distributed",   // or "block"
    parameter RING_STYLE     = "block",         // or "distributed"
    parameter POPCOUNT_STYLE = "portable"       // or "xilinx": primitives of 7-series devices
) (
    input  wire              clk,
    input  wire              rst,
    input  wire              clearing,

    input  wire              we,
    input  wire [RING_W-1:0] waddr,
    input  wire [SIMD-1:0]   wdata,
    input  wire [$clog2(SIMD+1)-1:0] wones,             // of the word
    input  wire [$clog2(KERNEL*KERNEL*CHANNELS+1)-1:0] wwindow,     // of the window it ends

    input  wire              job_we,
    input  wire [JOBS_W-1:0] job_slot,
    input  wire [RING_W-1:0] job_base,
    input  wire [JOBS_W:0]   issued,

    input  wire [JOBS_W:0]   head_slot,
    input  wire [NF_W-1:0]   head_fold,
    output reg               value,
    output reg               match,

    output reg               active     // a tile is begun
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
    localparam LEVELS  = (SIMD < 8) ? 0 : (SIMD < 30) ? 1 : (SIMD < 86) ? 2 : (SIMD < 170) ? 3
                       : (SIMD < 394) ? 4 : (SIMD < 889) ? 5 : (SIMD < 2060) ? 6 : 7;
    localparam DOT     = (POPCOUNT_STYLE == "xilinx") ? LEVELS + 2 : (COUNT_W - 1)/2 + 2;
    localparam LOOP    = DOT + 8;

    generate
        if (PITCH < SF) begin : g_check_pitch
            nn_early_lane_PITCH_must_hold_all_tiles u_error();
        end
        if (ORDER_FILE == "") begin : g_check_order
            nn_early_lane_ORDER_FILE_is_required u_error();
        end
        if (PLACE_W > RING_W) begin : g_check_ring
            nn_early_lane_RING_W_must_hold_a_window u_error();
        end
    endgenerate

    // ---- Clock 0: judge the job whose turn it is ----

    reg                turn_active, known, one;     // one: the window's bit, once known
    wire [JOBS_W:0]    slot;
    wire [NF_W-1:0]    fold;
    wire [SIDE_W-1:0]  wx, wy;
    reg  [REST_W-1:0]  rest;
    wire               decided, result;             // of pooled windows

    reg  [JOBS_W:0]    next_slot;
    reg  [NF_W-1:0]    next_fold;
    wire               next_last;

    wire last_window, last_column;
    wire over      = known && (last_window || decided);
    wire done      = turn_active && (clearing || over);
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
    reg  [JOBS_W:0]    slot_1;
    reg  [NF_W-1:0]    fold_1;
    reg  [SIDE_W-1:0]  wx_1, wy_1;
    reg  [REST_W-1:0]  rest_1;
    reg  [LOOP-2:1]    active_past;     // bit k: k clocks ago

    always @(posedge clk) begin
        active <= take || (turn_active && !done);
        start  <= take || onward;
        slot_1 <= take ? next_slot : slot;
        fold_1 <= take ? next_fold : fold;
        rest_1 <= (take || onward) ? ALL : rest - 1'b1;
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

    wire [NF_W-1:0]   fold_dot;         // 3 + DOT clocks into the loop
    wire [REST_W-1:0] rest_sum;         // 7 + DOT
    wire              start_dot;        // 6 + DOT

    nn_delay #(.DATA_W(JOBS_W+1), .CLOCKS(LOOP-1)) u_slot (.clk(clk), .d(slot_1), .q(slot));
    nn_delay #(.DATA_W(NF_W), .CLOCKS(DOT+2)) u_fold (.clk(clk), .d(fold_1), .q(fold_dot));
    nn_delay #(.DATA_W(NF_W), .CLOCKS(5)) u_fold_back (.clk(clk), .d(fold_dot), .q(fold));
    nn_delay #(.DATA_W(REST_W), .CLOCKS(DOT+6)) u_rest (.clk(clk), .d(rest_1), .q(rest_sum));
    nn_delay #(.DATA_W(1), .CLOCKS(DOT+5)) u_start (.clk(clk), .d(start), .q(start_dot));

    generate
        if (POOL > 1) begin : g_windows
            nn_delay #(.DATA_W(2*SIDE_W), .CLOCKS(LOOP-1)) u_window (
                .clk(clk), .d({wy_1, wx_1}), .q({wy, wx})
            );
        end else begin : g_window
            wire unused_window = ^{wx_1, wy_1};
            assign {wy, wx} = {(2*SIDE_W){1'b0}};
        end
    endgenerate

    // ---- Clocks 1 to 4: addresses. Where the pixel lies, the window in it, the tile in that ----

    (* ram_style = "distributed" *)
    reg  [RING_W-1:0]  bases [0:(1 << JOBS_W)-1];
    (* rom_style = "distributed", ram_style = "logic" *)
    reg  [PLACE_W-1:0] places [0:LINES-1];
    initial $readmemh(ORDER_FILE, places);

    reg  [RING_W-1:0]  base_2, base_3, raddr;
    reg  [PLACE_W-1:0] place_3;
    reg  [LINE_W-1:0]  line_3, line_4;
    wire [LINE_W-1:0]  line_2;
    wire [RING_W-1:0]  window_2;
    reg                active_2, active_3;

    always @(posedge clk) begin
        if (job_we) bases[job_slot] <= job_base;

        base_2   <= bases[slot_1[JOBS_W-1:0]];
        active_2 <= active;

        base_3   <= base_2 + window_2;
        place_3  <= places[line_2];
        line_3   <= line_2;
        active_3 <= active_2;

        if (GATE == 0 || active_3) begin
            raddr  <= base_3 + {{(RING_W-PLACE_W){1'b0}}, place_3};
            line_4 <= line_3;
        end
    end

    genvar i;
    generate
        // A window's place in its pool, from a table.
        if (POOL > 1) begin : g_place
            reg [2*SIDE_W-1:0] window;
            reg [RING_W-1:0]   window_of [0:(1 << (2*SIDE_W))-1];
            always @(posedge clk) window <= {wy_1, wx_1};
            assign window_2 = window_of[window];
            for (i = 0; i < (1 << (2*SIDE_W)); i = i + 1) begin : g_window
                localparam [31:0] AT = (i / (1 << SIDE_W))*STRIDE*WIDTH*FOLD
                                     + (i % (1 << SIDE_W))*STRIDE*FOLD;
                initial window_of[i] = AT[RING_W-1:0];
            end
        end else begin : g_no_place
            assign window_2 = {RING_W{1'b0}};
        end

        // The line: fold after fold, PITCH apart.
        if (NF == 1) begin : g_one_filter
            reg [LINE_W-1:0] line;
            always @(posedge clk) line <= {{(LINE_W-REST_W){1'b0}}, rest_1};
            assign line_2 = line;
        end else begin : g_filters
            reg [LINE_W-1:0] first_of [0:(1 << NF_W)-1];
            reg [LINE_W-1:0] line;
            for (i = 0; i < (1 << NF_W); i = i + 1) begin : g_fold
                localparam [31:0] AT = i*PITCH;
                initial first_of[i] = AT[LINE_W-1:0];
            end
            if ((PITCH & (PITCH - 1)) == 0) begin : g_joined
                always @(posedge clk) line <= first_of[fold_1] | {{(LINE_W-REST_W){1'b0}}, rest_1};
            end else begin : g_added
                always @(posedge clk) line <= first_of[fold_1] + {{(LINE_W-REST_W){1'b0}}, rest_1};
            end
            assign line_2 = line;
        end
    endgenerate

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
        .clk(clk), .addr(line_4), .q(weights)
    );

    generate
        if (POPCOUNT_STYLE == "xilinx") begin : g_xilinx
            nn_xnor_popcount_xc7 #(.N(SIMD)) u_dot (
                .clk(clk), .x(tile & weights), .w({SIMD{1'b1}}), .count(count)
            );
        end else if (POPCOUNT_STYLE == "portable") begin : g_portable
            nn_xnor_popcount #(.N(SIMD)) u_dot (
                .clk(clk), .x(tile & weights), .w({SIMD{1'b1}}), .count(count)
            );
        end else begin : g_check_style
            nn_early_lane_POPCOUNT_STYLE_must_be_portable_or_xilinx u_error();
        end
    endgenerate

    // ---- Q + s and ~left, which wait in the loop and only grow, and the verdict ----

    wire [SUM_W:0]    threshold;        // {AND, k}
    wire [SUM_W-1:0]  sum_before;
    wire [ONES_W-1:0] owed_before;
    reg  [SUM_W-1:0]  sum, sum_first;
    reg  [ONES_W-1:0] owed, window_owed;    // -1 - left, but for its sign
    wire              now_known;

    nn_rom #(
        .DATA_W(SUM_W+1), .DEPTH(NF), .STYLE("distributed"), .INIT_FILE(THRESHOLD_FILE)
    ) u_thresholds (
        .clk(clk), .addr(fold_dot), .q(threshold)
    );
    nn_delay #(.DATA_W(SUM_W), .CLOCKS(LOOP-1)) u_sum (.clk(clk), .d(sum), .q(sum_before));
    nn_delay #(.DATA_W(ONES_W), .CLOCKS(LOOP-1)) u_owed (.clk(clk), .d(owed), .q(owed_before));

    wire [SUM_W:0] twice_first = {threshold[SUM_W-1], threshold[SUM_W-1:0]} - {2'b00, window_dot};
    wire           unused_half = twice_first[0];

    // A register of its own on the left of each sum: a carry chain takes that one as it is.
    always @(posedge clk) begin
        sum_first   <= twice_first[SUM_W:1];
        window_owed <= ~window_dot;

        sum   <= {{(SUM_W-COUNT_W){1'b0}}, count} + (start_dot ? sum_first : sum_before);
        owed  <= {{(ONES_W-COUNT_W){1'b0}}, ones_dot} + (start_dot ? window_owed : owed_before);
        known <= now_known;
        one   <= !sum[SUM_W-1];
        rest  <= rest_sum;
    end

    generate
        if (EARLY == 0) begin : g_late
            wire unused_owed = ^owed;
            assign now_known = rest_sum == {REST_W{1'b0}};
        end else begin : g_early
            // Below 0 and below -left; or not below 0, for then sum + left <= n, which is
            // the same without signs. With the last tile nothing is left: one holds.
            assign now_known = sum[SUM_W-2:0] <= owed;
        end

        // Pooled windows: the first decisive one, or what any of them was.
        if (POOL == 1) begin : g_alone
            wire unused_all = threshold[SUM_W];
            assign decided = 1'b0;
            assign result  = one;
        end else begin : g_pooled
            reg all_1, all_2, all;      // 1 = AND
            always @(posedge clk) begin
                all_1 <= threshold[SUM_W];
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

    // ---- Results, until the head has read them ----

    (* ram_style = "distributed" *)
    reg  [1:0]              results [0:(1 << (JOBS_W+NF_W))-1];    // {turn, value}
    reg                     put;
    reg  [1:0]              put_data;
    reg  [JOBS_W+NF_W-1:0]  put_at;
    wire [1:0]              got = results[{head_slot[JOBS_W-1:0], head_fold}];

    always @(posedge clk) begin
        put      <= done;
        put_data <= {slot[JOBS_W], result};
        put_at   <= {slot[JOBS_W-1:0], fold};
        if (put) results[put_at] <= put_data;
        value <= got[0];
        match <= got[1] == head_slot[JOBS_W];
        if (rst) put <= 1'b0;
    end

endmodule

`default_nettype wire
