// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Integer affine map per channel:
 *
 *     y[c] = min(max((a[c] * x + t[c]) >>> SHIFT, MIN), MAX)
 *
 * The term t holds the half that rounds. LANES channels of PIXELS pixels a beat, channels
 * innermost. FILE has CHANNELS/LANES lines, one per fold: lane p's a (FACTOR_W bits) at bit
 * p*(FACTOR_W+TERM_W), its t (TERM_W) above it, both two's complement.
 *
 * Multiplier, adder and their registers are what a DSP slice has.
 *
 * Timing: II = 1, latency = 7.
 */
module nn_affine #(
    parameter CHANNELS  = 8,              // channels; LANES must divide it
    parameter LANES     = 4,              // channels per beat
    parameter PIXELS    = 1,              // pixels per beat
    parameter IN_W      = 10,             // input width, bits
    parameter SIGNED_IN = 0,              // 1: the input is signed
    parameter FACTOR_W  = 16,             // width of a, bits
    parameter TERM_W    = 32,             // width of t, bits
    parameter SHIFT     = 8,              // bits shifted out
    parameter OUT_W     = 12,             // output width, bits
    parameter signed [31:0] MIN = -2048,          // least output
    parameter signed [31:0] MAX = 2047,           // greatest output
    parameter FILE      = "",             // $readmemh image, required
    parameter STYLE     = "distributed"   // of its memory, or "block"
) (
    /* Clock, and synchronous reset. */
    input  wire clk,
    input  wire rst,

    /* x: LANES channels of PIXELS pixels. */
    input  wire [PIXELS*LANES*IN_W-1:0] s_axis_tdata,
    input  wire                         s_axis_tvalid,
    output wire                         s_axis_tready,

    /* y: LANES channels of PIXELS pixels. */
    output wire [PIXELS*LANES*OUT_W-1:0] m_axis_tdata,
    output wire                          m_axis_tvalid,
    input  wire                          m_axis_tready
);

    localparam FOLD    = CHANNELS / LANES;
    localparam FOLD_W  = (FOLD > 1) ? $clog2(FOLD) : 1;
    localparam X_W     = IN_W + ((SIGNED_IN != 0) ? 0 : 1);
    localparam PRODUCT_W = X_W + FACTOR_W;
    // Wide enough for the sum, and for more than OUT_W bits to be left of it.
    localparam SUM_W   = ((PRODUCT_W > TERM_W) ? PRODUCT_W : TERM_W) + 1;
    localparam TOTAL_W = (SUM_W > SHIFT + OUT_W) ? SUM_W : SHIFT + OUT_W + 1;
    localparam WORD_W  = FACTOR_W + TERM_W;

    generate
        if (FOLD * LANES != CHANNELS) begin : g_check_lanes
            nn_affine_LANES_must_divide_CHANNELS u_error();
        end
    endgenerate

    wire take = s_axis_tvalid && s_axis_tready;

    reg  [FOLD_W-1:0]       fold;
    wire                    fold_last;
    wire [LANES*WORD_W-1:0] constants;

    nn_loop #(.COUNT(FOLD)) u_fold (
        .clk(clk), .rst(rst), .step(take), .last(fold_last)
    );

    always @(posedge clk) begin
        if (take) fold <= fold_last ? {FOLD_W{1'b0}} : fold + 1'b1;
        if (rst) fold <= {FOLD_W{1'b0}};
    end

    nn_rom #(.DATA_W(LANES*WORD_W), .DEPTH(FOLD), .STYLE(STYLE), .INIT_FILE(FILE)) u_constants (
        .clk(clk), .addr(fold), .q(constants)
    );

    // The inputs wait two clocks for their constants.
    reg [PIXELS*LANES*IN_W-1:0] x_1, x_2;

    always @(posedge clk) begin
        x_1 <= s_axis_tdata;
        x_2 <= x_1;
    end

    wire [PIXELS*LANES*OUT_W-1:0] results;

    genvar e;
    generate
        for (e = 0; e < PIXELS*LANES; e = e + 1) begin : g_element
            wire [WORD_W-1:0] constant = constants[(e % LANES)*WORD_W +: WORD_W];
            wire signed [FACTOR_W-1:0] a = constant[FACTOR_W-1:0];
            wire signed [TERM_W-1:0]   t = constant[WORD_W-1:FACTOR_W];
            wire signed [X_W-1:0]      x;

            if (SIGNED_IN != 0) begin : g_signed
                assign x = x_2[e*IN_W +: IN_W];
            end else begin : g_unsigned
                assign x = {1'b0, x_2[e*IN_W +: IN_W]};
            end

            reg  signed [PRODUCT_W-1:0] product;
            reg  signed [TERM_W-1:0]    term;
            reg  signed [TOTAL_W-1:0]   total;

            always @(posedge clk) begin
                product <= a * x;
                term    <= t;
                total   <= {{(TOTAL_W-PRODUCT_W){product[PRODUCT_W-1]}}, product}
                         + {{(TOTAL_W-TERM_W){term[TERM_W-1]}}, term};
            end

            // A wire of its own: Yosys 0.23 fails on a part of a signed vector at a port.
            wire [TOTAL_W-SHIFT-1:0] scaled = total[TOTAL_W-1:SHIFT];

            nn_clamp #(.IN_W(TOTAL_W-SHIFT), .OUT_W(OUT_W), .MIN(MIN), .MAX(MAX)) u_clamp (
                .clk(clk), .x(scaled), .y(results[e*OUT_W +: OUT_W])
            );

            if (SHIFT > 0) begin : g_shifted_out
                wire unused_low = |total[SHIFT-1:0];
            end
        end
    endgenerate

    nn_landing #(.DATA_W(PIXELS*LANES*OUT_W), .LATENCY(6)) u_landing (
        .clk           (clk),
        .rst           (rst),
        .issue         (take),
        .ok            (s_axis_tready),
        .result        (results),
        .m_axis_tdata  (m_axis_tdata),
        .m_axis_tvalid (m_axis_tvalid),
        .m_axis_tready (m_axis_tready)
    );

endmodule

`default_nettype wire
