// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * nn_shared without the sharing: a datapath for every type of layer, each with units, weights and
 * output stage of its own, working one after the other on the same banks and values. `pixels` takes
 * layers of bit planes, `windows` kernels of pixels' groups, `points` 1x1 kernels and dense layers.
 *
 * able, images, results and clocks as in nn_shared; weights and constants by datapath. UNITS of the
 * windows are a multiple of the others'; a datapath of none is absent. Windows alone may add.
 *
 * Timing: a frame takes the steps of all layers and the gaps between them.
 */
module nn_unshared #(
    /* All datapaths (nn_shared_datapath) */
    parameter GROUP    = 16,        // channels of a word of bits: 8, 16 or 32
    parameter VALUE_W  = 0,         // width of values of the residual stream, bits; 0: none
    parameter CLAMPS   = 0,         // 1: quotients are clamped before they are added
    parameter FACTORS  = 0,         // 1: of every datapath FACTOR_W > 0
    parameter POOLS    = 1,         // 1: layers may have pools
    parameter STYLE    = "portable",    // of popcounts: "portable" or "xilinx"
    parameter CARRY_W  = 4,         // positions of a carry primitive: 4 or 8

    /* Layers of bit planes */
    parameter PIXELS_UNITS = 4,           // units; 0: none of these layers
    parameter PIXELS_SPLIT = 0,          // 1: a layer's last group may be half a group
    parameter PIXELS_ACC_W = 14,         // width of a sum, bits
    parameter PIXELS_FACTOR_W = 0,       // width of factors, bits; 0: none
    parameter PIXELS_TERM_W = 15,        // width of terms, bits
    parameter PIXELS_SUM_W = 16,         // width of p, bits
    parameter PIXELS_SHIFT = 0,          // right shift of p to a quotient
    parameter PIXELS_WIDE_W = 16,        // width of a quotient, bits
    parameter PIXELS_WEIGHT_DEPTH = 512, // words of weights, one a step
    parameter PIXELS_PARAM_DEPTH = 64,   // words of constants, one a pass
    parameter PIXELS_WEIGHT_FILE = "",   // images: weights,
    parameter PIXELS_FACTOR_FILE = "",   // factors,
    parameter PIXELS_TERM_FILE = "",     // terms,
    parameter PIXELS_LEVEL_FILE = "",    // levels of values,
    parameter PIXELS_MINIMUM_FILE = "",  // pools that are AND

    /* Layers with kernels of several pixels */
    parameter WINDOWS_UNITS = 8,          // units; 0: none of these layers
    parameter WINDOWS_SPLIT = 0,          // 1: a layer's last group may be half a group
    parameter WINDOWS_ACC_W = 14,         // width of a sum, bits
    parameter WINDOWS_FACTOR_W = 0,       // width of factors, bits; 0: none
    parameter WINDOWS_TERM_W = 15,        // width of terms, bits
    parameter WINDOWS_SUM_W = 16,         // width of p, bits
    parameter WINDOWS_SHIFT = 0,          // right shift of p to a quotient
    parameter WINDOWS_WIDE_W = 16,        // width of a quotient, bits
    parameter WINDOWS_WEIGHT_DEPTH = 512, // words of weights, one a step
    parameter WINDOWS_PARAM_DEPTH = 64,   // words of constants, one a pass
    parameter WINDOWS_WEIGHT_FILE = "",   // images: weights,
    parameter WINDOWS_FACTOR_FILE = "",   // factors,
    parameter WINDOWS_TERM_FILE = "",     // terms,
    parameter WINDOWS_LEVEL_FILE = "",    // levels of values,
    parameter WINDOWS_MINIMUM_FILE = "",  // pools that are AND

    /* Layers with kernels of one pixel, and fully connected ones */
    parameter POINTS_UNITS = 4,           // units; 0: none of these layers
    parameter POINTS_SPLIT = 0,          // 1: a layer's last group may be half a group
    parameter POINTS_ACC_W = 14,         // width of a sum, bits
    parameter POINTS_FACTOR_W = 0,       // width of factors, bits; 0: none
    parameter POINTS_TERM_W = 15,        // width of terms, bits
    parameter POINTS_SUM_W = 16,         // width of p, bits
    parameter POINTS_SHIFT = 0,          // right shift of p to a quotient
    parameter POINTS_WIDE_W = 16,        // width of a quotient, bits
    parameter POINTS_WEIGHT_DEPTH = 512, // words of weights, one a step
    parameter POINTS_PARAM_DEPTH = 64,   // words of constants, one a pass
    parameter POINTS_WEIGHT_FILE = "",   // images: weights,
    parameter POINTS_FACTOR_FILE = "",   // factors,
    parameter POINTS_TERM_FILE = "",     // terms,
    parameter POINTS_LEVEL_FILE = "",    // levels of values,
    parameter POINTS_MINIMUM_FILE = "",  // pools that are AND

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
    parameter RESULT_OF   = 2,      // datapath of the last layer: 0 pixels, 1 windows, 2 points

    /* The table */
    parameter LAYERS       = 4,     // its lines
    parameter COUNT_W      = 8,     // width of lengths of loops, bits
    parameter STEP_W       = 8,     // width of a pass's length, bits
    parameter POSITION_W   = 8,     // width of coordinates, bits
    parameter LAYER_FILE   = "",    // $readmemh image of it, required

    /* Memories */
    parameter BANK_DEPTH   = 512,   // words of a bank
    parameter BANK_STYLE   = "block",   // of the banks: "block" or "distributed"
    parameter VALUE_DEPTH  = 1,     // words of values
    parameter WEIGHT_DEPTH = 512,   // words of weights of the datapath that has most
    parameter PARAM_DEPTH  = 64     // words of constants of the one that has most
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

    localparam UNITS = WINDOWS_UNITS;
    localparam LEAST = (PIXELS_UNITS > 0 && (POINTS_UNITS == 0 || PIXELS_UNITS < POINTS_UNITS))
                     ? PIXELS_UNITS : (POINTS_UNITS > 0) ? POINTS_UNITS : UNITS;
    localparam BLOCKS   = UNITS / LEAST;        // of a word of values
    localparam SPAN_W   = $clog2(BLOCKS + 1);
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
        .GROUP(GROUP), .PLANES((PIXELS_UNITS > 0) ? 1 : 0), .FACTORS(FACTORS),
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

    generate
        if (UNITS < 1 || BLOCKS*LEAST != UNITS || PIXELS_UNITS > UNITS
            || POINTS_UNITS > UNITS) begin : g_check
            nn_unshared_WINDOWS_UNITS_must_be_the_most u_error();
        end
    endgenerate

    wire [2:0] active = planes ? 3'b001 : point ? 3'b100 : 3'b010;

    // What each gives, silent unless it works; values and results repeated up to a word's width.
    wire [2:0]                add_next, values_valid, values_last, word_valid, word_last,
        kept_valid, kept_last;
    wire [3*GROUP-1:0]        words;
    wire [3*VALUES_W-1:0]     values;
    wire [3*UNITS*KEPT_W-1:0] kept;
    wire [VALUES_W-1:0]       shortcut;

    nn_unshared_datapath #(
        .MOST(UNITS), .UNITS(PIXELS_UNITS), .GROUP(GROUP), .PLANES(1), .SPLIT(PIXELS_SPLIT),
        .ACC_W(PIXELS_ACC_W), .STYLE(STYLE), .CARRY_W(CARRY_W), .FACTOR_W(PIXELS_FACTOR_W),
        .TERM_W(PIXELS_TERM_W), .SUM_W(PIXELS_SUM_W), .SHIFT(PIXELS_SHIFT), .WIDE_W(PIXELS_WIDE_W),
        .VALUE_W(VALUE_W), .CLAMPS(CLAMPS), .POOLS(POOLS), .RESULT(RESULT), .KEPT_W(KEPT_W),
        .WEIGHT_W(WEIGHT_W), .WEIGHT_DEPTH(PIXELS_WEIGHT_DEPTH), .PARAM_W(PARAM_W),
        .PARAM_DEPTH(PIXELS_PARAM_DEPTH), .WEIGHT_FILE(PIXELS_WEIGHT_FILE),
        .FACTOR_FILE(PIXELS_FACTOR_FILE), .TERM_FILE(PIXELS_TERM_FILE),
        .LEVEL_FILE(PIXELS_LEVEL_FILE), .MINIMUM_FILE(PIXELS_MINIMUM_FILE)
    ) u_pixels (
        .clk(clk), .rst(rst), .active(active[0]), .planes(planes), .of_values(of_values),
        .fill(fill), .twice(twice), .weight(weight), .param(param), .half(half), .take(take),
        .sum_end(sum_end), .window_first(window_first), .pool_end(pool_end), .map_end(map_end),
        .x(x), .add_next(add_next[0]), .shortcut({VALUES_W{1'b0}}),
        .values(values[0*VALUES_W +: VALUES_W]), .values_valid(values_valid[0]),
        .values_last(values_last[0]), .word(words[0*GROUP +: GROUP]),
        .word_valid(word_valid[0]), .word_last(word_last[0]),
        .kept(kept[0*UNITS*KEPT_W +: UNITS*KEPT_W]), .kept_valid(kept_valid[0]),
        .kept_last(kept_last[0])
    );
    nn_unshared_datapath #(
        .MOST(UNITS), .UNITS(WINDOWS_UNITS), .GROUP(GROUP), .PLANES(0), .SPLIT(WINDOWS_SPLIT),
        .ACC_W(WINDOWS_ACC_W), .STYLE(STYLE), .CARRY_W(CARRY_W), .FACTOR_W(WINDOWS_FACTOR_W),
        .TERM_W(WINDOWS_TERM_W), .SUM_W(WINDOWS_SUM_W), .SHIFT(WINDOWS_SHIFT),
        .WIDE_W(WINDOWS_WIDE_W), .VALUE_W(VALUE_W), .CLAMPS(CLAMPS), .POOLS(POOLS), .RESULT(RESULT),
        .KEPT_W(KEPT_W), .WEIGHT_W(WEIGHT_W), .WEIGHT_DEPTH(WINDOWS_WEIGHT_DEPTH),
        .PARAM_W(PARAM_W), .PARAM_DEPTH(WINDOWS_PARAM_DEPTH), .WEIGHT_FILE(WINDOWS_WEIGHT_FILE),
        .FACTOR_FILE(WINDOWS_FACTOR_FILE), .TERM_FILE(WINDOWS_TERM_FILE),
        .LEVEL_FILE(WINDOWS_LEVEL_FILE), .MINIMUM_FILE(WINDOWS_MINIMUM_FILE)
    ) u_windows (
        .clk(clk), .rst(rst), .active(active[1]), .planes(planes), .of_values(of_values),
        .fill(fill), .twice(twice), .weight(weight), .param(param), .half(half), .take(take),
        .sum_end(sum_end), .window_first(window_first), .pool_end(pool_end), .map_end(map_end),
        .x(x), .add_next(add_next[1]), .shortcut(shortcut),
        .values(values[1*VALUES_W +: VALUES_W]), .values_valid(values_valid[1]),
        .values_last(values_last[1]), .word(words[1*GROUP +: GROUP]),
        .word_valid(word_valid[1]), .word_last(word_last[1]),
        .kept(kept[1*UNITS*KEPT_W +: UNITS*KEPT_W]), .kept_valid(kept_valid[1]),
        .kept_last(kept_last[1])
    );
    nn_unshared_datapath #(
        .MOST(UNITS), .UNITS(POINTS_UNITS), .GROUP(GROUP), .PLANES(0), .SPLIT(POINTS_SPLIT),
        .ACC_W(POINTS_ACC_W), .STYLE(STYLE), .CARRY_W(CARRY_W), .FACTOR_W(POINTS_FACTOR_W),
        .TERM_W(POINTS_TERM_W), .SUM_W(POINTS_SUM_W), .SHIFT(POINTS_SHIFT), .WIDE_W(POINTS_WIDE_W),
        .VALUE_W(VALUE_W), .CLAMPS(CLAMPS), .POOLS(POOLS), .RESULT(RESULT), .KEPT_W(KEPT_W),
        .WEIGHT_W(WEIGHT_W), .WEIGHT_DEPTH(POINTS_WEIGHT_DEPTH), .PARAM_W(PARAM_W),
        .PARAM_DEPTH(POINTS_PARAM_DEPTH), .WEIGHT_FILE(POINTS_WEIGHT_FILE),
        .FACTOR_FILE(POINTS_FACTOR_FILE), .TERM_FILE(POINTS_TERM_FILE),
        .LEVEL_FILE(POINTS_LEVEL_FILE), .MINIMUM_FILE(POINTS_MINIMUM_FILE)
    ) u_points (
        .clk(clk), .rst(rst), .active(active[2]), .planes(planes), .of_values(of_values),
        .fill(fill), .twice(twice), .weight(weight), .param(param), .half(half), .take(take),
        .sum_end(sum_end), .window_first(window_first), .pool_end(pool_end), .map_end(map_end),
        .x(x), .add_next(add_next[2]), .shortcut({VALUES_W{1'b0}}),
        .values(values[2*VALUES_W +: VALUES_W]), .values_valid(values_valid[2]),
        .values_last(values_last[2]), .word(words[2*GROUP +: GROUP]),
        .word_valid(word_valid[2]), .word_last(word_last[2]),
        .kept(kept[2*UNITS*KEPT_W +: UNITS*KEPT_W]), .kept_valid(kept_valid[2]),
        .kept_last(kept_last[2])
    );

    generate
        if (VALUE_W > 0) begin : g_values
            // Blocks that a value of the layer takes, and those of a word's first one.
            localparam [31:0] PIXELS_SPAN = PIXELS_UNITS / LEAST, WINDOWS_SPAN = BLOCKS,
                POINTS_SPAN = POINTS_UNITS / LEAST;
            localparam [BLOCKS-1:0] NONE = 0;
            wire [SPAN_W-1:0] span = active[0] ? PIXELS_SPAN[SPAN_W-1:0] : active[1]
                ? WINDOWS_SPAN[SPAN_W-1:0] : POINTS_SPAN[SPAN_W-1:0];
            nn_shared_values #(
                .LANES(UNITS), .VALUE_W(VALUE_W), .BLOCKS(BLOCKS), .DEPTH(VALUE_DEPTH),
                .PLACE_W(PLACE_W)
            ) u_values (
                .clk(clk), .load(load), .base(value_base), .adds(adds), .first(~(~NONE << span)),
                .span(span), .add_next(add_next[1]), .added(shortcut), .valid(|values_valid),
                .last(|(values_last & active)), .keep(of_values),
                .values(active[0] ? values[0 +: VALUES_W] : active[1]
                    ? values[VALUES_W +: VALUES_W] : values[2*VALUES_W +: VALUES_W])
            );
        end else begin : g_no_values
            wire unused_values = (|value_base) | adds | (|values_valid) | (|values_last)
                | (|values);
            assign shortcut = {VALUES_W{1'b0}};
        end
    endgenerate

    wire [GROUP-1:0] word = active[0] ? words[0 +: GROUP] : active[1] ? words[GROUP +: GROUP]
        : words[2*GROUP +: GROUP];

    // Words to the banks.
    wire out_end, put_last;
    wire unused = (|layer) | out_end | put_last;
    nn_shared_place #(.WORD_W(GROUP), .ADDR_W(ADDR_W), .COUNT_W(COUNT_W)) u_place (
        .clk(clk), .rst(rst), .load(load), .base(out_base), .pitch(out_pitch), .groups(out_groups),
        .rows(out_rows), .columns(out_columns), .open(1'b1), .valid((|word_valid) && writes),
        .last(|(word_last & active)), .word(word), .map_end(out_end), .put(put),
        .put_last(put_last), .put_bank(put_bank), .put_addr(put_addr), .put_word(put_word)
    );

    // Results out.
    wire unused_kept = (|kept) | (|kept_valid) | (|kept_last) | (|active) | (|add_next);
    localparam RESULT_UNITS = (RESULT_OF == 0) ? PIXELS_UNITS : (RESULT_OF == 1) ? WINDOWS_UNITS
        : POINTS_UNITS;
    nn_shared_results #(
        .UNITS(RESULT_UNITS), .CHANNELS(OUT_CHANNELS), .VALUE_W(KEPT_W), .OUT_W(OUT_W),
        .SUMS((RESULT == "mean") ? 1 : 0), .SIGNED((RESULT == "mean") ? 1 : 0)
    ) u_results (
        .clk(clk), .rst(rst), .values(kept[RESULT_OF*UNITS*KEPT_W +: RESULT_UNITS*KEPT_W]),
        .valid(kept_valid[RESULT_OF] && gives_result), .load(load), .last(kept_last[RESULT_OF]),
        .deliver(settled && gives_result), .free(result_free), .m_axis_tdata(m_axis_tdata),
        .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready)
    );

endmodule

`default_nettype wire
