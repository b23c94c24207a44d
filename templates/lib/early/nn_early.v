// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * A folded binary convolution with thresholds, and the max-pool behind it, that stops as
 * soon as it knows: exact, and every lane on its own. A dense layer is the same on a 1x1 map.
 *
 *     P[y][x][n]   = over ky, kx, c: #agreements of x and w       (PAD_VALUE outside the map)
 *     bit[y][x][n] = P >= T[n]
 *     out          = OR (AND for filters so marked) of bit over POOL x POOL, POOL = 1: bit
 *
 * Input beat: SIMD channels of a pixel, channels innermost, row major pixels. Output beat:
 * PE filters of a pixel, lane 0 in the low bit, FILTERS/PE beats a pixel.
 *
 * nn_early_feed writes every word to the lanes' rings and announces pixels; each
 * nn_early_lane works through its filters of them, ahead of others by up to 2^JOBS_W
 * pixels; a beat leaves when all lanes have its bit. The headers of both say how.
 *
 * Images, per lane p: WEIGHT_PREFIX, ORDER_PREFIX, THRESHOLD_PREFIX, each followed by p in
 * three decimal digits and ".mem"; nn_early_lane has their lines.
 *
 * tiles_executed and tiles_dense (with COUNT) hold how many tiles of SIMD taps were looked
 * at, and how many the same output takes without early decision; both are exact
 * a few clocks after the last beat. Lanes that wait for each other
 * cost clocks beside those of EARLY = SKIP = 0.
 *
 * Timing: at most OH*OW*NF*SF clocks per frame, by the data; at least 3*NF clocks a pixel.
 */
module nn_early #(
    parameter HEIGHT           = 8,              // input rows
    parameter WIDTH            = 8,              // input columns
    parameter CHANNELS         = 16,             // input channels; SIMD must divide it
    parameter FILTERS          = 8,              // output channels; PE must divide it
    parameter KERNEL           = 3,              // kernel height and width
    parameter STRIDE           = 1,              // step, both ways
    parameter PAD              = 0,              // padding on all four sides, below KERNEL
    parameter [0:0] PAD_VALUE  = 1'b0,           // the bit of the padding
    parameter POOL             = 1,              // max-pool of POOL x POOL windows, step POOL
    parameter PE               = 4,              // lanes, up to 1000
    parameter SIMD             = 16,             // taps per lane and clock
    parameter EARLY            = 1,              // 1: a window ends when its bit is known
    // 1: a pool ends with the first window that decides it..
    parameter SKIP             = 1,
    parameter GATE             = 0,              // 1: idle lanes do not toggle
    parameter COUNT            = 1,              // 1: tiles_dense and tiles_executed count
    // Address bits of a lane's ring: 2^RING_W words of SIMD bits..
    parameter RING_W           = 9,
    parameter JOBS_W           = 4,              // 2^JOBS_W output pixels under way at most
    parameter PITCH            = 9,              // lines of an image from a filter to the next
    parameter DOT_LATENCY      = 4,              // clocks of a popcount of SIMD pairs
    parameter WEIGHT_PREFIX    = "",             // $readmemh images: weights, required
    parameter ORDER_PREFIX     = "",             // $readmemh images: order of tiles, required
    parameter THRESHOLD_PREFIX = "",             // $readmemh images: thresholds, required
    parameter FLIP_FILE        = "",             // channels inverted inside: nn_early_feed
    parameter WEIGHT_STYLE     = "distributed",  // memory of the weights: "distributed" or "block"
    parameter RING_STYLE       = "block",        // memory of the rings: "block" or "distributed"
    // Popcounts: "portable", or "xilinx" for its primitives.
    parameter POPCOUNT_STYLE   = "portable"
) (
    /* Clock, and synchronous reset. */
    input  wire clk,
    input  wire rst,

    /* Input map: SIMD channels of a pixel. */
    input  wire [SIMD-1:0] s_axis_tdata,
    input  wire            s_axis_tvalid,
    output wire            s_axis_tready,

    /* Output map: PE filters of a pixel, a bit each. */
    output wire [PE-1:0] m_axis_tdata,
    output wire          m_axis_tvalid,
    input  wire          m_axis_tready
);

    localparam NF    = FILTERS / PE;
    localparam NF_W  = (NF > 1) ? $clog2(NF) : 1;
    localparam DENSE = PE * POOL * POOL * KERNEL * KERNEL * (CHANNELS / SIMD);  // tiles a beat

    generate
        if (NF * PE != FILTERS) begin : g_check_pe
            nn_early_PE_must_divide_FILTERS u_error();
        end
        if (WEIGHT_PREFIX == "" || ORDER_PREFIX == ""
            || THRESHOLD_PREFIX == "") begin : g_check_images
            nn_early_images_are_required u_error();
        end
    endgenerate

    // ---- After a reset, the lanes run through 2^JOBS_W pixels that end at once ----

    localparam CLEAR   = (1 << JOBS_W)*NF + 40;     // 40: more than a turn of the barrel
    localparam CLEAR_W = $clog2(CLEAR + 1);
    localparam [31:0]        CLEAR_32 = CLEAR;
    localparam [CLEAR_W-1:0] ALL      = CLEAR_32[CLEAR_W-1:0];

    reg [CLEAR_W-1:0] clear_left;
    reg               clearing;

    always @(posedge clk) begin
        if (|clear_left) clear_left <= clear_left - 1'b1;
        clearing <= |clear_left;
        if (rst) begin
            clear_left <= ALL;
            clearing   <= 1'b1;
        end
    end

    // ---- Words and pixels for all lanes ----

    wire              we, job_we;
    wire [RING_W-1:0] waddr, job_base;
    wire [SIMD-1:0]   wdata;
    wire [$clog2(SIMD+1)-1:0] wones;
    wire [$clog2(KERNEL*KERNEL*CHANNELS+1)-1:0] wwindow;
    wire [JOBS_W-1:0] job_slot;
    wire [JOBS_W:0]   issued;
    wire              retired;

    nn_early_feed #(
        .HEIGHT(HEIGHT), .WIDTH(WIDTH), .CHANNELS(CHANNELS), .SIMD(SIMD), .KERNEL(KERNEL),
        .STRIDE(STRIDE), .PAD(PAD), .PAD_VALUE(PAD_VALUE), .POOL(POOL), .RING_W(RING_W),
        .JOBS_W(JOBS_W), .FLIP_FILE(FLIP_FILE)
    ) u_feed (
        .clk           (clk),
        .rst           (rst),
        .s_axis_tdata  (s_axis_tdata),
        .s_axis_tvalid (s_axis_tvalid),
        .s_axis_tready (s_axis_tready),
        .we            (we),
        .waddr         (waddr),
        .wdata         (wdata),
        .wones         (wones),
        .wwindow       (wwindow),
        .hold          (clearing),
        .job_we        (job_we),
        .job_slot      (job_slot),
        .job_base      (job_base),
        .issued        (issued),
        .retired       (retired)
    );

    // ---- Lanes ----

    reg  [JOBS_W:0] head_slot;
    reg  [NF_W-1:0] head_fold;
    wire [PE-1:0]   values, arrived, active;

    genvar p;
    generate
        for (p = 0; p < PE; p = p + 1) begin : g_lane
            localparam [31:0] C100 = 48 + p / 100;
            localparam [31:0] C10  = 48 + p / 10 % 10;
            localparam [31:0] C1   = 48 + p % 10;

            nn_early_lane #(
                .CHANNELS(CHANNELS), .WIDTH(WIDTH + 2*PAD), .NF(NF), .KERNEL(KERNEL),
                .STRIDE(STRIDE), .POOL(POOL), .SIMD(SIMD), .EARLY(EARLY), .SKIP(SKIP),
                .GATE(GATE), .RING_W(RING_W), .JOBS_W(JOBS_W), .NF_W(NF_W), .PITCH(PITCH),
                .DOT_LATENCY(DOT_LATENCY),
                .WEIGHT_FILE({WEIGHT_PREFIX, C100[7:0], C10[7:0], C1[7:0], ".mem"}),
                .ORDER_FILE({ORDER_PREFIX, C100[7:0], C10[7:0], C1[7:0], ".mem"}),
                .THRESHOLD_FILE({THRESHOLD_PREFIX, C100[7:0], C10[7:0], C1[7:0], ".mem"}),
                .WEIGHT_STYLE(WEIGHT_STYLE), .RING_STYLE(RING_STYLE),
                .POPCOUNT_STYLE(POPCOUNT_STYLE)
            ) u_lane (
                .clk       (clk),
                .rst       (rst),
                .clearing  (clearing),
                .we        (we),
                .waddr     (waddr),
                .wdata     (wdata),
                .wones     (wones),
                .wwindow   (wwindow),
                .job_we    (job_we),
                .job_slot  (job_slot),
                .job_base  (job_base),
                .issued    (issued),
                .head_slot (head_slot),
                .head_fold (head_fold),
                .value     (values[p]),
                .match     (arrived[p]),
                .active    (active[p])
            );
        end
    endgenerate

    wire [PE-1:0] working = active & {PE{!clearing}};

    // ---- The head: a beat leaves when all lanes have it, in order ----

    localparam [JOBS_W:0] FIRST = {1'b1, {JOBS_W{1'b0}}};

    reg  [PE-1:0] beat;
    reg           complete;
    reg  [1:0]    settled;      // lanes and `complete` have seen the head
    wire          head_last, ready;

    wire leave = complete && settled[1] && ready;

    assign retired = leave && head_last;

    nn_loop #(.COUNT(NF)) u_head (
        .clk(clk), .rst(rst), .step(leave), .last(head_last)
    );

    always @(posedge clk) begin
        beat     <= values;
        complete <= &arrived && !clearing;
        settled  <= leave ? 2'b00 : {settled[0], 1'b1};
        if (leave)   head_fold <= head_last ? {NF_W{1'b0}} : head_fold + 1'b1;
        if (retired) head_slot <= head_slot + 1'b1;
        if (rst) begin
            complete  <= 1'b0;
            settled   <= 2'b00;
            head_fold <= {NF_W{1'b0}};
            head_slot <= FIRST;
        end
    end

    nn_skid #(.DATA_W(PE)) u_out (
        .clk           (clk),
        .rst           (rst),
        .s_axis_tdata  (beat),
        .s_axis_tvalid (complete && settled[1]),
        .s_axis_tready (ready),
        .m_axis_tdata  (m_axis_tdata),
        .m_axis_tvalid (m_axis_tvalid),
        .m_axis_tready (m_axis_tready)
    );

    // ---- Tiles ----

    generate
        if (COUNT != 0) begin : g_count
            localparam LANES_W = $clog2(PE + 1);
            localparam DENSE_W = $clog2(DENSE + 1);
            localparam [31:0]        DENSE_32 = DENSE;
            localparam [DENSE_W-1:0] EACH     = DENSE_32[DENSE_W-1:0];

            wire [LANES_W-1:0] lanes;
            wire [47:0]        tiles_executed, tiles_dense;
            wire               unused_totals = ^{tiles_executed, tiles_dense};

            nn_xnor_popcount #(.N(PE)) u_lanes (
                .clk(clk), .x(working), .w({PE{1'b1}}), .count(lanes)
            );
            // Longer than `rst`: what the popcount still holds from before does not count.
            nn_early_tally #(.ADD_W(LANES_W)) u_executed (
                .clk(clk), .rst(clearing), .add(lanes), .total(tiles_executed)
            );
            nn_early_tally #(.ADD_W(DENSE_W)) u_dense (
                .clk(clk), .rst(clearing), .add(EACH & {DENSE_W{leave}}), .total(tiles_dense)
            );
        end else begin : g_no_count
            wire unused_working = ^working;
        end
    endgenerate

endmodule

`default_nettype wire
