// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * From what a step sees to results: units with their weights, output stage with its constants,
 * and the bits gathered to words. Values leave beside it and come back to be added
 * (nn_shared_values).
 *
 * Timing: II = 1, latency = the array's and the output stage's.
 */
module nn_shared_datapath #(
    parameter UNITS    = 8,           // units, each with a filter of its own
    parameter GROUP    = 16,          // channels of a word of bits: 8, 16 or 32
    parameter PLANES   = 1,           // 1: layers of bit planes are among them
    parameter SPLIT    = 1,           // 1: a layer's last group may be half a group
    parameter ACC_W    = 14,          // width of a sum, bits
    parameter STYLE    = "portable",  // of popcounts: "portable" or "xilinx"
    parameter CARRY_W  = 4,           // positions of a carry primitive: 4 or 8
    parameter FACTOR_W = 0,           // width of factors, bits; 0: none
    parameter TERM_W   = 15,          // width of terms, bits
    parameter SUM_W    = 16,          // width of p, bits
    parameter SHIFT    = 0,           // right shift of p to a quotient
    parameter WIDE_W   = 16,          // width of a quotient, bits
    parameter VALUE_W  = 0,           // width of values, bits; 0: none
    parameter CLAMPS   = 0,           // 1: quotients are clamped before they are added
    parameter POOLS    = 1,           // 1: layers may have pools
    parameter RESULT   = "sums",      // of the network: "sums", "bits" or "mean"
    parameter KEPT_W   = 10,          // width of a result, bits
    parameter WEIGHT_DEPTH = 512,     // words of weights
    parameter WEIGHT_W = 9,           // width of their address, bits
    parameter PARAM_DEPTH = 64,       // words of constants, one a pass
    parameter PARAM_W  = 6,           // width of their address, bits
    parameter WEIGHT_FILE  = "",      // $readmemh images of DEPTH lines: weights,
    parameter FACTOR_FILE  = "",      // factors,
    parameter TERM_FILE    = "",      // terms,
    parameter LEVEL_FILE   = "",      // levels of values,
    parameter MINIMUM_FILE = ""       // pools that are AND
) (
    input  wire                   clk,
    input  wire                   rst,

    /* Fields of the layer */
    input  wire                   planes,     // fields of the layer
    input  wire                   of_values,  // it has values of the residual stream
    input  wire                   fill,       // bit of channels that a word has and the map has not
    input  wire                   twice,      // half a group is written twice

    /* The step, 2 clocks before its x */
    input  wire [WEIGHT_W-1:0]    weight,        // the step
    input  wire [PARAM_W-1:0]     param,         // address of its pass's constants
    input  wire                   half,          // as nn_shared_unit says
    input  wire [1:0]             take,          // as nn_shared_unit says
    input  wire                   sum_end,       // it is its sum's last
    input  wire                   window_first,  // the sum is the first of its pool
    input  wire                   pool_end,      // the last
    input  wire                   map_end,       // the last of its pixel
    input  wire [9*GROUP-1:0]     x,             // tap t's bits at t*GROUP

    /* Values of the residual stream, to and from nn_shared_values */
    output wire                   add_next,     // what is added is wanted 3 clocks later
    input  wire [((VALUE_W > 0) ? UNITS*VALUE_W : 1)-1:0] shortcut,
    output wire [((VALUE_W > 0) ? UNITS*VALUE_W : 1)-1:0] values,
    output wire                   values_valid,
    output wire                   values_last,  // of a pixel

    /* Bits of results, gathered to words */
    output wire [GROUP-1:0]       word,
    output wire                   word_valid,
    output wire                   word_last,  // of a pixel

    /* Results of the network, as RESULT says */
    output wire [UNITS*KEPT_W-1:0] kept,
    output wire                   kept_valid,
    output wire                   kept_last  // of a pixel
);

    // contract arrayClocks
    localparam [31:0] WEIGHT_CLOCKS = 32'd2;      // from the address of weights to the weights
    localparam [31:0] UNIT_CLOCKS = 32'd5;        // from bits to their sum, LEVELS apart
    // end of contract
    localparam SUMS_AT = WEIGHT_CLOCKS + UNIT_CLOCKS + $clog2(GROUP / 4);     // nn_shared_array

    wire [UNITS*ACC_W-1:0] sums;
    wire [UNITS-1:0]       y;
    wire                   y_valid, y_last;

    nn_shared_array #(
        .UNITS(UNITS), .GROUP(GROUP), .PLANES(PLANES), .SPLIT(SPLIT), .ACC_W(ACC_W), .STYLE(STYLE),
        .CARRY_W(CARRY_W), .DEPTH(WEIGHT_DEPTH), .WEIGHT_W(WEIGHT_W), .WEIGHT_FILE(WEIGHT_FILE)
    ) u_array (
        .clk(clk), .weight(weight), .half(half), .take(take), .planes(planes), .x(x), .sums(sums)
    );
    nn_shared_output #(
        .UNITS(UNITS), .ACC_W(ACC_W), .FACTOR_W(FACTOR_W), .TERM_W(TERM_W), .SUM_W(SUM_W),
        .SHIFT(SHIFT), .WIDE_W(WIDE_W), .VALUE_W(VALUE_W), .CLAMPS(CLAMPS), .POOLS(POOLS),
        .SUMS_AT(SUMS_AT), .PARAM_DEPTH(PARAM_DEPTH), .PARAM_W(PARAM_W), .RESULT(RESULT),
        .KEPT_W(KEPT_W), .FACTOR_FILE(FACTOR_FILE), .TERM_FILE(TERM_FILE), .LEVEL_FILE(LEVEL_FILE),
        .MINIMUM_FILE(MINIMUM_FILE)
    ) u_output (
        .clk(clk), .rst(rst), .of_values(of_values), .sum_end(sum_end), .window_first(window_first),
        .pool_end(pool_end), .map_end(map_end), .param(param), .sums(sums), .add_next(add_next),
        .shortcut(shortcut), .values(values), .values_valid(values_valid),
        .values_last(values_last), .y(y), .y_valid(y_valid), .y_last(y_last), .kept(kept),
        .kept_valid(kept_valid), .kept_last(kept_last)
    );
    nn_shared_gather #(.GROUP(GROUP), .UNITS(UNITS)) u_gather (
        .clk(clk), .rst(rst), .bits(y), .valid(y_valid), .last(y_last), .fill(fill), .twice(twice),
        .word(word), .word_valid(word_valid), .word_last(word_last)
    );

endmodule

`default_nettype wire
