// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Takes a frame's beats apart, in the order in which they come:
 *
 *     input_beats beats         line 0, 1, ... of the activation memory, in the low bits
 *     a descriptor              to the queue (nn_sparse_control says what its fields mean)
 *       its `rows` rows         PHASES beats each: word t of a row, 64 bits, goes to memory t
 *                               of TARGETS, at one address for all; they are rings of WORDS
 *       its `beats` beats       to the fully connected layer
 *     the next descriptor, and so on, until one with operation END
 *
 * so that the parameters of later layers come in while earlier ones run, as far as the rings
 * have room; `free` gives `freed` rows back. `loaded` pulses once a descriptor's rows are
 * all there.
 *
 * `fault`: 1 not a descriptor, 2 the stream ends too early, 3 there is more of it behind END.
 * In a descriptor the 16-bit fields, all xored together, give 0xB100.
 */
module nn_sparse_loader #(
    parameter LANES   = 56,     // bytes of a line
    parameter LINE_W  = 14,     // address width of the lines
    parameter TARGETS = 22,     // memories
    parameter WORDS   = 4096,   // of each, a power of two
    parameter BEAT_W  = 512,    // a multiple of 64, at least 8*LANES and 512
    parameter DESC_W  = 320     // bits of a descriptor that are handed on
) (
    input  wire                     clk,
    input  wire                     rst,

    input  wire                     start,
    input  wire [31:0]              input_beats,
    input  wire [31:0]              stream_beats,

    input  wire                     s_valid,
    output wire                     s_ready,
    input  wire [BEAT_W-1:0]        s_data,

    output wire                     line_we,
    output reg  [LINE_W-1:0]        line_at,
    output wire [8*LANES-1:0]       line,

    output wire [TARGETS-1:0]       row_we,
    output wire [$clog2(WORDS)-1:0] row_at,
    output wire [64*TARGETS-1:0]    row,
    input  wire                     free,
    input  wire [$clog2(WORDS):0]   freed,

    output wire                     d_valid,
    input  wire                     d_ready,
    output wire [DESC_W-1:0]        d_data,
    output reg                      loaded,

    output wire                     b_valid,
    input  wire                     b_ready,
    output wire                     b_last,     // of its layer
    output reg  [1:0]               fault
);

    localparam EACH    = BEAT_W/64;
    localparam PHASES  = (TARGETS + EACH - 1)/EACH;
    localparam PHASE_W = (PHASES > 1) ? $clog2(PHASES) : 1;
    localparam ADDR_W  = $clog2(WORDS);
    localparam [31:0]        LAST_32  = PHASES - 1;
    localparam [PHASE_W-1:0] LAST     = LAST_32[PHASE_W-1:0];
    localparam [31:0]        WORDS_32 = WORDS;
    localparam [ADDR_W:0]    ALL      = WORDS_32[ADDR_W:0];
    localparam [3:0]         DENSE    = 4'd3;
    localparam [3:0]         END      = 4'd5;
    localparam [2:0] IDLE = 3'd0, INPUT = 3'd1, HEAD = 3'd2, ROWS = 3'd3, BEATS = 3'd4;

    generate
        if (WORDS != 1 << ADDR_W) begin : g_check_words
            nn_sparse_loader_WORDS_must_be_a_power_of_two u_error();
        end
        if (BEAT_W < 512 || BEAT_W % 64 != 0 || BEAT_W < 8*LANES) begin : g_check_beat
            nn_sparse_loader_BEAT_W_must_hold_a_descriptor_and_a_line u_error();
        end
    endgenerate

    reg [2:0]         state;
    reg [31:0]        input_left, stream_left, beats_left;
    reg [15:0]        rows_left;
    reg [PHASE_W-1:0] phase;
    reg [ADDR_W-1:0]  at;
    reg [ADDR_W:0]    held;         // rows in the rings
    reg [15:0]        check;
    integer           i;

    always @* begin
        check = 16'd0;
        for (i = 0; i < 32; i = i + 1) check = check ^ s_data[16*i +: 16];
    end

    wire [3:0]  operation = s_data[19:16];
    wire [15:0] rows      = s_data[47:32];
    wire [31:0] beats     = s_data[319:288];
    wire        sound     = check == 16'hB100 && operation != 4'd0 && operation <= END
                         && {16'd0, rows} <= WORDS_32
                         && (operation == DENSE) == (beats != 32'd0);
    wire        taken     = s_valid && s_ready;
    wire        head      = state == HEAD && s_valid;
    wire        row_done  = taken && state == ROWS && phase == LAST;
    wire        exhausted = stream_left == 32'd0;
    wire        rows_end  = row_done && rows_left == 16'd1;

    assign s_ready = (state == INPUT) || (state == HEAD && d_ready)
                  || (state == ROWS && held != ALL) || (state == BEATS && b_ready);
    assign line_we = state == INPUT && s_valid;
    assign line    = s_data[8*LANES-1:0];
    assign row_at  = at;
    assign d_valid = head && sound && !exhausted;
    assign d_data  = s_data[DESC_W-1:0];
    assign b_valid = state == BEATS && s_valid;
    assign b_last  = b_valid && beats_left == 32'd1;

    genvar g;
    generate
        for (g = 0; g < TARGETS; g = g + 1) begin : g_target
            assign row_we[g]       = taken && state == ROWS && {{(32-PHASE_W){1'b0}}, phase} == g/EACH;
            assign row[64*g +: 64] = s_data[64*(g % EACH) +: 64];
        end
    endgenerate

    /** What follows a descriptor, or its rows. */
    function [2:0] next(input [15:0] more_rows, input [31:0] more_beats);
        next = (more_rows != 16'd0) ? ROWS : (more_beats != 32'd0) ? BEATS : HEAD;
    endfunction

    always @(posedge clk) begin
        loaded <= rows_end || (d_valid && d_ready && rows == 16'd0);
        if (taken && state != INPUT) stream_left <= stream_left - 32'd1;
        if (state != IDLE && state != INPUT && exhausted) begin
            fault <= 2'd2;
            state <= IDLE;
        end else if (taken)
            case (state)
                INPUT: begin
                    input_left <= input_left - 32'd1;
                    line_at    <= line_at + 1'b1;
                    if (input_left == 32'd1) state <= HEAD;
                end
                HEAD: begin
                    rows_left  <= rows;
                    beats_left <= beats;
                    phase      <= {PHASE_W{1'b0}};
                    state      <= next(rows, beats);
                    if (operation == END) begin
                        state <= IDLE;
                        if (stream_left != 32'd1) fault <= 2'd3;
                    end
                    if (!sound) begin
                        fault <= 2'd1;
                        state <= IDLE;
                    end
                end
                ROWS: begin
                    phase <= (phase == LAST) ? {PHASE_W{1'b0}} : phase + 1'b1;
                    if (row_done) begin
                        at        <= at + 1'b1;
                        rows_left <= rows_left - 16'd1;
                        if (rows_end) state <= next(16'd0, beats_left);
                    end
                end
                default: begin
                    beats_left <= beats_left - 32'd1;
                    if (beats_left == 32'd1) state <= HEAD;
                end
            endcase

        held <= held + {{ADDR_W{1'b0}}, row_done} - (free ? freed : {(ADDR_W+1){1'b0}});

        if (start) begin
            state       <= (input_beats == 32'd0) ? HEAD : INPUT;
            input_left  <= input_beats;
            stream_left <= stream_beats;
            line_at     <= {LINE_W{1'b0}};
        end
        if (rst) begin
            state  <= IDLE;
            at     <= {ADDR_W{1'b0}};
            held   <= {(ADDR_W+1){1'b0}};
            loaded <= 1'b0;
            fault  <= 2'd0;
        end
    end

endmodule

`default_nettype wire
