// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Takes the maps' beats of frames apart, in the order in which they come:
 *
 *     input_beats beats         line 0, 1, ... of the activation memory: as many beats for each
 *                               as hold it, its first bytes in the low bits of the first one
 *     a descriptor              to the queue (nn_sparse_control says what its fields mean)
 *       its `rows` rows         PHASES beats each: word t of a row, 64 bits, goes to memory t
 *                               of TARGETS, at one address for all; they are rings of WORDS
 *     the next descriptor, and so on, until one with operation END; then the next frame
 *
 * so that the parameters of later layers come in while earlier ones run, as far as the rings
 * have room; `free` gives `freed` rows back. `loaded` pulses once a descriptor's rows are
 * all there. A frame waits until the one before needs its lines no more (`vacate`); one that is
 * longer than the one before until all maps have ended (`maps_turn`).
 *
 * `fault`, until rst: a code, GOOD while nothing is wrong. In a descriptor the sixteen 16-bit
 * fields, all xored together, give MAP_CHECK.
 *
 * Timing: II = 1 beat.
 */
module nn_sparse_loader #(
    parameter LANES   = 64,    // bytes of a line
    parameter LINE_W  = 14,    // address width of the lines
    parameter TARGETS = 27,    // memories
    parameter WORDS   = 4096,  // of each, a power of two
    parameter BEAT_W  = 256,   // a multiple of 64, at least 256
    parameter TURN_W  = 3      // width of a frame's number
) (
    input  wire                     clk,
    input  wire                     rst,

    /* Frames; up to FRAMES_MOST may wait */
    input  wire                     start,         // a frame; up to 4 may wait
    input  wire [31:0]              input_beats,   // beats of the frame
    input  wire [31:0]              stream_beats,  // beats of maps.bin
    input  wire                     vacate,        // the lines of the frame before are free
    input  wire [TURN_W-1:0]        maps_turn,     // number of the frame whose layers run
    output reg  [TURN_W-1:0]        turn,          // number of the frame that comes in

    /* In: beats */
    input  wire                     s_valid,
    output wire                     s_ready,
    input  wire [BEAT_W-1:0]        s_data,

    /* Out: lines of the frame */
    output wire                     line_we,
    input  wire                     line_ready,  // it is written
    output reg  [LINE_W-1:0]        line_at,
    output wire [8*LANES-1:0]       line,

    /* Out: rows of the rings, a word a memory */
    output wire [TARGETS-1:0]       row_we,
    output wire [$clog2(WORDS)-1:0] row_at,
    output wire [64*TARGETS-1:0]    row,
    input  wire                     free,   // rows are given back
    input  wire [$clog2(WORDS):0]   freed,  // so many

    /* Out: descriptors */
    output wire                     d_valid,
    input  wire                     d_ready,
    output wire [255:0]             d_data,
    output reg                      loaded,  // a layer's rows are there; one clock
    output reg  [3:0]               fault    // a code, until rst
);

    localparam EACH    = BEAT_W/64;
    localparam PHASES  = (TARGETS + EACH - 1)/EACH;
    localparam PHASE_W = (PHASES > 1) ? $clog2(PHASES) : 1;
    localparam ADDR_W  = $clog2(WORDS);
    localparam [31:0]        LAST_32  = PHASES - 1;
    localparam [PHASE_W-1:0] LAST     = LAST_32[PHASE_W-1:0];
    localparam [31:0]        WORDS_32 = WORDS;
    localparam [ADDR_W:0]    ALL      = WORDS_32[ADDR_W:0];
    localparam [2:0] IDLE = 3'd0, INPUT = 3'd1, HEAD = 3'd2, ROWS = 3'd3, FAILED = 3'd4;

    localparam PARTS  = (8*LANES + BEAT_W - 1)/BEAT_W;
    localparam PART_W = (PARTS > 1) ? $clog2(PARTS) : 1;
    localparam [31:0]       FINAL_32 = PARTS - 1;
    localparam [PART_W-1:0] FINAL    = FINAL_32[PART_W-1:0];

    generate
        if (WORDS != 1 << ADDR_W) begin : g_check_words
            nn_sparse_loader_WORDS_must_be_a_power_of_two u_error();
        end
        if (BEAT_W < 256 || BEAT_W % 64 != 0) begin : g_check_beat
            nn_sparse_loader_BEAT_W_must_hold_a_descriptor u_error();
        end
    endgenerate

    reg [2:0]         state;
    reg [31:0]        input_left, stream_left, occupies;
    reg               occupied;     // the frame's lines
    reg [PART_W-1:0]  part;
    reg [15:0]        rows_left;
    reg [PHASE_W-1:0] phase;
    reg [ADDR_W-1:0]  at;
    reg [ADDR_W:0]    held;         // rows in the rings
    reg [15:0]        check;
    integer           i;

    always @* begin
        check = 16'd0;
        for (i = 0; i < 16; i = i + 1) check = check ^ s_data[16*i +: 16];
    end

    // contract mapDescriptor of s_data as head_
    wire [3:0] head_operation = s_data[19:16];    // what the layer does
    localparam [3:0] END = 4'd5;
    wire [15:0] head_rows = s_data[47:32];        // rows of the rings behind the descriptor
    // end of contract
    // contract engine
    localparam [15:0] MAP_CHECK = 16'hb100;       // all fields of a map descriptor, xored
    localparam [31:0] FRAMES_MOST = 32'd4;        // frames under way, or ended and not forgotten
    // end of contract
    // contract codes
    localparam [3:0] GOOD = 4'd0;                 // the result is in memory
    localparam [3:0] NO_DESCRIPTOR = 4'd3;        // a beat that must be a descriptor is none
    localparam [3:0] ENDS_EARLY = 4'd4;           // a stream ends before its layers do
    localparam [3:0] GOES_ON = 4'd5;              // a stream has beats behind its end
    // end of contract
    wire        sound     = check == MAP_CHECK && head_operation != 4'd0 && head_operation <= END
                         && {16'd0, head_rows} <= WORDS_32;
    wire        taken     = s_valid && s_ready;
    wire        head      = state == HEAD && s_valid;
    wire        row_done  = taken && state == ROWS && phase == LAST;
    wire        exhausted = stream_left == 32'd0;
    wire        rows_end  = row_done && rows_left == 16'd1;
    wire        line_end  = part == FINAL;
    wire        queued, unused_ready;
    wire [63:0] queued_beats;
    wire        accept    = state == IDLE && !occupied
        && (queued_beats[63:32] <= occupies || maps_turn == turn);
    wire [PARTS*BEAT_W-1:0] whole;

    assign s_ready = (state == INPUT && (line_ready || !line_end))
        || (state == HEAD && d_ready && !exhausted)
                  || (state == ROWS && held != ALL && !exhausted);
    assign line_we = state == INPUT && s_valid && line_end && line_ready;
    assign line    = whole[8*LANES-1:0];
    assign row_at  = at;
    assign d_valid = head && sound && !exhausted;
    assign d_data  = s_data[255:0];
    wire   unused_bits = ^whole;

    genvar g;
    generate
        for (g = 0; g < TARGETS; g = g + 1) begin : g_target
            assign row_we[g]       = taken && state == ROWS && {{(32-PHASE_W){1'b0}}, phase}
                == g/EACH;
            assign row[64*g +: 64] = s_data[64*(g % EACH) +: 64];
        end
    endgenerate

    generate
        if (PARTS > 1) begin : g_parts
            reg [(PARTS-1)*BEAT_W-1:0] before_it;   // beats of the line, the newest on top
            assign whole = {s_data, before_it};
            always @(posedge clk) if (taken) before_it <= whole[PARTS*BEAT_W-1:BEAT_W];
        end else begin : g_part
            assign whole = s_data;
        end
    endgenerate

    nn_fifo #(.DATA_W(64), .DEPTH(FRAMES_MOST)) u_frames (
        .clk(clk), .rst(rst), .s_axis_tdata({input_beats, stream_beats}), .s_axis_tvalid(start),
        .s_axis_tready(unused_ready), .m_axis_tdata(queued_beats), .m_axis_tvalid(queued),
        .m_axis_tready(accept)
    );

    always @(posedge clk) begin
        loaded <= rows_end || (d_valid && d_ready && head_rows == 16'd0);
        if (taken && state != INPUT) stream_left <= stream_left - 32'd1;
        if (vacate) occupied <= 1'b0;
        if (accept && queued) begin
            state       <= (queued_beats[63:32] == 32'd0) ? HEAD : INPUT;
            input_left  <= queued_beats[63:32];
            stream_left <= queued_beats[31:0];
            line_at     <= {LINE_W{1'b0}};
            part        <= {PART_W{1'b0}};
            occupied    <= 1'b1;
            occupies    <= queued_beats[63:32];
        end
        if ((state == HEAD || state == ROWS) && exhausted) begin
            fault <= ENDS_EARLY;
            state <= FAILED;
        end else if (taken)
            case (state)
                INPUT: begin
                    input_left <= input_left - 32'd1;
                    part       <= line_end ? {PART_W{1'b0}} : part + 1'b1;
                    if (line_end) line_at <= line_at + 1'b1;
                    if (input_left == 32'd1) state <= HEAD;
                end
                HEAD: begin
                    rows_left <= head_rows;
                    phase     <= {PHASE_W{1'b0}};
                    state     <= (head_rows != 16'd0) ? ROWS : HEAD;
                    if (head_operation == END) begin
                        state <= IDLE;
                        turn  <= turn + 1'b1;
                    end
                    if (head_operation == END && (stream_left != 32'd1 || head_rows != 16'd0)) begin
                        fault <= GOES_ON;
                        state <= FAILED;
                        turn  <= turn;
                    end
                    if (!sound) begin
                        fault <= NO_DESCRIPTOR;
                        state <= FAILED;
                        turn  <= turn;
                    end
                end
                default: begin
                    phase <= (phase == LAST) ? {PHASE_W{1'b0}} : phase + 1'b1;
                    if (row_done) begin
                        at        <= at + 1'b1;
                        rows_left <= rows_left - 16'd1;
                        if (rows_end) state <= HEAD;
                    end
                end
            endcase

        held <= held + {{ADDR_W{1'b0}}, row_done} - (free ? freed : {(ADDR_W+1){1'b0}});

        if (rst) begin
            state    <= IDLE;
            at       <= {ADDR_W{1'b0}};
            held     <= {(ADDR_W+1){1'b0}};
            loaded   <= 1'b0;
            occupied <= 1'b0;
            turn     <= {TURN_W{1'b0}};
            fault    <= GOOD;
        end
    end

endmodule

`default_nettype wire
