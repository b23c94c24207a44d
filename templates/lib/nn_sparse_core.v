// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * The sparse engine without its bus: a frame comes in as beats (nn_sparse_loader), its layers
 * run one after another (nn_sparse_control) on one activation memory, results leave as lines.
 *
 *     steps -> lines -> array -> lines            convolutions
 *                    -> pool  -> pack -> lines    pools, copies
 *                    -> dense -> pack -> lines    fully connected, with entries from the stream
 *                    -> out                       results
 *
 * Of the rings' memories 0 to GROUPS + 1, the groups have the first, then the drain's
 * parameters, then the steps.
 *
 * `code`, while a frame runs: 0 no fault, else the first one seen, until rst: 3 to 5 as the
 * loader's 1 to 3, 6 a weight list that does not fit its layer, 7 the same of a fully connected one.
 */
module nn_sparse_core #(
    parameter LANES   = 56,     // bytes of a line, a multiple of 8 up to 64
    parameter GROUPS  = 20,     // of multipliers, LANES each
    parameter SLOTS   = 32,     // output channels of a group
    parameter ACC_W   = 24,     // width of its sums
    parameter LINES   = 16384,  // of the activation memory
    parameter WORDS   = 4096,   // of the rings, a power of two
    parameter OUTPUTS = 32,     // lanes of fully connected layers; a beat has 16 bits for each
    parameter VECTOR  = 2048,   // words of 8 bytes of their vector
    parameter STYLE   = "ultra" // of lines and rings
) (
    input  wire                  clk,
    input  wire                  rst,

    input  wire                  start,
    input  wire [31:0]           input_beats,
    input  wire [31:0]           stream_beats,
    output wire                  done,
    output reg  [3:0]            code,

    input  wire                  s_valid,
    output wire                  s_ready,
    input  wire [16*OUTPUTS-1:0] s_data,

    output wire                  m_valid,
    input  wire                  m_ready,
    output wire [8*LANES-1:0]    m_data,
    input  wire                  m_idle         // all that was taken has arrived
);

    localparam LINE_W  = $clog2(LINES);
    localparam ADDR_W  = $clog2(WORDS);
    localparam TARGETS = GROUPS + 2;
    localparam DESC_W  = 320;
    localparam OUT     = 16;

    // ---- Beats taken apart, layers in their order ----

    wire [TARGETS-1:0]    row_we;
    wire [ADDR_W-1:0]     row_at, at;
    wire [64*TARGETS-1:0] row;
    wire                  free, d_valid, d_ready, loaded, b_valid, b_ready, b_last;
    wire [ADDR_W:0]       freed;
    wire [DESC_W-1:0]     d_data, layer;
    wire [1:0]            loader_fault;
    wire                  in_we, begin_layer, flush, streaming, control_bad;
    wire [LINE_W-1:0]     in_at;
    wire [8*LANES-1:0]    in_line;
    wire                  steps_done, drain_done, dense_done, dense_starved, out_empty;

    nn_sparse_loader #(
        .LANES(LANES), .LINE_W(LINE_W), .TARGETS(TARGETS), .WORDS(WORDS), .BEAT_W(16*OUTPUTS),
        .DESC_W(DESC_W)
    ) u_loader (
        .clk(clk), .rst(rst), .start(start), .input_beats(input_beats), .stream_beats(stream_beats),
        .s_valid(s_valid), .s_ready(s_ready), .s_data(s_data),
        .line_we(in_we), .line_at(in_at), .line(in_line),
        .row_we(row_we), .row_at(row_at), .row(row), .free(free), .freed(freed),
        .d_valid(d_valid), .d_ready(d_ready), .d_data(d_data), .loaded(loaded),
        .b_valid(b_valid), .b_ready(b_ready && streaming), .b_last(b_last), .fault(loader_fault)
    );

    nn_sparse_control #(.WORDS(WORDS), .DESC_W(DESC_W)) u_control (
        .clk(clk), .rst(rst),
        .s_valid(d_valid), .s_ready(d_ready), .s_data(d_data), .loaded(loaded),
        .layer(layer), .at(at), .free(free), .freed(freed),
        .start(begin_layer), .flush(flush), .streaming(streaming),
        .steps_done(steps_done), .drain_done(drain_done), .dense_done(dense_done),
        .dense_starved(dense_starved), .beats_end(b_last && b_ready && streaming), .output_done(out_empty && m_idle),
        .frame_done(done), .bad(control_bad)
    );

    wire [3:0] operation = layer[19:16];
    wire       is_conv   = operation == 4'd1;
    wire       is_pool   = operation == 4'd2;
    wire       is_dense  = operation == 4'd3;
    wire       is_output = operation == 4'd4;
    wire       x_signed  = layer[20];
    wire       unused_layer = ^layer;

    // ---- Reads ----

    wire               go, at_valid, x_valid, array_room, dense_room;
    reg                out_room;
    wire [LINE_W-1:0]  at_line;
    wire [5:0]         at_shift;
    wire [1:0]         at_keep;
    wire [17:0]        at_tag, tag;
    wire [8*LANES-1:0] x;
    wire               line_we;
    wire [LINE_W-1:0]  line_at;
    wire [8*LANES-1:0] line;

    nn_sparse_steps #(.LINE_W(LINE_W), .WORDS(WORDS), .STYLE(STYLE)) u_steps (
        .clk(clk), .rst(rst),
        .we(row_we[GROUPS+1]), .waddr(row_at), .wdata(row[64*(GROUPS+1) +: 64]),
        .start(begin_layer), .base(at), .steps(layer[64 +: ADDR_W+2]), .rounds(layer[95:80]),
        .stride(layer[111:96]), .bounded(is_conv), .lines(layer[127:112]), .done(steps_done),
        .room(is_conv ? array_room : is_dense ? dense_room : is_output ? out_room : is_pool),
        .go(go), .m_valid(at_valid), .m_line(at_line), .m_shift(at_shift), .m_keep(at_keep),
        .m_tag(at_tag)
    );

    nn_sparse_lines #(.LANES(LANES), .LINES(LINES), .TAG_W(18), .STYLE(STYLE)) u_lines (
        .clk(clk), .rst(rst), .we(line_we), .waddr(line_at), .wdata(line),
        .s_valid(at_valid), .s_line(at_line), .s_shift(at_shift), .s_keep(at_keep), .s_tag(at_tag),
        .m_valid(x_valid), .m_data(x), .m_tag(tag)
    );

    // ---- Convolutions ----

    wire               array_we, array_bad;
    wire [LINE_W-1:0]  array_at;
    wire [8*LANES-1:0] array_line;
    wire [GROUPS-1:0]  working;

    nn_sparse_array #(
        .LANES(LANES), .GROUPS(GROUPS), .SLOTS(SLOTS), .ACC_W(ACC_W), .LINE_W(LINE_W),
        .WORDS(WORDS), .STYLE(STYLE)
    ) u_array (
        .clk(clk), .rst(rst),
        .row_we(row_we[GROUPS:0]), .row_at(row_at), .row(row[64*GROUPS+63:0]),
        .start(begin_layer && is_conv), .at(at), .words(layer[48 +: ADDR_W+1]), .table_words(layer[276:272]),
        .x_signed(x_signed),
        .slots(layer[181:176]), .rounds(layer[95:80]), .width(layer[137:128]),
        .pitch(layer[153:144]), .height(layer[169:160]), .shift(layer[29:25]),
        .least(layer[200:192]), .most(layer[216:208]), .done(drain_done),
        .reserve(go && is_conv), .room(array_room), .x_valid(x_valid && is_conv), .x_last(tag[17]),
        .x(x), .line_we(array_we), .line_at(array_at), .line(array_line), .working(working),
        .bad(array_bad)
    );
    wire unused_working = ^working;

    // ---- Pools and fully connected layers, packed into lines ----

    wire               pooled_valid, dense_valid, dense_bad, packed_we;
    wire [7:0]         pooled_tag;
    wire [8*LANES-1:0] pooled, dense_data, packed_line;
    wire [6:0]         dense_count;
    wire [LINE_W-1:0]  packed_at;

    nn_sparse_pool #(.LANES(LANES), .TAG_W(8)) u_pool (
        .clk(clk), .rst(rst), .kernel(layer[23:22]), .halve(layer[21]), .x_signed(x_signed),
        .s_valid(x_valid && is_pool), .s_first(tag[14]), .s_last(tag[15]), .s_take(tag[13:7]),
        .s_tag({tag[16], tag[6:0]}), .s_data(x),
        .m_valid(pooled_valid), .m_tag(pooled_tag), .m_data(pooled)
    );

    nn_sparse_dense #(.LANES(LANES), .OUTPUTS(OUTPUTS), .WORDS(VECTOR)) u_dense (
        .clk(clk), .rst(rst), .start(begin_layer && is_dense), .sets(is_dense ? layer[255:240] : 16'd0), .classes(layer[278:272]),
        .x_bytes(layer[271:256]), .x_signed(x_signed), .shift(layer[29:25]),
        .least(layer[200:192]), .most(layer[216:208]), .wide(layer[24]),
        .line_words(layer[51:48]), .reserve(go && is_dense), .room(dense_room), .line_valid(x_valid && is_dense), .line(x),
        .s_valid(b_valid && streaming), .s_ready(b_ready), .s_data(s_data),
        .m_valid(dense_valid), .m_count(dense_count), .m_data(dense_data),
        .starved(dense_starved), .done(dense_done), .bad(dense_bad)
    );

    nn_sparse_pack #(.LANES(LANES), .LINE_W(LINE_W)) u_pack (
        .clk(clk), .rst(rst), .start(begin_layer), .base(layer[224 +: LINE_W]),
        .s_valid(pooled_valid || dense_valid || flush),
        .s_flush(pooled_valid ? pooled_tag[7] : !dense_valid),
        .s_count(pooled_valid ? pooled_tag[6:0] : dense_valid ? dense_count : 7'd0),
        .s_data(pooled_valid ? pooled : dense_valid ? dense_data : {8*LANES{1'b0}}),
        .line_we(packed_we), .line_at(packed_at), .line(packed_line)
    );

    assign line_we = in_we || array_we || packed_we;
    assign line_at = in_we ? in_at : array_we ? array_at : packed_at;
    assign line    = in_we ? in_line : array_we ? array_line : packed_line;

    // ---- Results ----

    reg  [4:0] out_level;
    wire       out_take = m_valid && m_ready;
    wire       unused_ready;

    assign out_empty = out_level == 5'd0;

    nn_fifo #(.DATA_W(8*LANES), .DEPTH(OUT)) u_out (
        .clk(clk), .rst(rst),
        .s_axis_tdata(x), .s_axis_tvalid(x_valid && is_output), .s_axis_tready(unused_ready),
        .m_axis_tdata(m_data), .m_axis_tvalid(m_valid), .m_axis_tready(m_ready)
    );

    always @(posedge clk) begin
        if (go && is_output && !out_take) out_level <= out_level + 5'd1;
        if (out_take && !(go && is_output)) out_level <= out_level - 5'd1;
        out_room <= out_level < 5'd12;

        if (code == 4'd0)
            code <= (loader_fault != 2'd0) ? {2'd0, loader_fault} + 4'd2
                  : array_bad ? 4'd6 : (dense_bad || control_bad) ? 4'd7 : 4'd0;
        if (rst) begin
            out_level <= 5'd0;
            out_room  <= 1'b0;
            code      <= 4'd0;
        end
    end

endmodule

`default_nettype wire
