// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Weight memory of a group and the list that is read from it, over and over. From word `base`
 * on (addresses wrap), `words` words of 64 bits:
 *
 *     table_words words    two lines of the table of classes each, in the low bits of its
 *                          halves: class 0, 1, 2, ... (nn_sparse_decode)
 *     the others           coded entries, first bit lowest; an index says whether its vector
 *                          ends, and how many slots it is behind the entry before, or behind
 *                          slot -1 where it is the first one: the contract below
 *
 * The table is read once, the list behind it, from word `list_base` on and `list_words` long,
 * round after round. Out come {last, end, slot, weight}. `start` begins it, and forgets what was
 * read before. The memory is filled through we/waddr/wdata at any time, elsewhere.
 *
 * `bad`: words that are no list of entries.
 *
 * Timing: II = 1 entry.
 */
module nn_sparse_weights #(
    parameter WORDS = 4096,    // of 64 bits
    parameter STYLE = "ultra"  // "ultra", "block" or "distributed"
) (
    input  wire                     clk,
    input  wire                     rst,

    /* The memory */
    input  wire                     we,
    input  wire [$clog2(WORDS)-1:0] waddr,
    input  wire [63:0]              wdata,

    /* The list */
    input  wire                     start,        // it begins; one clock
    input  wire [$clog2(WORDS)-1:0] base,         // its first word
    input  wire [$clog2(WORDS):0]   words,        // with the table
    input  wire [4:0]               table_words,  // of them, the table's
    input  wire [$clog2(WORDS)-1:0] list_base,    // first word behind the table
    input  wire [$clog2(WORDS):0]   list_words,   // words behind it

    /* Out: entries */
    output reg                      valid,
    output reg  [15:0]              entry,  // {last, end, slot, weight}
    input  wire                     take,
    output reg                      bad     // until the next list
);

    localparam ADDR_W = $clog2(WORDS);
    localparam AHEAD  = 8;
    // contract engine
    localparam [31:0] LIST_PREFIX = 32'd5;        // bits of a class in a group's list
    // end of contract

    // ---- Words, as many ahead as the FIFO holds ----

    reg               running;
    reg  [ADDR_W-1:0] at;
    reg  [ADDR_W:0]   left;
    reg  [3:0]        ahead;        // asked for and not yet used
    reg  [1:0]        coming, ends;
    wire              final_at = left == {{ADDR_W{1'b0}}, 1'b1};
    wire              ask      = running && ahead != AHEAD;
    wire              drop;         // a word is used up
    wire [63:0]       q, word;
    wire              word_valid, word_final, unused_ready;

    always @(posedge clk) begin
        if (ask) begin
            at   <= final_at ? list_base : at + 1'b1;
            left <= final_at ? list_words : left - 1'b1;
        end
        coming <= {coming[0], ask};
        ends   <= {ends[0], final_at};
        if (ask && !drop) ahead <= ahead + 4'd1;
        if (drop && !ask) ahead <= ahead - 4'd1;
        if (start) begin
            running <= 1'b1;
            at      <= base;
            left    <= words;
        end
        if (start || rst) begin
            ahead  <= 4'd0;
            coming <= 2'd0;
        end
        if (rst) running <= 1'b0;
    end

    nn_ram #(.DATA_W(64), .DEPTH(WORDS), .STYLE(STYLE)) u_words (
        .clk(clk), .we(we), .waddr(waddr), .wdata(wdata), .raddr(at), .q(q)
    );

    nn_fifo #(.DATA_W(65), .DEPTH(AHEAD)) u_ahead (
        .clk           (clk),
        .rst           (rst || start),
        .s_axis_tdata  ({ends[1], q}),
        .s_axis_tvalid (coming[1]),
        .s_axis_tready (unused_ready),
        .m_axis_tdata  ({word_final, word}),
        .m_axis_tvalid (word_valid),
        .m_axis_tready (drop)
    );

    // ---- Halves of words to the table, quarters to the decoder ----

    reg  [4:0] table_left;
    reg  [4:0] class_at;
    reg  [1:0] quarter;
    wire       loading = table_left != 5'd0;
    wire       quarter_ready, skipping;
    wire       load = word_valid && !loading && quarter_ready;
    wire       unused_high = ^{word[63:59], word[31:27]};

    assign drop = (word_valid && loading && class_at[0]) || (load && (skipping || quarter == 2'd3));

    always @(posedge clk) begin
        if (word_valid && loading) begin
            class_at <= class_at + 5'd1;
            if (class_at[0]) table_left <= table_left - 5'd1;
        end
        if (load) quarter <= skipping ? 2'd0 : quarter + 2'd1;
        if (start || rst) begin
            table_left <= rst ? 5'd0 : table_words;
            class_at   <= 5'd0;
            quarter    <= 2'd0;
        end
    end

    // ---- Entries, and the slots that they name ----

    wire       next_valid, next_end, code_bad;
    wire [7:0] index, weight;
    wire       go = !valid || take;
    wire [5:0] prior = entry[15] ? 6'h3f : entry[13:8];
    wire       unused_index = index[7];

    // contract listIndex of index as index_
    wire index_last = index[0];                   // last one of its vector
    // slots since the entry before, 1 for the first slot
    wire [5:0] index_slots = index[6:1];
    // end of contract

    nn_sparse_decode #(.PREFIX(LIST_PREFIX)) u_decode (
        .clk      (clk),
        .rst      (rst || start),
        .t_we     (word_valid && loading),
        .t_at     (class_at),
        .t_data   (class_at[0] ? word[58:32] : word[26:0]),
        .classes  ({table_words, 1'b0}),
        .s_valid  (word_valid && !loading),
        .s_ready  (quarter_ready),
        .s_data   (word[16*quarter +: 16]),
        .s_last   (word_final && (skipping || quarter == 2'd3)),
        .skipping (skipping),
        .m_valid  (next_valid),
        .m_ready  (go),
        .m_index  (index),
        .m_weight (weight),
        .m_end    (next_end),
        .bad      (code_bad)
    );

    always @(posedge clk) begin
        if (go) valid <= next_valid;
        if (go && next_valid) entry <= {index_last, next_end, prior + index_slots, weight};
        if (code_bad || (drop && loading && word_final)) bad <= 1'b1;
        if (start || rst) begin
            valid     <= 1'b0;
            entry[15] <= 1'b1;
            bad       <= 1'b0;
        end
    end

endmodule

`default_nettype wire
