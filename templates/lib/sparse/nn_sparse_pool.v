// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Maxima of windows in slices of rows. The slices of a window's rows come one after another,
 * `first` to `last`; then
 *
 *     m byte i = max over r, k < KERNEL of row r byte STEP*i + k      for i < take, else 0
 *
 * with KERNEL = `kernel` (1 to 3) and STEP = 1 + `halve`. KERNEL = 1 copies, STEP = 2 with it
 * takes every other column. Bytes are compared as signed or unsigned ones.
 *
 * Timing: II = 1 slice, latency = 4 from the last one.
 */
module nn_sparse_pool #(
    parameter LANES = 64,  // bytes of a slice, even
    parameter TAG_W = 8    // width of what goes along with the last slice
) (
    input  wire               clk,
    input  wire               rst,

    /* Fields of the layer */
    input  wire [1:0]         kernel,    // columns of a window
    input  wire               halve,     // every other column
    input  wire               x_signed,  // bytes have a sign

    /* In: slices */
    input  wire               s_valid,
    input  wire               s_first,  // of a window
    input  wire               s_last,   // of a window
    input  wire [6:0]         s_take,   // results that count
    input  wire [TAG_W-1:0]   s_tag,
    input  wire [8*LANES-1:0] s_data,

    /* Out: maxima */
    output reg                m_valid,
    output wire [TAG_W-1:0]   m_tag,
    output reg  [8*LANES-1:0] m_data
);

    generate
        if (LANES < 2 || LANES % 2 != 0) begin : g_check
            nn_sparse_pool_LANES_must_be_even u_error();
        end
    endgenerate

    function [7:0] greater(input [7:0] a, input [7:0] b, input is_signed);
        greater = ({a[7] ^ is_signed, a[6:0]} > {b[7] ^ is_signed, b[6:0]}) ? a : b;
    endfunction

    reg  [8*LANES-1:0] best, beside, paired, across;
    wire [8*LANES-1:0] even;
    wire [8*LANES-1:0] chosen = halve ? even : across;
    reg  [2:0]         valid;
    wire [6:0]         take;
    wire [8*LANES+15:0] best_on = {16'd0, best}, beside_on = {16'd0, beside};
    integer            i;

    genvar k;
    generate
        for (k = 0; k < LANES/2; k = k + 1) begin : g_even
            assign even[8*k +: 8] = across[16*k +: 8];
        end
    endgenerate
    assign even[8*LANES-1 : 4*LANES] = {4*LANES{1'b0}};

    always @(posedge clk) begin
        for (i = 0; i < LANES; i = i + 1) begin
            if (s_valid)
                best[8*i +: 8] <= s_first ? s_data[8*i +: 8]
                                          : greater(best[8*i +: 8], s_data[8*i +: 8], x_signed);
            beside[8*i +: 8] <= best[8*i +: 8];
            paired[8*i +: 8] <= (kernel == 2'd1) ? best[8*i +: 8]
                : greater(best[8*i +: 8], best_on[8*i+8 +: 8], x_signed);
            across[8*i +: 8] <= (kernel == 2'd3)
                ? greater(paired[8*i +: 8], beside_on[8*i+16 +: 8], x_signed) : paired[8*i +: 8];
            m_data[8*i +: 8] <= chosen[8*i +: 8] & {8{i < {25'd0, take}}};
        end
        {m_valid, valid} <= {valid, s_valid && s_last};
        if (rst) {m_valid, valid} <= 4'd0;
    end

    nn_delay #(.DATA_W(7), .CLOCKS(3)) u_take (.clk(clk), .d(s_take), .q(take));
    nn_delay #(.DATA_W(TAG_W), .CLOCKS(4)) u_tag (.clk(clk), .d(s_tag), .q(m_tag));

endmodule

`default_nettype wire
