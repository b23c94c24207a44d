// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Batch norm and sign folded into one compare: y[c] = sum[c] >= T[c].
 *
 * PE channels per beat, lane 0 in the low bits; the channel fold wraps every
 * CHANNELS/PE beats. Image: one line per fold, lane p's threshold at bit
 * p*TH_W, signed when SIGNED_IN. PIXELS pixels share it, pixel m's lanes at m*PE.
 * TH_W may exceed IN_W, for a threshold above every reachable sum is legal (the
 * channel is then constant).
 *
 * Valid-only, for use inside a layer.
 *
 * Timing: II = 1, latency = 3.
 */
module nn_threshold #(
    parameter CHANNELS  = 8,              // channels; PE must divide it
    parameter PE        = 4,              // channels per beat
    parameter IN_W      = 10,             // sum width, bits
    parameter TH_W      = 10,             // threshold width, bits, at least IN_W
    parameter SIGNED_IN = 0,              // 1: sums and thresholds are signed
    parameter INIT_FILE = "",             // $readmemh image of CHANNELS/PE lines, required
    parameter STYLE     = "distributed",  // of the threshold memory, or "block"
    parameter PIXELS    = 1               // pixels per beat
) (
    /* Clock, and synchronous reset. */
    input  wire clk,
    input  wire rst,

    /* Sums: PE channels of PIXELS pixels. */
    input  wire [PIXELS*PE*IN_W-1:0] sums,
    input  wire                      sums_valid,

    /* Their bits. */
    output reg  [PIXELS*PE-1:0] y,
    output reg                  y_valid
);

    localparam FOLD   = CHANNELS / PE;
    localparam FOLD_W = (FOLD > 1) ? $clog2(FOLD) : 1;

    generate
        if (FOLD * PE != CHANNELS) begin : g_check_fold
            nn_threshold_PE_must_divide_CHANNELS u_error();
        end
        if (TH_W < IN_W) begin : g_check_width
            nn_threshold_TH_W_must_be_at_least_IN_W u_error();
        end
    endgenerate

    reg  [FOLD_W-1:0]  fold;
    wire               fold_last;
    wire [PE*TH_W-1:0] thresholds;

    nn_loop #(.COUNT(FOLD)) u_fold (
        .clk(clk), .rst(rst), .step(sums_valid), .last(fold_last)
    );

    nn_rom #(.DATA_W(PE*TH_W), .DEPTH(FOLD), .STYLE(STYLE), .INIT_FILE(INIT_FILE)) u_thresholds (
        .clk(clk), .addr(fold), .q(thresholds)
    );

    // The sums wait two clocks for their thresholds.
    reg [PIXELS*PE*IN_W-1:0] sums_1, sums_2;
    reg               valid_1, valid_2;

    always @(posedge clk) begin
        if (sums_valid) fold <= fold_last ? {FOLD_W{1'b0}} : fold + 1'b1;

        sums_1  <= sums;
        sums_2  <= sums_1;
        valid_1 <= sums_valid;
        valid_2 <= valid_1;
        y_valid <= valid_2;

        if (rst) begin
            fold    <= {FOLD_W{1'b0}};
            valid_1 <= 1'b0;
            valid_2 <= 1'b0;
            y_valid <= 1'b0;
        end
    end

    genvar p;
    generate
        for (p = 0; p < PIXELS*PE; p = p + 1) begin : g_lane
            wire [IN_W-1:0] sum = sums_2[p*IN_W +: IN_W];
            wire [TH_W-1:0] t   = thresholds[(p % PE)*TH_W +: TH_W];

            if (SIGNED_IN != 0) begin : g_signed
                wire signed [TH_W-1:0] wide = {{(TH_W-IN_W){sum[IN_W-1]}}, sum};
                always @(posedge clk) y[p] <= wide >= $signed(t);
            end else begin : g_unsigned
                wire [TH_W-1:0] wide = {{(TH_W-IN_W){1'b0}}, sum};
                always @(posedge clk) y[p] <= wide >= t;
            end
        end
    endgenerate

endmodule

`default_nettype wire
