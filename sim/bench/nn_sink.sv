// SPDX-License-Identifier: Apache-2.0
// The far end of a stream: tready with random stalls, and held low from cycle `block_from` for `block_for` clocks.
`default_nettype none
module nn_sink (
    input  wire        clk,
    input  wire [31:0] cycle,
    input  wire [6:0]  stall_percent,
    input  wire        stall_burst,
    input  wire [31:0] block_from,
    input  wire [31:0] block_for,
    output wire        s_axis_tready
);
    wire stall;
    nn_random_stall u_stall (.clk(clk), .percent(stall_percent), .burst(stall_burst), .stall(stall));

    assign s_axis_tready = !stall && !(cycle >= block_from && cycle - block_from < block_for);
endmodule
`default_nettype wire
