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
 * II = 1 beat in, latency = 1 after a window's last beat, registered both ways.
 */
module nn_pool #(
    parameter HEIGHT   = 8,     // input rows
    parameter WIDTH    = 8,     // input columns
    parameter CHANNELS = 16,    // channels; LANES must divide it
    parameter LANES    = 4,     // channels per beat
    parameter SIZE     = 2,     // window height, width and step
    parameter AND_FILE = "",    // $readmemh image, 1 = AND; "" = all OR
    parameter PIXELS   = 1      // pixels per beat: 1, or a multiple of SIZE that divides WIDTH
) (
    input  wire                    clk,
    input  wire                    rst,

    input  wire [PIXELS*LANES-1:0] s_axis_tdata,
    input  wire                    s_axis_tvalid,
    output wire                    s_axis_tready,

    output wire [(PIXELS == 1 ? 1 : PIXELS/SIZE)*LANES-1:0] m_axis_tdata,
    output wire                    m_axis_tvalid,
    input  wire                    m_axis_tready
);

    localparam FOLD   = CHANNELS / LANES;
    localparam OUT    = (PIXELS == 1) ? 1 : PIXELS / SIZE;  // pixels per output beat
    localparam OUT_W  = OUT * LANES;
    localparam ACROSS = PIXELS / OUT;       // pixels of a window in one beat
    localparam SPAN   = SIZE / ACROSS;      // beat columns of a window
    localparam BEATS  = WIDTH / PIXELS;     // beat columns of a row
    localparam COLS   = BEATS / SPAN;       // whole windows across
    localparam ROWS   = HEIGHT / SIZE;      // and down
    localparam WORDS  = COLS * FOLD;
    localparam ADDR_W = (WORDS > 1) ? $clog2(WORDS) : 1;
    localparam FOLD_W = (FOLD > 1) ? $clog2(FOLD) : 1;
    localparam COL_W  = $clog2(BEATS + 1);
    localparam ROW_W  = $clog2(HEIGHT + 1);
    localparam [31:0]      COLS_32 = COLS * SPAN;
    localparam [31:0]      ROWS_32 = ROWS * SIZE;
    localparam [COL_W-1:0] USED_COLS = COLS_32[COL_W-1:0];
    localparam [ROW_W-1:0] USED_ROWS = ROWS_32[ROW_W-1:0];

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

    // ---- Position: fold and beat in the row, beat and row in their window ----

    reg  [FOLD_W-1:0] fold;
    reg  [COL_W-1:0]  col;
    reg  [ROW_W-1:0]  row;
    reg  [ADDR_W-1:0] addr, addr_window;    // this beat's word, its window's fold 0
    reg               first_col, first_row;
    wire              fold_last, col_last, row_last, in_last_col, in_last_row;
    wire              ready;

    wire take      = s_axis_tvalid && ready;
    wire column    = take && fold_last;
    wire line      = column && col_last;
    wire new_frame = line && row_last;
    wire used      = col < USED_COLS && row < USED_ROWS;
    wire emit      = used && in_last_col && in_last_row;

    assign s_axis_tready = ready;

    nn_loop #(.COUNT(FOLD)) u_fold (
        .clk(clk), .rst(rst), .step(take), .last(fold_last)
    );
    nn_loop #(.COUNT(BEATS)) u_col (
        .clk(clk), .rst(rst), .step(column), .last(col_last)
    );
    nn_loop #(.COUNT(HEIGHT)) u_row (
        .clk(clk), .rst(rst), .step(line), .last(row_last)
    );
    // The position in a window restarts with the row or frame, for leftovers
    // would shift it.
    nn_loop #(.COUNT(SPAN)) u_in_col (
        .clk(clk), .rst(rst || line), .step(column), .last(in_last_col)
    );
    nn_loop #(.COUNT(SIZE)) u_in_row (
        .clk(clk), .rst(rst || new_frame), .step(line), .last(in_last_row)
    );

    always @(posedge clk) begin
        if (take) begin
            fold <= fold_last ? {FOLD_W{1'b0}} : fold + 1'b1;
            if (!fold_last) begin
                addr <= addr + 1'b1;
            end else if (col_last) begin
                addr        <= {ADDR_W{1'b0}};
                addr_window <= {ADDR_W{1'b0}};
            end else if (in_last_col) begin
                addr        <= addr + 1'b1;
                addr_window <= addr + 1'b1;
            end else begin
                addr <= addr_window;
            end
        end
        if (column) begin
            col       <= col_last ? {COL_W{1'b0}} : col + 1'b1;
            first_col <= col_last || in_last_col;
        end
        if (line) begin
            row       <= row_last ? {ROW_W{1'b0}} : row + 1'b1;
            first_row <= row_last || in_last_row;
        end
        if (rst) begin
            fold        <= {FOLD_W{1'b0}};
            addr        <= {ADDR_W{1'b0}};
            addr_window <= {ADDR_W{1'b0}};
            col         <= {COL_W{1'b0}};
            row         <= {ROW_W{1'b0}};
            first_col   <= 1'b1;
            first_row   <= 1'b1;
        end
    end

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

    (* ram_style = "distributed" *)
    reg  [OUT_W-1:0] running [0:WORDS-1];
    wire [OUT_W-1:0] past   = running[addr];
    wire [OUT_W-1:0] so_far = (first_col && first_row) ? now
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
