// SPDX-License-Identifier: Apache-2.0
// conv1: 6 filters 3x3 on 4x4x4, pad 0; wired, 1 pixel(s)
//
// Kernels 0 1 2 of 6, one window a clock: y[k] = (agreements of window and kernel >= threshold),
// thresholds 18 18 18. 4 clocks from window to y.
// 
// The reference is kernel 0. n_<signs>: agreements with it over the taps where the other kernels,
// in their order, have the same weight (1) or the other one (0), classes of 5 to 12 taps; all: over every tap.
// With c = threshold - taps where kernel k differs from the reference, y[k] asks for the sum over its equal classes or
// over its unequal ones, own_k + both_k_j: 2 equal + |c| >= all, or 2 unequal + c <= all. Constants that are added
// are halves of |c|; _d1, _d2 are words one, two clocks later.
`default_nettype none

module conv1_wired_0 (
    input  wire clk,
    input  wire [35:0] window,
    input  wire [35:0] window_2, // 2 later
    output wire [2:0] y
);

    wire [0:0] y_2, y_1, y_0;
    wire [1:0] n_0_1;
    wire [2:0] n_01, n_11_0, n_11_1, n_0_0, all_0;
    wire [3:0] n_11, n_0;
    wire [5:0] all;
    (* shreg_extract = "no" *) reg [2:0] n_01_d1, n_01_d2, all_0_d1;
    (* shreg_extract = "no" *) reg [3:0] n_11_d1, n_0_d1;
    wire unused_bits = ^{window, window_2, n_01_d1, n_01_d2, n_11_d1, n_0_d1, all_0_d1, y_0};

    // Clock 1
    nn_xilinx_tap_count #(.TAPS(5), .INVERT(7'h7)) u_n_01 (.clk(clk), .taps({window[4], window[5], window[7], window[24], window[31]}), .count(n_01));
    nn_xilinx_tap_count #(.TAPS(7), .INVERT(7'hF)) u_n_11_0 (.clk(clk), .taps({window[20], window[23], window[32], window[1], window[11], window[12], window[22]}), .count(n_11_0));
    nn_xilinx_tap_count #(.TAPS(5), .INVERT(7'h0)) u_n_11_1 (.clk(clk), .taps({window[0], window[2], window[3], window[15], window[17]}), .count(n_11_1));
    nn_xilinx_tap_count #(.TAPS(7), .INVERT(7'h1F)) u_n_0_0 (.clk(clk), .taps({window[30], window[35], window[16], window[21], window[26], window[28], window[34]}), .count(n_0_0));
    nn_xilinx_tap_count #(.TAPS(3), .INVERT(7'h7)) u_n_0_1 (.clk(clk), .taps({window[8], window[9], window[14]}), .count(n_0_1));
    nn_xilinx_tap_count #(.TAPS(7), .INVERT(7'h7)) u_all_0 (.clk(clk), .taps({window[13], window[18], window[29], window[33], window[19], window[25], window[27]}), .count(all_0));

    // Clock 2
    nn_xilinx_add2 #(.A_W(3), .B_W(3), .SUM_W(4), .INVERT(2'b00)) u_n_11 (.clk(clk), .a(n_11_0), .b(n_11_1), .unit(1'b0), .sum(n_11));
    nn_xilinx_sum3 #(.W(3), .SUM_W(4), .INVERT(3'b000)) u_n_0 (.clk(clk), .a({1'd0, n_0_1}), .b(n_01), .c(n_0_0), .units({1'b0, 1'b0}), .sum(n_0));

    // Clock 3
    nn_xilinx_sum3 #(.W(4), .SUM_W(6), .INVERT(3'b000)) u_all (.clk(clk), .a({1'd0, all_0_d1}), .b(n_0), .c(n_11), .units({window_2[6], window_2[10]}), .sum(all));

    // Clock 4
    nn_xilinx_exceeds #(.W(5), .MIRROR(0)) u_y_2 (.clk(clk), .a({1'd0, n_01_d2}), .b(n_11_d1), .half(all[5:1]), .unit(1'b1), .y(y_2));
    nn_xilinx_exceeds #(.W(5), .MIRROR(1)) u_y_1 (.clk(clk), .a(n_0_d1), .b(4'd1), .half(all[5:1]), .unit(~all[0]), .y(y_1));
    nn_at_least #(.W(6), .THRESHOLD(18), .MIRROR(0)) u_y_0 (.clk(clk), .count(all), .y(y_0));

    // Words that wait
    always @(posedge clk) begin
        n_01_d1 <= n_01;
        n_01_d2 <= n_01_d1;
        n_11_d1 <= n_11;
        n_0_d1 <= n_0;
        all_0_d1 <= all_0;
    end

    assign y = {y_2, y_1, y_0};

endmodule

`default_nettype wire
