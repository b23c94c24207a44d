// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Fully connected layer with 8-bit weights: y[k] = bias[k] + sum over i of w[k][i] * x[i].
 *
 * One input a beat; it meets all UNITS, PE at once in NF = UNITS/PE steps, each lane adding to
 * one of NF running sums. After the last of TAPS inputs the sums leave, PE a beat, in order.
 *
 * WEIGHT_FILE: TAPS*NF lines, line i*NF + nf: weight of unit nf*PE + p at bit p*8. BIAS_FILE:
 * NF lines, unit nf*PE + p at bit p*SUM_W. Two's complement all.
 *
 * `step`: the lanes work in this clock.
 *
 * Timing: TAPS*NF clocks per frame, latency = 6 from its last step.
 */
module nn_int_dense #(
    parameter TAPS         = 16,       // inputs per frame
    parameter UNITS        = 10,       // outputs; PE must divide it
    parameter PE           = 2,        // units side by side
    parameter IN_W         = 18,       // input width, bits
    parameter SIGNED_IN    = 1,        // 1: the input is signed
    parameter SUM_W        = 32,       // output width, bits, at most 32
    parameter WEIGHT_FILE  = "",       // $readmemh image, required
    parameter BIAS_FILE    = "",       // $readmemh image, required
    parameter WEIGHT_STYLE = "block"   // memory of the weights: "block" or "distributed"
) (
    /* Clock, and synchronous reset. */
    input  wire clk,
    input  wire rst,

    /* x: one input a beat. */
    input  wire [IN_W-1:0] s_axis_tdata,
    input  wire            s_axis_tvalid,
    output wire            s_axis_tready,

    /* y: PE units a beat, signed. */
    output wire [PE*SUM_W-1:0] m_axis_tdata,
    output wire                m_axis_tvalid,
    input  wire                m_axis_tready
);

    localparam NF     = UNITS / PE;
    localparam NF_W   = (NF > 1) ? $clog2(NF) : 1;
    localparam WORDS  = TAPS * NF;
    localparam ADDR_W = (WORDS > 1) ? $clog2(WORDS) : 1;
    localparam X_W    = IN_W + ((SIGNED_IN != 0) ? 0 : 1);
    localparam PRODUCT_W = X_W + 8;
    localparam ADD_W  = (PRODUCT_W > SUM_W) ? SUM_W : PRODUCT_W;

    generate
        if (NF * PE != UNITS) begin : g_check_pe
            nn_int_dense_PE_must_divide_UNITS u_error();
        end
    endgenerate

    // ---- An input stays for NF steps ----

    wire nf_last, tap_last, word_last, ok;
    reg  first_tap;
    wire step = s_axis_tvalid && ok;
    wire next = step && nf_last;

    assign s_axis_tready = nf_last && ok;

    reg [ADDR_W-1:0] addr;
    reg [NF_W-1:0]   nf;

    nn_loop #(.COUNT(NF)) u_nf (
        .clk(clk), .rst(rst), .step(step), .last(nf_last)
    );
    nn_loop #(.COUNT(TAPS)) u_tap (
        .clk(clk), .rst(rst), .step(next), .last(tap_last)
    );
    nn_loop #(.COUNT(WORDS)) u_word (
        .clk(clk), .rst(rst), .step(step), .last(word_last)
    );

    always @(posedge clk) begin
        if (step) addr <= word_last ? {ADDR_W{1'b0}} : addr + 1'b1;
        if (step) nf   <= nf_last ? {NF_W{1'b0}} : nf + 1'b1;
        if (next) first_tap <= tap_last;
        if (rst) begin
            addr      <= {ADDR_W{1'b0}};
            nf        <= {NF_W{1'b0}};
            first_tap <= 1'b1;
        end
    end

    // ---- Weight (2 clocks), product (1), sum (2) ----

    wire [PE*8-1:0]     weights;
    wire [PE*SUM_W-1:0] biases, sums;
    reg  [IN_W-1:0]     x_1, x_2;
    reg  [NF_W-1:0]     nf_1, nf_2, nf_3;
    reg  [2:0]          valid_at, first_at;

    nn_rom #(
        .DATA_W(PE*8), .DEPTH(WORDS), .STYLE(WEIGHT_STYLE), .INIT_FILE(WEIGHT_FILE)
    ) u_weights (
        .clk(clk), .addr(addr), .q(weights)
    );
    nn_rom #(
        .DATA_W(PE*SUM_W), .DEPTH(NF), .STYLE("distributed"), .INIT_FILE(BIAS_FILE)
    ) u_biases (
        .clk(clk), .addr(nf_1), .q(biases)
    );

    always @(posedge clk) begin
        x_1      <= s_axis_tdata;
        x_2      <= x_1;
        nf_1     <= nf;
        nf_2     <= nf_1;
        nf_3     <= nf_2;
        valid_at <= {valid_at[1:0], step};
        first_at <= {first_at[1:0], first_tap};
        if (rst) valid_at <= 3'b000;
    end

    genvar p;
    generate
        for (p = 0; p < PE; p = p + 1) begin : g_lane
            wire signed [7:0]     w = weights[p*8 +: 8];
            wire signed [X_W-1:0] x;

            if (SIGNED_IN != 0) begin : g_signed
                assign x = x_2;
            end else begin : g_unsigned
                assign x = {1'b0, x_2};
            end

            reg signed [PRODUCT_W-1:0] product;
            // A wire of its own, for Yosys fails on slices of signed signals at ports.
            wire       [ADD_W-1:0]     add = product[ADD_W-1:0];
            always @(posedge clk) product <= w * x;

            nn_accumulate #(.WORDS(NF), .ADD_W(ADD_W), .SUM_W(SUM_W)) u_sum (
                .clk   (clk),
                .valid (valid_at[2]),
                .first (first_at[2]),
                .from  (biases[p*SUM_W +: SUM_W]),
                .addr  (nf_3),
                .add   (add),
                .sum   (sums[p*SUM_W +: SUM_W])
            );

            if (PRODUCT_W > ADD_W) begin : g_unused
                wire unused_top = |product[PRODUCT_W-1:ADD_W];
            end
        end
    endgenerate

    nn_landing #(.DATA_W(PE*SUM_W), .LATENCY(5)) u_landing (
        .clk           (clk),
        .rst           (rst),
        .issue         (step && tap_last),
        .ok            (ok),
        .result        (sums),
        .m_axis_tdata  (m_axis_tdata),
        .m_axis_tvalid (m_axis_tvalid),
        .m_axis_tready (m_axis_tready)
    );

endmodule

`default_nettype wire
