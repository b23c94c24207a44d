// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * What the maps of a frame leave to its vectors: lines that become a vector, in one of two
 * banks, or lines of the result.
 *
 * The first words of 8 bytes of each line of a vector are written from the bank's first word on:
 * bank b begins at word b*WORDS. One line may be announced (`reserve`) while `room`; there is none
 * while both banks are full. With `handed` the bank is full, until `v_release`. Lines of the result
 * (`is_result`) wait in a FIFO. Vector and lines bear the number of their frame.
 *
 * No word is written while `busy`, at most one clock of 8. A line comes every line_words + 2
 * clocks.
 *
 * Timing: a line takes its words + 2 clocks.
 */
module nn_sparse_handover #(
    parameter LANES  = 64,    // bytes of a line, a multiple of 8
    parameter WORDS  = 2048,  // words of 8 bytes of a bank
    parameter ADDR_W = 13,    // address width of the vector memory
    parameter TURN_W = 3      // width of a frame's number
) (
    input  wire               clk,
    input  wire               rst,

    /* In: lines of maps */
    input  wire [TURN_W-1:0]  turn,        // of the frame that hands over
    input  wire               is_result,   // lines are of the result
    input  wire               reserve,     // a line will come
    output wire               room,        // one may be announced
    input  wire               line_valid,
    input  wire [8*LANES-1:0] line,
    input  wire [3:0]         line_words,  // its first words, which the vector is made of
    input  wire               handed,      // the vector is complete

    /* Out: words of the vector memory */
    output wire               we,
    output wire [ADDR_W-1:0]  waddr,
    output wire [63:0]        wdata,
    input  wire               busy,  // no word can be written

    /* The vector that is complete */
    output wire               v_valid,    // a vector
    output wire               v_bank,     // where it lies
    output wire [TURN_W-1:0]  v_turn,     // its frame
    output wire [15:0]        v_bytes,    // its length
    input  wire               v_release,  // it is used up

    /* Out: lines of the result */
    output wire               m_valid,  // a line of the result
    input  wire               m_ready,
    output wire [TURN_W-1:0]  m_turn,   // its frame
    output wire [8*LANES-1:0] m_data
);

    generate
        if (LANES % 8 != 0) begin : g_check
            nn_sparse_handover_LANES_must_be_a_multiple_of_8 u_error();
        end
    endgenerate

    localparam [31:0] SECOND = WORDS;

    // ---- Lines of a vector, word by word ----

    reg  [3:0]         resting, parts;
    reg  [8*LANES-1:0] rest;
    reg  [12:0]        words;               // of the bank, announced or written
    reg  [ADDR_W-1:0]  at;
    reg                bank;                // that is being filled
    reg  [1:0]         full;                // banks that are
    wire               empty_line = parts == 4'd0;

    assign we    = !empty_line && !busy;
    assign waddr = at;
    assign wdata = rest[63:0];

    always @(posedge clk) begin
        if (reserve && !is_result) resting <= line_words + 4'd1;
        else if (resting != 4'd0) resting <= resting - 4'd1;
        if (line_valid && !is_result) begin
            rest  <= line;
            parts <= line_words;
        end else if (we) begin
            rest  <= rest >> 64;
            parts <= parts - 4'd1;
        end
        if (we) begin
            at    <= at + 1'b1;
            words <= words + 13'd1;
        end
        if (handed) begin
            bank  <= !bank;
            at    <= bank ? {ADDR_W{1'b0}} : SECOND[ADDR_W-1:0];
            words <= 13'd0;
        end
        full <= full + {1'b0, handed} - {1'b0, v_release};
        if (rst) begin
            resting <= 4'd0;
            parts   <= 4'd0;
            at      <= {ADDR_W{1'b0}};
            words   <= 13'd0;
            bank    <= 1'b0;
            full    <= 2'd0;
        end
    end

    wire unused_full_ready;

    nn_fifo #(.DATA_W(TURN_W + 14), .DEPTH(2)) u_full (
        .clk(clk), .rst(rst), .s_axis_tdata({turn, bank, words}), .s_axis_tvalid(handed),
        .s_axis_tready(unused_full_ready), .m_axis_tdata({v_turn, v_bank, v_bytes[15:3]}),
        .m_axis_tvalid(v_valid), .m_axis_tready(v_release)
    );
    assign v_bytes[2:0] = 3'd0;

    // ---- Lines of the result ----

    reg  [4:0] level;                       // announced, and not taken
    reg        line_room;
    wire       take  = m_valid && m_ready;
    wire       comes = reserve && is_result;
    wire       unused_ready;

    assign room = is_result ? line_room : (resting == 4'd0 && !full[1]);

    always @(posedge clk) begin
        level     <= level + {4'd0, comes} - {4'd0, take};
        line_room <= level < 5'd12;
        if (rst) begin
            level     <= 5'd0;
            line_room <= 1'b0;
        end
    end

    nn_fifo #(.DATA_W(8*LANES + TURN_W), .DEPTH(16)) u_lines (
        .clk(clk), .rst(rst), .s_axis_tdata({turn, line}), .s_axis_tvalid(line_valid && is_result),
        .s_axis_tready(unused_ready), .m_axis_tdata({m_turn, m_data}), .m_axis_tvalid(m_valid),
        .m_axis_tready(m_ready)
    );

endmodule

`default_nettype wire
