// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * The decision: passes the first CLASSES scores of a frame, then their winner.
 *
 * In: one channel a beat, CHANNELS beats a frame; those from CLASSES on are
 * swallowed. Out: CLASSES words of 32 bits, the scores (sign extended when
 * SIGNED_SCORE), then the class index.
 *     RULE "first_max":    the lowest index among the highest scores
 *     RULE "highest_bit":  the highest index whose score is not 0; 0 if none
 *
 *     scores --- beat CHANNELS is taken ---> announcing --- the index leaves ---> scores
 *
 * Timing: II = 1 beat in, one clock more per frame for the index, latency = 1.
 */
module nn_decide #(
    parameter CHANNELS     = 10,           // beats per frame in
    parameter CLASSES      = 10,           // scores, at most CHANNELS
    parameter SCORE_W      = 10,           // score width, bits, at most 32
    parameter SIGNED_SCORE = 0,            // 1: scores are signed
    parameter RULE         = "first_max"   // or "highest_bit"
) (
    /* Clock, and synchronous reset. */
    input  wire clk,
    input  wire rst,

    /* Scores: one channel a beat. */
    input  wire [SCORE_W-1:0] s_axis_tdata,
    input  wire               s_axis_tvalid,
    output wire               s_axis_tready,

    /* Scores of the classes, then the index of the winner. */
    output wire [31:0] m_axis_tdata,
    output wire        m_axis_tvalid,
    input  wire        m_axis_tready
);

    localparam INDEX_W = (CHANNELS > 1) ? $clog2(CHANNELS) : 1;

    generate
        if (CLASSES < 1 || CLASSES > CHANNELS) begin : g_check_classes
            nn_decide_CLASSES_must_be_1_to_CHANNELS u_error();
        end
        if (SCORE_W < 1 || SCORE_W > 32) begin : g_check_width
            nn_decide_SCORE_W_must_be_1_to_32 u_error();
        end
    endgenerate

    reg  [INDEX_W-1:0] index, winner;
    reg                announcing;      // the next word out is the index
    wire               ready, frame_last, better;

    wire is_score;
    wire take = s_axis_tvalid && s_axis_tready;

    assign s_axis_tready = ready && !announcing;

    nn_loop #(.COUNT(CHANNELS)) u_channel (
        .clk(clk), .rst(rst), .step(take), .last(frame_last)
    );

    // A frame's first score always wins, so nothing of the last frame is left.
    always @(posedge clk) begin
        if (take) begin
            index      <= frame_last ? {INDEX_W{1'b0}} : index + 1'b1;
            announcing <= frame_last;
            if (is_score && (better || index == {INDEX_W{1'b0}})) winner <= index;
        end else if (announcing && ready) begin
            announcing <= 1'b0;
        end
        if (rst) begin
            index      <= {INDEX_W{1'b0}};
            announcing <= 1'b0;
        end
    end

    generate
        if (CLASSES == CHANNELS) begin : g_all_scores
            assign is_score = 1'b1;
        end else begin : g_some_scores
            localparam [31:0]        LAST_32    = CLASSES - 1;
            localparam [INDEX_W-1:0] LAST_CLASS = LAST_32[INDEX_W-1:0];
            assign is_score = index <= LAST_CLASS;
        end

        if (RULE == "first_max") begin : g_first_max
            reg [SCORE_W-1:0] best;
            if (SIGNED_SCORE != 0) begin : g_signed
                assign better = $signed(s_axis_tdata) > $signed(best);
            end else begin : g_unsigned
                assign better = s_axis_tdata > best;
            end
            always @(posedge clk)
                if (take && is_score && (better || index == {INDEX_W{1'b0}}))
                    best <= s_axis_tdata;
        end else if (RULE == "highest_bit") begin : g_highest_bit
            assign better = |s_axis_tdata;
        end else begin : g_check_rule
            nn_decide_RULE_must_be_first_max_or_highest_bit u_error();
        end
    endgenerate

    wire [31:0] score = (SIGNED_SCORE != 0)
                      ? {{(32-SCORE_W){s_axis_tdata[SCORE_W-1]}}, s_axis_tdata}
                      : {{(32-SCORE_W){1'b0}}, s_axis_tdata};
    wire [31:0] word = announcing ? {{(32-INDEX_W){1'b0}}, winner} : score;

    nn_skid #(.DATA_W(32)) u_out (
        .clk           (clk),
        .rst           (rst),
        .s_axis_tdata  (word),
        .s_axis_tvalid (announcing || (s_axis_tvalid && is_score)),
        .s_axis_tready (ready),
        .m_axis_tdata  (m_axis_tdata),
        .m_axis_tvalid (m_axis_tvalid),
        .m_axis_tready (m_axis_tready)
    );

endmodule

`default_nettype wire
