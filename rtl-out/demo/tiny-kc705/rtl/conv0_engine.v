// SPDX-License-Identifier: Apache-2.0
// conv0: 4 filters 3x3 on 8x8x1, pad 1; wired, 1 pixel(s)
//
// Every window's 9 taps meet all 4 filters in one clock: weights and thresholds are wires and
// LUTs in conv0_wired. Input beat: 1 pixel(s) of 1 channels.
// Output beat: 1 pixel(s) of 4 bits.
`default_nettype none

module conv0_engine (
    input  wire clk,
    input  wire rst,

    input  wire [7:0] s_axis_tdata,
    input  wire s_axis_tvalid,
    output wire s_axis_tready,

    output wire [3:0] m_axis_tdata,
    output wire m_axis_tvalid,
    input  wire m_axis_tready
);

    wire                   ok, issue;
    wire [71:0] windows;
    wire [3:0] result;

    nn_wired_slide #(
        .HEIGHT(8), .WIDTH(8), .CHANNELS(1), .ELEM_W(8),
        .KERNEL(3), .PAD(1), .PAD_VALUE(8'h80), .PIXELS(1), .STYLE("distributed")
    ) u_slide (
        .clk           (clk),
        .rst           (rst),
        .s_axis_tdata  (s_axis_tdata),
        .s_axis_tvalid (s_axis_tvalid),
        .s_axis_tready (s_axis_tready),
        .ok            (ok),
        .issue         (issue),
        .m_data        (windows)
    );

    conv0_wired u_core_0 (
        .clk    (clk),
        .window (windows[0 +: 72]),
        .y      (result[0 +: 4])
    );

    // 3 clocks of nn_wired_slide, 4 of the core.
    nn_landing #(.DATA_W(4), .LATENCY(7), .ROOM(14)) u_landing (
        .clk           (clk),
        .rst           (rst),
        .issue         (issue),
        .ok            (ok),
        .result        (result),
        .m_axis_tdata  (m_axis_tdata),
        .m_axis_tvalid (m_axis_tvalid),
        .m_axis_tready (m_axis_tready)
    );

endmodule

`default_nettype wire
