// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * The maps of frames: a frame comes in as beats (nn_sparse_loader), its layers run one after
 * another (nn_sparse_control) on one activation memory, the last ones leave as lines. The
 * next frame and the rows of its first layers come in meanwhile.
 *
 *     steps -> lines -> array -> lines            convolutions
 *                    -> pool  -> pack -> lines    pools, copies
 *                    -> out                       what is handed over
 *
 * Of the rings' memories 0 to GROUPS + 2, the groups have the first, then the drain's
 * parameters, then the steps, low and high half.
 *
 * `code`: GOOD, else the first fault seen, until rst: one of the loader's, or BAD_LIST where a
 * weight list does not fit its layer. `code_turn` is the number of its frame.
 *
 * Timing: a layer at a time.
 */
module nn_sparse_maps #(
    parameter LANES  = 64,       // bytes of a line, a multiple of 8 up to 64
    parameter GROUPS = 24,       // groups of LANES multipliers
    parameter SLOTS  = 32,       // output channels of a group
    parameter ACC_W  = 24,       // width of its sums
    parameter LINES  = 16384,    // of the activation memory
    parameter WORDS  = 4096,     // of the rings, a power of two
    parameter BEAT_W = 256,      // a multiple of 64, at least 256
    parameter STYLE  = "ultra",  // of lines and weights
    parameter TURN_W = 3,        // width of a frame's number
    parameter CARRY_W = 0        // of nn_sparse_macs
) (
    input  wire               clk,
    input  wire               rst,

    /* Frames */
    input  wire               start,         // a frame
    input  wire [31:0]        input_beats,   // beats of the frame
    input  wire [31:0]        stream_beats,  // beats of maps.bin
    output reg  [3:0]         code,          // until rst
    output reg  [TURN_W-1:0]  code_turn,     // the frame that it is in

    /* In: beats of frames and of maps.bin */
    input  wire               s_valid,
    output wire               s_ready,
    input  wire [BEAT_W-1:0]  s_data,

    /* Out: lines that leave */
    output wire [TURN_W-1:0]  turn,        // of the frame whose layers run
    output wire               is_result,   // lines that leave are of the result
    output wire               reserve,     // one will leave
    input  wire               room,
    output wire               line_valid,
    output wire [8*LANES-1:0] line,
    output wire [3:0]         line_words,  // of a line that a vector is made of
    output wire               handed       // a vector is complete
);

    localparam LINE_W  = $clog2(LINES);
    localparam ADDR_W  = $clog2(WORDS);
    localparam TARGETS = GROUPS + 3;

    // ---- Beats taken apart, layers in their order ----

    wire [TARGETS-1:0]    row_we;
    wire [ADDR_W-1:0]     row_at, at;
    wire [64*TARGETS-1:0] row;
    wire                  free, d_valid, d_ready, loaded, vacate;
    wire [ADDR_W:0]       freed;
    wire [255:0]          d_data, layer;
    wire [3:0]            loader_fault;
    wire [TURN_W-1:0]     loader_turn;
    wire                  in_we, begin_layer, steps_done, drain_done;
    wire [LINE_W-1:0]     in_at;
    wire [8*LANES-1:0]    in_line;

    nn_sparse_loader #(
        .LANES(LANES), .LINE_W(LINE_W), .TARGETS(TARGETS), .WORDS(WORDS), .BEAT_W(BEAT_W),
        .TURN_W(TURN_W)
    ) u_loader (
        .clk(clk), .rst(rst), .start(start), .input_beats(input_beats), .stream_beats(stream_beats),
        .vacate(vacate), .maps_turn(turn), .turn(loader_turn), .s_valid(s_valid), .s_ready(s_ready),
        .s_data(s_data), .line_we(in_we), .line_ready(!array_we && !packed_we), .line_at(in_at),
        .line(in_line), .row_we(row_we), .row_at(row_at), .row(row), .free(free), .freed(freed),
        .d_valid(d_valid), .d_ready(d_ready), .d_data(d_data), .loaded(loaded), .fault(loader_fault)
    );

    nn_sparse_control #(.WORDS(WORDS), .TURN_W(TURN_W)) u_control (
        .clk(clk), .rst(rst), .s_valid(d_valid), .s_ready(d_ready), .s_data(d_data),
        .loaded(loaded), .layer(layer), .at(at), .free(free), .freed(freed), .vacate(vacate),
        .start(begin_layer), .handed(handed), .steps_done(steps_done), .drain_done(drain_done),
        .turn(turn)
    );

    // contract mapDescriptor of layer as its_
    wire [3:0] its_operation = layer[19:16];      // what the layer does
    localparam [3:0] CONVOLUTION = 4'd1;
    localparam [3:0] POOL = 4'd2;
    localparam [3:0] HANDOVER = 4'd3;
    localparam [3:0] OUTPUT = 4'd4;
    wire its_x_signed = layer[20];                // bytes that are read have a sign
    wire its_halve = layer[21];                   // pool: every other column
    wire [1:0] its_kernel = layer[23:22];         // pool: columns of a window
    wire [4:0] its_shift = layer[29:25];          // right shift of requantised sums
    // words of a group's list, or of each line of a vector
    wire [15:0] its_words = layer[63:48];
    wire [15:0] its_steps = layer[79:64];         // reads of a round
    wire [15:0] its_rounds = layer[95:80];        // times that the reads are made
    wire [15:0] its_stride = layer[111:96];       // lines from round to round
    wire [15:0] its_lines = layer[127:112];       // lines of a map; those outside are zeros
    wire [9:0] its_width = layer[137:128];        // columns of the map that comes out
    wire [9:0] its_pitch = layer[153:144];        // its bytes from row to row
    wire [9:0] its_height = layer[169:160];       // its rows
    wire [5:0] its_slots = layer[181:176];        // output channels of a group
    wire signed [8:0] its_least = layer[200:192];  // lower clamp
    wire signed [8:0] its_most = layer[216:208];  // upper clamp
    wire [15:0] its_to = layer[239:224];          // line where a pool begins to write
    wire [4:0] its_table_words = layer[244:240];  // words of the table in a group's list
    // end of contract
    // contract codes
    localparam [3:0] GOOD = 4'd0;                 // the result is in memory
    localparam [3:0] BAD_LIST = 4'd6;             // the list of a convolution is wrong
    // end of contract
    wire       is_conv   = its_operation == CONVOLUTION;
    wire       is_pool   = its_operation == POOL;
    wire       leaves    = its_operation == HANDOVER || its_operation == OUTPUT;
    wire       unused_layer = ^{layer, its_steps, its_words, its_to};

    // ---- Reads ----

    wire               go, at_valid, x_valid, array_room;
    wire [LINE_W-1:0]  at_line;
    wire [5:0]         at_shift;
    wire [1:0]         at_keep;
    wire [17:0]        at_tag, tag;
    wire [8*LANES-1:0] x;
    wire               array_we, packed_we;
    wire [LINE_W-1:0]  array_at, packed_at;
    wire [8*LANES-1:0] array_line, packed_line;

    nn_sparse_steps #(.LINE_W(LINE_W), .WORDS(WORDS), .STYLE("block")) u_steps (
        .clk(clk), .rst(rst),
        .we(row_we[GROUPS+2:GROUPS+1]), .waddr(row_at), .wdata(row[64*(GROUPS+1) +: 128]),
        .start(begin_layer), .base(at), .steps(its_steps[ADDR_W+2:0]), .rounds(its_rounds),
        .stride(its_stride), .bounded(is_conv), .lines(its_lines), .done(steps_done),
        .room(is_conv ? array_room : leaves ? room : is_pool),
        .go(go), .m_valid(at_valid), .m_line(at_line), .m_shift(at_shift), .m_keep(at_keep),
        .m_tag(at_tag)
    );

    nn_sparse_lines #(.LANES(LANES), .LINES(LINES), .TAG_W(18), .STYLE(STYLE)) u_lines (
        .clk(clk), .rst(rst), .we(in_we || array_we || packed_we),
        .waddr(array_we ? array_at : packed_we ? packed_at : in_at),
        .wdata(array_we ? array_line : packed_we ? packed_line : in_line), .s_valid(at_valid),
        .s_line(at_line), .s_shift(at_shift), .s_keep(at_keep), .s_tag(at_tag), .m_valid(x_valid),
        .m_data(x), .m_tag(tag)
    );

    // ---- Convolutions ----

    wire              array_bad;
    wire [GROUPS-1:0] working;

    nn_sparse_array #(
        .LANES(LANES), .GROUPS(GROUPS), .SLOTS(SLOTS), .ACC_W(ACC_W), .LINE_W(LINE_W),
        .WORDS(WORDS), .STYLE(STYLE), .CARRY_W(CARRY_W)
    ) u_array (
        .clk(clk), .rst(rst), .row_we(row_we[GROUPS:0]), .row_at(row_at), .row(row[64*GROUPS+63:0]),
        .start(begin_layer && is_conv), .at(at), .words(its_words[ADDR_W:0]),
        .table_words(its_table_words), .x_signed(its_x_signed), .slots(its_slots),
        .rounds(its_rounds), .width(its_width), .pitch(its_pitch), .height(its_height),
        .shift(its_shift), .least(its_least), .most(its_most), .done(drain_done),
        .reserve(go && is_conv), .room(array_room), .x_valid(x_valid && is_conv), .x_last(tag[17]),
        .x(x), .line_we(array_we), .line_at(array_at), .line(array_line), .working(working),
        .bad(array_bad)
    );
    wire unused_working = ^working;

    // ---- Pools, packed into lines ----

    wire               pooled_valid;
    wire [7:0]         pooled_tag;
    wire [8*LANES-1:0] pooled;

    nn_sparse_pool #(.LANES(LANES), .TAG_W(8)) u_pool (
        .clk(clk), .rst(rst), .kernel(its_kernel), .halve(its_halve), .x_signed(its_x_signed),
        .s_valid(x_valid && is_pool), .s_first(tag[14]), .s_last(tag[15]), .s_take(tag[13:7]),
        .s_tag({tag[16], tag[6:0]}), .s_data(x),
        .m_valid(pooled_valid), .m_tag(pooled_tag), .m_data(pooled)
    );

    nn_sparse_pack #(.LANES(LANES), .LINE_W(LINE_W)) u_pack (
        .clk(clk), .rst(rst), .start(begin_layer), .base(its_to[LINE_W-1:0]),
        .s_valid(pooled_valid), .s_flush(pooled_tag[7]), .s_count(pooled_tag[6:0]), .s_data(pooled),
        .line_we(packed_we), .line_at(packed_at), .line(packed_line)
    );

    // ---- What leaves ----

    assign is_result  = its_operation == OUTPUT;
    assign reserve    = go && leaves;
    assign line_valid = x_valid && leaves;
    assign line       = x;
    assign line_words = its_words[3:0];

    always @(posedge clk) begin
        if (code == GOOD) begin
            code      <= (loader_fault != GOOD) ? loader_fault : array_bad ? BAD_LIST : GOOD;
            code_turn <= (loader_fault != GOOD) ? loader_turn : turn;
        end
        if (rst) code <= GOOD;
    end

endmodule

`default_nettype wire
