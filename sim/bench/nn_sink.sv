// SPDX-License-Identifier: Apache-2.0
// The far end of a stream: tready with random stalls, and held low from cycle `block_from` for `block_for` clocks.
// With +patient=1 it is high in no clock but behind one with tvalid, as a consumer may do that waits for tvalid.
`default_nettype none
module nn_sink (
    input  wire        clk,
    input  wire        rst,
    input  wire [31:0] cycle,
    input  wire [6:0]  stall_percent,
    input  wire        stall_burst,
    input  wire [31:0] block_from,
    input  wire [31:0] block_for,
    input  wire        s_axis_tvalid,
    output wire        s_axis_tready
);
    wire stall;
    nn_random_stall u_stall (.clk(clk), .percent(stall_percent), .burst(stall_burst), .stall(stall));

    reg [0:0] patient;
    reg       waits;
    initial begin
        if (!$value$plusargs("patient=%d", patient)) patient = 1'b0;
        waits = 1'b0;
    end
    always @(posedge clk) waits <= s_axis_tvalid && !s_axis_tready && !rst;

    assign s_axis_tready = !stall && (waits || !patient) && !(cycle >= block_from && cycle - block_from < block_for);
endmodule
`default_nettype wire
