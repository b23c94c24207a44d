// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * What the lanes of nn_early share: the padded map as words for their rings, and the
 * list of output pixels whose rows are there.
 *
 * Words. The map with its padding, row major, FOLD = CHANNELS/SIMD words a pixel, word
 * n of all frames at address n mod 2^RING_W: rows need no slots, wrapping is free. A
 * padded word takes a clock and no input beat. Channels marked in FLIP_FILE (FOLD lines of
 * SIMD bits, line f for word f of a pixel) are inverted, padding too; nn_early_ones counts.
 *
 * Pixels: nn_early_pixels announces them and frees rows.
 *
 * 2^RING_W words must hold (POOL-1)*STRIDE + KERNEL rows; what is beyond is prefetched.
 *
 * Timing: II = 1 word and 1 pixel, latency = ($clog2(SIMD+1) - 1)/2 + 6, rounded down.
 */
module nn_early_feed #(
    parameter HEIGHT    = 8,   // input rows
    parameter WIDTH     = 8,   // input columns
    parameter CHANNELS  = 16,  // input channels; SIMD must divide it
    parameter SIMD      = 16,  // channels per word
    parameter KERNEL    = 3,   // window height and width
    parameter STRIDE    = 1,   // step of windows, both ways
    parameter PAD       = 0,   // padding on all four sides, below KERNEL
    parameter [0:0] PAD_VALUE = 1'b0,  // the bit of the padding
    parameter POOL      = 1,   // pooled windows, both ways
    parameter RING_W    = 9,   // address bits of the rings
    parameter JOBS_W    = 4,   // 2^JOBS_W pixels under way at most
    parameter FLIP_FILE = ""   // $readmemh image of FOLD lines; "" = nothing inverted
) (
    /* Clock, and synchronous reset. */
    input  wire clk,
    input  wire rst,

    /* Input map: SIMD channels of a pixel. */
    input  wire [SIMD-1:0] s_axis_tdata,
    input  wire            s_axis_tvalid,
    output wire            s_axis_tready,

    /* Words for the rings of all lanes. */
    output wire                                        we,       // a word is written
    output wire [RING_W-1:0]                           waddr,    // address in the ring
    output wire [SIMD-1:0]                             wdata,    // SIMD channels
    output wire [$clog2(SIMD+1)-1:0]                   wones,    // ones of the word
    output wire [$clog2(KERNEL*KERNEL*CHANNELS+1)-1:0] wwindow,  // ones of the window that it ends

    /* Pixels for all lanes. */
    input  wire              hold,      // announce nothing yet
    output wire              job_we,    // a pixel is announced
    output wire [JOBS_W-1:0] job_slot,  // its slot
    output wire [RING_W-1:0] job_base,  // address of its first word
    output wire [JOBS_W:0]   issued,    // pixels announced, from 2^JOBS_W on
    input  wire              retired    // the oldest pixel has left
);

    localparam FOLD   = CHANNELS / SIMD;
    localparam HP     = HEIGHT + 2*PAD;
    localparam WP     = WIDTH + 2*PAD;
    localparam OH     = (HP - KERNEL) / STRIDE + 1;
    localparam OW     = (WP - KERNEL) / STRIDE + 1;
    localparam PH     = OH / POOL;              // output rows
    localparam PW     = OW / POOL;              // output columns
    localparam ROWS   = (1 << RING_W) / (WP * FOLD);
    localparam ROWS_W = $clog2(ROWS + HP + 1);
    localparam COL_W  = $clog2(WP + 1);
    localparam ROW_W  = $clog2(HP + 1);
    localparam FOLD_W = (FOLD > 1) ? $clog2(FOLD) : 1;

    generate
        if (FOLD * SIMD != CHANNELS) begin : g_check_fold
            nn_early_feed_SIMD_must_divide_CHANNELS u_error();
        end
        if (PAD < 0 || PAD >= KERNEL) begin : g_check_pad
            nn_early_feed_PAD_must_be_below_KERNEL u_error();
        end
        if (KERNEL > HP || KERNEL > WP || PH < 1 || PW < 1) begin : g_check_kernel
            nn_early_feed_KERNEL_and_POOL_must_fit_the_padded_map u_error();
        end
    endgenerate

    // ---- Words: a row is begun when it has room. Counters say no by their sign bit. ----

    localparam [31:0]       ALL_ROOM_32 = ROWS - 1;
    localparam [ROWS_W:0]   ALL_ROOM    = ALL_ROOM_32[ROWS_W:0];

    reg  [ROWS_W:0]   room;         // rows that may be written - 1
    reg  [RING_W-1:0] next_word;
    wire [ROWS_W:0]   freed;
    wire              fold_last, col_last, row_last, padding;
    wire              open   = !room[ROWS_W];
    wire              move   = open && (padding || s_axis_tvalid);
    wire              column = move && fold_last;
    wire              row_in = column && col_last;

    assign s_axis_tready = open && !padding;

    nn_loop #(.COUNT(FOLD)) u_fold (
        .clk(clk), .rst(rst), .step(move), .last(fold_last)
    );
    nn_loop #(.COUNT(WP)) u_col (
        .clk(clk), .rst(rst), .step(column), .last(col_last)
    );

    generate
        if (PAD == 0) begin : g_no_padding
            wire unused_rows = row_last;
            assign padding  = 1'b0;
            assign row_last = 1'b0;
        end else begin : g_padding
            localparam [31:0]      BEFORE_32 = PAD;
            localparam [31:0]      COLS_32   = PAD + WIDTH;
            localparam [31:0]      ROWS_32   = PAD + HEIGHT;
            reg  [COL_W-1:0] col;
            reg  [ROW_W-1:0] row;
            assign padding = col < BEFORE_32[COL_W-1:0] || col >= COLS_32[COL_W-1:0]
                          || row < BEFORE_32[ROW_W-1:0] || row >= ROWS_32[ROW_W-1:0];

            nn_loop #(.COUNT(HP)) u_row (
                .clk(clk), .rst(rst), .step(row_in), .last(row_last)
            );

            always @(posedge clk) begin
                if (column) col <= col_last ? {COL_W{1'b0}} : col + 1'b1;
                if (row_in) row <= row_last ? {ROW_W{1'b0}} : row + 1'b1;
                if (rst) begin
                    col <= {COL_W{1'b0}};
                    row <= {ROW_W{1'b0}};
                end
            end
        end
    endgenerate

    reg              moved, pixel_end, line_end;    // of the word in `word`
    reg [SIMD-1:0]   word;
    reg [RING_W-1:0] word_at;
    wire [SIMD-1:0]  flip;
    wire             row_written;

    always @(posedge clk) begin
        moved     <= move;
        pixel_end <= column;
        line_end  <= row_in;
        word      <= (padding ? {SIMD{PAD_VALUE}} : s_axis_tdata) ^ flip;
        word_at   <= next_word;
        room      <= room + freed - {{ROWS_W{1'b0}}, row_in};
        if (move) next_word <= next_word + 1'b1;
        if (rst) begin
            moved     <= 1'b0;
            pixel_end <= 1'b0;
            line_end  <= 1'b0;
            room      <= ALL_ROOM;
            next_word <= {RING_W{1'b0}};
        end
    end

    generate
        if (FLIP_FILE == "") begin : g_no_flip
            assign flip = {SIMD{1'b0}};
        end else begin : g_flip
            reg [FOLD_W-1:0] fold;
            reg [SIMD-1:0]   flips [0:FOLD-1];
            initial $readmemh(FLIP_FILE, flips);
            assign flip = flips[fold];
            always @(posedge clk) begin
                if (move) fold <= fold_last ? {FOLD_W{1'b0}} : fold + 1'b1;
                if (rst) fold <= {FOLD_W{1'b0}};
            end
        end
    endgenerate

    nn_early_ones #(
        .WIDTH(WP), .CHANNELS(CHANNELS), .SIMD(SIMD), .KERNEL(KERNEL), .RING_W(RING_W)
    ) u_ones (
        .clk       (clk),
        .rst       (rst),
        .moved     (moved),
        .pixel_end (pixel_end),
        .line_end  (line_end),
        .word      (word),
        .word_at   (word_at),
        .we        (we),
        .waddr     (waddr),
        .wdata     (wdata),
        .wones     (wones),
        .wwindow   (wwindow),
        .row_in    (row_written)
    );

    // ---- Pixels ----

    nn_early_pixels #(
        .HEIGHT(HP), .WIDTH(WP), .FOLD(FOLD), .KERNEL(KERNEL), .STRIDE(STRIDE), .POOL(POOL),
        .ROWS(ROWS), .ROWS_W(ROWS_W), .RING_W(RING_W), .JOBS_W(JOBS_W)
    ) u_pixels (
        .clk      (clk),
        .rst      (rst),
        .hold     (hold),
        .row_in   (row_written),
        .freed    (freed),
        .job_we   (job_we),
        .job_slot (job_slot),
        .job_base (job_base),
        .issued   (issued),
        .retired  (retired)
    );

endmodule

`default_nettype wire
