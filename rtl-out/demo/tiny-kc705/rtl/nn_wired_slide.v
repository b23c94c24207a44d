// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Sliding window, whole: every step takes one group of PIXELS neighbouring pixels in and,
 * once enough have come, gives PIXELS neighbouring windows of KERNEL x KERNEL pixels. Stride 1.
 *
 * Input beat: PIXELS x CHANNELS elements, channels innermost, row major pixels.
 * Output: window p at p*KERNEL*KERNEL*CHANNELS, in it tap (ky, kx, c) at element
 * (ky*KERNEL + kx)*CHANNELS + c.
 *
 * One RAM holds the KERNEL-1 rows above the one that comes in, a word a group of columns: it is
 * read, shifted by a row and written back. Padding is stepped through like pixels, without input:
 * PAD rows below the frame, and columns behind each row that are also the left padding of the next.
 *
 * A step that gives windows waits for `ok`; `issue` says that it was taken, and 3 clocks later
 * `m_data` holds the windows: a valid-only pipeline.
 *
 * GROUPS = (WIDTH + PAD + LATE)/PIXELS steps make a row.
 *
 * Timing: (HEIGHT + PAD)*GROUPS clocks per frame, no bubble while input is there; latency = 3.
 */
module nn_wired_slide #(
    parameter HEIGHT   = 8,              // input rows
    parameter WIDTH    = 8,              // input columns; PIXELS must divide them
    parameter CHANNELS = 16,             // input channels
    parameter ELEM_W   = 1,              // element width, bits
    parameter KERNEL   = 3,              // kernel height and width
    parameter PAD      = 0,              // padding on all four sides, below KERNEL-1
    parameter [ELEM_W-1:0] PAD_VALUE = {ELEM_W{1'b0}},  // one padded element
    // Pixels per beat, and windows at once; must divide the output columns..
    parameter PIXELS   = 1,
    parameter STYLE    = "distributed"   // memory of the rows: "distributed" or "block"
) (
    /* Clock, and synchronous reset. */
    input  wire clk,
    input  wire rst,

    /* Input map: CHANNELS channels of PIXELS pixels. */
    input  wire [PIXELS*CHANNELS*ELEM_W-1:0] s_axis_tdata,
    input  wire                              s_axis_tvalid,
    output wire                              s_axis_tready,

    /* Windows, 3 clocks after the step that gives them. */
    // A step that gives windows may be done.
    input  wire                                            ok,
    output wire                                            issue,  // one is done in this clock
    output wire [PIXELS*KERNEL*KERNEL*CHANNELS*ELEM_W-1:0] m_data  // PIXELS windows
);

    localparam PIXEL_W = CHANNELS * ELEM_W;
    localparam GROUP_W = PIXELS * PIXEL_W;
    // Rows, and columns, ahead of the first window's last.
    localparam BEFORE  = KERNEL - 1 - PAD;
    // Columns that windows lag behind the input.
    localparam LATE    = (PIXELS - BEFORE % PIXELS) % PIXELS;
    localparam GROUPS  = (WIDTH + PAD + LATE) / PIXELS;
    localparam REAL    = WIDTH / PIXELS;
    localparam FIRST   = (BEFORE + LATE) / PIXELS;  // group that brings the first windows
    localparam STEPS_Y = HEIGHT + PAD;
    localparam COLUMNS = PIXELS + KERNEL - 1 + LATE;
    localparam X_W     = (GROUPS > 1) ? $clog2(GROUPS) : 1;
    localparam Y_W     = (STEPS_Y > 1) ? $clog2(STEPS_Y) : 1;

    localparam [31:0] LAST_X_32  = GROUPS - 1;
    localparam [31:0] LAST_Y_32  = STEPS_Y - 1;
    localparam [31:0] REAL_X_32  = REAL - 1;
    localparam [31:0] REAL_Y_32  = HEIGHT - 1;
    localparam [31:0] FIRST_X_32 = FIRST - 1;
    localparam [31:0] FIRST_Y_32 = BEFORE - 1;
    localparam ADDR_W  = (REAL > 1) ? $clog2(REAL) : 1;
    localparam [31:0]       NEWEST_32 = 1 << (KERNEL - 1);
    localparam [KERNEL-1:0] NEWEST    = NEWEST_32[KERNEL-1:0];

    generate
        if (REAL * PIXELS != WIDTH) begin : g_check_width
            nn_wired_slide_PIXELS_must_divide_WIDTH u_error();
        end
        if (GROUPS * PIXELS != WIDTH + PAD + LATE) begin : g_check_windows
            nn_wired_slide_PIXELS_must_divide_the_output_columns u_error();
        end
        if (PAD > 0 && BEFORE < 1) begin : g_check_pad
            nn_wired_slide_PAD_must_be_below_KERNEL_minus_1 u_error();
        end
        if (KERNEL > 1 && GROUPS < 3) begin : g_check_groups
            nn_wired_slide_needs_three_groups_a_row u_error();
        end
    endgenerate

    // ---- Where the next step is, as flags that are flip-flops ----

    reg [X_W-1:0]    x;
    reg [Y_W-1:0]    y;
    reg              last_x, in_row, x_gives;
    reg              last_y, y_gives;
    reg [KERNEL-1:0] row_ok;    // rows of the incoming column that lie in the frame, newest on top

    wire takes = in_row && row_ok[KERNEL-1];
    wire gives = x_gives && y_gives;
    wire step  = (s_axis_tvalid || !takes) && (ok || !gives);

    assign s_axis_tready = takes && (ok || !gives);
    assign issue         = step && gives;

    wire next_row_ok = row_ok[KERNEL-1] && y != REAL_Y_32[Y_W-1:0];

    always @(posedge clk) begin
        if (step) begin
            x       <= last_x ? {X_W{1'b0}} : x + 1'b1;
            last_x  <= (GROUPS == 1) || (!last_x && x == LAST_X_32[X_W-1:0] - 1'b1);
            in_row  <= last_x || (in_row && x != REAL_X_32[X_W-1:0]);
            x_gives <= last_x ? FIRST == 0 : x_gives || x == FIRST_X_32[X_W-1:0];
        end
        if (step && last_x) begin
            y       <= last_y ? {Y_W{1'b0}} : y + 1'b1;
            last_y  <= (STEPS_Y == 1) || (!last_y && y == LAST_Y_32[Y_W-1:0] - 1'b1);
            y_gives <= last_y ? BEFORE == 0 : y_gives || y == FIRST_Y_32[Y_W-1:0];
            row_ok  <= last_y ? NEWEST : (row_ok >> 1) | (next_row_ok ? NEWEST : {KERNEL{1'b0}});
        end
        if (rst) begin
            x       <= {X_W{1'b0}};
            y       <= {Y_W{1'b0}};
            last_x  <= GROUPS == 1;
            last_y  <= STEPS_Y == 1;
            in_row  <= 1'b1;
            x_gives <= FIRST == 0;
            y_gives <= BEFORE == 0;
            row_ok  <= NEWEST;
        end
    end

    // ---- Two clocks beside the RAM ----

    reg [GROUP_W-1:0] group_1, group_2;
    reg [ADDR_W-1:0]  at_1, at_2;
    reg               step_1, step_2, in_row_1, in_row_2;
    reg [KERNEL-1:0]  row_ok_1, row_ok_2;

    always @(posedge clk) begin
        group_1  <= s_axis_tdata;
        group_2  <= group_1;
        at_1     <= x[ADDR_W-1:0];
        at_2     <= at_1;
        in_row_1 <= in_row;
        in_row_2 <= in_row_1;
        row_ok_1 <= row_ok;
        row_ok_2 <= row_ok_1;
        step_1   <= step;
        step_2   <= step_1;
        if (rst) begin
            step_1 <= 1'b0;
            step_2 <= 1'b0;
        end
    end

    // Rows of the group of columns, oldest first, the incoming one last.
    wire [KERNEL*GROUP_W-1:0] rows;
    assign rows[(KERNEL-1)*GROUP_W +: GROUP_W] = group_2;

    generate
        if (KERNEL > 1) begin : g_rows
            nn_ram #(.DATA_W((KERNEL-1)*GROUP_W), .DEPTH(REAL), .STYLE(STYLE)) u_rows (
                .clk   (clk),
                .we    (step_2 && in_row_2),
                .waddr (at_2),
                .wdata (rows[GROUP_W +: (KERNEL-1)*GROUP_W]),
                .raddr (x[ADDR_W-1:0]),
                .q     (rows[0 +: (KERNEL-1)*GROUP_W])
            );
        end else begin : g_no_rows
            wire unused_address = ^at_2;
        end
    endgenerate

    // ---- Padding put in, columns side by side ----

    reg  [COLUMNS*KERNEL*PIXEL_W-1:0] window;
    wire [PIXELS*KERNEL*PIXEL_W-1:0]  columns;

    genvar p, ky, kx;
    generate
        for (p = 0; p < PIXELS; p = p + 1) begin : g_column
            for (ky = 0; ky < KERNEL; ky = ky + 1) begin : g_row
                wire [PIXEL_W-1:0] pixel = rows[ky*GROUP_W + p*PIXEL_W +: PIXEL_W];
                if (PAD > 0) begin : g_padded
                    assign columns[(p*KERNEL + ky)*PIXEL_W +: PIXEL_W] =
                        (in_row_2 && row_ok_2[ky]) ? pixel : {CHANNELS{PAD_VALUE}};
                end else begin : g_plain
                    assign columns[(p*KERNEL + ky)*PIXEL_W +: PIXEL_W] = pixel;
                end
            end
            for (ky = 0; ky < KERNEL; ky = ky + 1) begin : g_window_row
                for (kx = 0; kx < KERNEL; kx = kx + 1) begin : g_tap
                    assign m_data[((p*KERNEL + ky)*KERNEL + kx)*PIXEL_W +: PIXEL_W] =
                        window[((p + kx)*KERNEL + ky)*PIXEL_W +: PIXEL_W];
                end
            end
        end
        if (PAD == 0) begin : g_no_padding
            wire unused_flags = ^row_ok_2 ^ ^PAD_VALUE ^ in_row_2;
        end
        if (LATE > 0) begin : g_late
            // The newest columns wait for their window.
            wire unused_columns = ^window[(COLUMNS-LATE)*KERNEL*PIXEL_W +: LATE*KERNEL*PIXEL_W];
        end
        if (COLUMNS > PIXELS) begin : g_shift
            always @(posedge clk)
                if (step_2)
                    window <= {columns, window[COLUMNS*KERNEL*PIXEL_W-1:PIXELS*KERNEL*PIXEL_W]};
        end else begin : g_load
            always @(posedge clk) if (step_2) window <= columns;
        end
    endgenerate

endmodule

`default_nettype wire
