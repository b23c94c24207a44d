// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * From what a step sees to results: units with their weights, output stage with its constants,
 * and the bits gathered to words. Values leave beside it and come back to be added (nn_shared_values).
 */
module nn_shared_datapath #(
    parameter UNITS    = 8,     // nn_shared_array
    parameter GROUP    = 16,
    parameter PLANES   = 1,
    parameter SPLIT    = 1,
    parameter ACC_W    = 14,
    parameter STYLE    = "portable",
    parameter CARRY_W  = 4,
    parameter FACTOR_W = 0,     // nn_shared_output
    parameter TERM_W   = 15,
    parameter SUM_W    = 16,
    parameter SHIFT    = 0,
    parameter WIDE_W   = 16,
    parameter VALUE_W  = 0,
    parameter CLAMPS   = 0,
    parameter POOLS    = 1,
    parameter RESULT   = "sums",
    parameter KEPT_W   = 10,
    parameter WEIGHT_DEPTH = 512,
    parameter WEIGHT_W = 9,
    parameter PARAM_DEPTH = 64,
    parameter PARAM_W  = 6,
    parameter WEIGHT_FILE  = "",
    parameter FACTOR_FILE  = "",
    parameter TERM_FILE    = "",
    parameter LEVEL_FILE   = "",
    parameter MINIMUM_FILE = ""
) (
    input  wire                   clk,
    input  wire                   rst,

    input  wire                   planes,       // fields of the layer
    input  wire                   of_values,
    input  wire                   fill,
    input  wire                   twice,

    input  wire [WEIGHT_W-1:0]    weight,       // the step
    input  wire [PARAM_W-1:0]     param,
    input  wire                   half,
    input  wire [1:0]             take,
    input  wire                   sum_end,
    input  wire                   window_first,
    input  wire                   pool_end,
    input  wire                   map_end,
    input  wire [9*GROUP-1:0]     x,

    output wire                   add_next,
    input  wire [((VALUE_W > 0) ? UNITS*VALUE_W : 1)-1:0] shortcut,
    output wire [((VALUE_W > 0) ? UNITS*VALUE_W : 1)-1:0] values,
    output wire                   values_valid,
    output wire                   values_last,

    output wire [GROUP-1:0]       word,
    output wire                   word_valid,
    output wire                   word_last,

    output wire [UNITS*KEPT_W-1:0] kept,
    output wire                   kept_valid,
    output wire                   kept_last
);

    localparam SUMS_AT = 7 + $clog2(GROUP / 4);     // nn_shared_array

    wire [UNITS*ACC_W-1:0] sums;
    wire [UNITS-1:0]       y;
    wire                   y_valid, y_last;

    nn_shared_array #(
        .UNITS(UNITS), .GROUP(GROUP), .PLANES(PLANES), .SPLIT(SPLIT), .ACC_W(ACC_W), .STYLE(STYLE), .CARRY_W(CARRY_W),
        .DEPTH(WEIGHT_DEPTH), .WEIGHT_W(WEIGHT_W), .WEIGHT_FILE(WEIGHT_FILE)
    ) u_array (
        .clk(clk), .weight(weight), .half(half), .take(take), .planes(planes), .x(x), .sums(sums)
    );
    nn_shared_output #(
        .UNITS(UNITS), .ACC_W(ACC_W), .FACTOR_W(FACTOR_W), .TERM_W(TERM_W), .SUM_W(SUM_W), .SHIFT(SHIFT), .WIDE_W(WIDE_W),
        .VALUE_W(VALUE_W), .CLAMPS(CLAMPS), .POOLS(POOLS), .SUMS_AT(SUMS_AT), .PARAM_DEPTH(PARAM_DEPTH), .PARAM_W(PARAM_W),
        .RESULT(RESULT), .KEPT_W(KEPT_W),
        .FACTOR_FILE(FACTOR_FILE), .TERM_FILE(TERM_FILE), .LEVEL_FILE(LEVEL_FILE), .MINIMUM_FILE(MINIMUM_FILE)
    ) u_output (
        .clk(clk), .rst(rst), .of_values(of_values),
        .sum_end(sum_end), .window_first(window_first), .pool_end(pool_end), .map_end(map_end), .param(param), .sums(sums),
        .add_next(add_next), .shortcut(shortcut), .values(values), .values_valid(values_valid), .values_last(values_last),
        .y(y), .y_valid(y_valid), .y_last(y_last), .kept(kept), .kept_valid(kept_valid), .kept_last(kept_last)
    );
    nn_shared_gather #(.GROUP(GROUP), .UNITS(UNITS)) u_gather (
        .clk(clk), .rst(rst), .bits(y), .valid(y_valid), .last(y_last), .fill(fill), .twice(twice),
        .word(word), .word_valid(word_valid), .word_last(word_last)
    );

endmodule

`default_nettype wire
