// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Takes lists of coded entries out of words of 16 bits, first bit lowest. An entry:
 *
 *     PREFIX bits  class, a line of the table
 *     i bits       index  = from_i + these
 *     1 bit        sign, 1 below 0
 *     w bits       weight = sign ? -(from_w + 1 + these) : from_w + 1 + these
 *
 * i, w, from_i (`index`), from_w (`magnitude`; -1 with w = 0: weight 0), the entry's length and
 * whether it ends the list are the fields of a line of the table: the contract below. An entry
 * has at most 16 bits, so that a word a clock keeps up with an entry a clock. It may go on in
 * the next word. Behind the end of a list words are dropped up to the one with s_last; the next
 * list begins with the word behind. While words are dropped, more of them than one a clock
 * may go (`skipping`).
 *
 * `bad`: a class of `classes` or more, or a list without its end.
 *
 * Timing: II = 1 entry, latency = 4.
 */
module nn_sparse_decode #(
    parameter PREFIX = 5  // bits of a class, 3 to 7
) (
    input  wire              clk,
    input  wire              rst,  // forgets words and entries, not the table

    /* The table, a line at a time */
    input  wire              t_we,
    input  wire [PREFIX-1:0] t_at,     // number of the class
    input  wire [26:0]       t_data,
    input  wire [PREFIX:0]   classes,  // that the table has

    /* In: words of 16 bits */
    input  wire              s_valid,
    output wire              s_ready,   // the word is taken
    input  wire [15:0]       s_data,
    input  wire              s_last,    // word of its list
    output wire              skipping,  // words may be dropped faster

    /* Out: entries */
    output reg               m_valid,
    input  wire              m_ready,
    output reg  [7:0]        m_index,
    output reg  [7:0]        m_weight,
    output reg               m_end,  // the list ends with it
    output reg               bad     // until rst
);

    generate
        if (PREFIX < 3 || PREFIX > 7) begin : g_check
            nn_sparse_decode_PREFIX_must_be_3_to_7 u_error();
        end
    endgenerate

    localparam REST = 16 - PREFIX;

    // ---- Two words, and where the entry begins in the first one ----

    reg  [15:0]       word, behind;
    reg               word_valid, word_last, behind_valid, behind_last, skip;
    reg  [3:0]        at;
    wire [31:0]       both = {behind, word} >> at;
    wire [PREFIX-1:0] number = both[PREFIX-1:0];
    wire              unused_bits = ^both[31:16];

    (* ram_block = "auto", ram_style = "distributed" *)
    reg  [26:0]       table_lines [0:(1 << PREFIX)-1];
    wire [26:0]       line = table_lines[number];

    // contract entryClass of line as class_
    wire [3:0] class_length = line[25:22];        // bits of an entry - 1
    wire class_ends = line[26];                   // the list ends with the entry
    // end of contract
    wire [4:0]        to = {1'b0, at} + {1'b0, class_length} + 5'd1;

    wire              go   = !m_valid || m_ready;
    wire              step = go && word_valid && !skip && (behind_valid || word_last);
    wire              move = (step && (to[4] || class_ends)) || (word_valid && skip) || !word_valid;

    assign s_ready  = move || !behind_valid;
    assign skipping = skip && !word_last && !(behind_valid && behind_last);

    always @(posedge clk) begin
        if (t_we) table_lines[t_at] <= t_data;

        if (move) begin
            word       <= behind;
            word_valid <= behind_valid;
            word_last  <= behind_last;
        end
        if (s_ready) begin
            behind       <= s_data;
            behind_valid <= s_valid;
            behind_last  <= s_last;
        end
        if (step) begin
            at   <= class_ends ? 4'd0 : to[3:0];
            skip <= class_ends && !word_last;
            if ((word_last && to[4] && (!class_ends || to[3:0] != 4'd0))
                || {1'b0, number} >= classes)
                bad <= 1'b1;
        end else if (word_valid && word_last)
            skip <= 1'b0;
        if (rst) begin
            word_valid   <= 1'b0;
            behind_valid <= 1'b0;
            skip         <= 1'b0;
            at           <= 4'd0;
            bad          <= 1'b0;
        end
    end

    // ---- Clock 1: bits and their class. Clock 2: index and weight ----

    reg                   valid_1, end_1;
    reg  [REST-1:0]       bits_1;
    reg  [26:0]           line_1;
    wire                  unused_class = ^line_1;

    // contract entryClass of line_1 as was_
    wire [7:0] was_index = line_1[7:0];           // least index
    wire [2:0] was_index_bits = line_1[10:8];     // bits of the index above it
    wire signed [7:0] was_magnitude = line_1[18:11];  // least magnitude - 1; -1 for a weight of 0
    wire [2:0] was_weight_bits = line_1[21:19];   // bits of the magnitude above it
    // end of contract
    wire [REST+6:0]       from_sign = {7'd0, bits_1} >> was_index_bits;
    wire                  sign = from_sign[0];
    wire [7:0]            index_bits = {1'b0, bits_1[6:0] & ~(7'h7f << was_index_bits)};
    wire [7:0]            weight_bits = {1'b0, from_sign[7:1] & ~(7'h7f << was_weight_bits)};
    wire                  unused_high = ^from_sign[REST+6:8];

    always @(posedge clk) begin
        if (go) begin
            valid_1  <= step;
            bits_1   <= both[15:PREFIX];
            line_1   <= line;
            end_1    <= class_ends;
            m_valid  <= valid_1;
            m_index  <= was_index + index_bits;
            // -(n + 1) = ~n: both terms inverted, and one more in either case.
            m_weight <= (was_magnitude ^ {8{sign}}) + (weight_bits ^ {8{sign}}) + 8'd1;
            m_end    <= end_1;
        end
        if (rst) begin
            valid_1 <= 1'b0;
            m_valid <= 1'b0;
        end
    end

endmodule

`default_nettype wire
