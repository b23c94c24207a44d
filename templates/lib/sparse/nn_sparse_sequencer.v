// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * The vectors of frames, layer by layer, from a stream of beats: a descriptor (fields: the
 * contract below), the layer's beats of entries, the next descriptor, and so on, until one that
 * ends the frame.
 *
 *      start                                     a frame is queued; up to FRAMES_MOST may wait
 *        v
 *      IDLE                                      takes a queued frame: begins
 *        v
 *      HEAD <----------------------------+       takes a descriptor, keeps its fields
 *        |                               |
 *        |-- dense --> VECTOR            |       waits for its vector: handed over, or its own
 *        |               v               |
 *        |             START             |       begin_layer, one clock
 *        |               v               |
 *        |             BEATS             |       its beats go to nn_sparse_dense
 *        |               v               |
 *        |             DRAIN             |       waits for its last result
 *        |               v               |
 *        |             SETTLE ---------->+       SETTLE_CLOCKS; gives the vector back: v_release
 *        |                               |
 *        |-- output -> LINES ----------->+       lines of the result pass on to memory
 *        |
 *        +-- end ----> FINISH -> IDLE            maps have ended and all is written: done
 *
 *      Any fault --> FAILED                      until rst
 *
 * A frame ends when its maps have ended too (`maps_turn` is past it), all that was handed over
 * has been used, and everything has been written.
 *
 * Maps hand over in their order, so what comes in place of what is waited for would wait for
 * ever: that is the fault DISAGREE. The others: NO_DESCRIPTOR, ENDS_EARLY and GOES_ON of the
 * stream, and BAD_ROWS where beats and sets do not agree.
 *
 * Timing: no fixed rate: it follows what others do.
 */
module nn_sparse_sequencer #(
    parameter BANK   = 2048,    // words of a bank of the vector memory
    parameter ADDR_W = 13,      // address width of the vector memory, bits
    parameter BEAT_W = 256,     // width of a beat, bits, at least 256
    parameter BASE_W = 40,      // width of a result's address, bits
    parameter TURN_W = 3        // width of a frame's number, bits
) (
    input  wire              clk,
    input  wire              rst,

    /* Frames: queued with `start`, they begin and end in their order */
    input  wire              start,
    input  wire [31:0]       stream_beats,      // beats of vectors.bin
    input  wire [BASE_W-1:0] base,              // address of the result
    output reg               begins,            // a queued frame begins; one clock
    output reg  [BASE_W-1:0] result,            // its base, until the next one begins
    output reg               done,              // it has ended; one clock
    output reg  [3:0]        fault,             // a code, until rst

    /* The stream: descriptors, and beats that pass on to nn_sparse_dense */
    input  wire              s_valid,
    output wire              s_ready,
    input  wire [BEAT_W-1:0] s_data,

    /* Maps: the frame that they are at, and the vector that they handed over */
    input  wire [TURN_W-1:0] maps_turn,
    input  wire              v_valid,
    input  wire              v_bank,            // the bank that it lies in
    input  wire [TURN_W-1:0] v_turn,            // its frame
    input  wire [15:0]       v_bytes,           // its length
    output reg               v_release,         // it is used up; one clock

    /* Lines of the result, from maps to memory */
    input  wire              line_valid,
    input  wire [TURN_W-1:0] line_turn,         // their frame
    input  wire              line_ready,        // memory takes one
    output wire              lines,             // they may pass

    /* A fully connected layer: fields of its descriptor, which stand while it runs */
    output reg               begin_layer,       // one clock
    output reg  [15:0]       sets,              // sets of results
    output reg  [6:0]        classes,           // lines of the table of coded entries
    output wire [ADDR_W-1:0] from,              // word where its vector begins
    output reg  [15:0]       bytes,             // bytes of the vector
    output reg  [ADDR_W-1:0] to,                // word where results that are bytes go
    output reg               x_signed,          // the vector's bytes have a sign
    output reg               wide,              // results are numbers of 32 bits, for memory
    output reg               rounded,           // those are requantised bytes
    output reg  [4:0]        shift,             // right shift of requantised sums
    output reg  [8:0]        least,             // their clamps, signed
    output reg  [8:0]        most,

    /* Its beats, and how far it is */
    output wire              b_valid,
    input  wire              b_ready,
    input  wire              dense_done,        // all sets are done
    input  wire              dense_starved,     // it waits for a beat

    /* What is on its way to memory */
    input  wire              words_wait,        // words of the result, which go before lines
    input  wire              written            // nothing
);

    // contract vectorDescriptor of s_data as head_
    wire [3:0] head_operation = s_data[19:16];    // what the layer does
    localparam [3:0] DENSE = 4'd1;
    localparam [3:0] OUTPUT = 4'd2;
    localparam [3:0] END = 4'd3;
    wire head_x_signed = s_data[20];              // bytes of the vector have a sign
    wire head_own = s_data[21];                   // the vector is one that a layer left
    wire head_rounded = s_data[22];               // a wide result is requantised bytes
    wire head_wide = s_data[24];                  // results of 32 bits go to memory
    wire [4:0] head_shift = s_data[29:25];        // right shift of requantised sums
    wire [15:0] head_sets = s_data[47:32];        // sets of results, or lines of the result
    wire [15:0] head_bytes = s_data[63:48];       // bytes of the vector
    wire signed [8:0] head_least = s_data[72:64];  // lower clamp
    wire signed [8:0] head_most = s_data[88:80];  // upper clamp
    // word where an own vector begins, behind both banks
    wire [15:0] head_from = s_data[111:96];
    wire [15:0] head_to = s_data[127:112];        // word where byte results go, behind both banks
    wire [31:0] head_beats = s_data[159:128];     // beats of entries behind the descriptor
    wire [6:0] head_classes = s_data[166:160];    // lines of the table in front of them
    // end of contract
    // contract engine
    localparam [15:0] VECTOR_CHECK = 16'hb200;    // all fields of a vector descriptor, xored
    localparam [31:0] FRAMES_MOST = 32'd4;        // frames under way, or ended and not forgotten
    // clocks for pipelines to run empty behind a layer
    localparam [4:0] SETTLE_CLOCKS = 5'h1f;
    // end of contract
    // contract codes
    localparam [3:0] GOOD = 4'd0;                 // the result is in memory
    localparam [3:0] NO_DESCRIPTOR = 4'd3;        // a beat that must be a descriptor is none
    localparam [3:0] ENDS_EARLY = 4'd4;           // a stream ends before its layers do
    localparam [3:0] GOES_ON = 4'd5;              // a stream has beats behind its end
    localparam [3:0] BAD_ROWS = 4'd7;             // rows of a fully connected layer are wrong
    localparam [3:0] DISAGREE = 4'd8;             // maps hand over something else
    // end of contract

    localparam [3:0] IDLE = 4'd0, HEAD = 4'd1, VECTOR = 4'd2, START = 4'd3, BEATS = 4'd4,
                     DRAIN = 4'd5, SETTLE = 4'd6, LINES = 4'd7, FINISH = 4'd8, FAILED = 4'd9;
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

    wire        sound     = check == VECTOR_CHECK && head_operation != 4'd0
                         && head_operation <= END
                         && (head_operation == DENSE) == (head_beats != 32'd0);
    wire        streams   = state == HEAD || state == BEATS;
    wire        exhausted = stream_left == 32'd0;
    wire        take      = s_valid && s_ready;
    wire        line_take = line_valid && line_ready && lines;
    // Maps have ended this frame: nothing more of it comes.
    wire        all_there = maps_turn != turn;
    // Maps hand over in order: what comes in place of what is waited for would wait for ever.
    wire        line_here = line_valid && line_turn == turn;
    wire        vector_here = v_valid && v_turn == turn;
    wire [ADDR_W-1:0] own_at = head_from[ADDR_W-1:0] + OWN_32[ADDR_W-1:0];
    wire        unused_bits = ^{s_data, head_from, head_to};

    assign s_ready = !exhausted && (state == HEAD || (state == BEATS && b_ready));
    assign b_valid = s_valid && state == BEATS && !exhausted;
    assign lines   = state == LINES && line_turn == turn && sets != 16'd0 && !words_wait;
    assign from    = own ? own_from : bank ? BANK_32[ADDR_W-1:0] : {ADDR_W{1'b0}};

    nn_fifo #(.DATA_W(BASE_W + 32), .DEPTH(FRAMES_MOST)) u_frames (
        .clk(clk), .rst(rst), .s_axis_tdata({base, stream_beats}), .s_axis_tvalid(start),
        .s_axis_tready(unused_ready), .m_axis_tdata({queued_base, queued_beats}),
        .m_axis_tvalid(queued), .m_axis_tready(state == IDLE)
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
                    x_signed   <= head_x_signed;
                    own        <= head_own;
                    rounded    <= head_rounded;
                    wide       <= head_wide;
                    shift      <= head_shift;
                    sets       <= head_sets;
                    bytes      <= head_bytes;
                    classes    <= head_classes;
                    least      <= head_least;
                    most       <= head_most;
                    own_from   <= own_at;
                    to         <= head_to[ADDR_W-1:0] + OWN_32[ADDR_W-1:0];
                    beats_left <= head_beats;
                    state      <= (head_operation == DENSE)  ? VECTOR
                                : (head_operation == OUTPUT) ? LINES : FINISH;
                    if (head_operation == END && stream_left != 32'd1) fault <= GOES_ON;
                    if (!sound) fault <= NO_DESCRIPTOR;
                end
            VECTOR: begin
                bank <= v_bank;
                if (own || v_valid) state <= START;
                if (!own && (v_valid ? v_turn != turn || v_bytes != bytes
                                     : all_there || line_here)) fault <= DISAGREE;
                begin_layer <= own || v_valid;
            end
            START: state <= BEATS;
            BEATS:
                if (take) begin
                    beats_left <= beats_left - 32'd1;
                    if (beats_left == 32'd1) state <= DRAIN;
                end else if (dense_done) fault <= BAD_ROWS;
            DRAIN: begin
                if (dense_done) state <= SETTLE;
                if (dense_starved) fault <= BAD_ROWS;
            end
            SETTLE:
                if (settled == SETTLE_CLOCKS) begin
                    v_release <= !own;
                    state     <= HEAD;
                end
            LINES: begin
                if (line_take) sets <= sets - 16'd1;
                if (sets == 16'd0) state <= HEAD;
                if (sets != 16'd0 && (line_valid ? line_turn != turn
                                                 : all_there || vector_here)) fault <= DISAGREE;
            end
            FINISH:
                if (all_there) begin
                    if (vector_here || line_here) fault <= DISAGREE;
                    else if (written) begin
                        done  <= 1'b1;
                        turn  <= turn + 1'b1;
                        state <= IDLE;
                    end
                end
            default: state <= FAILED;
        endcase

        if (streams && exhausted) fault <= ENDS_EARLY;
        if (fault != GOOD) state <= FAILED;
        if (rst) begin
            state       <= IDLE;
            turn        <= {TURN_W{1'b0}};
            begins      <= 1'b0;
            begin_layer <= 1'b0;
            v_release   <= 1'b0;
            done        <= 1'b0;
            fault       <= GOOD;
        end
    end

endmodule

`default_nettype wire
