// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Guards the entrance: whatever TLAST says, every frame inside is BEATS beats.
 *
 * TLAST too early: the rest of the frame is zero beats. No TLAST on beat BEATS:
 * the input is swallowed up to and including the next TLAST. Either way the
 * frame is bad. One status bit per frame (1 = bad) leaves with its last beat.
 * After rst the first beat starts a frame. Registered.
 *
 *        TLAST before beat BEATS                  zero beat BEATS
 *     +---------------------------> padding -----------------------+
 *     |                                                            v
 *   frame <--------------------------------------------------------+
 *     |                                                            ^
 *     +---------------------------> swallowing --------------------+
 *        no TLAST on beat BEATS                   TLAST
 *
 * Timing: II = 1, latency = 1.
 */
module nn_ingress #(
    parameter DATA_W = 24,  // beat width, bits
    parameter BEATS  = 16   // beats per frame
) (
    /* Clock, and synchronous reset. */
    input  wire clk,
    input  wire rst,

    /* Frames from outside; tlast may stand anywhere. */
    input  wire [DATA_W-1:0] s_axis_tdata,
    input  wire              s_axis_tlast,
    input  wire              s_axis_tvalid,
    output wire              s_axis_tready,

    /* Frames of BEATS beats each. */
    output wire [DATA_W-1:0] m_axis_tdata,
    output wire              m_axis_tvalid,
    input  wire              m_axis_tready,

    /* Verdict on a frame, with its last beat: 1 = bad. */
    output wire status_tdata,
    output wire status_tvalid,
    input  wire status_tready
);

    generate
        if (BEATS < 1) begin : g_check
            nn_ingress_BEATS_must_be_positive u_error();
        end
    endgenerate

    reg  padding, swallowing;
    wire data_ready, status_ready, frame_last;

    // A beat needs both exits, whether or not it ends a frame: simpler, and the
    // status exit is blocked only when the design behind it is.
    wire open  = data_ready && status_ready;
    wire take  = s_axis_tvalid && s_axis_tready;
    wire emit  = padding ? open : (take && !swallowing);
    wire close = emit && frame_last;
    wire bad   = padding || !s_axis_tlast;

    assign s_axis_tready = !padding && (swallowing || open);

    nn_loop #(.COUNT(BEATS)) u_beat (
        .clk(clk), .rst(rst), .step(emit), .last(frame_last)
    );

    always @(posedge clk) begin
        if (close) padding <= 1'b0;
        else if (emit && s_axis_tlast && !padding) padding <= 1'b1;

        if (swallowing) swallowing <= !(take && s_axis_tlast);
        else if (close && !padding) swallowing <= !s_axis_tlast;

        if (rst) begin
            padding    <= 1'b0;
            swallowing <= 1'b0;
        end
    end

    nn_skid #(.DATA_W(DATA_W)) u_data (
        .clk           (clk),
        .rst           (rst),
        .s_axis_tdata  (padding ? {DATA_W{1'b0}} : s_axis_tdata),
        .s_axis_tvalid (emit),
        .s_axis_tready (data_ready),
        .m_axis_tdata  (m_axis_tdata),
        .m_axis_tvalid (m_axis_tvalid),
        .m_axis_tready (m_axis_tready)
    );

    nn_skid #(.DATA_W(1)) u_status (
        .clk           (clk),
        .rst           (rst),
        .s_axis_tdata  (bad),
        .s_axis_tvalid (close),
        .s_axis_tready (status_ready),
        .m_axis_tdata  (status_tdata),
        .m_axis_tvalid (status_tvalid),
        .m_axis_tready (status_tready)
    );

endmodule

`default_nettype wire
