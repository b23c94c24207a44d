// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * The loop nest of a sliding window, as addresses into a ring of rows:
 *
 *     for oy < OH, ox < OW, r < REPEAT, ky < KERNEL, kx < KERNEL, f < FOLD
 *
 * Every step moves one beat on. Flags of the beat to be issued next come
 * straight from flip-flops: dot_first/dot_last bound one (r) dot product,
 * row_last ends an output row, the oy-th of its frame.
 * addr and outside (the padding) belong to the step of two clocks before.
 *
 * Offsets count from the left padded edge, in beats, and slots from the top
 * one, so both may lie outside the map: then addr is meaningless and outside is
 * set. No multiplier: a slot's base address comes from a table.
 */
module nn_walk #(
    parameter HEIGHT = 8,   // input rows
    parameter WIDTH  = 8,   // input columns
    parameter FOLD   = 2,   // beats per pixel
    parameter KERNEL = 3,   // window height and width
    parameter STRIDE = 1,   // window step, both ways
    parameter PAD    = 1,   // padding on all four sides
    parameter REPEAT = 1,   // times every window is read
    parameter ROWS   = 6,   // row slots in the ring
    parameter OY_W   = 3,   // width of oy
    parameter ADDR_W = 7    // width of addr
) (
    input  wire              clk,
    input  wire              rst,
    input  wire              step,

    output reg               dot_first,
    output wire              dot_last,
    output wire              row_last,
    output reg  [OY_W-1:0]   oy,

    output reg  [ADDR_W-1:0] addr,
    output reg               outside
);

    localparam OH       = (HEIGHT + 2*PAD - KERNEL) / STRIDE + 1;
    localparam OW       = (WIDTH + 2*PAD - KERNEL) / STRIDE + 1;
    localparam SPAN     = (WIDTH + 2*PAD) * FOLD;   // beats per padded row
    localparam LAST_TOP = (OH - 1)*STRIDE - PAD;    // top input row of the last window
    localparam SPAN_W   = (SPAN > 1) ? $clog2(SPAN) : 1;
    localparam SLOT_W   = (ROWS > 1) ? $clog2(ROWS) : 1;

    // ---- Where the nest stands ----

    wire beat_last, ky_last, repeat_last, ox_last, frame_last;

    assign dot_last = beat_last && ky_last;
    assign row_last = dot_last && repeat_last && ox_last;

    nn_loop #(.COUNT(KERNEL*FOLD)) u_beat (
        .clk(clk), .rst(rst), .step(step), .last(beat_last)
    );
    nn_loop #(.COUNT(KERNEL)) u_ky (
        .clk(clk), .rst(rst), .step(step && beat_last), .last(ky_last)
    );
    nn_loop #(.COUNT(REPEAT)) u_repeat (
        .clk(clk), .rst(rst), .step(step && dot_last), .last(repeat_last)
    );
    nn_loop #(.COUNT(OW)) u_ox (
        .clk(clk), .rst(rst), .step(step && dot_last && repeat_last), .last(ox_last)
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

    // ---- Across: offset in the padded row, of this beat and of its window ----

    localparam [31:0]       HOP_32 = STRIDE * FOLD;
    localparam [SPAN_W-1:0] HOP    = HOP_32[SPAN_W-1:0];

    reg  [SPAN_W-1:0] across, across_window;
    wire [SPAN_W-1:0] across_next = !repeat_last ? across_window
                                  : ox_last      ? {SPAN_W{1'b0}}
                                  : across_window + HOP;

    always @(posedge clk) begin
        if (step) begin
            across <= !beat_last ? across + 1'b1
                    : !ky_last   ? across_window
                    : across_next;
            if (dot_last) across_window <= across_next;
        end
        if (rst) begin
            across        <= {SPAN_W{1'b0}};
            across_window <= {SPAN_W{1'b0}};
        end
    end

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
    wire [SLOT_W-1:0] top_next = !(repeat_last && ox_last) ? slot_top
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

    // ---- Clock 1: base address and padding; clock 2: the address ----

    reg  [ADDR_W-1:0] base_of_slot [0:ROWS-1];
    reg  [ADDR_W-1:0] base, across_1;
    reg               outside_1;
    wire              padded;

    always @(posedge clk) begin
        base      <= base_of_slot[slot];
        outside_1 <= padded;
        addr      <= base + across_1;
        outside   <= outside_1;
    end

    genvar s;
    generate
        for (s = 0; s < ROWS; s = s + 1) begin : g_slot
            localparam [31:0] BASE = s*WIDTH*FOLD - PAD*FOLD;
            initial base_of_slot[s] = BASE[ADDR_W-1:0];
        end

        // Modulo 2^ADDR_W is enough: base is, too, and their sum is an address.
        if (SPAN_W > ADDR_W) begin : g_narrow
            always @(posedge clk) across_1 <= across[ADDR_W-1:0];
        end else begin : g_wide
            always @(posedge clk) across_1 <= {{(ADDR_W-SPAN_W){1'b0}}, across};
        end

        if (PAD == 0) begin : g_no_pad
            assign padded = 1'b0;
        end else begin : g_pad
            localparam DOWN_W = $clog2(HEIGHT + 2*PAD);
            localparam [31:0]       LEFT_32   = PAD * FOLD;
            localparam [31:0]       RIGHT_32  = (PAD + WIDTH) * FOLD;
            localparam [31:0]       TOP_32    = PAD;
            localparam [31:0]       BOTTOM_32 = PAD + HEIGHT;
            localparam [31:0]       STRIDE_32 = STRIDE;
            localparam [SPAN_W-1:0] LEFT      = LEFT_32[SPAN_W-1:0];
            localparam [SPAN_W-1:0] RIGHT     = RIGHT_32[SPAN_W-1:0];
            localparam [DOWN_W-1:0] TOP       = TOP_32[DOWN_W-1:0];
            localparam [DOWN_W-1:0] BOTTOM    = BOTTOM_32[DOWN_W-1:0];
            localparam [DOWN_W-1:0] DROP      = STRIDE_32[DOWN_W-1:0];

            // The same walk as the slots', in rows of the padded map.
            reg  [DOWN_W-1:0] down, down_top;
            wire [DOWN_W-1:0] down_next = !(repeat_last && ox_last) ? down_top
                                        : frame_last               ? {DOWN_W{1'b0}}
                                        : down_top + DROP;

            always @(posedge clk) begin
                if (step && beat_last) down <= ky_last ? down_next : down + 1'b1;
                if (step && dot_last)  down_top <= down_next;
                if (rst) begin
                    down     <= {DOWN_W{1'b0}};
                    down_top <= {DOWN_W{1'b0}};
                end
            end

            assign padded = across < LEFT || across >= RIGHT || down < TOP || down >= BOTTOM;
        end
    endgenerate

endmodule

`default_nettype wire
