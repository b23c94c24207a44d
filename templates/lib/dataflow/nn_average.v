// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Average pool as sums, window ROWS x COLS, step the same: y = sum of x over a window, signed.
 *
 * One pixel, LANES channels a beat, channels innermost, row major pixels; rows and columns
 * beyond a whole window are swallowed. II = 1 beat in, latency = 4 after a window's last beat.
 */
module nn_average #(
    parameter HEIGHT   = 8,     // input rows
    parameter WIDTH    = 8,     // input columns
    parameter CHANNELS = 16,    // channels; LANES must divide it
    parameter LANES    = 4,     // channels per beat
    parameter ROWS     = 8,     // window height
    parameter COLS     = 8,     // window width
    parameter IN_W     = 12,    // input width, bits
    parameter SIGNED_IN = 1,    // 1: the input is signed
    parameter OUT_W    = 18     // output width, bits, at most 32
) (
    input  wire                   clk,
    input  wire                   rst,

    input  wire [LANES*IN_W-1:0]  s_axis_tdata,
    input  wire                   s_axis_tvalid,
    output wire                   s_axis_tready,

    output wire [LANES*OUT_W-1:0] m_axis_tdata,
    output wire                   m_axis_tvalid,
    input  wire                   m_axis_tready
);

    localparam FOLD    = CHANNELS / LANES;
    localparam ACROSS  = WIDTH / COLS;      // whole windows across
    localparam DOWN    = HEIGHT / ROWS;     // and down
    localparam WORDS   = ACROSS * FOLD;
    localparam ADDR_W  = (WORDS > 1) ? $clog2(WORDS) : 1;
    localparam COL_W   = $clog2(WIDTH + 1);
    localparam ROW_W   = $clog2(HEIGHT + 1);
    localparam ADD_W   = IN_W + ((SIGNED_IN != 0) ? 0 : 1);
    localparam SUM_W   = (OUT_W > ADD_W) ? OUT_W : ADD_W;
    localparam [31:0]      USED_COLS_32 = ACROSS * COLS;
    localparam [31:0]      USED_ROWS_32 = DOWN * ROWS;
    localparam [COL_W-1:0] USED_COLS = USED_COLS_32[COL_W-1:0];
    localparam [ROW_W-1:0] USED_ROWS = USED_ROWS_32[ROW_W-1:0];

    generate
        if (FOLD * LANES != CHANNELS) begin : g_check_lanes
            nn_average_LANES_must_divide_CHANNELS u_error();
        end
        if (ROWS < 1 || COLS < 1 || ROWS > HEIGHT || COLS > WIDTH) begin : g_check_window
            nn_average_window_must_fit_the_map u_error();
        end
    endgenerate

    // ---- Position: word of the window, pixel in the window and in the map ----

    reg  [ADDR_W-1:0] addr, addr_window;
    reg  [COL_W-1:0]  col;
    reg  [ROW_W-1:0]  row;
    reg               first_col, first_row;
    wire              fold_last, col_last, row_last, in_last_col, in_last_row, ok;

    wire take   = s_axis_tvalid && ok;
    wire column = take && fold_last;
    wire line   = column && col_last;
    wire used   = col < USED_COLS && row < USED_ROWS;

    assign s_axis_tready = ok;

    nn_loop #(.COUNT(FOLD)) u_fold (
        .clk(clk), .rst(rst), .step(take), .last(fold_last)
    );
    nn_loop #(.COUNT(WIDTH)) u_col (
        .clk(clk), .rst(rst), .step(column), .last(col_last)
    );
    nn_loop #(.COUNT(HEIGHT)) u_row (
        .clk(clk), .rst(rst), .step(line), .last(row_last)
    );
    // The position in a window restarts with the row or frame, for leftovers would shift it.
    nn_loop #(.COUNT(COLS)) u_in_col (
        .clk(clk), .rst(rst || line), .step(column), .last(in_last_col)
    );
    nn_loop #(.COUNT(ROWS)) u_in_row (
        .clk(clk), .rst(rst || (line && row_last)), .step(line), .last(in_last_row)
    );

    always @(posedge clk) begin
        if (take) begin
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
            addr        <= {ADDR_W{1'b0}};
            addr_window <= {ADDR_W{1'b0}};
            col         <= {COL_W{1'b0}};
            row         <= {ROW_W{1'b0}};
            first_col   <= 1'b1;
            first_row   <= 1'b1;
        end
    end

    // ---- Sums, one clock behind ----

    reg  [LANES*IN_W-1:0]  x;
    reg  [ADDR_W-1:0]      addr_1;
    reg                    valid_1, first_1;
    wire [LANES*OUT_W-1:0] sums;

    always @(posedge clk) begin
        x       <= s_axis_tdata;
        addr_1  <= addr;
        valid_1 <= take && used;
        first_1 <= first_col && first_row;
        if (rst) valid_1 <= 1'b0;
    end

    genvar p;
    generate
        for (p = 0; p < LANES; p = p + 1) begin : g_lane
            wire             sign = SIGNED_IN != 0 && x[p*IN_W + IN_W-1];
            wire [ADD_W-1:0] add;
            wire [SUM_W-1:0] sum;

            if (SIGNED_IN != 0) begin : g_signed
                wire unused_sign = sign;
                assign add = x[p*IN_W +: IN_W];
            end else begin : g_unsigned
                assign add = {sign, x[p*IN_W +: IN_W]};
            end

            nn_accumulate #(.WORDS(WORDS), .ADD_W(ADD_W), .SUM_W(SUM_W)) u_sum (
                .clk   (clk),
                .valid (valid_1),
                .first (first_1),
                .from  ({SUM_W{1'b0}}),
                .addr  (addr_1),
                .add   (add),
                .sum   (sum)
            );
            assign sums[p*OUT_W +: OUT_W] = sum[OUT_W-1:0];

            if (SUM_W > OUT_W) begin : g_unused
                wire unused_top = |sum[SUM_W-1:OUT_W];
            end
        end
    endgenerate

    nn_landing #(.DATA_W(LANES*OUT_W), .LATENCY(3)) u_landing (
        .clk           (clk),
        .rst           (rst),
        .issue         (take && used && in_last_col && in_last_row),
        .ok            (ok),
        .result        (sums),
        .m_axis_tdata  (m_axis_tdata),
        .m_axis_tvalid (m_axis_tvalid),
        .m_axis_tready (m_axis_tready)
    );

endmodule

`default_nettype wire
