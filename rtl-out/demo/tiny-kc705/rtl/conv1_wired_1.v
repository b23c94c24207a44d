// SPDX-License-Identifier: Apache-2.0
// conv1: 6 filters 3x3 on 4x4x4, pad 0; wired, 1 pixel(s)
//
// Kernels 3 4 5 of 6, one window a clock: y[k] = (agreements of window and kernel >= threshold),
// thresholds 20 19 20. 4 clocks from window to y.
// 
// The reference is kernel 3. n_<signs>: agreements with it over the taps where the other kernels,
// in their order, have the same weight (1) or the other one (0), classes of 7 to 13 taps; all: over every tap.
// With c = threshold - taps where kernel k differs from the reference, y[k] asks for the sum over its equal classes or
// over its unequal ones, own_k + both_k_j: 2 equal + |c| >= all, or 2 unequal + c <= all. Constants that are added
// are halves of |c|; _d1, _d2 are words one, two clocks later.
`default_nettype none

module conv1_wired_1 (
    input  wire clk,
    input  wire [35:0] window,
    input  wire [35:0] window_1, // 1 later
    output wire [2:0] y
);

    wire [0:0] y_5, y_4, y_3;
    wire [1:0] n_01_1;
    wire [2:0] n_01_0, n_11, n_1_0, all_0;
    wire [3:0] n_01, n_1, all_1;
    wire [5:0] all;
    (* shreg_extract = "no" *) reg [2:0] n_11_d1, n_11_d2;
    (* shreg_extract = "no" *) reg [3:0] n_01_d1, n_1_d1;
    wire unused_bits = ^{window, window_1, n_01_d1, n_11_d1, n_11_d2, n_1_d1, y_3};

    // Clock 1
    nn_xilinx_tap_count #(.TAPS(7), .INVERT(7'h3)) u_n_01_0 (.clk(clk), .taps({window[26], window[27], window[31], window[32], window[33], window[11], window[19]}), .count(n_01_0));
    nn_xilinx_tap_count #(.TAPS(2), .INVERT(7'h0)) u_n_01_1 (.clk(clk), .taps({window[6], window[20]}), .count(n_01_1));
    nn_xilinx_tap_count #(.TAPS(7), .INVERT(7'h1F)) u_n_11 (.clk(clk), .taps({window[8], window[15], window[1], window[2], window[10], window[18], window[22]}), .count(n_11));
    nn_xilinx_tap_count #(.TAPS(7), .INVERT(7'h7)) u_n_1_0 (.clk(clk), .taps({window[4], window[13], window[23], window[34], window[5], window[7], window[9]}), .count(n_1_0));
    nn_xilinx_tap_count #(.TAPS(7), .INVERT(7'h1F)) u_all_0 (.clk(clk), .taps({window[25], window[29], window[14], window[17], window[28], window[30], window[35]}), .count(all_0));

    // Clock 2
    nn_xilinx_add2 #(.A_W(3), .B_W(2), .SUM_W(4), .INVERT(2'b00)) u_n_01 (.clk(clk), .a(n_01_0), .b(n_01_1), .unit(1'b0), .sum(n_01));
    nn_xilinx_add2 #(.A_W(3), .B_W(3), .SUM_W(4), .INVERT(2'b00)) u_n_1 (.clk(clk), .a(n_11), .b(n_1_0), .unit(1'b0), .sum(n_1));
    nn_xilinx_tap_absorb #(.TAPS(5), .INVERT(5'h3), .BASE_W(3), .SUM_W(4)) u_all_1 (.clk(clk), .taps({window_1[16], window_1[21], window_1[24], window_1[3], window_1[12]}), .unit(window_1[0]), .base(all_0), .sum(all_1));

    // Clock 3
    nn_xilinx_sum3 #(.W(4), .SUM_W(6), .INVERT(3'b000)) u_all (.clk(clk), .a(n_01), .b(n_1), .c(all_1), .units({1'b0, 1'b0}), .sum(all));

    // Clock 4
    nn_xilinx_exceeds #(.W(5), .MIRROR(0)) u_y_5 (.clk(clk), .a(n_01_d1), .b({1'd0, n_11_d2}), .half(all[5:1]), .unit(~all[0]), .y(y_5));
    nn_xilinx_exceeds #(.W(5), .MIRROR(0)) u_y_4 (.clk(clk), .a(n_1_d1), .b(4'd1), .half(all[5:1]), .unit(1'b1), .y(y_4));
    nn_at_least #(.W(6), .THRESHOLD(20), .MIRROR(0)) u_y_3 (.clk(clk), .count(all), .y(y_3));

    // Words that wait
    always @(posedge clk) begin
        n_01_d1 <= n_01;
        n_11_d1 <= n_11;
        n_11_d2 <= n_11_d1;
        n_1_d1 <= n_1;
    end

    assign y = {y_5, y_4, y_3};

endmodule

`default_nettype wire
