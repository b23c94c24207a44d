// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * The vectors of frames: fully connected layers on what the maps of a frame hand over, and on
 * each other's results, from a stream of their own, while maps are at the next frame.
 *
 *     maps -> handover -> vector memory -> dense -> results -> vector memory
 *                                                           -> memory
 *                      -> memory            (lines of the result)
 *
 * Every lane has a copy of the vector memory: two banks of BANK words that maps fill in turn
 * and OWN words of results. Up to 4 frames may have been started. A word of the result takes
 * 64 bytes.
 *
 * `code`: GOOD, else the first fault seen, until rst: one of the sequencer's, or BAD_ROWS where
 * entries do not fit their layer.
 *
 * Timing: a layer at a time.
 */
module nn_sparse_vectors #(
    parameter LANES   = 64,    // bytes of a line, a multiple of 8 up to 64
    parameter OUTPUTS = 16,    // lanes, a multiple of 16; a beat has 16 bits for each
    parameter BANK    = 2048,  // words of 8 bytes of a vector that maps hand over
    parameter OWN     = 1024,  // and of all that layers leave to each other
    parameter BASE_W  = 40,    // width of a result's address
    parameter TURN_W  = 3      // width of a frame's number
) (
    input  wire                  clk,
    input  wire                  rst,

    /* Frames */
    input  wire                  start,         // a frame
    input  wire [31:0]           stream_beats,  // beats of vectors.bin
    input  wire [BASE_W-1:0]     base,          // address of the result
    output wire                  done,          // the oldest one is complete; one clock
    output reg  [3:0]            code,          // until rst

    /* In: beats of vectors.bin */
    input  wire                  s_valid,
    output wire                  s_ready,
    input  wire [16*OUTPUTS-1:0] s_data,

    /* In: lines that maps hand over */
    input  wire [TURN_W-1:0]     maps_turn,   // what maps do: frame, and whose lines come
    input  wire                  is_result,   // lines are of the result
    input  wire                  reserve,     // a line will come
    output wire                  room,        // one may be announced
    input  wire                  line_valid,
    input  wire [8*LANES-1:0]    line,
    input  wire [3:0]            line_words,  // of each line that its vector is made of
    input  wire                  handed,      // the vector is complete

    /* Out: words of the result */
    output wire                  begins,  // words go to `result` now
    output wire [BASE_W-1:0]     result,  // address of the result
    output wire                  m_valid,
    input  wire                  m_ready,
    output wire [511:0]          m_data,
    input  wire                  m_idle   // all that was taken has arrived
);

    generate
        if (OUTPUTS % 16 != 0) begin : g_check
            nn_sparse_vectors_OUTPUTS_must_be_a_multiple_of_16 u_error();
        end
    endgenerate

    localparam WORDS  = 2*BANK + OWN;
    localparam ADDR_W = $clog2(WORDS);
    // contract codes
    localparam [3:0] GOOD = 4'd0;                 // the result is in memory
    localparam [3:0] BAD_ROWS = 4'd7;             // rows of a fully connected layer are wrong
    localparam [3:0] DISAGREE = 4'd8;             // maps hand over something else
    // end of contract

    wire [TURN_W-1:0]  v_turn, line_turn;
    wire [3:0]         fault;
    wire               v_valid, v_bank, v_release, l_valid, lines;
    wire [15:0]        v_bytes, sets, bytes;
    wire [8*LANES-1:0] l_data;
    wire               begin_layer, x_signed, wide, rounded, b_valid, b_ready, dense_done, starved,
        dense_bad;
    wire [ADDR_W-1:0]  from, to, hand_at, own_at;
    wire [6:0]         classes;
    wire [4:0]         shift;
    wire [8:0]         least, most;
    wire               hand_we, own_we, r_valid, r_hold, y_valid;
    wire [63:0]        hand_data, own_data;
    wire [7:0]         y;
    wire [31:0]        exact;
    wire [511:0]       r_data;

    nn_sparse_handover #(.LANES(LANES), .WORDS(BANK), .ADDR_W(ADDR_W), .TURN_W(TURN_W)) u_handover (
        .clk(clk), .rst(rst), .turn(maps_turn), .is_result(is_result), .reserve(reserve),
        .room(room), .line_valid(line_valid), .line(line), .line_words(line_words), .handed(handed),
        .we(hand_we), .waddr(hand_at), .wdata(hand_data), .busy(own_we), .v_valid(v_valid),
        .v_bank(v_bank), .v_turn(v_turn), .v_bytes(v_bytes), .v_release(v_release),
        .m_valid(l_valid), .m_ready(lines && m_ready), .m_turn(line_turn), .m_data(l_data)
    );

    nn_sparse_sequencer #(
        .BANK(BANK), .ADDR_W(ADDR_W), .BEAT_W(16*OUTPUTS), .BASE_W(BASE_W), .TURN_W(TURN_W)
    ) u_sequencer (
        .clk(clk), .rst(rst), .start(start), .stream_beats(stream_beats), .base(base),
        .begins(begins), .result(result), .done(done), .fault(fault), .s_valid(s_valid),
        .s_ready(s_ready), .s_data(s_data), .maps_turn(maps_turn), .v_valid(v_valid),
        .v_bank(v_bank), .v_turn(v_turn), .v_bytes(v_bytes), .v_release(v_release),
        .line_valid(l_valid), .line_turn(line_turn), .line_ready(m_ready), .lines(lines),
        .begin_layer(begin_layer), .sets(sets), .classes(classes), .from(from), .bytes(bytes),
        .to(to), .x_signed(x_signed), .wide(wide), .rounded(rounded), .shift(shift), .least(least),
        .most(most), .b_valid(b_valid), .b_ready(b_ready), .dense_done(dense_done),
        .dense_starved(starved), .words_wait(r_valid), .written(!r_valid && m_idle)
    );

    nn_sparse_dense #(.OUTPUTS(OUTPUTS), .WORDS(WORDS)) u_dense (
        .clk(clk), .rst(rst), .start(begin_layer), .sets(sets), .classes(classes), .from(from),
        .x_bytes(bytes), .x_signed(x_signed), .shift(shift), .least(least), .most(most),
        .we(own_we || hand_we), .waddr(own_we ? own_at : hand_at),
        .wdata(own_we ? own_data : hand_data), .s_valid(b_valid), .s_ready(b_ready),
        .s_data(s_data), .hold(r_hold), .m_valid(y_valid), .m_byte(y), .m_exact(exact),
        .starved(starved), .done(dense_done), .bad(dense_bad)
    );

    nn_sparse_results #(.ADDR_W(ADDR_W)) u_results (
        .clk(clk), .rst(rst), .start(begin_layer), .to(to), .wide(wide), .rounded(rounded),
        .is_signed(least[8]), .s_valid(y_valid), .s_byte(y), .s_exact(exact), .hold(r_hold),
        .we(own_we), .waddr(own_at), .wdata(own_data), .m_valid(r_valid),
        .m_ready(!lines && m_ready), .m_data(r_data)
    );

    assign m_valid = lines ? l_valid : r_valid;
    assign m_data  = lines ? {{(512-8*LANES){1'b0}}, l_data} : r_data;

    always @(posedge clk) begin
        if (code == GOOD) code <= (dense_bad && fault != DISAGREE) ? BAD_ROWS : fault;
        if (rst) code <= GOOD;
    end

endmodule

`default_nettype wire
