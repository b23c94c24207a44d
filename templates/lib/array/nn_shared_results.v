// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Results of a frame: kept by pass, UNITS lanes a word, then sent one a beat.
 *
 * SUMS = 0: the word of a pass is kept as it comes. SUMS = 1: words of all pixels are
 * added up, pass by pass, from `load` on. After `deliver` the first
 * CHANNELS values leave in order, lane by lane, pass by pass; `free` is low until
 * they have. Values and results are signed where SIGNED = 1.
 *
 * Timing: II = 1, latency = 3.
 */
module nn_shared_results #(
    parameter UNITS    = 8,   // values of a word
    parameter CHANNELS = 10,  // results of a frame
    parameter VALUE_W  = 12,  // value width, bits
    parameter OUT_W    = 12,  // result width, bits; VALUE_W unless SUMS
    parameter SUMS     = 0,   // 1: add up
    parameter SIGNED   = 1    // 1: values are signed
) (
    input  wire                     clk,
    input  wire                     rst,

    /* In: a word a pass */
    input  wire [UNITS*VALUE_W-1:0] values,   // unit 0 in the low bits
    input  wire                     valid,
    input  wire                     load,     // a frame begins
    input  wire                     last,     // the pixel's last pass
    input  wire                     deliver,  // the frame's results are complete
    output wire                     free,     // the next frame's may come

    /* Out: a result a beat */
    output wire [OUT_W-1:0]         m_axis_tdata,
    output wire                     m_axis_tvalid,
    input  wire                     m_axis_tready
);

    localparam PASSES = (CHANNELS + UNITS - 1) / UNITS;
    localparam PASS_W = (PASSES > 1) ? $clog2(PASSES) : 1;
    localparam LANE_W = (UNITS > 1) ? $clog2(UNITS) : 1;
    localparam [PASS_W-1:0] ZERO = 0;
    localparam [LANE_W-1:0] FIRST_LANE = 0;

    generate
        if (OUT_W < VALUE_W || (SUMS == 0 && OUT_W != VALUE_W)) begin : g_check_width
            nn_shared_results_OUT_W_must_hold_a_value u_error();
        end
    endgenerate

    (* ram_block = "auto", ram_style = "distributed" *)
    reg [UNITS*OUT_W-1:0] store [0:PASSES-1];
    reg [PASS_W-1:0]      pass;         // that comes, or that is sent
    reg                   sending, first;       // first: of the frame's pixels
    wire [UNITS*OUT_W-1:0] word = store[pass];
    wire [UNITS*OUT_W-1:0] next;

    genvar u;
    generate
        for (u = 0; u < UNITS; u = u + 1) begin : g_lane
            wire [VALUE_W-1:0] value = values[u*VALUE_W +: VALUE_W];
            if (SUMS != 0) begin : g_sum
                wire [OUT_W-1:0] wide;
                if (OUT_W > VALUE_W) begin : g_extend
                    assign wide = {{(OUT_W-VALUE_W){SIGNED != 0 && value[VALUE_W-1]}}, value};
                end else begin : g_same
                    assign wide = value;
                end
                assign next[u*OUT_W +: OUT_W] = wide
                    + (first ? {OUT_W{1'b0}} : word[u*OUT_W +: OUT_W]);
            end else begin : g_keep
                assign next[u*OUT_W +: OUT_W] = value;
            end
        end
        if (SUMS == 0) begin : g_unused
            wire unused_first = first || (SIGNED != 0);
        end
    endgenerate

    always @(posedge clk) begin
        if (valid) store[pass] <= next;
        if (load) first <= 1'b1;
        else if (valid && last) first <= 1'b0;
    end

    // Sent: lane by lane of a word, pass by pass.
    reg  [OUT_W-1:0]  data;
    reg  [LANE_W-1:0] lane;
    reg               filled;
    wire              lane_last, all_read;
    wire              fetch = sending && (!filled || m_axis_tready);
    wire [OUT_W-1:0]  chosen;

    genvar b;
    generate
        for (b = 0; b < OUT_W; b = b + 1) begin : g_bit
            wire [UNITS-1:0] of_lanes;
            for (u = 0; u < UNITS; u = u + 1) begin : g_of_lane
                assign of_lanes[u] = word[u*OUT_W + b];
            end
            assign chosen[b] = of_lanes[lane];
        end
    endgenerate

    nn_loop #(.COUNT(UNITS))    u_lane (
        .clk(clk), .rst(rst || !sending), .step(fetch), .last(lane_last)
    );
    nn_loop #(.COUNT(CHANNELS)) u_result (.clk(clk), .rst(rst), .step(fetch), .last(all_read));

    assign free          = !sending;
    assign m_axis_tdata  = data;
    assign m_axis_tvalid = filled;

    always @(posedge clk) begin
        if (fetch) data <= chosen;
        if (!sending) lane <= FIRST_LANE;
        else if (fetch) lane <= lane_last ? FIRST_LANE : lane + 1'b1;

        if (fetch) filled <= 1'b1;
        else if (m_axis_tready) filled <= 1'b0;

        if (deliver) sending <= 1'b1;
        else if (fetch && all_read) sending <= 1'b0;

        if (deliver || (fetch && all_read) || (valid && last)) pass <= ZERO;
        else if (valid || (fetch && lane_last)) pass <= pass + 1'b1;

        if (rst) begin
            sending <= 1'b0;
            filled  <= 1'b0;
            pass    <= ZERO;
        end
    end

endmodule

`default_nettype wire
