// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * q is what d was CLOCKS clocks ago. Never reset, so that synthesis may keep it in
 * shift-register LUTs, one LUT a bit for up to 32 clocks.
 *
 * Timing: II = 1, latency = CLOCKS.
 */
module nn_delay #(
    parameter DATA_W = 8,  // width, bits
    parameter CLOCKS = 4   // clocks from d to q, from 1
) (
    /* Clock. */
    input  wire clk,

    /* Any signal, and what it was CLOCKS clocks ago. */
    input  wire [DATA_W-1:0] d,
    output wire [DATA_W-1:0] q
);

    generate
        if (DATA_W < 1 || CLOCKS < 1) begin : g_check
            nn_delay_DATA_W_and_CLOCKS_must_be_positive u_error();
        end
    endgenerate

    reg  [CLOCKS*DATA_W-1:0]     past;
    wire [(CLOCKS+1)*DATA_W-1:0] all = {past, d};

    always @(posedge clk) past <= all[CLOCKS*DATA_W-1:0];

    assign q = all[CLOCKS*DATA_W +: DATA_W];

endmodule

`default_nettype wire
