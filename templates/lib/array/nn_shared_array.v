// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * The units of the shared array and their weights: one word of weights and one x a step.
 *
 * A step is announced with its weight address, `half` and `take` (nn_shared_unit); its x comes 2
 * clocks later, as its weights do, its sums stand 7 + LEVELS clocks behind it, LEVELS =
 * $clog2(GROUP/4). Image: a line a step, unit u's tap t, bit i at (9*u + t)*GROUP + i.
 */
module nn_shared_array #(
    parameter UNITS    = 8,
    parameter GROUP    = 16,        // as nn_shared_unit has it, and what follows
    parameter PLANES   = 1,
    parameter SPLIT    = 1,
    parameter ACC_W    = 14,
    parameter STYLE    = "portable",
    parameter CARRY_W  = 4,
    parameter DEPTH    = 512,       // words of weights
    parameter WEIGHT_W = 9,         // width of their address
    parameter WEIGHT_FILE = ""      // $readmemh image of DEPTH lines, required
) (
    input  wire                   clk,

    input  wire [WEIGHT_W-1:0]    weight,
    input  wire                   half,
    input  wire [1:0]             take,
    input  wire                   planes,   // of the layer
    input  wire [9*GROUP-1:0]     x,

    output wire [UNITS*ACC_W-1:0] sums
);

    localparam TAPS    = 9 * GROUP;
    localparam SUMS_AT = 7 + $clog2(GROUP / 4);

    wire [UNITS*TAPS-1:0] weights;
    wire                  half_at;
    wire [1:0]            take_at;

    nn_delay #(.DATA_W(1), .CLOCKS(SUMS_AT - 2)) u_half (.clk(clk), .d(half), .q(half_at));
    nn_delay #(.DATA_W(2), .CLOCKS(SUMS_AT - 1)) u_take (.clk(clk), .d(take), .q(take_at));
    nn_rom #(.DATA_W(UNITS*TAPS), .DEPTH(DEPTH), .INIT_FILE(WEIGHT_FILE)) u_weights (
        .clk(clk), .addr(weight), .q(weights)
    );

    genvar u;
    generate
        for (u = 0; u < UNITS; u = u + 1) begin : g_unit
            nn_shared_unit #(.GROUP(GROUP), .PLANES(PLANES), .SPLIT(SPLIT), .ACC_W(ACC_W), .STYLE(STYLE), .CARRY_W(CARRY_W)) u_unit (
                .clk(clk), .x(x), .w(weights[u*TAPS +: TAPS]), .planes(planes), .half(half_at), .take(take_at),
                .acc(sums[u*ACC_W +: ACC_W])
            );
        end
    endgenerate

endmodule

`default_nettype wire
