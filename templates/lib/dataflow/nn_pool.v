// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Max-pool of bits, window SIZE x SIZE, step SIZE: the OR of a window, or the
 * AND for channels whose sign was flipped (their bit in AND_FILE is 1).
 *
 * LANES channels of PIXELS pixels a beat, channels innermost, row major pixels;
 * rows and columns beyond a whole window are swallowed. Several PIXELS are whole
 * windows side by side: PIXELS/SIZE pixels leave together. AND_FILE:
 * CHANNELS/LANES lines of LANES bits, "" for all OR. One running bit per channel
 * and window column, read and written in the same clock, so beats may follow
 * each other every clock.
 *
 * Timing: II = 1 beat in, latency = 1 from a window's last beat.
 */
module nn_pool #(
    parameter HEIGHT   = 8,   // input rows
    parameter WIDTH    = 8,   // input columns
    parameter CHANNELS = 16,  // channels; LANES must divide it
    parameter LANES    = 4,   // channels per beat
    parameter SIZE     = 2,   // window height, width and step
    parameter AND_FILE = "",  // $readmemh image, 1 = AND; "" = all OR
    parameter PIXELS   = 1    // pixels per beat: 1, or a multiple of SIZE that divides WIDTH
) (
    /* Clock, and synchronous reset. */
    input  wire clk,
    input  wire rst,

    /* LANES bits of PIXELS pixels. */
    input  wire [PIXELS*LANES-1:0] s_axis_tdata,
    input  wire                    s_axis_tvalid,
    output wire                    s_axis_tready,

    /* LANES bits of a window, or of PIXELS/SIZE of them. */
    output wire [(PIXELS == 1 ? 1 : PIXELS/SIZE)*LANES-1:0] m_axis_tdata,
    output wire                                             m_axis_tvalid,
    input  wire                                             m_axis_tready
);

    localparam FOLD   = CHANNELS / LANES;
    localparam OUT    = (PIXELS == 1) ? 1 : PIXELS / SIZE;  // pixels per output beat
    localparam OUT_W  = OUT * LANES;
    localparam ACROSS = PIXELS / OUT;       // pixels of a window in one beat
    localparam SPAN   = (ACROSS < SIZE) ? SIZE / ACROSS : 1;    // beat columns of a window
    localparam BEATS  = WIDTH / PIXELS;     // beat columns of a row
    localparam COLS   = BEATS / SPAN;       // whole windows across
    localparam WORDS  = COLS * FOLD;
    localparam ADDR_W = (WORDS > 1) ? $clog2(WORDS) : 1;
    localparam FOLD_W = (FOLD > 1) ? $clog2(FOLD) : 1;

    generate
        if (PIXELS != 1 && (PIXELS % SIZE != 0 || WIDTH % PIXELS != 0)) begin : g_check_pixels
            nn_pool_PIXELS_must_be_1_or_a_multiple_of_SIZE_that_divides_WIDTH u_error();
        end
        if (FOLD * LANES != CHANNELS) begin : g_check_lanes
            nn_pool_LANES_must_divide_CHANNELS u_error();
        end
        if (SIZE < 1 || SIZE > HEIGHT || SIZE > WIDTH) begin : g_check_size
            nn_pool_SIZE_must_fit_the_map u_error();
        end
    endgenerate

    // ---- Where the beat lies in its window ----

    wire [FOLD_W-1:0] fold;
    wire [ADDR_W-1:0] addr;     // of the running bits
    wire              used, first, last, ready;

    wire take = s_axis_tvalid && ready;
    wire emit = used && last;

    assign s_axis_tready = ready;

    nn_pool_walk #(
        .ROWS(HEIGHT), .COLS(BEATS), .FOLD(FOLD), .WINDOW_ROWS(SIZE), .WINDOW_COLS(SPAN)
    ) u_walk (
        .clk   (clk),
        .rst   (rst),
        .take  (take),
        .fold  (fold),
        .addr  (addr),
        .used  (used),
        .first (first),
        .last  (last)
    );

    // ---- The pixels of a beat that share a window ----

    wire [LANES-1:0] all_of;                // 1 = AND
    wire [OUT_W-1:0] now;

    genvar o;
    generate
        for (o = 0; o < OUT; o = o + 1) begin : g_out
            reg [LANES-1:0] any, all;
            integer i;
            always @* begin
                any = {LANES{1'b0}};
                all = {LANES{1'b1}};
                for (i = o*ACROSS; i < (o + 1)*ACROSS; i = i + 1) begin
                    any = any | s_axis_tdata[i*LANES +: LANES];
                    all = all & s_axis_tdata[i*LANES +: LANES];
                end
            end
            assign now[o*LANES +: LANES] = (all_of & all) | (~all_of & any);
        end
    endgenerate

    // ---- The running bits ----

    (* ram_block = "auto", ram_style = "distributed" *)
    reg  [OUT_W-1:0] running [0:WORDS-1];
    wire [OUT_W-1:0] past   = running[addr];
    wire [OUT_W-1:0] so_far = first ? now
                            : ({OUT{all_of}} & past & now)
                            | (~{OUT{all_of}} & (past | now));

    always @(posedge clk) if (take && used) running[addr] <= so_far;

    generate
        if (AND_FILE == "") begin : g_or
            wire unused_fold = |fold;
            assign all_of = {LANES{1'b0}};
        end else begin : g_and
            reg [LANES-1:0] image [0:FOLD-1];
            initial $readmemh(AND_FILE, image);
            assign all_of = image[fold];
        end
    endgenerate

    nn_skid #(.DATA_W(OUT_W)) u_out (
        .clk           (clk),
        .rst           (rst),
        .s_axis_tdata  (so_far),
        .s_axis_tvalid (s_axis_tvalid && emit),
        .s_axis_tready (ready),
        .m_axis_tdata  (m_axis_tdata),
        .m_axis_tvalid (m_axis_tvalid),
        .m_axis_tready (m_axis_tready)
    );

endmodule

`default_nettype wire
