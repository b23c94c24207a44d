// SPDX-License-Identifier: Apache-2.0
// conv1: 6 filters 3x3 on 4x4x4, pad 0; wired, 1 pixel(s)
//
// Every window's 36 taps meet all 6 filters in one clock: weights and thresholds are wires and
// LUTs in conv1_wired. Input beat: 1 pixel(s) of 4 channels.
// Output beat: 1 pixel(s) of 6 bits.
`default_nettype none

module conv1_engine (
    input  wire clk,
    input  wire rst,

    input  wire [3:0] s_axis_tdata,
    input  wire s_axis_tvalid,
    output wire s_axis_tready,

    output wire [5:0] m_axis_tdata,
    output wire m_axis_tvalid,
    input  wire m_axis_tready
);

    wire                   ok, issue;
    wire [35:0] windows;
    wire [5:0] result;

    nn_wired_slide #(
        .HEIGHT(4), .WIDTH(4), .CHANNELS(4), .ELEM_W(1),
        .KERNEL(3), .PAD(0), .PAD_VALUE(1'h0), .PIXELS(1), .STYLE("distributed")
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

    conv1_wired u_core_0 (
        .clk    (clk),
        .window (windows[0 +: 36]),
        .y      (result[0 +: 6])
    );

    // 3 clocks of nn_wired_slide, 4 of the core.
    nn_landing #(.DATA_W(6), .LATENCY(7), .ROOM(3)) u_landing (
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
