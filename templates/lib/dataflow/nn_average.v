// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Average pool as sums, window ROWS x COLS, step the same: y = sum of x over a window, signed.
 *
 * One pixel, LANES channels a beat, channels innermost, row major pixels; rows and columns
 * beyond a whole window are swallowed.
 *
 * Timing: II = 1 beat in, latency = 4 from a window's last beat.
 */
module nn_average #(
    parameter HEIGHT    = 8,   // input rows
    parameter WIDTH     = 8,   // input columns
    parameter CHANNELS  = 16,  // channels; LANES must divide it
    parameter LANES     = 4,   // channels per beat
    parameter ROWS      = 8,   // window height
    parameter COLS      = 8,   // window width
    parameter IN_W      = 12,  // input width, bits
    parameter SIGNED_IN = 1,   // 1: the input is signed
    parameter OUT_W     = 18   // output width, bits, at most 32
) (
    /* Clock, and synchronous reset. */
    input  wire clk,
    input  wire rst,

    /* x: LANES channels of a pixel. */
    input  wire [LANES*IN_W-1:0] s_axis_tdata,
    input  wire                  s_axis_tvalid,
    output wire                  s_axis_tready,

    /* Sums of a window: LANES channels, signed. */
    output wire [LANES*OUT_W-1:0] m_axis_tdata,
    output wire                   m_axis_tvalid,
    input  wire                   m_axis_tready
);

    localparam FOLD    = CHANNELS / LANES;
    localparam ACROSS  = WIDTH / COLS;      // whole windows across
    localparam WORDS   = ACROSS * FOLD;
    localparam FOLD_W  = (FOLD > 1) ? $clog2(FOLD) : 1;
    localparam ADDR_W  = (WORDS > 1) ? $clog2(WORDS) : 1;
    localparam ADD_W   = IN_W + ((SIGNED_IN != 0) ? 0 : 1);
    localparam SUM_W   = (OUT_W > ADD_W) ? OUT_W : ADD_W;

    generate
        if (FOLD * LANES != CHANNELS) begin : g_check_lanes
            nn_average_LANES_must_divide_CHANNELS u_error();
        end
        if (ROWS < 1 || COLS < 1 || ROWS > HEIGHT || COLS > WIDTH) begin : g_check_window
            nn_average_window_must_fit_the_map u_error();
        end
    endgenerate

    // ---- Where the beat lies in its window ----

    wire [ADDR_W-1:0] addr;     // of the running sums
    wire [FOLD_W-1:0] fold;
    wire              used, first, last, ok;
    wire              unused_fold = |fold;

    wire take = s_axis_tvalid && ok;

    assign s_axis_tready = ok;

    nn_pool_walk #(
        .ROWS(HEIGHT), .COLS(WIDTH), .FOLD(FOLD), .WINDOW_ROWS(ROWS), .WINDOW_COLS(COLS)
    ) u_walk (
        .clk   (clk),
        .rst   (rst),
        .take  (take),
        .fold  (fold),
        .addr  (addr),
        .used  (used),
        .first (first),
        .last  (last)
    );

    // ---- Sums, one clock behind ----

    reg  [LANES*IN_W-1:0]  x;
    reg  [ADDR_W-1:0]      addr_1;
    reg                    valid_1, first_1;
    wire [LANES*OUT_W-1:0] sums;

    always @(posedge clk) begin
        x       <= s_axis_tdata;
        addr_1  <= addr;
        valid_1 <= take && used;
        first_1 <= first;
        if (rst) valid_1 <= 1'b0;
    end

    genvar p;
    generate
        for (p = 0; p < LANES; p = p + 1) begin : g_lane
            wire             sign = SIGNED_IN != 0 && x[p*IN_W + IN_W-1];
            wire [ADD_W-1:0] add;
            wire [SUM_W-1:0] sum;

            if (SIGNED_IN != 0) begin : g_signed
                wire unused_sign = sign;
                assign add = x[p*IN_W +: IN_W];
            end else begin : g_unsigned
                assign add = {sign, x[p*IN_W +: IN_W]};
            end

            nn_accumulate #(.WORDS(WORDS), .ADD_W(ADD_W), .SUM_W(SUM_W)) u_sum (
                .clk   (clk),
                .valid (valid_1),
                .first (first_1),
                .from  ({SUM_W{1'b0}}),
                .addr  (addr_1),
                .add   (add),
                .sum   (sum)
            );
            assign sums[p*OUT_W +: OUT_W] = sum[OUT_W-1:0];

            if (SUM_W > OUT_W) begin : g_unused
                wire unused_top = |sum[SUM_W-1:OUT_W];
            end
        end
    endgenerate

    nn_landing #(.DATA_W(LANES*OUT_W), .LATENCY(3)) u_landing (
        .clk           (clk),
        .rst           (rst),
        .issue         (take && used && last),
        .ok            (ok),
        .result        (sums),
        .m_axis_tdata  (m_axis_tdata),
        .m_axis_tvalid (m_axis_tvalid),
        .m_axis_tready (m_axis_tready)
    );

endmodule

`default_nettype wire
