// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Element-wise table look-up: out[lane] = table[in[lane]].
 *
 * The input bits are used as an unsigned index, so a signed input needs a
 * table in two's complement order. INIT_FILE holds the one table all lanes
 * share: 2^IN_W lines of OUT_W bits.
 *
 * Timing: II = 1, latency = 1.
 */
module nn_quantise #(
    parameter LANES     = 3,   // elements per pixel and beat
    parameter IN_W      = 8,   // input element width, bits
    parameter OUT_W     = 8,   // output element width, bits
    parameter PIXELS    = 1,   // pixels per beat
    parameter INIT_FILE = ""   // $readmemh image of 2^IN_W lines, required
) (
    /* Clock, and synchronous reset. */
    input  wire clk,
    input  wire rst,

    /* LANES elements of PIXELS pixels: indices into the table. */
    input  wire [PIXELS*LANES*IN_W-1:0] s_axis_tdata,
    input  wire                         s_axis_tvalid,
    output wire                         s_axis_tready,

    /* The table's words for them. */
    output wire [PIXELS*LANES*OUT_W-1:0] m_axis_tdata,
    output wire                          m_axis_tvalid,
    input  wire                          m_axis_tready
);

    localparam ELEMENTS = PIXELS * LANES;

    wire [ELEMENTS*OUT_W-1:0] looked_up;

    reg [OUT_W-1:0] table_image [0:(1 << IN_W)-1];

    genvar e;
    generate
        if (PIXELS < 1) begin : g_check_pixels
            nn_quantise_PIXELS_must_be_positive u_error();
        end
        if (INIT_FILE == "") begin : g_check_image
            nn_quantise_INIT_FILE_is_required u_error();
        end else begin : g_image
            initial $readmemh(INIT_FILE, table_image);
        end

        for (e = 0; e < ELEMENTS; e = e + 1) begin : g_element
            assign looked_up[e*OUT_W +: OUT_W] = table_image[s_axis_tdata[e*IN_W +: IN_W]];
        end
    endgenerate

    nn_skid #(.DATA_W(ELEMENTS*OUT_W)) u_out (
        .clk           (clk),
        .rst           (rst),
        .s_axis_tdata  (looked_up),
        .s_axis_tvalid (s_axis_tvalid),
        .s_axis_tready (s_axis_tready),
        .m_axis_tdata  (m_axis_tdata),
        .m_axis_tvalid (m_axis_tvalid),
        .m_axis_tready (m_axis_tready)
    );

endmodule

`default_nettype wire
