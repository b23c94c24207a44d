// SPDX-License-Identifier: Apache-2.0
// Decides clock by clock whether one end of a stream pauses: independently with `percent`, or in runs whose mean
// length is 32 clocks (`burst`), long enough to fill and to drain every FIFO of a design.
`default_nettype none
module nn_random_stall (
    input  wire       clk,
    input  wire [6:0] percent,
    input  wire       burst,
    output reg        stall
);
    // In burst mode a run of stalls ends with 1/32, and begins often enough to keep the same share of stalls.
    wire [31:0] begin_per_mille = percent >= 7'd97 ? 32'd1000 : (32'd31 * percent) / (32'd100 - percent);
    reg  [31:0] random;

    initial stall = 1'b0;

    always @(posedge clk) begin
        random = $urandom;
        if (burst) stall <= stall ? (random % 32'd1000) >= 32'd31 : (random % 32'd1000) < begin_per_mille;
        else       stall <= (random % 32'd100) < {25'd0, percent};
    end
endmodule
`default_nettype wire
