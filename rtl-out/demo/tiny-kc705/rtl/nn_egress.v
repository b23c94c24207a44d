// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Guards the exit: a good frame's result passes, a bad frame's does not.
 *
 * A frame is BEATS beats; its status bit (1 = bad, from nn_ingress, through a
 * FIFO as deep as frames are under way) is awaited before the first of them and
 * taken with the last. frame_error pulses once per bad frame, at its last beat.
 * The bit is known when the frame's input has ended: a result that begins
 * earlier needs room for itself in front of this cell, or both wait for ever.
 * Registered both ways.
 *
 * Timing: II = 1, latency = 1.
 */
module nn_egress #(
    parameter DATA_W = 32,  // beat width, bits
    parameter BEATS  = 11   // beats per frame
) (
    /* Clock, and synchronous reset. */
    input  wire clk,
    input  wire rst,

    /* Result: one beat of a frame; BEATS of them a frame. */
    input  wire [DATA_W-1:0] s_axis_tdata,
    input  wire              s_axis_tvalid,
    output wire              s_axis_tready,

    /* Verdict on a frame, one beat a frame: 1 = bad. */
    input  wire status_tdata,
    input  wire status_tvalid,
    output wire status_tready,

    /* Results of good frames; tlast stands with a frame's last beat. */
    output wire [DATA_W-1:0] m_axis_tdata,
    output wire              m_axis_tlast,
    output wire              m_axis_tvalid,
    input  wire              m_axis_tready,

    /* High for one clock at the last beat of a bad frame. */
    output reg  frame_error
);

    generate
        if (BEATS < 1) begin : g_check
            nn_egress_BEATS_must_be_positive u_error();
        end
    endgenerate

    wire ready, frame_last;
    wire take = s_axis_tvalid && s_axis_tready;

    assign s_axis_tready = ready && status_tvalid;
    assign status_tready = take && frame_last;

    nn_loop #(.COUNT(BEATS)) u_beat (
        .clk(clk), .rst(rst), .step(take), .last(frame_last)
    );

    always @(posedge clk) frame_error <= !rst && take && frame_last && status_tdata;

    nn_skid #(.DATA_W(DATA_W + 1)) u_out (
        .clk           (clk),
        .rst           (rst),
        .s_axis_tdata  ({frame_last, s_axis_tdata}),
        .s_axis_tvalid (take && !status_tdata),
        .s_axis_tready (ready),
        .m_axis_tdata  ({m_axis_tlast, m_axis_tdata}),
        .m_axis_tvalid (m_axis_tvalid),
        .m_axis_tready (m_axis_tready)
    );

endmodule

`default_nettype wire
