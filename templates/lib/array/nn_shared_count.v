// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * One level of a loop nest whose length is known at run time only: `last` is high
 * during the last of MOST + 1 steps.
 *
 * `load` begins a round of `most` + 1 steps; the end of a round begins the next one.
 * `last` is a flip-flop, as in nn_loop.
 *
 * Timing: II = 1, latency = 0.
 */
module nn_shared_count #(
    parameter W = 8  // width of `most`, bits
) (
    input  wire         clk,

    /* The round */
    input  wire         load,  // a round begins
    input  wire [W-1:0] most,  // steps of a round, less one
    input  wire         step,  // moves on by one
    output reg          last   // the next step ends the round
);

    generate
        if (W < 1) begin : g_check
            nn_shared_count_W_must_be_positive u_error();
        end
    endgenerate

    localparam [W-1:0] ZERO = 0;
    localparam [W-1:0] ONE  = 1;

    reg [W-1:0] left;

    always @(posedge clk) begin
        if (load || (step && last)) begin
            left <= most;
            last <= most == ZERO;
        end else if (step) begin
            left <= left - ONE;
            last <= left == ONE;
        end
    end

endmodule

`default_nettype wire
