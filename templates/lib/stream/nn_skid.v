// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Stream register that cuts both directions: tdata, tvalid and tready are all
 * flip-flops, so no combinational path crosses it.
 *
 * Two beats of storage: one on show, one for the beat that was already under
 * way when the consumer stopped.
 *
 * Timing: II = 1, latency = 1.
 */
module nn_skid #(
    parameter DATA_W = 8   // beat width, bits
) (
    /* Clock, and synchronous reset. */
    input  wire clk,
    input  wire rst,

    /* Beats in. */
    input  wire [DATA_W-1:0] s_axis_tdata,
    input  wire              s_axis_tvalid,
    output wire              s_axis_tready,

    /* Beats out, in the same order. */
    output wire [DATA_W-1:0] m_axis_tdata,
    output wire              m_axis_tvalid,
    input  wire              m_axis_tready
);

    generate
        if (DATA_W < 1) begin : g_check_width
            nn_skid_DATA_W_must_be_positive u_error();
        end
    endgenerate

    reg [DATA_W-1:0] shown, spare;
    reg              shown_valid, spare_valid;

    assign s_axis_tready = !spare_valid;
    assign m_axis_tdata  = shown;
    assign m_axis_tvalid = shown_valid;

    always @(posedge clk) begin
        if (m_axis_tready || !shown_valid) begin
            shown       <= spare_valid ? spare : s_axis_tdata;
            shown_valid <= spare_valid || s_axis_tvalid;
            spare_valid <= 1'b0;
        end else if (!spare_valid) begin
            spare_valid <= s_axis_tvalid;
        end

        // The spare follows the input while it is empty: a free-running enable
        // is cheaper than one that waits for the consumer's ready.
        if (!spare_valid) spare <= s_axis_tdata;

        if (rst) begin
            shown_valid <= 1'b0;
            spare_valid <= 1'b0;
        end
    end

endmodule

`default_nettype wire
