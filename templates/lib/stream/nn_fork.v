// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * One stream for two readers: every beat goes to both, to each as soon as it takes it.
 *
 * A beat stays until the slower reader has it; the faster one does not see it twice. No valid
 * waits for a ready, and the skid in front keeps either reader's ready from the producer.
 *
 * Timing: II = 1, latency = 1.
 */
module nn_fork #(
    parameter DATA_W = 8   // beat width, bits
) (
    /* Clock, and synchronous reset. */
    input  wire clk,
    input  wire rst,

    /* Beats in. */
    input  wire [DATA_W-1:0] s_axis_tdata,
    input  wire              s_axis_tvalid,
    output wire              s_axis_tready,

    /* Every beat, for the first reader. */
    output wire [DATA_W-1:0] m_axis_tdata,
    output wire              m_axis_tvalid,
    input  wire              m_axis_tready,

    /* Every beat, for the second reader. */
    output wire [DATA_W-1:0] m1_axis_tdata,
    output wire              m1_axis_tvalid,
    input  wire              m1_axis_tready
);

    wire [DATA_W-1:0] data;
    wire              valid;
    reg               taken, taken1;    // the reader has the beat that is on show
    wire              done  = taken || m_axis_tready;
    wire              done1 = taken1 || m1_axis_tready;

    assign m_axis_tdata   = data;
    assign m_axis_tvalid  = valid && !taken;
    assign m1_axis_tdata  = data;
    assign m1_axis_tvalid = valid && !taken1;

    always @(posedge clk) begin
        if (valid) begin
            taken  <= done && !done1;
            taken1 <= done1 && !done;
        end
        if (rst) begin
            taken  <= 1'b0;
            taken1 <= 1'b0;
        end
    end

    nn_skid #(.DATA_W(DATA_W)) u_in (
        .clk           (clk),
        .rst           (rst),
        .s_axis_tdata  (s_axis_tdata),
        .s_axis_tvalid (s_axis_tvalid),
        .s_axis_tready (s_axis_tready),
        .m_axis_tdata  (data),
        .m_axis_tvalid (valid),
        .m_axis_tready (done && done1)
    );

endmodule

`default_nettype wire
