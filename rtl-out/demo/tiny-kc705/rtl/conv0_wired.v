// SPDX-License-Identifier: Apache-2.0
// conv0: 4 filters 3x3 on 8x8x1, pad 1; wired, 1 pixel(s)
//
// 4 kernels of 9 signed numbers of 8 bits, one window a clock: y[k] = (sum of +x and -x >= threshold of k).
// Tap i is window[8i+7:8i]. y follows its window by 4 clocks; there is neither enable nor reset.
// 
// u_<tap>: x + 128. t<tap>_<signs>: 3 neighbours or fewer, added (p) or subtracted (m), for all kernels. k<kernel>: the
// kernel's sum or its negative. Subtracting is adding with the bits inverted; thresholds have the offsets that this leaves.
`default_nettype none

module conv0_wired (
    input  wire clk,
    input  wire [71:0] window,
    output wire [3:0] y
);

    wire [0:0] y_0, y_1, y_2, y_3;
    wire [9:0] t0_ppp, t3_ppp, t6_pmp, t0_pmp, t6_pmm, t0_pmm, t3_pmp, t6_ppm;
    wire [11:0] k0_t0, k1_t0, k2_t0, k3_t0;
    reg  [7:0] u_0, u_1, u_2, u_3, u_4, u_5, u_6, u_7, u_8;
    wire unused_bits = ^{window, y_3};

    // Clock 1
    always @(posedge clk) u_0 <= {~window[7], window[6], window[5], window[4], window[3], window[2], window[1], window[0]};
    always @(posedge clk) u_1 <= {~window[15], window[14], window[13], window[12], window[11], window[10], window[9], window[8]};
    always @(posedge clk) u_2 <= {~window[23], window[22], window[21], window[20], window[19], window[18], window[17], window[16]};
    always @(posedge clk) u_3 <= {~window[31], window[30], window[29], window[28], window[27], window[26], window[25], window[24]};
    always @(posedge clk) u_4 <= {~window[39], window[38], window[37], window[36], window[35], window[34], window[33], window[32]};
    always @(posedge clk) u_5 <= {~window[47], window[46], window[45], window[44], window[43], window[42], window[41], window[40]};
    always @(posedge clk) u_6 <= {~window[55], window[54], window[53], window[52], window[51], window[50], window[49], window[48]};
    always @(posedge clk) u_7 <= {~window[63], window[62], window[61], window[60], window[59], window[58], window[57], window[56]};
    always @(posedge clk) u_8 <= {~window[71], window[70], window[69], window[68], window[67], window[66], window[65], window[64]};

    // Clock 2
    nn_xilinx_sum3 #(.W(8), .SUM_W(10), .INVERT(3'b000)) u_t0_ppp (.clk(clk), .a(u_0), .b(u_1), .c(u_2), .units({1'b0, 1'b0}), .sum(t0_ppp));
    nn_xilinx_sum3 #(.W(8), .SUM_W(10), .INVERT(3'b000)) u_t3_ppp (.clk(clk), .a(u_3), .b(u_4), .c(u_5), .units({1'b0, 1'b0}), .sum(t3_ppp));
    nn_xilinx_sum3 #(.W(8), .SUM_W(10), .INVERT(3'b010)) u_t6_pmp (.clk(clk), .a(u_6), .b(u_7), .c(u_8), .units({1'b0, 1'b0}), .sum(t6_pmp));
    nn_xilinx_sum3 #(.W(8), .SUM_W(10), .INVERT(3'b010)) u_t0_pmp (.clk(clk), .a(u_0), .b(u_1), .c(u_2), .units({1'b0, 1'b0}), .sum(t0_pmp));
    nn_xilinx_sum3 #(.W(8), .SUM_W(10), .INVERT(3'b110)) u_t6_pmm (.clk(clk), .a(u_6), .b(u_7), .c(u_8), .units({1'b0, 1'b0}), .sum(t6_pmm));
    nn_xilinx_sum3 #(.W(8), .SUM_W(10), .INVERT(3'b110)) u_t0_pmm (.clk(clk), .a(u_0), .b(u_1), .c(u_2), .units({1'b0, 1'b0}), .sum(t0_pmm));
    nn_xilinx_sum3 #(.W(8), .SUM_W(10), .INVERT(3'b010)) u_t3_pmp (.clk(clk), .a(u_3), .b(u_4), .c(u_5), .units({1'b0, 1'b0}), .sum(t3_pmp));
    nn_xilinx_sum3 #(.W(8), .SUM_W(10), .INVERT(3'b100)) u_t6_ppm (.clk(clk), .a(u_6), .b(u_7), .c(u_8), .units({1'b0, 1'b0}), .sum(t6_ppm));

    // Clock 3
    nn_xilinx_sum3 #(.W(10), .SUM_W(12), .INVERT(3'b000)) u_k0_t0 (.clk(clk), .a(t0_ppp), .b(t3_ppp), .c(t6_pmp), .units({1'b0, 1'b0}), .sum(k0_t0));
    nn_xilinx_sum3 #(.W(10), .SUM_W(12), .INVERT(3'b000)) u_k1_t0 (.clk(clk), .a(t0_pmp), .b(t3_ppp), .c(t6_pmp), .units({1'b0, 1'b0}), .sum(k1_t0));
    nn_xilinx_sum3 #(.W(10), .SUM_W(12), .INVERT(3'b001)) u_k2_t0 (.clk(clk), .a(t0_ppp), .b(t3_ppp), .c(t6_pmm), .units({1'b0, 1'b0}), .sum(k2_t0));
    nn_xilinx_sum3 #(.W(10), .SUM_W(12), .INVERT(3'b010)) u_k3_t0 (.clk(clk), .a(t0_pmm), .b(t3_pmp), .c(t6_ppm), .units({1'b0, 1'b0}), .sum(k3_t0));

    // Clock 4
    nn_at_least #(.W(12), .THRESHOLD(1156), .MIRROR(0)) u_y_0 (.clk(clk), .count(k0_t0), .y(y_0));
    nn_at_least #(.W(12), .THRESHOLD(1124), .MIRROR(1)) u_y_1 (.clk(clk), .count(k1_t0), .y(y_1));
    nn_at_least #(.W(12), .THRESHOLD(1381), .MIRROR(0)) u_y_2 (.clk(clk), .count(k2_t0), .y(y_2));
    nn_at_least #(.W(12), .THRESHOLD(1407), .MIRROR(1)) u_y_3 (.clk(clk), .count(k3_t0), .y(y_3));

    assign y = {y_3, y_2, y_1, y_0};

endmodule

`default_nettype wire
