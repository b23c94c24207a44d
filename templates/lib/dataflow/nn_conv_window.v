// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Sliding window: a ring of ROWS line buffers in which every window is read
 * REPEAT times, PIXELS neighbouring windows at once.
 *
 * In: IN_PIXELS x SIMD elements a beat, pixels row major, FOLD = CHANNELS/SIMD beats each.
 * Out (valid-only), OH = (HEIGHT+2*PAD-KERNEL)/STRIDE+1 and OW alike, floored:
 *
 *     for oy < OH, og < OW/PIXELS, r < REPEAT, ky < KERNEL, kx < KERNEL, f < FOLD:
 *         for m < PIXELS, in lanes m*SIMD .. m*SIMD+SIMD-1, with ox = og*PIXELS + m:
 *             element vector f of pixel (oy*STRIDE-PAD+ky, ox*STRIDE-PAD+kx),
 *             or PAD_VALUE in every lane where that lies outside the map
 *
 * Rows. With top = oy*STRIDE-PAD, first = max(0, top) and next = the following
 * output row's first (HEIGHT after the last one), output row oy starts once
 * rows first .. end-1 are complete, end = max(min(top+KERNEL, HEIGHT), next);
 * when it ends, rows first .. next-1 are released. Rows and columns that no
 * window reads are swallowed on the way. ROWS must hold the largest end-first;
 * every row beyond that is prefetched, into the next frame as well.
 *
 * No bubble between beats, windows, rows or frames while the rows are there.
 * They are always there when ROWS >= end - first + (how far `end` moves) for
 * every oy, and the rows that move in take 4 clocks less than an output row:
 * a row can be read 2 clocks after its last beat was written, and its slot be
 * written 3 clocks after its last step.
 *
 * `step` issues a beat when the rows allow it and the user agrees (step_ok);
 * issue_last: that beat ends a dot product. m_* follow a step by 5 clocks.
 *
 * Timing: II = 1, latency = 5 from a step.
 */
module nn_conv_window #(
    parameter HEIGHT    = 8,        // input rows
    parameter WIDTH     = 8,        // input columns
    parameter CHANNELS  = 4,        // elements per pixel; SIMD must divide it
    parameter ELEM_W    = 1,        // element width, bits
    parameter SIMD      = 2,        // elements per beat
    parameter KERNEL    = 3,        // window height and width
    parameter STRIDE    = 1,        // window step, both ways
    parameter PAD       = 1,        // padding on all four sides, below KERNEL
    parameter [ELEM_W-1:0] PAD_VALUE = {ELEM_W{1'b0}},  // one padded element
    parameter REPEAT    = 1,        // times every window is read
    parameter ROWS      = 6,        // row slots in the ring
    parameter STYLE     = "block",  // of the ring, or "distributed"
    parameter IN_PIXELS = 1,        // pixels per input beat; divides PIXELS and WIDTH
    parameter PIXELS    = 1         // windows at once; divides OW; STRIDE = 1 if more than 1
) (
    /* Clock, and synchronous reset. */
    input  wire clk,
    input  wire rst,

    /* Input map: SIMD channels of IN_PIXELS pixels. */
    input  wire [IN_PIXELS*SIMD*ELEM_W-1:0] s_axis_tdata,
    input  wire                             s_axis_tvalid,
    output wire                             s_axis_tready,

    /* Permission for a step. */
    input  wire step_ok,     // a step may be done
    output wire issue_last,  // it would end a window
    output wire step,        // it is done in this clock

    /* Beats of windows, LATENCY clocks after their step. */
    output wire [PIXELS*SIMD*ELEM_W-1:0] m_data,   // SIMD channels of PIXELS pixels
    output wire                          m_valid,
    output wire                          m_first,  // the first beat of a window
    output wire                          m_last    // the last beat of a window
);

    localparam FOLD   = CHANNELS / SIMD;
    localparam OH     = (HEIGHT + 2*PAD - KERNEL) / STRIDE + 1;
    localparam REACH  = (KERNEL > STRIDE) ? KERNEL : STRIDE;
    localparam OW     = (WIDTH + 2*PAD - KERNEL) / STRIDE + 1;
    localparam TURNS  = (KERNEL < PIXELS) ? KERNEL : PIXELS;    // orders of the banks
    localparam TURN_W = (TURNS > 1) ? $clog2(TURNS) : 1;
    localparam DEPTH  = ROWS * ((WIDTH + PIXELS - 1) / PIXELS) * FOLD;  // words of a bank
    localparam ADDR_W = (DEPTH > 1) ? $clog2(DEPTH) : 1;
    localparam OY_W   = (OH > 1) ? $clog2(OH) : 1;
    localparam ROWS_W = $clog2(ROWS + 1);

    // Row `end` and row `first` of the formulas above; OH stands for the first
    // row of the next frame.
    function integer end_of(input integer oy);
        end_of = (oy >= OH - 1 || oy*STRIDE - PAD + REACH > HEIGHT) ? HEIGHT
               : oy*STRIDE - PAD + REACH;
    endfunction

    function integer first_of(input integer oy);
        first_of = (oy >= OH) ? HEIGHT : (oy*STRIDE < PAD) ? 0 : oy*STRIDE - PAD;
    endfunction

    function integer rows_needed(input integer rows);
        integer oy;
        begin
            rows_needed = 1;
            for (oy = 0; oy < rows; oy = oy + 1)
                if (end_of(oy) - first_of(oy) > rows_needed)
                    rows_needed = end_of(oy) - first_of(oy);
        end
    endfunction

    generate
        if ((OW / PIXELS) * PIXELS != OW) begin : g_check_pixels
            nn_conv_window_PIXELS_must_divide_the_output_width u_error();
        end
        if (PIXELS > 1 && STRIDE > 1) begin : g_check_stride
            nn_conv_window_STRIDE_must_be_1_for_several_PIXELS u_error();
        end
        if ((PIXELS / IN_PIXELS) * IN_PIXELS != PIXELS
            || (WIDTH / IN_PIXELS) * IN_PIXELS != WIDTH) begin : g_check_in
            nn_conv_window_IN_PIXELS_must_divide_PIXELS_and_WIDTH u_error();
        end
        if (FOLD * SIMD != CHANNELS) begin : g_check_fold
            nn_conv_window_SIMD_must_divide_CHANNELS u_error();
        end
        if (PAD < 0 || PAD >= KERNEL) begin : g_check_pad
            nn_conv_window_PAD_must_be_below_KERNEL u_error();
        end
        if (KERNEL > HEIGHT + 2*PAD || KERNEL > WIDTH + 2*PAD) begin : g_check_kernel
            nn_conv_window_KERNEL_must_fit_the_padded_map u_error();
        end
        if (ROWS < rows_needed(OH)) begin : g_check_rows
            nn_conv_window_ROWS_must_hold_what_an_output_row_needs u_error();
        end
    endgenerate

    // ---- Row accounting. Both counters say yes by their sign bit. ----

    localparam [31:0]       ALL_ROOM_32 = ROWS - 1;
    localparam [31:0]       DEBT_32     = -end_of(0);
    localparam [ROWS_W:0]   ALL_ROOM    = ALL_ROOM_32[ROWS_W:0];
    localparam [ROWS_W:0]   DEBT        = DEBT_32[ROWS_W:0];

    reg  [ROWS_W:0]   room;             // free slots - 1
    reg  [ROWS_W:0]   surplus;          // complete rows beyond this output row's end
    reg  [ROWS_W-1:0] moves   [0:(1 << OY_W)-1];  // by oy: how far `end` moves after it
    reg  [ROWS_W-1:0] frees   [0:(1 << OY_W)-1];  // by oy: rows it releases
    reg  [ROWS_W-1:0] freed_1, freed_2;
    reg               written;          // a row was completed one clock ago
    wire              row_in, dot_first, row_last;
    wire [OY_W-1:0]   oy;

    wire take    = s_axis_tvalid && s_axis_tready;
    wire row_out = step && row_last;

    assign s_axis_tready = !room[ROWS_W];
    assign step          = !surplus[ROWS_W] && step_ok;

    wire [ROWS_W-1:0] surplus_move = row_out ? moves[oy] : {ROWS_W{1'b0}};

    always @(posedge clk) begin
        written <= row_in;
        surplus <= surplus + {{ROWS_W{1'b0}}, written} - {1'b0, surplus_move};

        // Two clocks late, so that the last reads come before the first write.
        freed_1 <= row_out ? frees[oy] : {ROWS_W{1'b0}};
        freed_2 <= freed_1;
        room    <= room + {1'b0, freed_2} - {{ROWS_W{1'b0}}, row_in};

        if (rst) begin
            written <= 1'b0;
            surplus <= DEBT;
            freed_1 <= {ROWS_W{1'b0}};
            freed_2 <= {ROWS_W{1'b0}};
            room    <= ALL_ROOM;
        end
    end

    genvar y;
    generate
        for (y = 0; y < (1 << OY_W); y = y + 1) begin : g_row
            localparam [31:0] MOVE = (y < OH - 1) ? end_of(y + 1) - end_of(y) : end_of(0);
            localparam [31:0] FREE = (y < OH) ? first_of(y + 1) - first_of(y) : 0;
            initial moves[y] = MOVE[ROWS_W-1:0];
            initial frees[y] = FREE[ROWS_W-1:0];
        end
    endgenerate

    // ---- Reader: step, address (2 clocks), ring (2 clocks), padding (1) ----

    localparam LATENCY = 5;

    reg  [LATENCY-1:0]       valid_at, first_at, last_at;
    wire [PIXELS-1:0]        outside, high;
    wire [TURN_W-1:0]        turn;
    wire [ADDR_W-1:0]        raddr, raddr_high;

    assign m_valid = valid_at[LATENCY-1];
    assign m_first = first_at[LATENCY-1];
    assign m_last  = last_at[LATENCY-1];

    nn_conv_walk #(
        .HEIGHT(HEIGHT), .WIDTH(WIDTH), .FOLD(FOLD), .KERNEL(KERNEL), .STRIDE(STRIDE),
        .PAD(PAD), .PIXELS(PIXELS), .REPEAT(REPEAT), .ROWS(ROWS), .OY_W(OY_W),
        .TURN_W(TURN_W), .ADDR_W(ADDR_W)
    ) u_walk (
        .clk        (clk),
        .rst        (rst),
        .step       (step),
        .dot_first  (dot_first),
        .dot_last   (issue_last),
        .row_last   (row_last),
        .oy         (oy),
        .addr       (raddr),
        .addr_high  (raddr_high),
        .high       (high),
        .turn       (turn),
        .outside    (outside)
    );

    always @(posedge clk) begin
        valid_at  <= {valid_at[LATENCY-2:0], step};
        first_at  <= {first_at[LATENCY-2:0], dot_first};
        last_at   <= {last_at[LATENCY-2:0], issue_last};
        if (rst) valid_at <= {LATENCY{1'b0}};
    end

    nn_conv_ring #(
        .WIDTH(WIDTH), .FOLD(FOLD), .SIMD(SIMD), .ELEM_W(ELEM_W), .KERNEL(KERNEL), .PAD(PAD),
        .PAD_VALUE(PAD_VALUE), .ROWS(ROWS), .STYLE(STYLE), .IN_PIXELS(IN_PIXELS),
        .PIXELS(PIXELS), .TURN_W(TURN_W), .ADDR_W(ADDR_W)
    ) u_ring (
        .clk        (clk),
        .rst        (rst),
        .take       (take),
        .data       (s_axis_tdata),
        .row_in     (row_in),
        .raddr      (raddr),
        .raddr_high (raddr_high),
        .high       (high),
        .turn       (turn),
        .outside    (outside),
        .q          (m_data)
    );

endmodule

`default_nettype wire
