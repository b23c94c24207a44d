// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * The end of a valid-only pipeline: results that nobody can hold back land in a FIFO with a
 * place for each of them. `issue` starts one, allowed while `ok`; LATENCY clocks later its
 * result is on `result`. `credit` is the number of free places - 1, its sign bit says no.
 *
 * ok depends on registers only.
 *
 * Timing: II = 1, latency = 1.
 */
module nn_landing #(
    parameter DATA_W  = 8,  // result width, bits
    parameter LATENCY = 4,  // clocks from issue to result, at least 1
    parameter ROOM    = 0   // results that wait for a slower consumer beside those under way
) (
    /* Clock, and synchronous reset. */
    input  wire clk,
    input  wire rst,

    /* Start of a computation, allowed while `ok`; its result stands LATENCY clocks later. */
    input  wire              issue,   // a computation starts
    output wire              ok,      // there is a place for its result
    input  wire [DATA_W-1:0] result,  // of the one started LATENCY clocks ago

    /* Results, in the order in which they were started. */
    output wire [DATA_W-1:0] m_axis_tdata,
    output wire              m_axis_tvalid,
    input  wire              m_axis_tready
);

    generate
        if (LATENCY < 1) begin : g_check
            nn_landing_LATENCY_must_be_positive u_error();
        end
    endgenerate

    // Results under way at full rate, one in the FIFO, one popped, one credit on its way back.
    localparam PLACES   = LATENCY + 3 + ROOM;
    localparam CREDIT_W = $clog2(PLACES);
    localparam [31:0]       ALL_CREDIT_32 = PLACES - 1;
    localparam [CREDIT_W:0] ALL_CREDIT    = ALL_CREDIT_32[CREDIT_W:0];

    reg  [CREDIT_W:0]  credit;
    reg  [LATENCY-1:0] underway;
    wire               refund = m_axis_tvalid && m_axis_tready;
    wire               unused_ready;    // a credit is a place: the FIFO never refuses
    wire [LATENCY:0]   shifted = {underway, issue};

    assign ok = !credit[CREDIT_W];

    always @(posedge clk) begin
        underway <= shifted[LATENCY-1:0];
        if (issue && !refund) credit <= credit - 1'b1;
        if (refund && !issue) credit <= credit + 1'b1;
        if (rst) begin
            underway <= {LATENCY{1'b0}};
            credit   <= ALL_CREDIT;
        end
    end

    nn_fifo #(.DATA_W(DATA_W), .DEPTH(PLACES)) u_fifo (
        .clk           (clk),
        .rst           (rst),
        .s_axis_tdata  (result),
        .s_axis_tvalid (shifted[LATENCY]),
        .s_axis_tready (unused_ready),
        .m_axis_tdata  (m_axis_tdata),
        .m_axis_tvalid (m_axis_tvalid),
        .m_axis_tready (m_axis_tready)
    );

endmodule

`default_nettype wire
