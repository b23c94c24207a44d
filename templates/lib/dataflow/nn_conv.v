// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * A folded binary convolution; a dense layer is the same on a 1x1 map.
 *
 *     sum[oy][ox][n] = over ky, kx, c:  IN_W = 1:  #agreements of x and w (0..K*K*CHANNELS)
 *                                       IN_W > 1:  w ? x : -x
 *     out = THRESHOLD ? sum >= T[n] : sum
 *
 * Input beat: IN_PIXELS x SIMD channels of IN_W bits, channels innermost, row major pixels.
 * Output beat: PIXELS neighbouring pixels of PE filters of 1 or ACC_W bits,
 * FILTERS/PE beats per group of pixels. A weight word serves all PIXELS.
 *
 * Folds: NF = FILTERS/PE, SF = KERNEL*KERNEL*CHANNELS/SIMD. WEIGHT_FILE has
 * NF*SF lines; line nf*SF + (ky*KERNEL + kx)*CHANNELS/SIMD + cf holds filter
 * nf*PE + p, channel cf*SIMD + i at bit p*SIMD + i. THRESHOLD_FILE: nn_threshold.
 *
 * Everything behind the window is a valid-only pipeline. The last beat of a dot
 * product takes a credit, the output FIFO gives it back, so no stall can reach
 * into the pipeline. `step`: the lanes work in this clock.
 *
 * Timing: OH*(OW/PIXELS)*NF*SF clocks per frame, no bubble while input is there.
 */
module nn_conv #(
    parameter HEIGHT         = 8,              // input rows
    parameter WIDTH          = 8,              // input columns
    parameter CHANNELS       = 16,             // input channels; SIMD must divide it
    parameter FILTERS        = 8,              // output channels; PE must divide it
    parameter KERNEL         = 3,              // kernel height and width
    parameter STRIDE         = 1,              // step, both ways
    parameter PAD            = 1,              // padding on all four sides, below KERNEL
    parameter IN_W           = 1,              // 1 = bipolar, more = signed input of that width
    parameter [IN_W-1:0] PAD_VALUE = {IN_W{1'b0}},   // one padded element
    parameter PE             = 4,              // filters side by side
    parameter SIMD           = 16,             // channels per beat
    parameter IN_PIXELS      = 1,              // pixels per input beat; divides PIXELS and WIDTH
    parameter PIXELS         = 1,              // pixels worked on at once, and per output beat
    parameter ACC_W          = 8,              // accumulator width, bits
    parameter THRESHOLD      = 1,              // 1: one bit out, 0: the sum
    parameter TH_W           = 8,              // threshold width, bits, at least ACC_W
    parameter ROWS           = 6,              // row slots of the window
    parameter WEIGHT_FILE    = "",             // $readmemh image of NF*SF lines, required
    parameter THRESHOLD_FILE = "",             // $readmemh image of NF lines, if THRESHOLD
    parameter WEIGHT_STYLE   = "block",        // memory of the weights: "block" or "distributed"
    parameter BUFFER_STYLE   = "distributed",  // memory of the window: "distributed" or "block"
    parameter DOT_LATENCY    = 4,              // clocks of a dot cell of SIMD taps, which checks it
    // Popcounts: "portable", or "xilinx" for its primitives.
    parameter POPCOUNT_STYLE = "portable",
    // Positions of a carry primitive: 4 = CARRY4, 8 = CARRY8.
    parameter CARRY_W        = 4
) (
    /* Clock, and synchronous reset. */
    input  wire clk,
    input  wire rst,

    /* Input map: SIMD channels of IN_PIXELS pixels. */
    input  wire [IN_PIXELS*SIMD*IN_W-1:0] s_axis_tdata,
    input  wire                           s_axis_tvalid,
    output wire                           s_axis_tready,

    /* Output map: PE filters of PIXELS pixels, a bit or a sum each. */
    output wire [PIXELS*PE*(THRESHOLD ? 1 : ACC_W)-1:0] m_axis_tdata,
    output wire                                         m_axis_tvalid,
    input  wire                                         m_axis_tready
);

    localparam NF     = FILTERS / PE;
    localparam SF     = KERNEL * KERNEL * (CHANNELS / SIMD);
    localparam WORDS  = NF * SF;
    localparam ADDR_W = (WORDS > 1) ? $clog2(WORDS) : 1;
    localparam OUT_W  = PIXELS * PE * (THRESHOLD ? 1 : ACC_W);

    // Clocks from a step to its result's first clock in the FIFO: window 5,
    // dot product DOT_LATENCY, accumulator 1, threshold 3, push 1.
    localparam LATENCY = 5 + DOT_LATENCY + 1 + (THRESHOLD ? 3 : 0) + 1;

    // Dot products under way at full rate, one popped, one credit on its way back.
    localparam CREDITS  = (LATENCY + SF - 1) / SF + 2;
    localparam CREDIT_W = $clog2(CREDITS);

    generate
        if (NF * PE != FILTERS) begin : g_check_pe
            nn_conv_PE_must_divide_FILTERS u_error();
        end
        if ((CHANNELS / SIMD) * SIMD != CHANNELS) begin : g_check_simd
            nn_conv_SIMD_must_divide_CHANNELS u_error();
        end
    endgenerate

    // ---- Permission: `credit` is free FIFO places - 1, its sign bit says no ----

    localparam [31:0]         ALL_CREDIT_32 = CREDITS - 1;
    localparam [CREDIT_W:0]   ALL_CREDIT    = ALL_CREDIT_32[CREDIT_W:0];

    reg  [CREDIT_W:0] credit;
    wire              step, issue_last;
    wire              spend = step && issue_last;
    wire              refund = m_axis_tvalid && m_axis_tready;

    always @(posedge clk) begin
        if (spend && !refund) credit <= credit - 1'b1;
        if (refund && !spend) credit <= credit + 1'b1;
        if (rst) credit <= ALL_CREDIT;
    end

    // ---- Window, and the weights that meet its beats 5 clocks after a step ----

    wire [PIXELS*SIMD*IN_W-1:0] vec;
    wire                 vec_valid, vec_first, vec_last;
    wire [PE*SIMD-1:0]   weights;
    reg  [2:0]           step_at;
    reg  [ADDR_W-1:0]    waddr;
    wire                 waddr_last;

    nn_conv_window #(
        .HEIGHT(HEIGHT), .WIDTH(WIDTH), .CHANNELS(CHANNELS), .ELEM_W(IN_W), .SIMD(SIMD),
        .KERNEL(KERNEL), .STRIDE(STRIDE), .PAD(PAD), .PAD_VALUE(PAD_VALUE), .REPEAT(NF),
        .ROWS(ROWS), .STYLE(BUFFER_STYLE), .IN_PIXELS(IN_PIXELS), .PIXELS(PIXELS)
    ) u_window (
        .clk           (clk),
        .rst           (rst),
        .s_axis_tdata  (s_axis_tdata),
        .s_axis_tvalid (s_axis_tvalid),
        .s_axis_tready (s_axis_tready),
        .step_ok       (!issue_last || !credit[CREDIT_W]),
        .issue_last    (issue_last),
        .step          (step),
        .m_data        (vec),
        .m_valid       (vec_valid),
        .m_first       (vec_first),
        .m_last        (vec_last)
    );

    nn_loop #(.COUNT(WORDS)) u_word (
        .clk(clk), .rst(rst), .step(step_at[2]), .last(waddr_last)
    );

    always @(posedge clk) begin
        step_at <= {step_at[1:0], step};
        if (step_at[2]) waddr <= waddr_last ? {ADDR_W{1'b0}} : waddr + 1'b1;
        if (rst) begin
            step_at <= 3'b000;
            waddr   <= {ADDR_W{1'b0}};
        end
    end

    nn_rom #(
        .DATA_W(PE*SIMD), .DEPTH(WORDS), .STYLE(WEIGHT_STYLE), .INIT_FILE(WEIGHT_FILE)
    ) u_weights (
        .clk(clk), .addr(waddr), .q(weights)
    );

    // ---- Dot products, threshold, output ----

    wire [PIXELS*PE*ACC_W-1:0] sums;
    wire                sums_valid;
    wire [OUT_W-1:0]    result;
    wire                result_valid;
    wire                unused_ready;   // a credit is a place: the FIFO never refuses

    nn_conv_mvu #(
        .PIXELS(PIXELS), .PE(PE), .SIMD(SIMD), .IN_W(IN_W), .ACC_W(ACC_W),
        .DOT_LATENCY(DOT_LATENCY), .STYLE(POPCOUNT_STYLE), .CARRY_W(CARRY_W)
    ) u_mvu (
        .clk        (clk),
        .rst        (rst),
        .vec        (vec),
        .weights    (weights),
        .valid      (vec_valid),
        .first      (vec_first),
        .last       (vec_last),
        .sums       (sums),
        .sums_valid (sums_valid)
    );

    generate
        if (THRESHOLD) begin : g_threshold
            nn_threshold #(
                .CHANNELS(FILTERS), .PE(PE), .IN_W(ACC_W), .TH_W(TH_W),
                .SIGNED_IN(IN_W == 1 ? 0 : 1), .INIT_FILE(THRESHOLD_FILE),
                .STYLE("distributed"), .PIXELS(PIXELS)
            ) u_threshold (
                .clk        (clk),
                .rst        (rst),
                .sums       (sums),
                .sums_valid (sums_valid),
                .y          (result),
                .y_valid    (result_valid)
            );
        end else begin : g_sums
            if (THRESHOLD_FILE != "" || TH_W < 1) begin : g_check_image
                nn_conv_THRESHOLD_FILE_without_THRESHOLD u_error();
            end
            assign result       = sums;
            assign result_valid = sums_valid;
        end
    endgenerate

    nn_fifo #(.DATA_W(OUT_W), .DEPTH(CREDITS)) u_out (
        .clk           (clk),
        .rst           (rst),
        .s_axis_tdata  (result),
        .s_axis_tvalid (result_valid),
        .s_axis_tready (unused_ready),
        .m_axis_tdata  (m_axis_tdata),
        .m_axis_tvalid (m_axis_tvalid),
        .m_axis_tready (m_axis_tready)
    );

endmodule

`default_nettype wire
