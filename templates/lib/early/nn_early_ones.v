// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Counts ones beside the words of a map: running sums of words, pixels, columns of KERNEL
 * pixels and windows.
 *
 * wones: the ones of a word; wwindow, with a pixel's last word: the ones of the
 * KERNEL x KERNEL pixels that end at it, anything where they reach over the map's edge.
 * row_in: a row's last word is being written. All are DELAY clocks behind the word.
 *
 * Timing: II = 1, latency = ($clog2(SIMD+1) - 1)/2 + 5, rounded down.
 */
module nn_early_ones #(
    parameter WIDTH    = 8,   // columns of the map, padded
    parameter CHANNELS = 16,  // channels of a pixel
    parameter SIMD     = 16,  // channels per word
    parameter KERNEL   = 3,   // window height and width
    parameter RING_W   = 9    // width of an address
) (
    /* Clock, and synchronous reset. */
    input  wire clk,
    input  wire rst,

    /* A word of the map. */
    input  wire              moved,      // a word is there
    input  wire              pixel_end,  // the last of its pixel
    input  wire              line_end,   // and of its row
    input  wire [SIMD-1:0]   word,       // SIMD channels
    input  wire [RING_W-1:0] word_at,    // its address in the rings

    /* The word for the rings, DELAY clocks later. */
    output wire                                        we,       // it is written
    output wire [RING_W-1:0]                           waddr,    // its address
    output wire [SIMD-1:0]                             wdata,    // SIMD channels
    output wire [$clog2(SIMD+1)-1:0]                   wones,    // ones of the word
    output wire [$clog2(KERNEL*KERNEL*CHANNELS+1)-1:0] wwindow,  // ones of the window that it ends
    output wire                                        row_in    // it completes a row
);

    localparam COL_W   = $clog2(WIDTH + 1);
    localparam ONES_W  = $clog2(SIMD + 1);
    localparam SUM_W   = $clog2(KERNEL*KERNEL*CHANNELS + 1);
    localparam COUNTED = (ONES_W - 1)/2 + 2;        // clocks to count a word's ones
    localparam DELAY   = COUNTED + 3;               // then pixel, column and window

    reg  [DELAY:1]     moved_past, pixel_past, line_past;   // bit k: k clocks after `word`
    wire [ONES_W-1:0]  word_ones;
    reg  [SUM_W-1:0]   pixel_ones, column_ones, window_ones;
    reg                pixel_begins;
    reg  [COL_W-1:0]   column_at, column_at_2;
    wire               column_last;

    nn_xnor_popcount #(.N(SIMD), .LATENCY(COUNTED)) u_ones (
        .clk(clk), .x(word), .w({SIMD{1'b1}}), .count(word_ones)
    );
    nn_delay #(.DATA_W(ONES_W), .CLOCKS(3)) u_wones (.clk(clk), .d(word_ones), .q(wones));
    nn_delay #(.DATA_W(RING_W+SIMD), .CLOCKS(DELAY)) u_words (
        .clk(clk), .d({word_at, word}), .q({waddr, wdata})
    );
    nn_loop #(.COUNT(WIDTH)) u_column (
        .clk(clk), .rst(rst), .step(pixel_past[COUNTED]), .last(column_last)
    );

    assign we      = moved_past[DELAY];
    assign row_in  = line_past[DELAY];
    assign wwindow = window_ones;

    always @(posedge clk) begin
        moved_past <= {moved_past[DELAY-1:1], moved};
        pixel_past <= {pixel_past[DELAY-1:1], pixel_end};
        line_past  <= {line_past[DELAY-1:1], line_end};
        if (moved_past[COUNTED]) begin
            pixel_ones   <= (pixel_begins ? {SUM_W{1'b0}} : pixel_ones)
                          + {{(SUM_W-ONES_W){1'b0}}, word_ones};
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
            (* ram_block = "auto", ram_style = "distributed" *)
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
                    assign across_next[j*SUM_W +: SUM_W] =
                        column_ones + across[(j-1)*SUM_W +: SUM_W];
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

endmodule

`default_nettype wire
