// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Where a beat of a map lies in the windows of a pool, which touch and do not overlap.
 *
 * Beats come channels innermost, then columns, then rows. A window is WINDOW_ROWS rows of
 * WINDOW_COLS beat columns. Rows and columns beyond the last whole window belong to none: there
 * `used` is 0. `addr` names the window among those of its row, together with the channel fold: a
 * running value per address is all that a pool has to keep.
 *
 * All outputs are of the beat that is on show; `take` moves on to the next one.
 *
 * Timing: II = 1 beat, latency = 0.
 */
module nn_pool_walk #(
    parameter ROWS        = 8,  // rows of the map
    parameter COLS        = 8,  // beat columns of a row
    parameter FOLD        = 4,  // beats of one beat column, channel fold after channel fold
    parameter WINDOW_ROWS = 2,  // rows of a window, at most ROWS
    parameter WINDOW_COLS = 2   // beat columns of a window, at most COLS
) (
    /* Clock, and synchronous reset. */
    input  wire clk,
    input  wire rst,

    /* The beat on show is taken in this clock. */
    input  wire take,

    /* Its place in its window. */
    output reg  [((FOLD > 1) ? $clog2(FOLD) : 1)-1:0] fold,       // channel fold
    // Window of its row, and channel fold.
    output reg  [(((COLS/WINDOW_COLS)*FOLD > 1) ? $clog2((COLS/WINDOW_COLS)*FOLD) : 1)-1:0] addr,
    output wire                                       used,       // it lies in a whole window
    // It is its window's first beat of this fold.
    output wire                                       first,
    // It is its window's last beat of this fold.
    output wire                                       last
);

    localparam ACROSS = COLS / WINDOW_COLS;     // whole windows across
    localparam DOWN   = ROWS / WINDOW_ROWS;     // and down
    localparam FOLD_W = (FOLD > 1) ? $clog2(FOLD) : 1;
    localparam ADDR_W = (ACROSS*FOLD > 1) ? $clog2(ACROSS*FOLD) : 1;
    localparam COL_W  = $clog2(COLS + 1);
    localparam ROW_W  = $clog2(ROWS + 1);
    localparam [31:0]      USED_COLS_32 = ACROSS * WINDOW_COLS;
    localparam [31:0]      USED_ROWS_32 = DOWN * WINDOW_ROWS;
    localparam [COL_W-1:0] USED_COLS = USED_COLS_32[COL_W-1:0];
    localparam [ROW_W-1:0] USED_ROWS = USED_ROWS_32[ROW_W-1:0];

    generate
        if (WINDOW_ROWS < 1 || WINDOW_COLS < 1 || DOWN < 1 || ACROSS < 1) begin : g_check
            nn_pool_walk_window_must_fit_the_map u_error();
        end
    endgenerate

    reg  [COL_W-1:0]  col;
    reg  [ROW_W-1:0]  row;
    reg  [ADDR_W-1:0] addr_window;      // of the window's fold 0
    reg               first_col, first_row;
    wire              fold_last, col_last, row_last, in_last_col, in_last_row;

    wire column    = take && fold_last;
    wire line      = column && col_last;
    wire new_frame = line && row_last;

    assign used  = col < USED_COLS && row < USED_ROWS;
    assign first = first_col && first_row;
    assign last  = in_last_col && in_last_row;

    nn_loop #(.COUNT(FOLD)) u_fold (
        .clk(clk), .rst(rst), .step(take), .last(fold_last)
    );
    nn_loop #(.COUNT(COLS)) u_col (
        .clk(clk), .rst(rst), .step(column), .last(col_last)
    );
    nn_loop #(.COUNT(ROWS)) u_row (
        .clk(clk), .rst(rst), .step(line), .last(row_last)
    );
    // The position in a window restarts with the row or frame, for leftovers would shift it.
    nn_loop #(.COUNT(WINDOW_COLS)) u_in_col (
        .clk(clk), .rst(rst || line), .step(column), .last(in_last_col)
    );
    nn_loop #(.COUNT(WINDOW_ROWS)) u_in_row (
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

endmodule

`default_nettype wire
