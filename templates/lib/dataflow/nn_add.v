// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * The end of a residual path: y = min(max(x + x1, MIN), MAX), element by element.
 *
 * A beat of each stream, of the same order, goes when both are there. All elements are signed
 * where MIN is negative, else unsigned.
 *
 * Timing: II = 1, latency = 5.
 */
module nn_add #(
    parameter ELEMENTS = 4,   // elements per beat
    parameter ELEM_W   = 12,  // element width, bits, in and out
    parameter signed [31:0] MIN = -2048,  // least output
    parameter signed [31:0] MAX = 2047  // greatest output
) (
    /* Clock, and synchronous reset. */
    input  wire clk,
    input  wire rst,

    /* First addend: ELEMENTS of ELEM_W bits. */
    input  wire [ELEMENTS*ELEM_W-1:0] s_axis_tdata,
    input  wire                       s_axis_tvalid,
    output wire                       s_axis_tready,

    /* Second addend: ELEMENTS of ELEM_W bits. */
    input  wire [ELEMENTS*ELEM_W-1:0] s1_axis_tdata,
    input  wire                       s1_axis_tvalid,
    output wire                       s1_axis_tready,

    /* Sums, saturated: ELEMENTS of ELEM_W bits. */
    output wire [ELEMENTS*ELEM_W-1:0] m_axis_tdata,
    output wire                       m_axis_tvalid,
    input  wire                       m_axis_tready
);

    localparam SIGNED = (MIN < 0) ? 1 : 0;
    localparam SUM_W  = ELEM_W + 2 - SIGNED;    // signed: unsigned sums have a 0 in front

    wire ok;
    wire both = s_axis_tvalid && s1_axis_tvalid && ok;

    assign s_axis_tready  = s1_axis_tvalid && ok;
    assign s1_axis_tready = s_axis_tvalid && ok;

    wire [ELEMENTS*ELEM_W-1:0] results;
    reg  [ELEMENTS*ELEM_W-1:0] x, x1;

    always @(posedge clk) begin
        x  <= s_axis_tdata;
        x1 <= s1_axis_tdata;
    end

    genvar e;
    generate
        for (e = 0; e < ELEMENTS; e = e + 1) begin : g_element
            wire sign  = SIGNED != 0 && x[e*ELEM_W + ELEM_W-1];
            wire sign1 = SIGNED != 0 && x1[e*ELEM_W + ELEM_W-1];
            reg  [SUM_W-1:0] sum;

            always @(posedge clk)
                sum <= {{(SUM_W-ELEM_W){sign}}, x[e*ELEM_W +: ELEM_W]}
                     + {{(SUM_W-ELEM_W){sign1}}, x1[e*ELEM_W +: ELEM_W]};

            nn_clamp #(.IN_W(SUM_W), .OUT_W(ELEM_W), .MIN(MIN), .MAX(MAX)) u_clamp (
                .clk(clk), .x(sum), .y(results[e*ELEM_W +: ELEM_W])
            );
        end
    endgenerate

    nn_landing #(.DATA_W(ELEMENTS*ELEM_W), .LATENCY(4)) u_landing (
        .clk           (clk),
        .rst           (rst),
        .issue         (both),
        .ok            (ok),
        .result        (results),
        .m_axis_tdata  (m_axis_tdata),
        .m_axis_tvalid (m_axis_tvalid),
        .m_axis_tready (m_axis_tready)
    );

endmodule

`default_nettype wire
