// SPDX-License-Identifier: Apache-2.0
// conv1: 6 filters 3x3 on 4x4x4, pad 0; wired, 1 pixel(s)
//
// 6 kernels of 36 taps as logic, one window a clock: y[k] = (agreements of window and kernel k >=
// threshold of k). Bit i of the window is tap i, in the order of the weights' rows. y follows its window by LATENCY
// clocks; there is neither enable nor reset: who sends windows knows when they are.
//
// 2 groups of up to 3 kernels share their sums; constant outputs: none.
`default_nettype none

module conv1_wired (
    input  wire clk,
    input  wire [35:0] window,
    output wire [5:0] y
);

    // localparam LATENCY = 4;
    (* shreg_extract = "no" *) reg [35:0] window_1;
    always @(posedge clk) window_1 <= window;
    (* shreg_extract = "no" *) reg [35:0] window_2;
    always @(posedge clk) window_2 <= window_1;
    wire unused_bits = ^{clk, window, window_1, window_2};

    conv1_wired_0 u_0 (
        .clk(clk),
        .window(window),
        .window_2(window_2),
        .y({y[2], y[1], y[0]})
    );

    conv1_wired_1 u_1 (
        .clk(clk),
        .window(window),
        .window_1(window_1),
        .y({y[5], y[4], y[3]})
    );

endmodule

`default_nettype wire
