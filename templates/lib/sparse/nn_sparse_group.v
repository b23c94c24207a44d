// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * One group of the sparse engine: SLOTS output channels whose sums it keeps, LANES positions
 * of each at once. Every vector that is broadcast goes into its FIFO; for each it walks its
 * own entries, one a clock:
 *
 *     sums[slot] += weight * x        (nn_sparse_macs; list and entries: nn_sparse_weights)
 *
 * A list has an entry at least for every vector, of weight 0 where no weight is left; its very
 * last one names a slot that the round has named before. With the last vector of a round the
 * banks change: one is `ready` until `drained`, the other works on. `read` shows a slot of the
 * ready bank on `sums` three clocks later.
 *
 * Vectors are announced (`reserve`) before they come; `room` says that one more may be.
 * `bad`: the list does not fit the vectors, or names a slot from `slots` on.
 *
 * Timing: II = 1 entry, latency = 4.
 */
module nn_sparse_group #(
    parameter LANES = 64,       // positions, an even number
    parameter SLOTS = 32,       // output channels, a power of two up to 32
    parameter ACC_W = 24,       // width of a sum
    parameter DEPTH = 32,       // vectors that wait, from 8
    parameter WORDS = 4096,     // of the weight memory
    parameter STYLE = "ultra",  // of the weight memory
    parameter CARRY_W = 0       // of nn_sparse_macs
) (
    input  wire                     clk,
    input  wire                     rst,

    /* The weight memory */
    input  wire                     we,
    input  wire [$clog2(WORDS)-1:0] waddr,
    input  wire [63:0]              wdata,

    /* The layer */
    input  wire                     start,        // it begins; one clock
    input  wire [$clog2(WORDS)-1:0] base,         // first word of the list
    input  wire [$clog2(WORDS):0]   words,        // with the table
    input  wire [4:0]               table_words,  // of them, the table's
    input  wire [$clog2(WORDS)-1:0] list_base,    // first word behind the table
    input  wire [$clog2(WORDS):0]   list_words,   // words behind it
    input  wire [5:0]               slots,        // output channels
    input  wire                     x_signed,     // input bytes have a sign

    /* In: vectors */
    input  wire                     reserve,  // a vector will come
    output reg                      room,     // one more may be announced
    input  wire                     x_valid,
    input  wire                     x_last,   // of a round
    input  wire [17*LANES/2-1:0]    pairs,    // positions, two by two, as nn_sparse_macs has them

    /* Out: sums of a full bank */
    output reg                      ready,    // full, and its last sum stands
    input  wire                     read,     // a slot of that bank
    input  wire [$clog2(SLOTS)-1:0] read_slot,
    input  wire                     drained,  // it has been read out
    output wire [ACC_W*LANES-1:0]   sums,

    /* What it does */
    output wire                     working,  // an entry is multiplied
    output reg                      bad       // until the next layer
);

    localparam SLOT_W  = $clog2(SLOTS);
    localparam LEVEL_W = $clog2(DEPTH + 1);
    // contract engine
    localparam [31:0] VECTORS_SLACK = 32'd3;      // of them, on their way when room ends
    // end of contract
    localparam [31:0]        LIMIT_32 = DEPTH - VECTORS_SLACK;
    localparam [LEVEL_W-1:0] LIMIT    = LIMIT_32[LEVEL_W-1:0];

    generate
        if (SLOTS > 32) begin : g_check_slots
            nn_sparse_group_SLOTS_must_fit_an_entry u_error();
        end
        if (DEPTH < 8) begin : g_check_depth
            nn_sparse_group_DEPTH_must_be_at_least_8 u_error();
        end
    endgenerate

    wire               entry_valid, list_bad, held_valid, held_last, take, unused_ready;
    wire [15:0]        entry;
    wire [17*LANES/2-1:0] held;
    wire               last  = entry[15];
    wire [SLOT_W-1:0]  slot  = entry[8 +: SLOT_W];
    wire               round = last && held_last;
    wire [5:0]         slot_6 = entry[13:8];

    // A round ends only when the other bank has been read out.
    assign take    = entry_valid && held_valid && !read && !(round && full);
    assign working = take;

    nn_sparse_weights #(.WORDS(WORDS), .STYLE(STYLE)) u_weights (
        .clk         (clk),
        .rst         (rst),
        .we          (we),
        .waddr       (waddr),
        .wdata       (wdata),
        .start       (start),
        .base        (base),
        .words       (words),
        .table_words (table_words),
        .list_base   (list_base),
        .list_words  (list_words),
        .valid       (entry_valid),
        .entry       (entry),
        .take        (take),
        .bad         (list_bad)
    );

    nn_fifo #(.DATA_W(17*LANES/2 + 1), .DEPTH(DEPTH)) u_vectors (
        .clk           (clk),
        .rst           (rst),
        .s_axis_tdata  ({x_last, pairs}),
        .s_axis_tvalid (x_valid),
        .s_axis_tready (unused_ready),
        .m_axis_tdata  ({held_last, held}),
        .m_axis_tvalid (held_valid),
        .m_axis_tready (take && last)
    );

    // ---- Banks: which one works, what has been written in each ----

    reg               bank, full;
    reg [SLOTS-1:0]   used, used_full;
    reg [LEVEL_W-1:0] level;
    integer           s;

    always @(posedge clk) begin
        for (s = 0; s < SLOTS; s = s + 1) if (take && slot == s[SLOT_W-1:0]) used[s] <= 1'b1;
        if (drained) full <= 1'b0;
        ready <= full && !drained;
        if (take && round) begin
            bank      <= !bank;
            full      <= 1'b1;
            used      <= {SLOTS{1'b0}};
            used_full <= used;
        end

        if (reserve && !(take && last)) level <= level + 1'b1;
        if (!reserve && take && last)   level <= level - 1'b1;
        room <= level < LIMIT;

        if (list_bad || (take && (entry[14] != round || slot_6 >= slots))) bad <= 1'b1;

        if (rst || start) begin
            bank  <= 1'b0;
            full  <= 1'b0;
            ready <= 1'b0;
            used  <= {SLOTS{1'b0}};
            level <= {LEVEL_W{1'b0}};
            room  <= 1'b0;
            bad   <= 1'b0;
        end
    end

    nn_sparse_macs #(.LANES(LANES), .SLOTS(SLOTS), .ACC_W(ACC_W), .CARRY_W(CARRY_W)) u_macs (
        .clk      (clk),
        .rst      (rst),
        .add      (take),
        .read     (read),
        .fresh    (read ? !used_full[read_slot] : !used[slot]),
        .at       (read ? {!bank, read_slot} : {bank, slot}),
        .weight   (entry[7:0]),
        .x_signed (x_signed),
        .pairs    (held),
        .sums     (sums)
    );

endmodule

`default_nettype wire
