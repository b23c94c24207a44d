// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Convolutions: a vector of LANES input bytes is broadcast to GROUPS groups (nn_sparse_group),
 * each multiplies it with the non-zero weights of its own output channels, and one drain
 * (nn_sparse_drain) makes lines of their sums. Bytes go out two by two, as nn_sparse_macs wants
 * them, a clock after they came.
 *
 * The groups' memories are 0 to GROUPS - 1 of the rings, the drain's parameters the one
 * behind. Settings are fields of a descriptor and stand while the layer runs.
 *
 * Timing: that of its groups and its drain.
 */
module nn_sparse_array #(
    parameter LANES  = 64,       // positions, an even number
    parameter GROUPS = 24,       // groups of LANES multipliers
    parameter SLOTS  = 32,       // output channels of a group
    parameter ACC_W  = 24,       // width of a sum
    parameter LINE_W = 14,       // address width of the lines
    parameter WORDS  = 4096,     // of each ring
    parameter STYLE  = "ultra",  // of the weights
    parameter CARRY_W = 0        // of nn_sparse_macs
) (
    input  wire                     clk,
    input  wire                     rst,

    /* Rows of the rings, a word a memory */
    input  wire [GROUPS:0]          row_we,
    input  wire [$clog2(WORDS)-1:0] row_at,
    input  wire [64*GROUPS+63:0]    row,

    /* The layer */
    input  wire                     start,        // it begins; one clock
    input  wire [$clog2(WORDS)-1:0] at,           // its first row
    input  wire [$clog2(WORDS):0]   words,        // of a group's list
    input  wire [4:0]               table_words,  // the first ones of them
    input  wire                     x_signed,     // input bytes have a sign
    input  wire [5:0]               slots,        // output channels of a group
    input  wire [15:0]              rounds,       // lines of a channel
    input  wire [9:0]               width,        // columns of the map that comes out
    input  wire [9:0]               pitch,        // its bytes from row to row
    input  wire [9:0]               height,       // its rows
    input  wire [4:0]               shift,        // right shift of sums
    input  wire [8:0]               least,        // lower clamp, signed
    input  wire [8:0]               most,         // upper clamp
    output wire                     done,         // the last line is on its way

    /* In: vectors of input bytes */
    input  wire                     reserve,  // a vector will come
    output wire                     room,     // one more may be announced
    input  wire                     x_valid,
    input  wire                     x_last,   // of a round
    input  wire [8*LANES-1:0]       x,

    /* Out: lines */
    output wire                     line_we,
    output wire [LINE_W-1:0]        line_at,
    output wire [8*LANES-1:0]       line,

    /* Groups that multiply, and whether a list is wrong */
    output wire [GROUPS-1:0]        working,
    output reg                      bad
);

    // contract engine
    localparam [31:0] VECTORS_MOST = 32'd32;      // vectors that wait in a group
    // end of contract
    wire [GROUPS-1:0]             rooms, ready, read, drained, bads;
    wire [$clog2(SLOTS)-1:0]      read_slot;
    wire [GROUPS*ACC_W*LANES-1:0] sums;

    assign room = &rooms;
    // Where the groups' lists are read again, without their tables.
    localparam ADDR_W = $clog2(WORDS);
    reg  [ADDR_W-1:0] list_base;
    reg  [ADDR_W:0]   list_words;
    wire [ADDR_W+4:0] table_wide = {{ADDR_W{1'b0}}, table_words};
    wire              unused_table = ^table_wide[ADDR_W+4:ADDR_W+1];

    always @(posedge clk) begin
        bad <= !rst && |bads;
        if (start) begin
            list_base  <= at + table_wide[ADDR_W-1:0];
            list_words <= words - table_wide[ADDR_W:0];
        end
    end

    // ---- Pairs: the odd byte, less 1 where the even one is negative ----

    reg                    pairs_valid, pairs_last;
    reg [17*LANES/2-1:0]   pairs;
    integer                p;

    always @(posedge clk) begin
        pairs_valid <= x_valid && !rst;
        pairs_last  <= x_last;
        for (p = 0; p < LANES/2; p = p + 1)
            pairs[17*p +: 17] <= {{x_signed && x[16*p+15], x[16*p+8 +: 8]} - {8'd0, x_signed
                && x[16*p+7]}, x[16*p +: 8]};
    end

    // ---- Groups ----

    genvar g;
    generate
        for (g = 0; g < GROUPS; g = g + 1) begin : g_group
            nn_sparse_group #(
                .LANES(LANES), .SLOTS(SLOTS), .ACC_W(ACC_W), .DEPTH(VECTORS_MOST), .WORDS(WORDS),
                .STYLE(STYLE), .CARRY_W(CARRY_W)
            ) u_group (
                .clk       (clk),
                .rst       (rst),
                .we        (row_we[g]),
                .waddr     (row_at),
                .wdata     (row[64*g +: 64]),
                .start     (start),
                .base      (at),
                .words     (words),
                .table_words (table_words),
                .list_base (list_base),
                .list_words (list_words),
                .slots     (slots),
                .x_signed  (x_signed),
                .reserve   (reserve),
                .room      (rooms[g]),
                .x_valid   (pairs_valid),
                .x_last    (pairs_last),
                .pairs     (pairs),
                .ready     (ready[g]),
                .read      (read[g]),
                .read_slot (read_slot),
                .drained   (drained[g]),
                .sums      (sums[ACC_W*LANES*g +: ACC_W*LANES]),
                .working   (working[g]),
                .bad       (bads[g])
            );
        end
    endgenerate

    nn_sparse_drain #(
        .LANES(LANES), .GROUPS(GROUPS), .SLOTS(SLOTS), .ACC_W(ACC_W), .LINE_W(LINE_W),
        .WORDS(WORDS), .STYLE("block")
    ) u_drain (
        .clk       (clk),
        .rst       (rst),
        .we        (row_we[GROUPS]),
        .waddr     (row_at),
        .wdata     (row[64*GROUPS +: 64]),
        .start     (start),
        .base      (at),
        .slots     (slots),
        .rounds    (rounds),
        .width     (width),
        .pitch     (pitch),
        .height    (height),
        .shift     (shift),
        .least     (least),
        .most      (most),
        .done      (done),
        .ready     (ready),
        .read      (read),
        .read_slot (read_slot),
        .drained   (drained),
        .sums      (sums),
        .line_we   (line_we),
        .line_at   (line_at),
        .line      (line)
    );

endmodule

`default_nettype wire
