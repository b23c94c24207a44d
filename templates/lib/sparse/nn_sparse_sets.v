// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Takes the beats of a fully connected layer apart: OUTPUTS fields of 16 bits, lane l in field l.
 * They come in the order of the contract below: `classes` beats, line c of the table of all
 * lanes in the low 32 bits of beat c (nn_sparse_decode); then each set of OUTPUTS results: a
 * beat with n, at least 1, in field 0, n beats with words of the lanes' coded entries, and a
 * beat each for a and the two halves of b.
 *
 * Words go to the lanes while all have room (`rooms`), the words of the next set before this one
 * is done. `turn`: all lanes have ended their rows, a and b stand, and nothing holds (`hold`).
 * With it the next rows begin. `left`: beats are to come; `held`: a set waits for its turn.
 *
 * `bad`: n is 0.
 *
 * Timing: II = 1 beat.
 */
module nn_sparse_sets #(
    parameter OUTPUTS = 32  // lanes, at least 2
) (
    input  wire                  clk,
    input  wire                  rst,

    /* The layer */
    input  wire                  start,    // it begins; one clock
    input  wire [15:0]           sets,     // sets of results
    input  wire [6:0]            classes,  // lines of the table

    /* In: beats */
    input  wire                  s_valid,
    output wire                  s_ready,
    input  wire [16*OUTPUTS-1:0] s_data,

    /* Out: the table of classes */
    output reg                   t_we,
    output reg  [5:0]            t_at,
    output reg  [26:0]           t_data,

    /* Out: words of the lanes */
    output wire                  word_valid,
    output wire                  word_last,  // of the set
    input  wire [OUTPUTS-1:0]    rooms,      // lanes that can take a word
    input  wire [OUTPUTS-1:0]    ended,      // lanes whose row has ended
    input  wire                  hold,       // results of the set before wait
    output wire                  turn,       // the next set begins

    /* Out: factors and terms of a set */
    output reg  [16*OUTPUTS-1:0] a,
    output reg  [16*OUTPUTS-1:0] b_low,
    output reg  [16*OUTPUTS-1:0] b_high,

    /* How far it is */
    output wire                  left,  // sets are to come
    output reg                   held,  // a set waits for its turn
    output reg                   bad    // until rst or the next layer
);

    generate
        if (OUTPUTS < 2) begin : g_check
            nn_sparse_sets_OUTPUTS_must_be_at_least_2 u_error();
        end
    endgenerate

    reg  [15:0] sets_left, beats_left;
    reg  [6:0]  lines_left;
    // contract setOrder
    localparam [31:0] CLASSES = 32'd0;            // a line of the table
    localparam [31:0] COUNT = 32'd1;              // beats of words, at least 1
    localparam [31:0] WORDS = 32'd2;              // 16 bits of each lane's entries
    localparam [31:0] FACTORS = 32'd3;            // a
    localparam [31:0] TERMS_LOW = 32'd4;          // b, low half
    localparam [31:0] TERMS_HIGH = 32'd5;         // b, high half
    // end of contract
    localparam [TERMS_HIGH:0] FIRST = 1;
    reg  [TERMS_HIGH:0] phase;  // one-hot, in that order; behind TERMS_HIGH comes COUNT again
    wire        take = s_valid && s_ready;

    assign left       = sets_left != 16'd0;
    assign s_ready    = left && (!phase[WORDS] || &rooms) && !(phase[FACTORS] && held);
    assign word_valid = take && phase[WORDS];
    assign word_last  = beats_left == 16'd1;
    assign turn       = held && !hold && &ended;

    always @(posedge clk) begin
        t_we   <= take && phase[CLASSES];
        t_data <= s_data[26:0];
        if (t_we) t_at <= t_at + 6'd1;
        if (take) begin
            if (phase[CLASSES]) begin
                lines_left <= lines_left - 7'd1;
                if (lines_left == 7'd1) phase <= FIRST << COUNT;
            end else if (!phase[WORDS] || word_last)
                phase <= phase[TERMS_HIGH] ? FIRST << COUNT : phase << 1;
            if (phase[COUNT]) begin
                beats_left <= s_data[15:0];
                bad        <= bad || s_data[15:0] == 16'd0;
            end
            if (phase[WORDS]) beats_left <= beats_left - 16'd1;
            if (phase[FACTORS]) a        <= s_data;
            if (phase[TERMS_LOW]) b_low  <= s_data;
            if (phase[TERMS_HIGH]) begin
                b_high    <= s_data;
                held      <= 1'b1;
                sets_left <= sets_left - 16'd1;
            end
        end
        if (turn) held <= 1'b0;
        if (start) begin
            sets_left  <= sets;
            lines_left <= classes;
            t_at       <= 6'd0;
            phase      <= FIRST << CLASSES;
        end
        if (rst || start) bad <= 1'b0;
        if (rst) begin
            sets_left <= 16'd0;
            held      <= 1'b0;
            t_we      <= 1'b0;
        end
    end

endmodule

`default_nettype wire
