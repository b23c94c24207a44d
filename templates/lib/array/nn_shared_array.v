// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * The units of the shared array and their weights: one word of weights and one x a step.
 *
 * A step is announced with its weight address, `half` and `take` (nn_shared_unit); its x comes 2
 * clocks later, as its weights do, its sums stand 7 + LEVELS clocks behind it, LEVELS =
 * $clog2(GROUP/4). Image: a line a step, unit u's tap t, bit i at (9*u + t)*GROUP + i.
 *
 * Timing: II = 1, latency = 7 + LEVELS.
 */
module nn_shared_array #(
    parameter UNITS    = 8,           // units, each with a filter of its own
    parameter GROUP    = 16,          // channels of a word of bits: 8, 16 or 32
    parameter PLANES   = 1,           // 1: layers of bit planes are among them
    parameter SPLIT    = 1,           // 1: a layer's last group may be half a group
    parameter ACC_W    = 14,          // width of a sum, bits
    parameter STYLE    = "portable",  // of popcounts: "portable" or "xilinx"
    parameter CARRY_W  = 4,           // positions of a carry primitive: 4 or 8
    parameter DEPTH    = 512,         // words of weights
    parameter WEIGHT_W = 9,           // width of their address
    parameter WEIGHT_FILE = ""        // $readmemh image of DEPTH lines, required
) (
    input  wire                   clk,

    /* The step, 2 clocks before its x */
    input  wire [WEIGHT_W-1:0]    weight,  // address of its weights
    input  wire                   half,    // as nn_shared_unit says
    input  wire [1:0]             take,    // as nn_shared_unit says
    input  wire                   planes,  // of the layer

    /* Its bits of activations, tap t's at t*GROUP */
    input  wire [9*GROUP-1:0]     x,

    /* Sums of the units, unit 0 in the low bits */
    output wire [UNITS*ACC_W-1:0] sums
);

    localparam TAPS    = 9 * GROUP;
    // contract arrayClocks
    localparam [31:0] WEIGHT_CLOCKS = 32'd2;      // from the address of weights to the weights
    localparam [31:0] UNIT_CLOCKS = 32'd5;        // from bits to their sum, LEVELS apart
    // end of contract
    localparam SUMS_AT = WEIGHT_CLOCKS + UNIT_CLOCKS + $clog2(GROUP / 4);

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
            nn_shared_unit #(
                .GROUP(GROUP), .PLANES(PLANES), .SPLIT(SPLIT), .ACC_W(ACC_W), .STYLE(STYLE),
                .CARRY_W(CARRY_W)
            ) u_unit (
                .clk(clk), .x(x), .w(weights[u*TAPS +: TAPS]), .planes(planes), .half(half_at),
                .take(take_at), .acc(sums[u*ACC_W +: ACC_W])
            );
        end
    endgenerate

endmodule

`default_nettype wire
