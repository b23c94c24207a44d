// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * nn_shared without the sharing: a datapath for every type of layer, each with units, weights and
 * output stage of its own, working one after the other on the same banks and values. `pixels` takes
 * layers of bit planes, `windows` kernels of pixels' groups, `points` 1x1 kernels and dense layers.
 *
 * Table, images, results and clocks as in nn_shared; weights and constants by datapath. UNITS of the
 * windows are the most, and a multiple of the others'; a datapath of none is absent.
 * Windows alone may add.
 */
module nn_unshared #(
    parameter GROUP    = 16,
    parameter VALUE_W  = 0,     // nn_shared_lanes
    parameter CLAMPS   = 0,
    parameter FACTORS  = 0,     // 1: of every datapath FACTOR_W > 0
    parameter POOLS    = 1,
    parameter STYLE    = "portable", CARRY_W = 4,

    parameter PIXELS_UNITS = 4, PIXELS_SPLIT = 0, PIXELS_ACC_W = 14,     // nn_shared_datapath
    parameter PIXELS_FACTOR_W = 0, PIXELS_TERM_W = 15, PIXELS_SUM_W = 16, PIXELS_SHIFT = 0, PIXELS_WIDE_W = 16,
    parameter PIXELS_WEIGHT_DEPTH = 512, PIXELS_PARAM_DEPTH = 64,
    parameter PIXELS_WEIGHT_FILE = "", PIXELS_FACTOR_FILE = "", PIXELS_TERM_FILE = "", PIXELS_LEVEL_FILE = "", PIXELS_MINIMUM_FILE = "",

    parameter WINDOWS_UNITS = 8, WINDOWS_SPLIT = 0, WINDOWS_ACC_W = 14,     // nn_shared_datapath
    parameter WINDOWS_FACTOR_W = 0, WINDOWS_TERM_W = 15, WINDOWS_SUM_W = 16, WINDOWS_SHIFT = 0, WINDOWS_WIDE_W = 16,
    parameter WINDOWS_WEIGHT_DEPTH = 512, WINDOWS_PARAM_DEPTH = 64,
    parameter WINDOWS_WEIGHT_FILE = "", WINDOWS_FACTOR_FILE = "", WINDOWS_TERM_FILE = "", WINDOWS_LEVEL_FILE = "", WINDOWS_MINIMUM_FILE = "",

    parameter POINTS_UNITS = 4, POINTS_SPLIT = 0, POINTS_ACC_W = 14,     // nn_shared_datapath
    parameter POINTS_FACTOR_W = 0, POINTS_TERM_W = 15, POINTS_SUM_W = 16, POINTS_SHIFT = 0, POINTS_WIDE_W = 16,
    parameter POINTS_WEIGHT_DEPTH = 512, POINTS_PARAM_DEPTH = 64,
    parameter POINTS_WEIGHT_FILE = "", POINTS_FACTOR_FILE = "", POINTS_TERM_FILE = "", POINTS_LEVEL_FILE = "", POINTS_MINIMUM_FILE = "",

    parameter IN_CHANNELS = 3, IN_W = 8, IN_RAISE = 1, IN_PIXELS = 0,   // nn_shared_load
    parameter IN_HEIGHT = 32, IN_WIDTH = 32, IN_PAD = 0, IN_BASE = 0,

    parameter RESULT = "sums", OUT_CHANNELS = 10, OUT_W = 10,
    parameter RESULT_OF = 2,        // datapath of the last layer: 0 pixels, 1 windows, 2 points

    parameter LAYERS = 4,           // lines of the table
    parameter COUNT_W = 8, STEP_W = 8, POSITION_W = 8,  // widths of its fields
    parameter BANK_DEPTH = 512, VALUE_DEPTH = 1,        // words of the memories
    parameter WEIGHT_DEPTH = 512, PARAM_DEPTH = 64,     // of the deepest
    parameter BANK_STYLE = "block", LAYER_FILE = ""
) (
    input  wire                        clk,
    input  wire                        rst,

    input  wire [IN_CHANNELS*IN_W-1:0] s_axis_tdata,
    input  wire                        s_axis_tvalid,
    output wire                        s_axis_tready,

    output wire [OUT_W-1:0]            m_axis_tdata,
    output wire                        m_axis_tvalid,
    input  wire                        m_axis_tready
);

    localparam UNITS = WINDOWS_UNITS;
    localparam LEAST = (PIXELS_UNITS > 0 && (POINTS_UNITS == 0 || PIXELS_UNITS < POINTS_UNITS)) ? PIXELS_UNITS
                     : (POINTS_UNITS > 0) ? POINTS_UNITS : UNITS;
    localparam BLOCKS   = UNITS / LEAST;        // of a word of values
    localparam SPAN_W   = $clog2(BLOCKS + 1);
    localparam LAYER_W  = (LAYERS > 1) ? $clog2(LAYERS) : 1;
    localparam ADDR_W   = (BANK_DEPTH > 1) ? $clog2(BANK_DEPTH) : 1;
    localparam WEIGHT_W = (WEIGHT_DEPTH > 1) ? $clog2(WEIGHT_DEPTH) : 1;
    localparam PARAM_W  = (PARAM_DEPTH > 1) ? $clog2(PARAM_DEPTH) : 1;
    localparam PLACE_W  = (VALUE_DEPTH > 1) ? $clog2(VALUE_DEPTH) : 1;
    localparam VALUES_W = (VALUE_W > 0) ? UNITS*VALUE_W : 1;
    localparam KEPT_W   = (RESULT == "bits") ? 1 : (RESULT == "mean" && VALUE_W > 0) ? VALUE_W : OUT_W;

    wire [LAYER_W-1:0]      layer;
    wire                    load, settled, gives_result, planes, point, of_values, adds, writes, fill, twice;
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
        .GROUP(GROUP), .PLANES((PIXELS_UNITS > 0) ? 1 : 0), .FACTORS(FACTORS), .VALUES((VALUE_W > 0) ? 1 : 0), .CLAMPS(CLAMPS), .IN_CHANNELS(IN_CHANNELS), .IN_W(IN_W), .IN_RAISE(IN_RAISE), .IN_PIXELS(IN_PIXELS),
        .IN_HEIGHT(IN_HEIGHT), .IN_WIDTH(IN_WIDTH), .IN_PAD(IN_PAD), .IN_BASE(IN_BASE), .LAYERS(LAYERS), .LAYER_W(LAYER_W), .COUNT_W(COUNT_W),
        .STEP_W(STEP_W), .POSITION_W(POSITION_W), .ADDR_W(ADDR_W), .WEIGHT_W(WEIGHT_W), .PARAM_W(PARAM_W), .PLACE_W(PLACE_W),
        .BANK_DEPTH(BANK_DEPTH), .BANK_STYLE(BANK_STYLE), .LAYER_FILE(LAYER_FILE)
    ) u_front (
        .clk(clk), .rst(rst), .s_axis_tdata(s_axis_tdata), .s_axis_tvalid(s_axis_tvalid), .s_axis_tready(s_axis_tready),
        .layer(layer), .load(load), .settled(settled), .gives_result(gives_result), .planes(planes), .point(point), .of_values(of_values),
        .adds(adds), .writes(writes), .fill(fill), .twice(twice), .out_rows(out_rows), .out_columns(out_columns), .out_base(out_base),
        .out_pitch(out_pitch), .out_groups(out_groups), .value_base(value_base), .weight(weight), .param(param), .half(half), .take(take),
        .sum_end(sum_end), .window_first(window_first), .pool_end(pool_end), .map_end(map_end), .x(x), .result_free(result_free),
        .put(put), .put_bank(put_bank), .put_addr(put_addr), .put_word(put_word)
    );

    generate
        if (UNITS < 1 || BLOCKS*LEAST != UNITS || PIXELS_UNITS > UNITS || POINTS_UNITS > UNITS) begin : g_check
            nn_unshared_WINDOWS_UNITS_must_be_the_most u_error();
        end
    endgenerate

    // Which of them works.
    wire [2:0] active = planes ? 3'b001 : point ? 3'b100 : 3'b010;

    // What each gives, silent unless it works; values and results repeated up to the width of a word.
    wire [2:0]                add_next, values_valid, values_last, word_valid, word_last, kept_valid, kept_last;
    wire [3*GROUP-1:0]        words;
    wire [3*VALUES_W-1:0]     values;
    wire [3*UNITS*KEPT_W-1:0] kept;
    wire [VALUES_W-1:0]       shortcut;

    generate
        if (PIXELS_UNITS > 0) begin : g_pixels
            localparam OWN_W    = (VALUE_W > 0) ? PIXELS_UNITS*VALUE_W : 1;
            localparam WEIGHT_A = (PIXELS_WEIGHT_DEPTH > 1) ? $clog2(PIXELS_WEIGHT_DEPTH) : 1;
            localparam PARAM_A  = (PIXELS_PARAM_DEPTH > 1) ? $clog2(PIXELS_PARAM_DEPTH) : 1;
            wire [OWN_W-1:0] own_values;
            wire [PIXELS_UNITS*KEPT_W-1:0] own_kept;
            nn_shared_datapath #(
                .UNITS(PIXELS_UNITS), .GROUP(GROUP), .PLANES(1), .SPLIT(PIXELS_SPLIT), .ACC_W(PIXELS_ACC_W), .STYLE(STYLE), .CARRY_W(CARRY_W),
                .FACTOR_W(PIXELS_FACTOR_W), .TERM_W(PIXELS_TERM_W), .SUM_W(PIXELS_SUM_W), .SHIFT(PIXELS_SHIFT), .WIDE_W(PIXELS_WIDE_W),
                .VALUE_W(VALUE_W), .CLAMPS(CLAMPS), .POOLS(POOLS), .RESULT(RESULT), .KEPT_W(KEPT_W),
                .WEIGHT_DEPTH(PIXELS_WEIGHT_DEPTH), .WEIGHT_W(WEIGHT_A), .PARAM_DEPTH(PIXELS_PARAM_DEPTH), .PARAM_W(PARAM_A),
                .WEIGHT_FILE(PIXELS_WEIGHT_FILE), .FACTOR_FILE(PIXELS_FACTOR_FILE), .TERM_FILE(PIXELS_TERM_FILE), .LEVEL_FILE(PIXELS_LEVEL_FILE),
                .MINIMUM_FILE(PIXELS_MINIMUM_FILE)
            ) u_datapath (
                .clk(clk), .rst(rst), .planes(planes), .of_values(of_values), .fill(fill), .twice(twice), .weight(weight[WEIGHT_A-1:0]),
                .param(param[PARAM_A-1:0]), .half(half), .take(take), .sum_end(sum_end && active[0]), .window_first(window_first),
                .pool_end(pool_end), .map_end(map_end), .x(x), .add_next(add_next[0]), .shortcut({OWN_W{1'b0}}),
                .values(own_values), .values_valid(values_valid[0]), .values_last(values_last[0]), .word(words[0*GROUP +: GROUP]),
                .word_valid(word_valid[0]), .word_last(word_last[0]), .kept(own_kept), .kept_valid(kept_valid[0]), .kept_last(kept_last[0])
            );
            assign values[0*VALUES_W +: VALUES_W] = {(VALUES_W/OWN_W){own_values}};
            assign kept[0*UNITS*KEPT_W +: UNITS*KEPT_W] = {(UNITS/PIXELS_UNITS){own_kept}};
        end else begin : g_no_pixels
            assign {add_next[0], values_valid[0], values_last[0], word_valid[0], word_last[0], kept_valid[0], kept_last[0]} = 7'd0;
            assign words[0*GROUP +: GROUP] = {GROUP{1'b0}};
            assign values[0*VALUES_W +: VALUES_W] = {VALUES_W{1'b0}};
            assign kept[0*UNITS*KEPT_W +: UNITS*KEPT_W] = {(UNITS*KEPT_W){1'b0}};
        end
        if (WINDOWS_UNITS > 0) begin : g_windows
            localparam OWN_W    = (VALUE_W > 0) ? WINDOWS_UNITS*VALUE_W : 1;
            localparam WEIGHT_A = (WINDOWS_WEIGHT_DEPTH > 1) ? $clog2(WINDOWS_WEIGHT_DEPTH) : 1;
            localparam PARAM_A  = (WINDOWS_PARAM_DEPTH > 1) ? $clog2(WINDOWS_PARAM_DEPTH) : 1;
            wire [OWN_W-1:0] own_values;
            wire [WINDOWS_UNITS*KEPT_W-1:0] own_kept;
            nn_shared_datapath #(
                .UNITS(WINDOWS_UNITS), .GROUP(GROUP), .PLANES(0), .SPLIT(WINDOWS_SPLIT), .ACC_W(WINDOWS_ACC_W), .STYLE(STYLE), .CARRY_W(CARRY_W),
                .FACTOR_W(WINDOWS_FACTOR_W), .TERM_W(WINDOWS_TERM_W), .SUM_W(WINDOWS_SUM_W), .SHIFT(WINDOWS_SHIFT), .WIDE_W(WINDOWS_WIDE_W),
                .VALUE_W(VALUE_W), .CLAMPS(CLAMPS), .POOLS(POOLS), .RESULT(RESULT), .KEPT_W(KEPT_W),
                .WEIGHT_DEPTH(WINDOWS_WEIGHT_DEPTH), .WEIGHT_W(WEIGHT_A), .PARAM_DEPTH(WINDOWS_PARAM_DEPTH), .PARAM_W(PARAM_A),
                .WEIGHT_FILE(WINDOWS_WEIGHT_FILE), .FACTOR_FILE(WINDOWS_FACTOR_FILE), .TERM_FILE(WINDOWS_TERM_FILE), .LEVEL_FILE(WINDOWS_LEVEL_FILE),
                .MINIMUM_FILE(WINDOWS_MINIMUM_FILE)
            ) u_datapath (
                .clk(clk), .rst(rst), .planes(planes), .of_values(of_values), .fill(fill), .twice(twice), .weight(weight[WEIGHT_A-1:0]),
                .param(param[PARAM_A-1:0]), .half(half), .take(take), .sum_end(sum_end && active[1]), .window_first(window_first),
                .pool_end(pool_end), .map_end(map_end), .x(x), .add_next(add_next[1]), .shortcut(shortcut),
                .values(own_values), .values_valid(values_valid[1]), .values_last(values_last[1]), .word(words[1*GROUP +: GROUP]),
                .word_valid(word_valid[1]), .word_last(word_last[1]), .kept(own_kept), .kept_valid(kept_valid[1]), .kept_last(kept_last[1])
            );
            assign values[1*VALUES_W +: VALUES_W] = {(VALUES_W/OWN_W){own_values}};
            assign kept[1*UNITS*KEPT_W +: UNITS*KEPT_W] = {(UNITS/WINDOWS_UNITS){own_kept}};
        end else begin : g_no_windows
            assign {add_next[1], values_valid[1], values_last[1], word_valid[1], word_last[1], kept_valid[1], kept_last[1]} = 7'd0;
            assign words[1*GROUP +: GROUP] = {GROUP{1'b0}};
            assign values[1*VALUES_W +: VALUES_W] = {VALUES_W{1'b0}};
            assign kept[1*UNITS*KEPT_W +: UNITS*KEPT_W] = {(UNITS*KEPT_W){1'b0}};
        end
        if (POINTS_UNITS > 0) begin : g_points
            localparam OWN_W    = (VALUE_W > 0) ? POINTS_UNITS*VALUE_W : 1;
            localparam WEIGHT_A = (POINTS_WEIGHT_DEPTH > 1) ? $clog2(POINTS_WEIGHT_DEPTH) : 1;
            localparam PARAM_A  = (POINTS_PARAM_DEPTH > 1) ? $clog2(POINTS_PARAM_DEPTH) : 1;
            wire [OWN_W-1:0] own_values;
            wire [POINTS_UNITS*KEPT_W-1:0] own_kept;
            nn_shared_datapath #(
                .UNITS(POINTS_UNITS), .GROUP(GROUP), .PLANES(0), .SPLIT(POINTS_SPLIT), .ACC_W(POINTS_ACC_W), .STYLE(STYLE), .CARRY_W(CARRY_W),
                .FACTOR_W(POINTS_FACTOR_W), .TERM_W(POINTS_TERM_W), .SUM_W(POINTS_SUM_W), .SHIFT(POINTS_SHIFT), .WIDE_W(POINTS_WIDE_W),
                .VALUE_W(VALUE_W), .CLAMPS(CLAMPS), .POOLS(POOLS), .RESULT(RESULT), .KEPT_W(KEPT_W),
                .WEIGHT_DEPTH(POINTS_WEIGHT_DEPTH), .WEIGHT_W(WEIGHT_A), .PARAM_DEPTH(POINTS_PARAM_DEPTH), .PARAM_W(PARAM_A),
                .WEIGHT_FILE(POINTS_WEIGHT_FILE), .FACTOR_FILE(POINTS_FACTOR_FILE), .TERM_FILE(POINTS_TERM_FILE), .LEVEL_FILE(POINTS_LEVEL_FILE),
                .MINIMUM_FILE(POINTS_MINIMUM_FILE)
            ) u_datapath (
                .clk(clk), .rst(rst), .planes(planes), .of_values(of_values), .fill(fill), .twice(twice), .weight(weight[WEIGHT_A-1:0]),
                .param(param[PARAM_A-1:0]), .half(half), .take(take), .sum_end(sum_end && active[2]), .window_first(window_first),
                .pool_end(pool_end), .map_end(map_end), .x(x), .add_next(add_next[2]), .shortcut({OWN_W{1'b0}}),
                .values(own_values), .values_valid(values_valid[2]), .values_last(values_last[2]), .word(words[2*GROUP +: GROUP]),
                .word_valid(word_valid[2]), .word_last(word_last[2]), .kept(own_kept), .kept_valid(kept_valid[2]), .kept_last(kept_last[2])
            );
            assign values[2*VALUES_W +: VALUES_W] = {(VALUES_W/OWN_W){own_values}};
            assign kept[2*UNITS*KEPT_W +: UNITS*KEPT_W] = {(UNITS/POINTS_UNITS){own_kept}};
        end else begin : g_no_points
            assign {add_next[2], values_valid[2], values_last[2], word_valid[2], word_last[2], kept_valid[2], kept_last[2]} = 7'd0;
            assign words[2*GROUP +: GROUP] = {GROUP{1'b0}};
            assign values[2*VALUES_W +: VALUES_W] = {VALUES_W{1'b0}};
            assign kept[2*UNITS*KEPT_W +: UNITS*KEPT_W] = {(UNITS*KEPT_W){1'b0}};
        end

        if (VALUE_W > 0) begin : g_values
            // Blocks that a value of the layer takes, and those of a word's first one.
            localparam [31:0] PIXELS_SPAN = PIXELS_UNITS / LEAST, WINDOWS_SPAN = BLOCKS, POINTS_SPAN = POINTS_UNITS / LEAST;
            localparam [BLOCKS-1:0] NONE = 0;
            wire [SPAN_W-1:0] span = active[0] ? PIXELS_SPAN[SPAN_W-1:0] : active[1] ? WINDOWS_SPAN[SPAN_W-1:0] : POINTS_SPAN[SPAN_W-1:0];
            nn_shared_values #(.LANES(UNITS), .VALUE_W(VALUE_W), .BLOCKS(BLOCKS), .DEPTH(VALUE_DEPTH), .PLACE_W(PLACE_W)) u_values (
                .clk(clk), .load(load), .base(value_base), .adds(adds), .first(~(~NONE << span)), .span(span),
                .add_next(add_next[1]), .added(shortcut), .valid(|values_valid), .last(|(values_last & active)), .keep(of_values),
                .values(active[0] ? values[0 +: VALUES_W] : active[1] ? values[VALUES_W +: VALUES_W] : values[2*VALUES_W +: VALUES_W])
            );
        end else begin : g_no_values
            wire unused_values = (|value_base) | adds | (|values_valid) | (|values_last) | (|values);
            assign shortcut = {VALUES_W{1'b0}};
        end
    endgenerate

    wire [GROUP-1:0] word = active[0] ? words[0 +: GROUP] : active[1] ? words[GROUP +: GROUP] : words[2*GROUP +: GROUP];

    // Words to the banks.
    wire out_end, put_last;
    wire unused = (|layer) | out_end | put_last;
    nn_shared_place #(.WORD_W(GROUP), .ADDR_W(ADDR_W), .COUNT_W(COUNT_W)) u_place (
        .clk(clk), .rst(rst), .load(load), .base(out_base), .pitch(out_pitch), .groups(out_groups),
        .rows(out_rows), .columns(out_columns), .open(1'b1), .valid((|word_valid) && writes), .last(|(word_last & active)), .word(word),
        .map_end(out_end), .put(put), .put_last(put_last), .put_bank(put_bank), .put_addr(put_addr), .put_word(put_word)
    );

    // Results out.
    wire unused_kept = (|kept) | (|kept_valid) | (|kept_last) | (|active) | (|add_next);
    localparam RESULT_UNITS = (RESULT_OF == 0) ? PIXELS_UNITS : (RESULT_OF == 1) ? WINDOWS_UNITS : POINTS_UNITS;
    nn_shared_results #(
        .UNITS(RESULT_UNITS), .CHANNELS(OUT_CHANNELS), .VALUE_W(KEPT_W), .OUT_W(OUT_W),
        .SUMS((RESULT == "mean") ? 1 : 0), .SIGNED((RESULT == "mean") ? 1 : 0)
    ) u_results (
        .clk(clk), .rst(rst), .values(kept[RESULT_OF*UNITS*KEPT_W +: RESULT_UNITS*KEPT_W]), .valid(kept_valid[RESULT_OF] && gives_result), .load(load),
        .last(kept_last[RESULT_OF]), .deliver(settled && gives_result), .free(result_free),
        .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready)
    );

endmodule

`default_nettype wire
