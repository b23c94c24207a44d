// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * The loop nest of a sliding window, as addresses into a ring of rows:
 *
 *     for oy < OH, og < OW/PIXELS, r < REPEAT, ky < KERNEL, kx < KERNEL, f < FOLD
 *
 * Every step moves one beat on. Flags of the beat to be issued next come
 * straight from flip-flops: dot_first/dot_last bound one (r) dot product,
 * row_last ends an output row, the oy-th of its frame.
 * addr, addr_high, high, turn and outside belong to the step of two clocks before.
 *
 * A step reads PIXELS neighbouring pixels from as many banks, pixel x lying in
 * bank x mod PIXELS, column x div PIXELS. The leftmost one is in bank
 * (turn - PAD) mod PIXELS; the banks before that (`high`) are a column further,
 * at addr_high. outside[m]: pixel m is padding.
 *
 * Columns count from the left edge and slots from the top padded one, so both
 * may lie outside the map: then addr is meaningless and outside is set. No
 * multiplier: a slot's base address comes from a table.
 *
 * Timing: II = 1, latency = 2.
 */
module nn_conv_walk #(
    parameter HEIGHT = 8,  // input rows
    parameter WIDTH  = 8,  // input columns
    parameter FOLD   = 2,  // beats per pixel
    parameter KERNEL = 3,  // window height and width
    parameter STRIDE = 1,  // window step, both ways
    parameter PAD    = 1,  // padding on all four sides
    parameter PIXELS = 1,  // output columns at once; STRIDE = 1 where more than 1
    parameter REPEAT = 1,  // times every window is read
    parameter ROWS   = 6,  // row slots in the ring
    parameter OY_W   = 3,  // width of oy
    parameter TURN_W = 1,  // width of turn
    parameter ADDR_W = 7   // width of addr
) (
    /* Clock, and synchronous reset. */
    input  wire clk,
    input  wire rst,

    /* A step of the loop nest is done. */
    input  wire step,

    /* Where the step stands. */
    output reg             dot_first,  // at the first beat of a window
    output wire            dot_last,   // at the last beat of a window
    output wire            row_last,   // at the last beat of an output row
    output reg  [OY_W-1:0] oy,         // output row

    /* Its beat in the ring, two clocks later. */
    output reg  [ADDR_W-1:0] addr,       // word, in the banks without `high`
    output reg  [ADDR_W-1:0] addr_high,  // word, in the banks with `high`
    output reg  [PIXELS-1:0] high,       // by bank: it reads the next word
    output reg  [TURN_W-1:0] turn,       // how far the banks are rotated
    output wire [PIXELS-1:0] outside     // by pixel: it lies in the padding
);

    localparam OH       = (HEIGHT + 2*PAD - KERNEL) / STRIDE + 1;
    localparam OW       = (WIDTH + 2*PAD - KERNEL) / STRIDE + 1;
    localparam COLUMNS  = (WIDTH + PIXELS - 1) / PIXELS;    // columns of a bank
    localparam LAST_TOP = (OH - 1)*STRIDE - PAD;    // top input row of the last window
    localparam SLOT_W   = (ROWS > 1) ? $clog2(ROWS) : 1;

    // ---- Where the nest stands ----

    wire fold_last, kx_last, ky_last, repeat_last, group_last, frame_last;
    wire beat_last   = fold_last && kx_last;
    wire window_last = dot_last && repeat_last;

    assign dot_last = beat_last && ky_last;
    assign row_last = window_last && group_last;

    nn_loop #(.COUNT(FOLD)) u_fold (
        .clk(clk), .rst(rst), .step(step), .last(fold_last)
    );
    nn_loop #(.COUNT(KERNEL)) u_kx (
        .clk(clk), .rst(rst), .step(step && fold_last), .last(kx_last)
    );
    nn_loop #(.COUNT(KERNEL)) u_ky (
        .clk(clk), .rst(rst), .step(step && beat_last), .last(ky_last)
    );
    nn_loop #(.COUNT(REPEAT)) u_repeat (
        .clk(clk), .rst(rst), .step(step && dot_last), .last(repeat_last)
    );
    nn_loop #(.COUNT(OW / PIXELS)) u_group (
        .clk(clk), .rst(rst), .step(step && window_last), .last(group_last)
    );
    nn_loop #(.COUNT(OH)) u_oy (
        .clk(clk), .rst(rst), .step(step && row_last), .last(frame_last)
    );

    always @(posedge clk) begin
        if (step) dot_first <= dot_last;
        if (step && row_last) oy <= frame_last ? {OY_W{1'b0}} : oy + 1'b1;
        if (rst) begin
            dot_first <= 1'b1;
            oy        <= {OY_W{1'b0}};
        end
    end

    // ---- Across: address of the group's column, and of this beat from there ----

    // Bank of the leftmost pixel at kernel column kx, and its column (rounded down).
    function integer bank_of(input integer kx);
        bank_of = (kx + PIXELS*PAD - PAD) % PIXELS;
    endfunction

    localparam TURNS = (KERNEL < PIXELS) ? KERNEL : PIXELS;
    localparam [31:0]       HOP_32   = STRIDE * FOLD;
    localparam [31:0]       FOLD_32  = FOLD;
    localparam [31:0]       BACK_32  = FOLD - 1;
    localparam [31:0]       LEFT_32  = -((PAD + PIXELS - 1) / PIXELS) * FOLD;
    localparam [ADDR_W-1:0] HOP      = HOP_32[ADDR_W-1:0];
    localparam [ADDR_W-1:0] NEXT     = FOLD_32[ADDR_W-1:0];
    localparam [ADDR_W-1:0] BACK     = BACK_32[ADDR_W-1:0];
    localparam [ADDR_W-1:0] LEFT     = LEFT_32[ADDR_W-1:0];

    reg  [ADDR_W-1:0] column, column_high, offset;
    reg  [TURN_W-1:0] turn_0, turn_1;
    wire              turn_last, crossing;

    always @(posedge clk) begin
        if (step && window_last) begin
            column      <= group_last ? {ADDR_W{1'b0}} : column + HOP;
            column_high <= group_last ? NEXT           : column_high + HOP;
        end
        if (step) begin
            if (!fold_last)    offset <= offset + 1'b1;
            else if (kx_last)  offset <= LEFT;
            else if (crossing) offset <= offset + 1'b1;
            else               offset <= offset - BACK;
        end
        if (step && fold_last)
            turn_0 <= (kx_last || turn_last) ? {TURN_W{1'b0}} : turn_0 + 1'b1;
        if (rst) begin
            column      <= {ADDR_W{1'b0}};
            column_high <= NEXT;
            offset      <= LEFT;
            turn_0      <= {TURN_W{1'b0}};
        end
    end

    genvar t;
    generate
        if (PIXELS == 1) begin : g_one_bank
            assign turn_last = 1'b1;
            assign crossing  = 1'b1;
        end else begin : g_banks
            localparam              CROSS_AT     = (PAD + PIXELS - 1) % PIXELS;
            localparam [31:0]       LAST_TURN_32 = TURNS - 1;
            localparam [31:0]       CROSS_32     = CROSS_AT;
            localparam [TURN_W-1:0] LAST_TURN    = LAST_TURN_32[TURN_W-1:0];
            localparam [TURN_W-1:0] CROSS        = CROSS_32[TURN_W-1:0];
            assign turn_last = turn_0 == LAST_TURN;
            assign crossing  = CROSS_AT < TURNS && turn_0 == CROSS;
        end
    endgenerate

    // ---- Down: ring slot of this beat's row and of the window's top row ----

    localparam [31:0]       LAST_SLOT_32  = ROWS - 1;
    localparam [31:0]       FIRST_SLOT_32 = (ROWS - PAD % ROWS) % ROWS;
    localparam [31:0]       ROWS_32       = ROWS;
    localparam [31:0]       ROW_HOP_32    = STRIDE % ROWS;
    localparam [31:0]       FRAME_HOP_32  = ((HEIGHT - PAD - LAST_TOP) % ROWS + ROWS) % ROWS;
    localparam [SLOT_W-1:0] LAST_SLOT     = LAST_SLOT_32[SLOT_W-1:0];
    localparam [SLOT_W-1:0] FIRST_SLOT    = FIRST_SLOT_32[SLOT_W-1:0];
    localparam [SLOT_W:0]   RING          = ROWS_32[SLOT_W:0];
    localparam [SLOT_W:0]   ROW_HOP       = ROW_HOP_32[SLOT_W:0];
    localparam [SLOT_W:0]   FRAME_HOP     = FRAME_HOP_32[SLOT_W:0];

    reg  [SLOT_W-1:0] slot, slot_top;
    wire [SLOT_W:0]   moved    = {1'b0, slot_top} + (frame_last ? FRAME_HOP : ROW_HOP);
    wire [SLOT_W-1:0] wrapped  = moved[SLOT_W-1:0] - RING[SLOT_W-1:0];
    wire [SLOT_W-1:0] top_next = !(repeat_last && group_last) ? slot_top
                               : (moved >= RING)           ? wrapped
                               : moved[SLOT_W-1:0];

    always @(posedge clk) begin
        if (step && beat_last)
            slot <= ky_last ? top_next : (slot == LAST_SLOT) ? {SLOT_W{1'b0}} : slot + 1'b1;
        if (step && dot_last) slot_top <= top_next;
        if (rst) begin
            slot     <= FIRST_SLOT;
            slot_top <= FIRST_SLOT;
        end
    end

    // ---- Clock 1: base address; clock 2: the addresses, and what is padding ----

    (* rom_style = "distributed", ram_style = "logic" *)
    reg  [ADDR_W-1:0] base_of_slot [0:ROWS-1];
    reg  [PIXELS-1:0] high_of_turn [0:(1 << TURN_W)-1];
    reg  [ADDR_W-1:0] base, across, across_high;

    always @(posedge clk) begin
        base        <= base_of_slot[slot];
        across      <= column + offset;
        across_high <= column_high + offset;
        turn_1      <= turn_0;

        addr        <= base + across;
        addr_high   <= base + across_high;
        high        <= high_of_turn[turn_1];
        turn        <= turn_1;
    end

    nn_conv_outside #(
        .HEIGHT(HEIGHT), .WIDTH(WIDTH), .STRIDE(STRIDE), .PAD(PAD), .PIXELS(PIXELS)
    ) u_outside (
        .clk         (clk),
        .rst         (rst),
        .step        (step),
        .fold_last   (fold_last),
        .kx_last     (kx_last),
        .ky_last     (ky_last),
        .repeat_last (repeat_last),
        .group_last  (group_last),
        .frame_last  (frame_last),
        .outside     (outside)
    );

    genvar s;
    generate
        for (s = 0; s < ROWS; s = s + 1) begin : g_slot
            localparam [31:0] BASE = s*COLUMNS*FOLD;
            initial base_of_slot[s] = BASE[ADDR_W-1:0];
        end

        for (t = 0; t < (1 << TURN_W); t = t + 1) begin : g_turn
            localparam [31:0]       BANK = (t < TURNS) ? bank_of(t) : 0;
            localparam [PIXELS-1:0] ONE  = 1;
            initial high_of_turn[t] = (ONE << BANK) - ONE;
        end
    endgenerate

endmodule

`default_nettype wire
