// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Weight memory of a group and the list that is read from it, over and over:
 *
 *     word, 64 bits: four entries, the first in the low bits
 *     entry, 16 bits: [7:0] weight, signed  [13:8] slot
 *                     [14] end: the list ends  [15] last: the vector ends
 *
 * The list starts at word `base` (addresses wrap) and takes `words` words; entries behind
 * the one with `end` are skipped. `start` begins it, and forgets what was read before. The
 * memory is filled through we/waddr/wdata at any time, elsewhere.
 *
 * `bad`: a list whose last entry has no `end` goes round and round. II = 1 entry.
 */
module nn_sparse_weights #(
    parameter WORDS = 4096,     // of 64 bits
    parameter STYLE = "ultra"   // "ultra", "block" or "distributed"
) (
    input  wire                     clk,
    input  wire                     rst,

    input  wire                     we,
    input  wire [$clog2(WORDS)-1:0] waddr,
    input  wire [63:0]              wdata,

    input  wire                     start,
    input  wire [$clog2(WORDS)-1:0] base,
    input  wire [$clog2(WORDS):0]   words,

    output reg                      valid,
    output reg  [15:0]              entry,
    input  wire                     take,
    output reg                      bad
);

    localparam ADDR_W = $clog2(WORDS);
    localparam AHEAD  = 8;

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
            at   <= final_at ? base : at + 1'b1;
            left <= final_at ? words : left - 1'b1;
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

    // ---- Entries; behind the list's end whole words go ----

    reg  [1:0]  index;
    reg         skip;
    wire [15:0] next = word[16*index +: 16];
    wire        load = word_valid && !skip && (!valid || take);

    assign drop = word_valid && (skip || (load && (index == 2'd3 || next[14])));

    always @(posedge clk) begin
        if (take) valid <= 1'b0;
        if (load) begin
            entry <= next;
            valid <= 1'b1;
            index <= next[14] ? 2'd0 : index + 2'd1;
            if (drop && word_final && !next[14]) bad <= 1'b1;
        end
        if (drop) skip <= !word_final && (skip || next[14]);
        if (start || rst) begin
            valid <= 1'b0;
            index <= 2'd0;
            skip  <= 1'b0;
            bad   <= 1'b0;
        end
    end

endmodule

`default_nettype wire
