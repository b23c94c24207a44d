// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * One array for all layers: UNITS units of 9 * GROUP taps run a network layer after
 * layer, as a table says; pixels come in, the last layer's results go out.
 *
 * Bits of activations lie in nine banks (nn_shared_reach), values of the residual stream in a
 * memory of UNITS words side by side; both in regions that the table names, so that
 * what is still to be read is not written. The next frame comes in meanwhile.
 *
 * Table: LAYER_FILE, a line a layer, as nn_shared_front has it. Weights:
 * a line a step, unit u's tap t, bit i at u*9*GROUP + t*GROUP + i. Constants: a line a
 * pass, unit 0 in the low bits. Results: RESULT = "sums" (p of nn_shared_lanes), "bits", or
 * "mean", values added up over the last layer's map.
 *
 * Timing: a frame takes the steps of all layers and the gaps between them.
 */
module nn_shared #(
    /* The array (nn_shared_datapath) */
    parameter UNITS    = 8,         // units, each with a filter of its own
    parameter GROUP    = 16,        // channels of a word of bits: 8, 16 or 32
    parameter PLANES   = 1,         // 1: the first layer's pixels are integers
    parameter SPLIT    = 1,         // 1: a layer's last group may be half a group
    parameter POOLS    = 1,         // 1: layers may have pools
    parameter ACC_W    = 14,        // width of a sum, bits
    parameter FACTOR_W = 0,         // width of factors, bits; 0: none
    parameter TERM_W   = 15,        // width of terms, bits
    parameter SUM_W    = 16,        // width of p, bits
    parameter SHIFT    = 0,         // right shift of p to a quotient
    parameter WIDE_W   = 16,        // width of a quotient, bits
    parameter VALUE_W  = 0,         // width of values of the residual stream, bits; 0: none
    parameter CLAMPS   = 0,         // 1: quotients are clamped before they are added
    parameter STYLE    = "portable",    // of popcounts: "portable" or "xilinx"
    parameter CARRY_W  = 4,         // positions of a carry primitive: 4 or 8

    /* Frames (nn_shared_load) */
    parameter IN_CHANNELS = 3,      // elements of a beat
    parameter IN_W        = 8,      // width of an element, bits
    parameter IN_RAISE    = 1,      // 1: elements are signed
    parameter IN_PIXELS   = 0,      // pixels of a word, where the map is one long vector; 0: none
    parameter IN_HEIGHT   = 32,     // rows of the map
    parameter IN_WIDTH    = 32,     // its columns
    parameter IN_PAD      = 0,      // what no channel fills, 8 bits, by plane
    parameter IN_BASE     = 0,      // address of the map in the banks

    /* Results */
    parameter RESULT      = "sums", // "sums" (p of nn_shared_lanes), "bits", or "mean"
    parameter OUT_CHANNELS = 10,    // results of a frame
    parameter OUT_W       = 10,     // width of a result, bits

    /* The table */
    parameter LAYERS       = 4,     // its lines
    parameter COUNT_W      = 8,     // width of lengths of loops, bits
    parameter STEP_W       = 8,     // width of a pass's length, bits
    parameter POSITION_W   = 8,     // width of coordinates, bits

    /* Memories: words, style, $readmemh images */
    parameter BANK_DEPTH   = 512,   // words of a bank
    parameter BANK_STYLE   = "block",   // of the banks: "block" or "distributed"
    parameter VALUE_DEPTH  = 1,     // words of values
    parameter WEIGHT_DEPTH = 512,   // words of weights, one a step
    parameter PARAM_DEPTH  = 64,    // words of constants, one a pass
    parameter LAYER_FILE   = "",    // the table, required
    parameter WEIGHT_FILE  = "",    // weights, required
    parameter FACTOR_FILE  = "",    // factors, where FACTOR_W > 0
    parameter TERM_FILE    = "",    // terms, required
    parameter LEVEL_FILE   = "",    // levels of values, where VALUE_W > 0
    parameter MINIMUM_FILE = ""     // pools that are AND, where POOLS = 1
) (
    input  wire                        clk,
    input  wire                        rst,

    /* In: frames of pixels, a beat a pixel */
    input  wire [IN_CHANNELS*IN_W-1:0] s_axis_tdata,
    input  wire                        s_axis_tvalid,
    output wire                        s_axis_tready,

    /* Out: results of frames, one a beat */
    output wire [OUT_W-1:0]            m_axis_tdata,
    output wire                        m_axis_tvalid,
    input  wire                        m_axis_tready
);

    localparam LAYER_W  = (LAYERS > 1) ? $clog2(LAYERS) : 1;
    localparam ADDR_W   = (BANK_DEPTH > 1) ? $clog2(BANK_DEPTH) : 1;
    localparam WEIGHT_W = (WEIGHT_DEPTH > 1) ? $clog2(WEIGHT_DEPTH) : 1;
    localparam PARAM_W  = (PARAM_DEPTH > 1) ? $clog2(PARAM_DEPTH) : 1;
    localparam PLACE_W  = (VALUE_DEPTH > 1) ? $clog2(VALUE_DEPTH) : 1;
    localparam VALUES_W = (VALUE_W > 0) ? UNITS*VALUE_W : 1;
    localparam KEPT_W   = (RESULT == "bits") ? 1 : (RESULT == "mean" && VALUE_W > 0) ? VALUE_W
        : OUT_W;

    wire [LAYER_W-1:0]      layer;
    wire                    load, settled, gives_result, planes, point, of_values, adds, writes,
        fill, twice;
    wire [COUNT_W-1:0]      out_rows, out_columns;
    wire [ADDR_W-1:0]       out_base, out_pitch, out_groups;
    wire [PLACE_W-1:0]      value_base;
    wire [WEIGHT_W-1:0]     weight;
    wire [PARAM_W-1:0]      param;
    wire                    half, sum_end, window_first, pool_end, map_end, result_free, put;
    wire [1:0]              take;
    wire [9*GROUP-1:0]      x;
    wire [3:0]              put_bank;
    wire [ADDR_W-1:0]       put_addr;
    wire [GROUP-1:0]        put_word;

    nn_shared_front #(
        .GROUP(GROUP), .PLANES(PLANES), .FACTORS((FACTOR_W > 0) ? 1 : 0),
        .VALUES((VALUE_W > 0) ? 1 : 0), .CLAMPS(CLAMPS), .IN_CHANNELS(IN_CHANNELS), .IN_W(IN_W),
        .IN_RAISE(IN_RAISE), .IN_PIXELS(IN_PIXELS), .IN_HEIGHT(IN_HEIGHT), .IN_WIDTH(IN_WIDTH),
        .IN_PAD(IN_PAD), .IN_BASE(IN_BASE), .LAYERS(LAYERS), .LAYER_W(LAYER_W), .COUNT_W(COUNT_W),
        .STEP_W(STEP_W), .POSITION_W(POSITION_W), .ADDR_W(ADDR_W), .WEIGHT_W(WEIGHT_W),
        .PARAM_W(PARAM_W), .PLACE_W(PLACE_W), .BANK_DEPTH(BANK_DEPTH), .BANK_STYLE(BANK_STYLE),
        .LAYER_FILE(LAYER_FILE)
    ) u_front (
        .clk(clk), .rst(rst), .s_axis_tdata(s_axis_tdata), .s_axis_tvalid(s_axis_tvalid),
        .s_axis_tready(s_axis_tready), .layer(layer), .load(load), .settled(settled),
        .gives_result(gives_result), .planes(planes), .point(point), .of_values(of_values),
        .adds(adds), .writes(writes), .fill(fill), .twice(twice), .out_rows(out_rows),
        .out_columns(out_columns), .out_base(out_base), .out_pitch(out_pitch),
        .out_groups(out_groups), .value_base(value_base), .weight(weight), .param(param),
        .half(half), .take(take), .sum_end(sum_end), .window_first(window_first),
        .pool_end(pool_end), .map_end(map_end), .x(x), .result_free(result_free), .put(put),
        .put_bank(put_bank), .put_addr(put_addr), .put_word(put_word)
    );

    wire                    add_next, values_valid, values_last, word_valid, word_last, kept_valid,
        kept_last;
    wire [VALUES_W-1:0]     values, shortcut;
    wire [GROUP-1:0]        word;
    wire [UNITS*KEPT_W-1:0] kept;

    nn_shared_datapath #(
        .UNITS(UNITS), .GROUP(GROUP), .PLANES(PLANES), .SPLIT(SPLIT), .ACC_W(ACC_W), .STYLE(STYLE),
        .CARRY_W(CARRY_W), .FACTOR_W(FACTOR_W), .TERM_W(TERM_W), .SUM_W(SUM_W), .SHIFT(SHIFT),
        .WIDE_W(WIDE_W), .VALUE_W(VALUE_W), .CLAMPS(CLAMPS), .POOLS(POOLS), .RESULT(RESULT),
        .KEPT_W(KEPT_W), .WEIGHT_DEPTH(WEIGHT_DEPTH), .WEIGHT_W(WEIGHT_W),
        .PARAM_DEPTH(PARAM_DEPTH), .PARAM_W(PARAM_W), .WEIGHT_FILE(WEIGHT_FILE),
        .FACTOR_FILE(FACTOR_FILE), .TERM_FILE(TERM_FILE), .LEVEL_FILE(LEVEL_FILE),
        .MINIMUM_FILE(MINIMUM_FILE)
    ) u_datapath (
        .clk(clk), .rst(rst), .planes(planes), .of_values(of_values), .fill(fill), .twice(twice),
        .weight(weight), .param(param), .half(half), .take(take), .sum_end(sum_end),
        .window_first(window_first), .pool_end(pool_end), .map_end(map_end), .x(x),
        .add_next(add_next), .shortcut(shortcut), .values(values), .values_valid(values_valid),
        .values_last(values_last), .word(word), .word_valid(word_valid), .word_last(word_last),
        .kept(kept), .kept_valid(kept_valid), .kept_last(kept_last)
    );

    generate
        if (VALUE_W > 0) begin : g_values
            nn_shared_values #(
                .LANES(UNITS), .VALUE_W(VALUE_W), .DEPTH(VALUE_DEPTH), .PLACE_W(PLACE_W)
            ) u_values (
                .clk(clk), .load(load), .base(value_base), .adds(adds), .first(1'b1), .span(1'b0),
                .add_next(add_next), .added(shortcut), .valid(values_valid), .last(values_last),
                .keep(of_values), .values(values)
            );
        end else begin : g_no_values
            wire unused_values = (|value_base) | adds | add_next | values_valid | values_last
                | (|values);
            assign shortcut = 1'b0;
        end
    endgenerate

    // Words to the banks.
    wire out_end, put_last;
    wire unused = (|layer) | point | out_end | put_last;
    nn_shared_place #(.WORD_W(GROUP), .ADDR_W(ADDR_W), .COUNT_W(COUNT_W)) u_place (
        .clk(clk), .rst(rst), .load(load), .base(out_base), .pitch(out_pitch), .groups(out_groups),
        .rows(out_rows), .columns(out_columns), .open(1'b1), .valid(word_valid && writes),
        .last(word_last), .word(word), .map_end(out_end), .put(put), .put_last(put_last),
        .put_bank(put_bank), .put_addr(put_addr), .put_word(put_word)
    );

    // Results out.
    nn_shared_results #(
        .UNITS(UNITS), .CHANNELS(OUT_CHANNELS), .VALUE_W(KEPT_W), .OUT_W(OUT_W),
        .SUMS((RESULT == "mean") ? 1 : 0), .SIGNED((RESULT == "mean") ? 1 : 0)
    ) u_results (
        .clk(clk), .rst(rst), .values(kept), .valid(kept_valid && gives_result), .load(load),
        .last(kept_last), .deliver(settled && gives_result), .free(result_free),
        .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready)
    );

endmodule

`default_nettype wire
