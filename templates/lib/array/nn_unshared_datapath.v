// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * One datapath of nn_unshared (nn_shared_datapath): silent unless it is `active`, absent where
 * UNITS = 0. Its values and results are repeated up to the width of the widest datapath's, so
 * that those who read them find them in any block.
 *
 * Timing: II = 1, latency = the array's and the output stage's.
 */
module nn_unshared_datapath #(
    parameter MOST     = 8,             // units of the widest datapath, a multiple of UNITS
    parameter UNITS    = 4,             // units, each with a filter of its own; 0: none
    parameter GROUP    = 16,            // channels of a word of bits: 8, 16 or 32
    parameter PLANES   = 1,             // 1: its layers are of bit planes
    parameter SPLIT    = 0,             // 1: a layer's last group may be half a group
    parameter ACC_W    = 14,            // width of a sum, bits
    parameter STYLE    = "portable",    // of popcounts: "portable" or "xilinx"
    parameter CARRY_W  = 4,             // positions of a carry primitive: 4 or 8
    parameter FACTOR_W = 0,             // width of factors, bits; 0: none
    parameter TERM_W   = 15,            // width of terms, bits
    parameter SUM_W    = 16,            // width of p, bits
    parameter SHIFT    = 0,             // right shift of p to a quotient
    parameter WIDE_W   = 16,            // width of a quotient, bits
    parameter VALUE_W  = 0,             // width of values, bits; 0: none
    parameter CLAMPS   = 0,             // 1: quotients are clamped before they are added
    parameter POOLS    = 1,             // 1: layers may have pools
    parameter RESULT   = "sums",        // of the network: "sums", "bits" or "mean"
    parameter KEPT_W   = 10,            // width of a result, bits
    parameter WEIGHT_W = 9,             // width of the address of weights, bits
    parameter WEIGHT_DEPTH = 512,       // its words of weights, one a step
    parameter PARAM_W  = 6,             // width of the address of constants, bits
    parameter PARAM_DEPTH = 64,         // its words of constants, one a pass
    parameter WEIGHT_FILE  = "",        // $readmemh images: weights,
    parameter FACTOR_FILE  = "",        // factors,
    parameter TERM_FILE    = "",        // terms,
    parameter LEVEL_FILE   = "",        // levels of values,
    parameter MINIMUM_FILE = ""         // pools that are AND
) (
    input  wire                   clk,
    input  wire                   rst,

    input  wire                   active,       // the layer is one of its own

    /* Fields of the layer, the step, and values: as nn_shared_datapath has them */
    input  wire                   planes,
    input  wire                   of_values,
    input  wire                   fill,
    input  wire                   twice,
    input  wire [WEIGHT_W-1:0]    weight,
    input  wire [PARAM_W-1:0]     param,
    input  wire                   half,
    input  wire [1:0]             take,
    input  wire                   sum_end,
    input  wire                   window_first,
    input  wire                   pool_end,
    input  wire                   map_end,
    input  wire [9*GROUP-1:0]     x,
    output wire                   add_next,
    input  wire [((VALUE_W > 0) ? MOST*VALUE_W : 1)-1:0] shortcut,     // the low ones count
    output wire [((VALUE_W > 0) ? MOST*VALUE_W : 1)-1:0] values,       // repeated
    output wire                   values_valid,
    output wire                   values_last,

    /* Bits of results, gathered to words */
    output wire [GROUP-1:0]       word,
    output wire                   word_valid,
    output wire                   word_last,

    /* Results of the network, repeated */
    output wire [MOST*KEPT_W-1:0] kept,
    output wire                   kept_valid,
    output wire                   kept_last
);

    localparam ALL_W = (VALUE_W > 0) ? MOST*VALUE_W : 1;

    generate
        if (UNITS > 0) begin : g_own
            localparam OWN_W    = (VALUE_W > 0) ? UNITS*VALUE_W : 1;
            localparam WEIGHT_A = (WEIGHT_DEPTH > 1) ? $clog2(WEIGHT_DEPTH) : 1;
            localparam PARAM_A  = (PARAM_DEPTH > 1) ? $clog2(PARAM_DEPTH) : 1;
            wire [OWN_W-1:0]        own_values;
            wire [UNITS*KEPT_W-1:0] own_kept;
            wire unused_high = (|weight) | (|param) | (|shortcut);

            nn_shared_datapath #(
                .UNITS(UNITS), .GROUP(GROUP), .PLANES(PLANES), .SPLIT(SPLIT), .ACC_W(ACC_W),
                .STYLE(STYLE), .CARRY_W(CARRY_W), .FACTOR_W(FACTOR_W), .TERM_W(TERM_W),
                .SUM_W(SUM_W), .SHIFT(SHIFT), .WIDE_W(WIDE_W), .VALUE_W(VALUE_W),
                .CLAMPS(CLAMPS), .POOLS(POOLS), .RESULT(RESULT), .KEPT_W(KEPT_W),
                .WEIGHT_DEPTH(WEIGHT_DEPTH), .WEIGHT_W(WEIGHT_A), .PARAM_DEPTH(PARAM_DEPTH),
                .PARAM_W(PARAM_A), .WEIGHT_FILE(WEIGHT_FILE), .FACTOR_FILE(FACTOR_FILE),
                .TERM_FILE(TERM_FILE), .LEVEL_FILE(LEVEL_FILE), .MINIMUM_FILE(MINIMUM_FILE)
            ) u_datapath (
                .clk(clk), .rst(rst), .planes(planes), .of_values(of_values), .fill(fill),
                .twice(twice), .weight(weight[WEIGHT_A-1:0]), .param(param[PARAM_A-1:0]),
                .half(half), .take(take), .sum_end(sum_end && active),
                .window_first(window_first), .pool_end(pool_end), .map_end(map_end), .x(x),
                .add_next(add_next), .shortcut(shortcut[OWN_W-1:0]), .values(own_values),
                .values_valid(values_valid), .values_last(values_last), .word(word),
                .word_valid(word_valid), .word_last(word_last), .kept(own_kept),
                .kept_valid(kept_valid), .kept_last(kept_last)
            );
            assign values = {(ALL_W/OWN_W){own_values}};
            assign kept   = {(MOST/UNITS){own_kept}};
        end else begin : g_none
            wire unused_inputs = clk | rst | active | planes | of_values | fill | twice | half
                | (|take) | sum_end | window_first | pool_end | map_end | (|x) | (|weight)
                | (|param) | (|shortcut);
            assign {add_next, values_valid, values_last} = 3'd0;
            assign {word_valid, word_last, kept_valid, kept_last} = 4'd0;
            assign word   = {GROUP{1'b0}};
            assign values = {ALL_W{1'b0}};
            assign kept   = {(MOST*KEPT_W){1'b0}};
        end
    endgenerate

endmodule

`default_nettype wire
