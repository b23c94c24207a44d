// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Walks the weights of one result of a fully connected layer: words of coded entries wait in a
 * FIFO, are decoded (nn_sparse_decode), and each entry moves on in the vector:
 *
 *     index = index before + gap + 1; before the first one stands x_before
 *
 * The entry with `end` ends the row: `ended` until `turn`, with which the next row begins.
 * Weight 0 only moves on. The first entry is `first`; there is one in every row.
 *
 * `bad`: a weight's index is beyond the vector, or the words are no list of entries.
 *
 * Timing: II = 1 entry, latency = 5.
 */
module nn_sparse_row #(
    parameter PREFIX  = 6,   // bits of a class
    parameter INDEX_W = 14,  // of the vector, 8 to 16
    parameter DEPTH   = 16   // words that wait
) (
    input  wire               clk,
    input  wire               rst,

    /* The table of classes */
    input  wire               t_we,
    input  wire [PREFIX-1:0]  t_at,     // number of the class
    input  wire [26:0]        t_data,
    input  wire [PREFIX:0]    classes,  // that the table has

    /* The vector */
    input  wire [INDEX_W:0]   x_before,  // the byte before the vector's first one
    input  wire [18:0]        x_behind,  // the byte behind its last one

    /* In: words of 16 bits */
    input  wire               s_valid,
    output wire               s_ready,
    input  wire [15:0]        s_data,
    input  wire               s_last,  // word of the row

    /* The row */
    input  wire               turn,   // the next row begins
    output reg                ended,  // this one has

    /* Out: weights with their places */
    output reg                m_valid,
    output reg                m_first,  // of its row
    output wire [INDEX_W-1:0] m_index,  // byte of the vector
    output reg  [7:0]         m_weight,
    output reg                bad       // until rst
);

    wire        word_valid, word_ready, word_last, unused_skipping;
    wire [15:0] word;
    wire        entry_valid, entry_end, code_bad;
    wire [7:0]  gap, weight;
    wire        take = entry_valid && !ended;

    nn_fifo #(.DATA_W(17), .DEPTH(DEPTH)) u_words (
        .clk           (clk),
        .rst           (rst),
        .s_axis_tdata  ({s_last, s_data}),
        .s_axis_tvalid (s_valid),
        .s_axis_tready (s_ready),
        .m_axis_tdata  ({word_last, word}),
        .m_axis_tvalid (word_valid),
        .m_axis_tready (word_ready)
    );

    nn_sparse_decode #(.PREFIX(PREFIX)) u_decode (
        .clk      (clk),
        .rst      (rst),
        .t_we     (t_we),
        .t_at     (t_at),
        .t_data   (t_data),
        .classes  (classes),
        .s_valid  (word_valid),
        .s_ready  (word_ready),
        .s_data   (word),
        .s_last   (word_last),
        .skipping (unused_skipping),
        .m_valid  (entry_valid),
        .m_ready  (!ended),
        .m_index  (gap),
        .m_weight (weight),
        .m_end    (entry_end),
        .bad      (code_bad)
    );

    // ---- Where the entry's weight belongs ----

    reg               first;
    // the top bit says that it left the vector, and stays for the row
    reg  [INDEX_W:0]  index;
    wire [INDEX_W:0]  prior = first ? x_before : index;
    wire [INDEX_W+1:0] next = {1'b0, prior} + {{(INDEX_W-6){1'b0}}, gap}
        + {{(INDEX_W+1){1'b0}}, 1'b1};
    wire              beyond = index[INDEX_W]
        || {{(19-INDEX_W){1'b0}}, index[INDEX_W-1:0]} >= x_behind;
    wire              unused_carry = next[INDEX_W+1];

    assign m_index = index[INDEX_W-1:0];

    always @(posedge clk) begin
        m_valid <= take;
        if (take) begin
            index    <= {next[INDEX_W] || (!first && index[INDEX_W]), next[INDEX_W-1:0]};
            m_weight <= weight;
            m_first  <= first;
            first    <= 1'b0;
            ended    <= entry_end;
        end
        if (turn) begin
            ended <= 1'b0;
            first <= 1'b1;
        end
        if (code_bad || (m_valid && m_weight != 8'd0 && beyond)) bad <= 1'b1;
        if (rst) begin
            m_valid <= 1'b0;
            ended   <= 1'b0;
            first   <= 1'b1;
            bad     <= 1'b0;
        end
    end

endmodule

`default_nettype wire
