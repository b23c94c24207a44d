// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * One array for all layers: UNITS units of 9 * GROUP taps run a network layer after
 * layer, as a table says; pixels come in, the last layer's results go out.
 *
 * Bits of activations lie in nine banks (nn_reach), values of the residual stream in a
 * memory of UNITS words side by side; both in regions that the table names, so that
 * what is still to be read is not written. The next frame comes in meanwhile.
 *
 * Table: LAYER_FILE, a line a layer, fields as below, first one in the high bits. Weights:
 * a line a step, unit u's tap t, bit i at u*9*GROUP + t*GROUP + i. Constants: a line a
 * pass, unit 0 in the low bits. Results: RESULT = "sums" (p of nn_lanes), "bits", or
 * "mean", values added up over the last layer's map.
 *
 * A layer takes its steps and DRAIN + 2 clocks.
 */
module nn_shared #(
    parameter UNITS    = 8,
    parameter GROUP    = 16,
    parameter PLANES   = 1,     // 1: the first layer's pixels are integers
    parameter SPLIT    = 1,     // 1: a layer's last group may be half a group
    parameter POOLS    = 1,
    parameter ACC_W    = 14,    // nn_unit
    parameter FACTOR_W = 0,     // nn_lanes
    parameter TERM_W   = 15,
    parameter SUM_W    = 16,
    parameter SHIFT    = 0,
    parameter WIDE_W   = 16,
    parameter VALUE_W  = 0,
    parameter CLAMPS   = 0,
    parameter STYLE    = "portable",
    parameter CARRY_W  = 4,

    parameter IN_CHANNELS = 3,  // nn_load
    parameter IN_W        = 8,
    parameter IN_RAISE    = 1,
    parameter IN_PIXELS   = 0,
    parameter IN_HEIGHT   = 32,
    parameter IN_WIDTH    = 32,
    parameter IN_PAD      = 0,
    parameter IN_BASE     = 0,

    parameter RESULT      = "sums",
    parameter OUT_CHANNELS = 10,
    parameter OUT_W       = 10,

    parameter LAYERS       = 4,     // lines of the table
    parameter COUNT_W      = 8,     // widths of its fields
    parameter STEP_W       = 8,
    parameter POSITION_W   = 8,
    parameter BANK_DEPTH   = 512,   // depths of the memories
    parameter BANK_STYLE   = "block",
    parameter VALUE_DEPTH  = 1,
    parameter WEIGHT_DEPTH = 512,
    parameter PARAM_DEPTH  = 64,
    parameter LAYER_FILE   = "",
    parameter WEIGHT_FILE  = "",
    parameter FACTOR_FILE  = "",
    parameter TERM_FILE    = "",
    parameter LEVEL_FILE   = "",
    parameter MINIMUM_FILE = ""
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

    localparam TAPS     = 9 * GROUP;
    localparam LAYER_W  = (LAYERS > 1) ? $clog2(LAYERS) : 1;
    localparam ADDR_W   = (BANK_DEPTH > 1) ? $clog2(BANK_DEPTH) : 1;
    localparam WEIGHT_W = (WEIGHT_DEPTH > 1) ? $clog2(WEIGHT_DEPTH) : 1;
    localparam PARAM_W  = (PARAM_DEPTH > 1) ? $clog2(PARAM_DEPTH) : 1;
    localparam PLACE_W  = (VALUE_DEPTH > 1) ? $clog2(VALUE_DEPTH) : 1;
    localparam FIELD_W  = 13 + 6*COUNT_W + 3 + STEP_W + WEIGHT_W + PARAM_W + 19 + 8 + 11*ADDR_W + 6*POSITION_W + PLACE_W;

    // Clocks from a step: to x, to the sums, to its word in the banks and a few more.
    localparam X_AT    = 8;
    localparam SUMS_AT = X_AT + 5 + $clog2(GROUP / 4);
    localparam DRAIN   = SUMS_AT + ((FACTOR_W > 0) ? 3 : 1) + ((VALUE_W > 0) ? CLAMPS + 4 : 1) + 6;

    // The table.
    wire [LAYER_W-1:0] layer;
    wire [FIELD_W-1:0] fields;
    nn_rom #(.DATA_W(FIELD_W), .DEPTH(LAYERS), .INIT_FILE(LAYER_FILE)) u_table (.clk(clk), .addr(layer), .q(fields));

    wire final_layer, waits_input, frees_input, gives_result, dense, split, planes, point;
    wire of_values, adds, writes, fill, twice;
    wire [COUNT_W-1:0]    rounds, rows, columns, passes, out_rows, out_columns;
    wire                  window_stride;    // 1: two pixels
    wire [1:0]            window, kernel, y_third, y_hop, x_third, x_hop;
    wire [STEP_W-1:0]     steps;
    wire [WEIGHT_W-1:0]   first_weight;
    wire [PARAM_W-1:0]    first_param;
    wire [8:0]            surplus;
    wire [7:0]            pad;
    wire [ADDR_W-1:0]     y_addr, y_unit, y_same, y_next, x_addr, x_unit, x_same, x_next;
    wire [POSITION_W-1:0] y_first, y_stride, height, x_first, x_stride, width;
    wire [ADDR_W-1:0]     out_base, out_pitch, out_groups;
    wire [PLACE_W-1:0]    value_base;
    assign {
        final_layer, waits_input, frees_input, gives_result, dense, split, planes, point, of_values, adds, writes, fill, twice,
        rounds, rows, columns, passes, window, window_stride, steps, first_weight, first_param, kernel, surplus, pad,
        y_third, y_addr, y_unit, y_hop, y_same, y_next, y_first, y_stride, height,
        x_third, x_addr, x_unit, x_hop, x_same, x_next, x_first, x_stride, width,
        out_base, out_pitch, out_groups, out_rows, out_columns, value_base
    } = fields;

    // The step.
    wire                loaded, result_free, load, settled;
    wire                window_end, pixel_end, row_end, round_end, half, sum_end, window_first, pool_end, map_end;
    wire [STEP_W-1:0]   index;
    wire [1:0]          window_row, window_column, take;
    wire [WEIGHT_W-1:0] weight;
    wire [PARAM_W-1:0]  param;

    nn_sequence #(
        .LAYER_W(LAYER_W), .COUNT_W(COUNT_W), .STEP_W(STEP_W), .WEIGHT_W(WEIGHT_W), .PARAM_W(PARAM_W), .DRAIN(DRAIN)
    ) u_sequence (
        .clk(clk), .rst(rst), .final_layer(final_layer), .waits_input(waits_input), .waits_result(gives_result),
        .dense(dense), .split(split), .planes(planes), .rounds(rounds), .rows(rows), .columns(columns), .passes(passes),
        .window(window), .steps(steps), .first_weight(first_weight), .first_param(first_param),
        .loaded(loaded), .result_free(result_free), .layer(layer), .load(load), .index(index),
        .window_row(window_row), .window_column(window_column), .window_end(window_end), .pixel_end(pixel_end),
        .row_end(row_end), .round_end(round_end), .weight(weight), .param(param), .half(half), .take(take),
        .sum_end(sum_end), .window_first(window_first), .pool_end(pool_end), .map_end(map_end), .settled(settled)
    );

    wire [1:0] down  = window_stride ? window_row << 1 : window_row;
    wire [1:0] right = window_stride ? window_column << 1 : window_column;

    wire [9*ADDR_W-1:0] addr;
    wire [5:0]          row_from;
    wire [17:0]         column_from;

    nn_reach #(.ADDR_W(ADDR_W), .POSITION_W(POSITION_W), .STEP_W(STEP_W)) u_reach (
        .clk(clk), .load(load), .point(point), .kernel(kernel), .surplus(surplus),
        .y_third(y_third), .y_addr(y_addr), .y_unit(y_unit), .y_hop(y_hop), .y_same(y_same), .y_next(y_next),
        .y_first(y_first), .y_stride(y_stride), .height(height),
        .x_third(x_third), .x_addr(x_addr), .x_unit(x_unit), .x_hop(x_hop), .x_same(x_same), .x_next(x_next),
        .x_first(x_first), .x_stride(x_stride), .width(width),
        .index(index), .down(down), .right(right), .window_end(window_end), .pixel_end(pixel_end), .row_end(row_end),
        .round_end(round_end), .addr(addr), .row_from(row_from), .column_from(column_from)
    );

    // Padding: the planes of the step, or the same bit in all.
    wire [GROUP/4-1:0] pad_0, row_pad, column_pad;
    generate
        if (PLANES != 0 && GROUP < 32) begin : g_pad
            localparam WORDS = 32 / GROUP;
            localparam TURN_W = $clog2(WORDS);
            wire [TURN_W-1:0] turn;
            if (STEP_W >= TURN_W) begin : g_turn
                assign turn = steps[TURN_W-1:0] - index[TURN_W-1:0];
            end else begin : g_short
                assign turn = {{(TURN_W-STEP_W){1'b0}}, steps - index};
            end
            assign pad_0 = planes ? pad[turn*(GROUP/4) +: GROUP/4] : pad[GROUP/4-1:0];
        end else begin : g_same
            assign pad_0 = pad[GROUP/4-1:0];
            if (GROUP < 32) begin : g_unused
                wire unused_pad = |pad[7:GROUP/4];
            end
        end
    endgenerate
    nn_delay #(.DATA_W(GROUP/4), .CLOCKS(X_AT - 2)) u_row_pad    (.clk(clk), .d(pad_0),   .q(row_pad));
    nn_delay #(.DATA_W(GROUP/4), .CLOCKS(1))        u_column_pad (.clk(clk), .d(row_pad), .q(column_pad));

    // Bits of activations.
    wire [TAPS-1:0]   x;
    wire              a_valid, a_last, b_valid, b_ready, out_end;
    wire [3:0]        a_bank, b_bank;
    wire [ADDR_W-1:0] a_addr, b_addr;
    wire [GROUP-1:0]  a_word, b_word;
    wire              unused_ends = a_last | out_end;
    nn_banks #(.GROUP(GROUP), .DEPTH(BANK_DEPTH), .STYLE(BANK_STYLE), .ADDR_W(ADDR_W)) u_banks (
        .clk(clk), .a_valid(a_valid), .a_bank(a_bank), .a_addr(a_addr), .a_word(a_word),
        .b_valid(b_valid), .b_bank(b_bank), .b_addr(b_addr), .b_word(b_word), .b_ready(b_ready),
        .addr(addr), .row_from(row_from), .column_from(column_from), .row_pad(row_pad), .column_pad(column_pad), .x(x)
    );

    nn_load #(
        .GROUP(GROUP), .CHANNELS(IN_CHANNELS), .ELEM_W(IN_W), .RAISE(IN_RAISE), .PIXELS(IN_PIXELS),
        .HEIGHT(IN_HEIGHT), .WIDTH(IN_WIDTH), .PAD(IN_PAD), .BASE(IN_BASE), .ADDR_W(ADDR_W)
    ) u_load (
        .clk(clk), .rst(rst), .s_axis_tdata(s_axis_tdata), .s_axis_tvalid(s_axis_tvalid), .s_axis_tready(s_axis_tready),
        .used(settled && frees_input), .loaded(loaded),
        .b_valid(b_valid), .b_bank(b_bank), .b_addr(b_addr), .b_word(b_word), .b_ready(b_ready)
    );

    // The units, and what becomes of their sums.
    wire [UNITS*ACC_W-1:0] sums;
    wire [UNITS-1:0]       y;
    wire                   y_valid, y_last;
    localparam KEPT_W = (RESULT == "bits") ? 1 : (RESULT == "mean" && VALUE_W > 0) ? VALUE_W : OUT_W;
    wire [UNITS*KEPT_W-1:0] kept;
    wire                    kept_valid, kept_last;

    nn_array #(
        .UNITS(UNITS), .GROUP(GROUP), .PLANES(PLANES), .SPLIT(SPLIT), .ACC_W(ACC_W), .STYLE(STYLE), .CARRY_W(CARRY_W), .X_AT(X_AT),
        .DEPTH(WEIGHT_DEPTH), .WEIGHT_W(WEIGHT_W), .WEIGHT_FILE(WEIGHT_FILE)
    ) u_array (
        .clk(clk), .weight(weight), .half(half), .take(take), .planes(planes), .x(x), .sums(sums)
    );
    nn_output #(
        .UNITS(UNITS), .ACC_W(ACC_W), .FACTOR_W(FACTOR_W), .TERM_W(TERM_W), .SUM_W(SUM_W), .SHIFT(SHIFT), .WIDE_W(WIDE_W),
        .VALUE_W(VALUE_W), .CLAMPS(CLAMPS), .POOLS(POOLS), .SUMS_AT(SUMS_AT), .PARAM_DEPTH(PARAM_DEPTH), .PARAM_W(PARAM_W),
        .VALUE_DEPTH(VALUE_DEPTH), .PLACE_W(PLACE_W), .RESULT(RESULT), .KEPT_W(KEPT_W),
        .FACTOR_FILE(FACTOR_FILE), .TERM_FILE(TERM_FILE), .LEVEL_FILE(LEVEL_FILE), .MINIMUM_FILE(MINIMUM_FILE)
    ) u_output (
        .clk(clk), .rst(rst), .load(load), .of_values(of_values), .adds(adds), .value_base(value_base),
        .sum_end(sum_end), .window_first(window_first), .pool_end(pool_end), .map_end(map_end), .param(param), .sums(sums),
        .y(y), .y_valid(y_valid), .y_last(y_last), .kept(kept), .kept_valid(kept_valid), .kept_last(kept_last)
    );

    // Bits to the banks.
    wire             word_valid, word_last;
    wire [GROUP-1:0] word;

    nn_gather #(.GROUP(GROUP), .UNITS(UNITS)) u_gather (
        .clk(clk), .rst(rst), .bits(y), .valid(y_valid), .last(y_last), .fill(fill), .twice(twice),
        .word(word), .word_valid(word_valid), .word_last(word_last)
    );
    nn_place #(.WORD_W(GROUP), .ADDR_W(ADDR_W), .COUNT_W(COUNT_W)) u_place (
        .clk(clk), .rst(rst), .load(load), .base(out_base), .pitch(out_pitch), .groups(out_groups),
        .rows(out_rows), .columns(out_columns), .open(1'b1), .valid(word_valid && writes), .last(word_last), .word(word),
        .map_end(out_end), .put(a_valid), .put_last(a_last), .put_bank(a_bank), .put_addr(a_addr), .put_word(a_word)
    );

    // Results out.
    nn_results #(
        .UNITS(UNITS), .CHANNELS(OUT_CHANNELS), .VALUE_W(KEPT_W), .OUT_W(OUT_W),
        .SUMS((RESULT == "mean") ? 1 : 0), .SIGNED((RESULT == "mean") ? 1 : 0)
    ) u_results (
        .clk(clk), .rst(rst), .values(kept), .valid(kept_valid && gives_result), .load(load), .last(kept_last),
        .deliver(settled && gives_result), .free(result_free),
        .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready)
    );

endmodule

`default_nettype wire
