// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Width converter: IN_LANES channels a beat in, OUT_LANES out, order kept.
 * One of the two must be a multiple of the other; equal widths are wires.
 *
 * Down: a beat is unpacked lane 0 first. Up: the first narrow beat lands in
 * the low lanes. A beat carries those lanes of PIXELS pixels, each pixel's
 * lanes side by side, before as after. The narrow side moves every clock; tready depends on
 * registers only.
 *
 * Timing: the narrow side moves every clock, latency = 2 down, the number of narrow beats up.
 */
module nn_width #(
    parameter ELEM_W    = 1,  // element width, bits
    parameter PIXELS    = 1,  // pixels per beat, in and out
    parameter IN_LANES  = 4,  // elements per input beat
    parameter OUT_LANES = 1   // elements per output beat
) (
    /* Clock, and synchronous reset. */
    input  wire clk,
    input  wire rst,

    /* IN_LANES elements of each of PIXELS pixels, lane 0 in the low bits. */
    input  wire [PIXELS*IN_LANES*ELEM_W-1:0] s_axis_tdata,
    input  wire                              s_axis_tvalid,
    output wire                              s_axis_tready,

    /* OUT_LANES elements of each of PIXELS pixels, lane 0 in the low bits. */
    output wire [PIXELS*OUT_LANES*ELEM_W-1:0] m_axis_tdata,
    output wire                               m_axis_tvalid,
    input  wire                               m_axis_tready
);

    localparam IN_W  = PIXELS * IN_LANES * ELEM_W;
    localparam OUT_W = PIXELS * OUT_LANES * ELEM_W;

    // A pixel's lanes in a narrow beat.
    localparam LANES_W = ((IN_LANES < OUT_LANES) ? IN_LANES : OUT_LANES) * ELEM_W;

    genvar m, r;
    generate
        if (PIXELS < 1) begin : g_check_pixels
            nn_width_PIXELS_must_be_positive u_error();
        end
        if (IN_LANES % OUT_LANES != 0 && OUT_LANES % IN_LANES != 0) begin : g_check_ratio
            nn_width_one_of_IN_LANES_and_OUT_LANES_must_divide_the_other u_error();
        end

        if (IN_LANES == OUT_LANES) begin : g_same
            wire unused_ports = clk | rst;
            assign m_axis_tdata  = s_axis_tdata;
            assign m_axis_tvalid = s_axis_tvalid;
            assign s_axis_tready = m_axis_tready;

        end else if (IN_LANES > OUT_LANES) begin : g_down
            localparam RATIO  = IN_LANES / OUT_LANES;
            localparam LEFT_W = $clog2(RATIO + 1);
            localparam [31:0]       RATIO_32 = RATIO;
            localparam [LEFT_W-1:0] FULL     = RATIO_32[LEFT_W-1:0];

            wire [IN_W-1:0]   parts;    // one narrow beat after the other
            reg  [IN_W-1:0]   shift;
            reg  [LEFT_W-1:0] left;
            reg               some, final_one;  // left != 0, left == 1
            wire              next_ready;

            // The skid behind makes next_ready a register, so the last narrow
            // beat's departure can be announced in the clock it happens.
            assign s_axis_tready = !some || (final_one && next_ready);

            wire load = s_axis_tvalid && s_axis_tready;
            wire move = some && next_ready;

            for (m = 0; m < PIXELS; m = m + 1) begin : g_pixel
                for (r = 0; r < RATIO; r = r + 1) begin : g_part
                    assign parts[(r*PIXELS + m)*LANES_W +: LANES_W] =
                        s_axis_tdata[(m*RATIO + r)*LANES_W +: LANES_W];
                end
            end

            always @(posedge clk) begin
                if (load) begin
                    shift     <= parts;
                    left      <= FULL;
                    some      <= 1'b1;
                    final_one <= 1'b0;
                end else if (move) begin
                    shift     <= {{OUT_W{1'b0}}, shift[IN_W-1:OUT_W]};
                    left      <= left - 1'b1;
                    some      <= !final_one;
                    final_one <= left == {{(LEFT_W-2){1'b0}}, 2'd2};
                end
                if (rst) begin
                    some      <= 1'b0;
                    final_one <= 1'b0;
                end
            end

            nn_skid #(.DATA_W(OUT_W)) u_out (
                .clk           (clk),
                .rst           (rst),
                .s_axis_tdata  (shift[OUT_W-1:0]),
                .s_axis_tvalid (some),
                .s_axis_tready (next_ready),
                .m_axis_tdata  (m_axis_tdata),
                .m_axis_tvalid (m_axis_tvalid),
                .m_axis_tready (m_axis_tready)
            );

        end else begin : g_up
            localparam RATIO = OUT_LANES / IN_LANES;

            reg  [OUT_W-IN_W-1:0] gathered;
            reg  [OUT_W-1:0]      word;
            reg                   word_valid;
            wire                  completes;

            // A word has at least two clocks to leave before the next one is
            // complete, so refusing only its last beat costs no rate.
            assign s_axis_tready = !(completes && word_valid);
            assign m_axis_tvalid = word_valid;

            for (m = 0; m < PIXELS; m = m + 1) begin : g_pixel
                for (r = 0; r < RATIO; r = r + 1) begin : g_part
                    assign m_axis_tdata[(m*RATIO + r)*LANES_W +: LANES_W] =
                        word[(r*PIXELS + m)*LANES_W +: LANES_W];
                end
            end

            wire take = s_axis_tvalid && s_axis_tready;

            nn_loop #(.COUNT(RATIO)) u_beat (
                .clk(clk), .rst(rst), .step(take), .last(completes)
            );

            if (RATIO == 2) begin : g_pair
                always @(posedge clk) if (take) gathered <= s_axis_tdata;
            end else begin : g_many
                always @(posedge clk)
                    if (take) gathered <= {s_axis_tdata, gathered[OUT_W-IN_W-1:IN_W]};
            end

            always @(posedge clk) begin
                if (take && completes) begin
                    word       <= {s_axis_tdata, gathered};
                    word_valid <= 1'b1;
                end else if (m_axis_tready) begin
                    word_valid <= 1'b0;
                end
                if (rst) word_valid <= 1'b0;
            end
        end
    endgenerate

endmodule

`default_nettype wire
