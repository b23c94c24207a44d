// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * The vectors of frames, layer by layer, from a stream of beats: a descriptor, the layer's beats
 * of entries, the next descriptor, and so on, until one that ends the frame. A descriptor:
 *
 *     [15:0]    check: its sixteen 16-bit fields, all xored together, give 0xB200
 *     [19:16]   operation: 1 fully connected, 2 lines of the result, 3 end
 *     [20]      x_signed   [21] the vector is one that a layer left, else one that maps handed over
 *     [22]      rounded    [24]     wide      [29:25] shift   [47:32] sets, or lines of the result
 *     [63:48]   bytes of the vector           [72:64] least   [88:80] most
 *     [111:96]  word where that vector begins, [127:112] where results that are bytes go: words
 *               behind both banks
 *     [159:128] beats                         [166:160] classes, in the table of its coded entries
 *
 * A frame ends when its maps have ended too (`maps_turn` is past it), all that was handed over
 * has been used, and everything has been written: then `done`, one clock.
 *
 * `fault`, until rst: 1 not a descriptor, 2 the stream ends too early, 3 there is more of it
 * behind the end, 4 beats and sets do not agree, 5 maps hand over something else.
 */
module nn_sparse_sequencer #(
    parameter BANK   = 2048,    // words of a bank
    parameter ADDR_W = 13,      // address width of the vector memory
    parameter BEAT_W = 256,     // at least 256
    parameter BASE_W = 40,      // width of a result's address
    parameter TURN_W = 3        // width of a frame's number
) (
    input  wire              clk,
    input  wire              rst,

    input  wire              start,         // a frame; up to 4 may wait
    input  wire [31:0]       stream_beats,
    input  wire [BASE_W-1:0] base,
    output reg               begins,
    output reg  [BASE_W-1:0] result,        // address of its result
    output reg               done,
    output reg  [2:0]        fault,

    input  wire              s_valid,
    output wire              s_ready,
    input  wire [BEAT_W-1:0] s_data,

    input  wire [TURN_W-1:0] maps_turn,
    input  wire              v_valid,
    input  wire              v_bank,
    input  wire [TURN_W-1:0] v_turn,
    input  wire [15:0]       v_bytes,
    output reg               v_release,
    input  wire              line_valid,
    input  wire [TURN_W-1:0] line_turn,
    input  wire              line_ready,
    output wire              lines,         // lines of the result go to memory

    output reg               begin_layer,
    output reg  [15:0]       sets,
    output reg  [6:0]        classes,
    output wire [ADDR_W-1:0] from,          // word where the vector begins
    output reg  [15:0]       bytes,
    output reg  [ADDR_W-1:0] to,
    output reg               x_signed,
    output reg               wide,
    output reg               rounded,
    output reg  [4:0]        shift,
    output reg  [8:0]        least,
    output reg  [8:0]        most,
    output wire              b_valid,
    input  wire              b_ready,
    input  wire              dense_done,
    input  wire              dense_starved,
    input  wire              words_wait,    // of the result, to be taken before any lines
    input  wire              written        // nothing is on its way to memory
);

    localparam [3:0] IDLE = 4'd0, HEAD = 4'd1, VECTOR = 4'd2, START = 4'd3, BEATS = 4'd4, DRAIN = 4'd5,
                     SETTLE = 4'd6, LINES = 4'd7, FINISH = 4'd8, FAILED = 4'd9;
    localparam [3:0]  DENSE = 4'd1, OUTPUT = 4'd2, END = 4'd3;
    localparam [31:0] OWN_32 = 2*BANK, BANK_32 = BANK;

    generate
        if (BEAT_W < 256) begin : g_check
            nn_sparse_sequencer_BEAT_W_must_hold_a_descriptor u_error();
        end
    endgenerate

    reg  [3:0]        state;
    reg  [TURN_W-1:0] turn;
    reg  [31:0]       stream_left, beats_left;
    reg  [4:0]        settled;
    reg               own, bank;
    reg  [ADDR_W-1:0] own_from;
    reg  [15:0]       check;
    wire              queued, unused_ready;
    wire [31:0]       queued_beats;
    wire [BASE_W-1:0] queued_base;
    integer           i;

    always @* begin
        check = 16'd0;
        for (i = 0; i < 16; i = i + 1) check = check ^ s_data[16*i +: 16];
    end

    wire [3:0]  operation = s_data[19:16];
    wire [31:0] beats     = s_data[159:128];
    wire        sound     = check == 16'hB200 && operation != 4'd0 && operation <= END
                         && (operation == DENSE) == (beats != 32'd0);
    wire        streams   = state == HEAD || state == BEATS;
    wire        exhausted = stream_left == 32'd0;
    wire        take      = s_valid && s_ready;
    wire        line_take = line_valid && line_ready && lines;
    // Maps have ended this frame: nothing more of it comes.
    wire        all_there = maps_turn != turn;
    // Maps hand over in order: what comes in place of what is waited for would wait for ever.
    wire        line_here = line_valid && line_turn == turn;
    wire        vector_here = v_valid && v_turn == turn;
    wire [ADDR_W-1:0] own_at = s_data[96 +: ADDR_W] + OWN_32[ADDR_W-1:0];
    wire        unused_bits = ^s_data;

    assign s_ready = !exhausted && (state == HEAD || (state == BEATS && b_ready));
    assign b_valid = s_valid && state == BEATS && !exhausted;
    assign lines   = state == LINES && line_turn == turn && sets != 16'd0 && !words_wait;
    assign from    = own ? own_from : bank ? BANK_32[ADDR_W-1:0] : {ADDR_W{1'b0}};

    nn_fifo #(.DATA_W(BASE_W + 32), .DEPTH(4)) u_frames (
        .clk(clk), .rst(rst),
        .s_axis_tdata({base, stream_beats}), .s_axis_tvalid(start), .s_axis_tready(unused_ready),
        .m_axis_tdata({queued_base, queued_beats}), .m_axis_tvalid(queued), .m_axis_tready(state == IDLE)
    );

    always @(posedge clk) begin
        begins      <= 1'b0;
        begin_layer <= 1'b0;
        v_release   <= 1'b0;
        done        <= 1'b0;
        settled     <= (state == SETTLE) ? settled + 5'd1 : 5'd0;
        if (take) stream_left <= stream_left - 32'd1;

        case (state)
            IDLE:
                if (queued) begin
                    begins      <= 1'b1;
                    result      <= queued_base;
                    stream_left <= queued_beats;
                    state       <= HEAD;
                end
            HEAD:
                if (take) begin
                    x_signed   <= s_data[20];
                    own        <= s_data[21];
                    rounded    <= s_data[22];
                    wide       <= s_data[24];
                    shift      <= s_data[29:25];
                    sets       <= s_data[47:32];
                    bytes      <= s_data[63:48];
                    classes    <= s_data[166:160];
                    least      <= s_data[72:64];
                    most       <= s_data[88:80];
                    own_from   <= own_at;
                    to         <= s_data[112 +: ADDR_W] + OWN_32[ADDR_W-1:0];
                    beats_left <= beats;
                    state      <= (operation == DENSE) ? VECTOR : (operation == OUTPUT) ? LINES : FINISH;
                    if (operation == END && stream_left != 32'd1) fault <= 3'd3;
                    if (!sound) fault <= 3'd1;
                end
            VECTOR: begin
                bank <= v_bank;
                if (own || v_valid) state <= START;
                if (!own && (v_valid ? v_turn != turn || v_bytes != bytes : all_there || line_here)) fault <= 3'd5;
                begin_layer <= own || v_valid;
            end
            START: state <= BEATS;
            BEATS:
                if (take) begin
                    beats_left <= beats_left - 32'd1;
                    if (beats_left == 32'd1) state <= DRAIN;
                end else if (dense_done) fault <= 3'd4;
            DRAIN: begin
                if (dense_done) state <= SETTLE;
                if (dense_starved) fault <= 3'd4;
            end
            SETTLE:
                if (&settled) begin
                    v_release <= !own;
                    state     <= HEAD;
                end
            LINES: begin
                if (line_take) sets <= sets - 16'd1;
                if (sets == 16'd0) state <= HEAD;
                if (sets != 16'd0 && (line_valid ? line_turn != turn : all_there || vector_here)) fault <= 3'd5;
            end
            FINISH:
                if (all_there) begin
                    if (vector_here || line_here) fault <= 3'd5;
                    else if (written) begin
                        done  <= 1'b1;
                        turn  <= turn + 1'b1;
                        state <= IDLE;
                    end
                end
            default: state <= FAILED;
        endcase

        if (streams && exhausted) fault <= 3'd2;
        if (fault != 3'd0) state <= FAILED;
        if (rst) begin
            state       <= IDLE;
            turn        <= {TURN_W{1'b0}};
            begins      <= 1'b0;
            begin_layer <= 1'b0;
            v_release   <= 1'b0;
            done        <= 1'b0;
            fault       <= 3'd0;
        end
    end

endmodule

`default_nettype wire
