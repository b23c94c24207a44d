// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * A threshold on a stream of its own: y[c] = (x[c] >= T[c]) ^ flip[c].
 *
 * LANES channels of PIXELS pixels a beat, channels innermost. THRESHOLD_FILE as in
 * nn_threshold. FLIP_FILE: CHANNELS/LANES lines of LANES bits, 1 = inverted, which is a compare
 * the other way round; "" for none.
 *
 * Timing: II = 1, latency = 4.
 */
module nn_compare #(
    parameter CHANNELS       = 8,   // channels; LANES must divide it
    parameter LANES          = 4,   // channels per beat
    parameter PIXELS         = 1,   // pixels per beat
    parameter IN_W           = 12,  // input width, bits
    parameter TH_W           = 13,  // threshold width, bits, at least IN_W
    parameter SIGNED_IN      = 1,   // 1: inputs and thresholds are signed
    parameter THRESHOLD_FILE = "",  // $readmemh image, required
    parameter FLIP_FILE      = ""   // $readmemh image; "" = none
) (
    /* Clock, and synchronous reset. */
    input  wire clk,
    input  wire rst,

    /* x: LANES channels of PIXELS pixels. */
    input  wire [PIXELS*LANES*IN_W-1:0] s_axis_tdata,
    input  wire                         s_axis_tvalid,
    output wire                         s_axis_tready,

    /* y: LANES bits of PIXELS pixels. */
    output wire [PIXELS*LANES-1:0] m_axis_tdata,
    output wire                    m_axis_tvalid,
    input  wire                    m_axis_tready
);

    localparam FOLD   = CHANNELS / LANES;
    localparam FOLD_W = (FOLD > 1) ? $clog2(FOLD) : 1;

    wire                    take = s_axis_tvalid && s_axis_tready;
    wire [PIXELS*LANES-1:0] reached, result;
    wire                    reached_valid;

    nn_threshold #(
        .CHANNELS(CHANNELS), .PE(LANES), .IN_W(IN_W), .TH_W(TH_W), .SIGNED_IN(SIGNED_IN),
        .INIT_FILE(THRESHOLD_FILE), .STYLE("distributed"), .PIXELS(PIXELS)
    ) u_threshold (
        .clk        (clk),
        .rst        (rst),
        .sums       (s_axis_tdata),
        .sums_valid (take),
        .y          (reached),
        .y_valid    (reached_valid)
    );

    generate
        if (FLIP_FILE == "") begin : g_plain
            wire unused_valid = reached_valid;
            assign result = reached;
        end else begin : g_flip
            reg  [LANES-1:0]  flips [0:FOLD-1];
            reg  [FOLD_W-1:0] fold;
            wire              fold_last;

            initial $readmemh(FLIP_FILE, flips);

            nn_loop #(.COUNT(FOLD)) u_fold (
                .clk(clk), .rst(rst), .step(reached_valid), .last(fold_last)
            );

            always @(posedge clk) begin
                if (reached_valid) fold <= fold_last ? {FOLD_W{1'b0}} : fold + 1'b1;
                if (rst) fold <= {FOLD_W{1'b0}};
            end

            assign result = reached ^ {PIXELS{flips[fold]}};
        end
    endgenerate

    nn_landing #(.DATA_W(PIXELS*LANES), .LATENCY(3)) u_landing (
        .clk           (clk),
        .rst           (rst),
        .issue         (take),
        .ok            (s_axis_tready),
        .result        (result),
        .m_axis_tdata  (m_axis_tdata),
        .m_axis_tvalid (m_axis_tvalid),
        .m_axis_tready (m_axis_tready)
    );

endmodule

`default_nettype wire
