// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * What the lanes of nn_early share: the padded map as words for their rings, and the
 * list of output pixels whose rows are there.
 *
 * Words. The map with its padding, row major, FOLD = CHANNELS/SIMD words a pixel, word
 * n of all frames at address n mod 2^RING_W: rows need no slots, wrapping is free. A
 * padded word takes a clock and no input beat. Channels marked in FLIP_FILE (FOLD lines of
 * SIMD bits, line f for word f of a pixel) are inverted, padding too. wones: the ones of a
 * word; wwindow, with a pixel's last word: the ones of the window that ends at this pixel
 * (KERNEL x KERNEL pixels; anything where that reaches over the map's edge).
 *
 * Pixels. With POOL, output pixel (py, px) is a window of POOL x POOL convolution
 * windows, rows and columns beyond whole ones are swallowed. Pixel k of all frames is
 * announced in slot k mod 2^JOBS_W as the address of its first word, once the rows below
 * it are complete; `issued` counts them, from 2^JOBS_W on, modulo twice that. No more
 * than 2^JOBS_W pixels are under way: `retired` ends the oldest one, in order, and after
 * a row's last pixel the map's rows that nobody needs any more are free.
 *
 * 2^RING_W words must hold (POOL-1)*STRIDE + KERNEL rows; what is beyond is prefetched.
 * II = 1 word and 1 pixel a clock.
 */
module nn_early_feed #(
    parameter HEIGHT   = 8,     // input rows
    parameter WIDTH    = 8,     // input columns
    parameter CHANNELS = 16,    // input channels; SIMD must divide it
    parameter SIMD     = 16,    // channels per word
    parameter KERNEL   = 3,     // window height and width
    parameter STRIDE   = 1,     // step of windows, both ways
    parameter PAD      = 0,     // padding on all four sides, below KERNEL
    parameter [0:0] PAD_VALUE = 1'b0,   // the bit there
    parameter POOL     = 1,     // pooled windows, both ways
    parameter RING_W   = 9,     // address bits of the rings
    parameter JOBS_W   = 4,     // 2^JOBS_W pixels under way at most
    parameter FLIP_FILE = ""    // $readmemh image of FOLD lines; "" = nothing inverted
) (
    input  wire              clk,
    input  wire              rst,

    input  wire [SIMD-1:0]   s_axis_tdata,
    input  wire              s_axis_tvalid,
    output wire              s_axis_tready,

    output wire              we,
    output wire [RING_W-1:0] waddr,
    output wire [SIMD-1:0]   wdata,
    output wire [$clog2(SIMD+1)-1:0] wones,
    output wire [$clog2(KERNEL*KERNEL*CHANNELS+1)-1:0] wwindow,

    input  wire              hold,      // announce nothing yet
    output reg               job_we,
    output reg  [JOBS_W-1:0] job_slot,
    output reg  [RING_W-1:0] job_base,
    output reg  [JOBS_W:0]   issued,
    input  wire              retired
);

    localparam FOLD   = CHANNELS / SIMD;
    localparam HP     = HEIGHT + 2*PAD;
    localparam WP     = WIDTH + 2*PAD;
    localparam OH     = (HP - KERNEL) / STRIDE + 1;
    localparam OW     = (WP - KERNEL) / STRIDE + 1;
    localparam PH     = OH / POOL;              // output rows
    localparam PW     = OW / POOL;              // output columns
    localparam HOP    = POOL * STRIDE;          // map rows from an output row to the next
    localparam SPAN   = HOP - STRIDE + KERNEL;  // map rows of an output row
    localparam LEFT   = HP - (PH - 1)*HOP;      // map rows from the last one to the frame's end
    localparam ROWS   = (1 << RING_W) / (WP * FOLD);
    localparam ROWS_W = $clog2(ROWS + HP + 1);
    localparam COL_W  = $clog2(WP + 1);
    localparam FOLD_W = (FOLD > 1) ? $clog2(FOLD) : 1;
    localparam ONES_W = $clog2(SIMD + 1);
    localparam SUM_W  = $clog2(KERNEL*KERNEL*CHANNELS + 1);
    localparam COUNTED = (ONES_W - 1)/2 + 2;        // clocks to count a word's ones
    localparam DELAY   = COUNTED + 3;               // then pixel, column and window
    localparam ROW_W  = $clog2(HP + 1);

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
        if (ROWS < SPAN) begin : g_check_ring
            nn_early_feed_RING_W_must_hold_the_rows_of_an_output_row u_error();
        end
    endgenerate

    // ---- Words: a row is begun when it has room. Counters say no by their sign bit. ----

    localparam [31:0]       ALL_ROOM_32 = ROWS - 1;
    localparam [ROWS_W:0]   ALL_ROOM    = ALL_ROOM_32[ROWS_W:0];

    reg  [ROWS_W:0]   room;         // rows that may be written - 1
    reg  [RING_W-1:0] next_word;
    reg  [ROWS_W:0]   freed;
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

    // ---- Ones of words, pixels, columns of KERNEL pixels, windows: running sums all ----

    reg  [DELAY:1]     moved_past, pixel_past, line_past;   // bit k: k clocks after `word`
    wire [ONES_W-1:0]  word_ones;
    reg  [SUM_W-1:0]   pixel_ones, column_ones, window_ones;
    reg                pixel_begins;
    reg  [COL_W-1:0]   column_at, column_at_2;
    wire               column_last;

    nn_xnor_popcount #(.N(SIMD)) u_ones (
        .clk(clk), .x(word), .w({SIMD{1'b1}}), .count(word_ones)
    );
    nn_delay #(.DATA_W(ONES_W), .CLOCKS(3)) u_wones (.clk(clk), .d(word_ones), .q(wones));
    nn_delay #(.DATA_W(RING_W+SIMD), .CLOCKS(DELAY)) u_words (
        .clk(clk), .d({word_at, word}), .q({waddr, wdata})
    );
    nn_loop #(.COUNT(WP)) u_column (
        .clk(clk), .rst(rst), .step(pixel_past[COUNTED]), .last(column_last)
    );

    assign we      = moved_past[DELAY];
    assign wwindow = window_ones;

    always @(posedge clk) begin
        moved_past <= {moved_past[DELAY-1:1], moved};
        pixel_past <= {pixel_past[DELAY-1:1], pixel_end};
        line_past  <= {line_past[DELAY-1:1], line_end};
        if (moved_past[COUNTED]) begin
            pixel_ones   <= (pixel_begins ? {SUM_W{1'b0}} : pixel_ones) + {{(SUM_W-ONES_W){1'b0}}, word_ones};
            pixel_begins <= pixel_past[COUNTED];
        end
        if (pixel_past[COUNTED])
            column_at <= column_last ? {COL_W{1'b0}} : column_at + 1'b1;
        column_at_2 <= column_at;
        if (rst) begin
            moved_past   <= {DELAY{1'b0}};
            pixel_past   <= {DELAY{1'b0}};
            line_past    <= {DELAY{1'b0}};
            pixel_begins <= 1'b1;
            column_at    <= {COL_W{1'b0}};
        end
    end

    genvar j;
    generate
        if (KERNEL == 1) begin : g_pixel
            wire unused_columns = ^{column_at_2, pixel_past[DELAY:COUNTED+1]};
            always @(posedge clk) begin
                column_ones <= pixel_ones;
                window_ones <= column_ones;
            end
        end else begin : g_box
            // Of each column the sums of its last 1 .. KERNEL-1 pixels; of the columns alike.
            localparam LINE_W = (KERNEL - 1)*SUM_W;
            (* ram_style = "distributed" *)
            reg  [LINE_W-1:0] sums [0:(1 << COL_W)-1];
            reg  [LINE_W-1:0] across;
            wire [LINE_W-1:0] past = sums[column_at_2];
            wire [LINE_W-1:0] past_next, across_next;

            for (j = 0; j < KERNEL - 1; j = j + 1) begin : g_sum
                if (j == 0) begin : g_one
                    assign past_next[0 +: SUM_W]   = pixel_ones;
                    assign across_next[0 +: SUM_W] = column_ones;
                end else begin : g_more
                    assign past_next[j*SUM_W +: SUM_W]   = pixel_ones + past[(j-1)*SUM_W +: SUM_W];
                    assign across_next[j*SUM_W +: SUM_W] = column_ones + across[(j-1)*SUM_W +: SUM_W];
                end
            end

            always @(posedge clk) begin
                if (pixel_past[COUNTED+1]) begin
                    sums[column_at_2] <= past_next;
                    column_ones       <= pixel_ones + past[LINE_W-1 -: SUM_W];
                end
                if (pixel_past[COUNTED+2]) begin
                    across      <= across_next;
                    window_ones <= column_ones + across[LINE_W-1 -: SUM_W];
                end
            end
        end
    endgenerate

    // ---- Pixels: announced when their rows are there, freed when they are done ----

    localparam [31:0]       NEED_32     = -SPAN;
    localparam [31:0]       MOVES_32    = HOP;      // and rows that an output row frees
    localparam [31:0]       MOVES_END_32 = LEFT;
    localparam [31:0]       STEP_32     = HOP * FOLD;
    localparam [31:0]       DOWN_32     = HOP * WP * FOLD;
    localparam [31:0]       DOWN_END_32 = LEFT * WP * FOLD;
    localparam [ROWS_W:0]   NEED        = NEED_32[ROWS_W:0];
    localparam [ROWS_W:0]   MOVES       = MOVES_32[ROWS_W:0];
    localparam [ROWS_W:0]   MOVES_END   = MOVES_END_32[ROWS_W:0];
    localparam [RING_W-1:0] STEP        = STEP_32[RING_W-1:0];
    localparam [RING_W-1:0] DOWN        = DOWN_32[RING_W-1:0];
    localparam [RING_W-1:0] DOWN_END    = DOWN_END_32[RING_W-1:0];
    localparam [JOBS_W:0]   FIRST       = {1'b1, {JOBS_W{1'b0}}};

    reg  [ROWS_W:0]   surplus;          // complete rows beyond this output row's last
    reg  [JOBS_W:0]   free;             // slots without a pixel - 1
    reg  [RING_W-1:0] base, row_base;
    reg               written, held;
    reg  [JOBS_W:0]   next_job;
    wire              px_last, py_last, gone_last, gone_end;

    wire announce = !surplus[ROWS_W] && !free[JOBS_W] && !held;
    wire down     = announce && px_last;
    wire gone     = retired && gone_last;

    wire [RING_W-1:0] row_next = row_base + (py_last ? DOWN_END : DOWN);

    nn_loop #(.COUNT(PW)) u_px (
        .clk(clk), .rst(rst), .step(announce), .last(px_last)
    );
    nn_loop #(.COUNT(PH)) u_py (
        .clk(clk), .rst(rst), .step(down), .last(py_last)
    );
    nn_loop #(.COUNT(PW)) u_gone (
        .clk(clk), .rst(rst), .step(retired), .last(gone_last)
    );
    nn_loop #(.COUNT(PH)) u_gone_row (
        .clk(clk), .rst(rst), .step(gone), .last(gone_end)
    );

    wire [ROWS_W:0] moves = py_last ? MOVES_END : MOVES;

    always @(posedge clk) begin
        held     <= hold;
        written  <= line_past[DELAY];
        surplus  <= surplus + {{ROWS_W{1'b0}}, written} - (down ? moves : {(ROWS_W+1){1'b0}});
        freed    <= !gone ? {(ROWS_W+1){1'b0}} : gone_end ? MOVES_END : MOVES;
        free     <= free + {{JOBS_W{1'b0}}, retired} - {{JOBS_W{1'b0}}, announce};

        if (announce) begin
            base     <= px_last ? row_next : base + STEP;
            next_job <= next_job + 1'b1;
        end
        if (down) row_base <= row_next;

        job_we   <= announce;
        job_slot <= next_job[JOBS_W-1:0];
        job_base <= base;
        issued   <= announce ? next_job + 1'b1 : next_job;

        if (rst) begin
            held     <= 1'b1;
            written  <= 1'b0;
            surplus  <= NEED;
            freed    <= {(ROWS_W+1){1'b0}};
            free     <= ~FIRST;
            base     <= {RING_W{1'b0}};
            row_base <= {RING_W{1'b0}};
            next_job <= FIRST;
            job_we   <= 1'b0;
            issued   <= FIRST;
        end
    end

endmodule

`default_nettype wire
