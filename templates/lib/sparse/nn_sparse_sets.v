// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Takes the beats of a fully connected layer apart: OUTPUTS fields of 16 bits, lane l in field l.
 * First `classes` beats, line c of the table of all lanes in the low 32 bits of beat c
 * (nn_sparse_decode); then each set of OUTPUTS results:
 *
 *     beat 0: n, at least 1, in field 0     n beats: words of the lanes' coded entries
 *     3 beats behind them: a; b, low half; b, high half
 *
 * Words go to the lanes while all have room (`rooms`), the words of the next set before this one
 * is done. `turn`: all lanes have ended their rows, a and b stand, and nothing holds (`hold`).
 * With it the next rows begin. `left`: beats are to come; `held`: a set waits for its turn.
 *
 * `bad`: n is 0. II = 1 beat.
 */
module nn_sparse_sets #(
    parameter OUTPUTS = 32      // lanes, at least 2
) (
    input  wire                  clk,
    input  wire                  rst,

    input  wire                  start,
    input  wire [15:0]           sets,
    input  wire [6:0]            classes,

    input  wire                  s_valid,
    output wire                  s_ready,
    input  wire [16*OUTPUTS-1:0] s_data,

    output reg                   t_we,
    output reg  [5:0]            t_at,
    output reg  [26:0]           t_data,

    output wire                  word_valid,
    output wire                  word_last,     // of the set
    input  wire [OUTPUTS-1:0]    rooms,
    input  wire [OUTPUTS-1:0]    ended,
    input  wire                  hold,
    output wire                  turn,

    output reg  [16*OUTPUTS-1:0] a,
    output reg  [16*OUTPUTS-1:0] b_low,
    output reg  [16*OUTPUTS-1:0] b_high,
    output wire                  left,
    output reg                   held,
    output reg                   bad
);

    generate
        if (OUTPUTS < 2) begin : g_check
            nn_sparse_sets_OUTPUTS_must_be_at_least_2 u_error();
        end
    endgenerate

    reg  [15:0] sets_left, beats_left;
    reg  [6:0]  lines_left;
    reg  [5:0]  phase;          // one-hot: table, n, words, a, b low, b high
    wire        take = s_valid && s_ready;

    assign left       = sets_left != 16'd0;
    assign s_ready    = left && (!phase[2] || &rooms) && !(phase[3] && held);
    assign word_valid = take && phase[2];
    assign word_last  = beats_left == 16'd1;
    assign turn       = held && !hold && &ended;

    always @(posedge clk) begin
        t_we   <= take && phase[0];
        t_data <= s_data[26:0];
        if (t_we) t_at <= t_at + 6'd1;
        if (take) begin
            if (phase[0]) begin
                lines_left <= lines_left - 7'd1;
                if (lines_left == 7'd1) phase <= 6'd2;
            end else if (!phase[2] || word_last) phase <= {phase[4:1], phase[5], 1'b0};
            if (phase[1]) begin
                beats_left <= s_data[15:0];
                bad        <= bad || s_data[15:0] == 16'd0;
            end
            if (phase[2]) beats_left <= beats_left - 16'd1;
            if (phase[3]) a          <= s_data;
            if (phase[4]) b_low      <= s_data;
            if (phase[5]) begin
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
            phase      <= 6'd1;
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
