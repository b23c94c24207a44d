// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Agreements of two bipolar vectors: count = popcount(xnor(x, w)), 0..N; what
 * nn_xnor_popcount computes, in primitives of Xilinx devices.
 *
 * One LUT6_2 adds two pairs to a running parity and gives the carry, a bit of
 * weight 2: N/2 LUTs leave N/2 carries, and a parity from every fourth LUT,
 * where a chain ends. nn_xilinx_popcount counts them. Synthesis tools, which define
 * SYNTHESIS, see the primitives; simulators a model of the whole cell.
 *
 * About 0.81 N + 10 LUTs. LEVELS = 0 for N < 8, one
 * more from each of 8, 30, 86, 170, 394, 889, 2060 on.
 *
 * Timing: II = 1, latency = LEVELS + 2.
 */
module nn_xilinx_xnor_popcount #(
    parameter N       = 64,  // pairs of bits, up to 2999
    parameter CARRY_W = 4,   // positions of a carry primitive: 4 = CARRY4, 8 = CARRY8
    parameter LATENCY = 0    // clocks from x and w to count that the user relies on; 0: on none
) (
    /* Clock. */
    input  wire clk,

    /* Vectors. */
    input  wire [N-1:0] x,
    input  wire [N-1:0] w,

    /* How many pairs agree. */
    output wire [$clog2(N+1)-1:0] count
);

    localparam LEVELS = (N < 8) ? 0 : (N < 30) ? 1 : (N < 86) ? 2 : (N < 170) ? 3
                      : (N < 394) ? 4 : (N < 889) ? 5 : (N < 2060) ? 6 : 7;

    generate
        if (N < 2) begin : g_check
            nn_xilinx_xnor_popcount_N_must_be_at_least_2 u_error();
        end
        if (LATENCY != 0 && LATENCY != LEVELS + 2) begin : g_check_latency
            nn_xilinx_xnor_popcount_LATENCY_must_be_that_of_N u_error();
        end
    endgenerate

`ifdef SYNTHESIS

    localparam CHAIN  = 4;                          // LUTs from register to register
    localparam TWOS   = N / 2;
    localparam LUTS   = (N + 1) / 2;
    localparam ONES   = (LUTS + CHAIN - 1) / CHAIN;

    // Truth tables of the LUT inputs: an equation on them is a LUT's INIT.
    localparam [31:0] X0 = 32'hAAAAAAAA, W0 = 32'hCCCCCCCC, X1 = 32'hF0F0F0F0,
                      W1 = 32'hFF00FF00, PAST = 32'hFFFF0000;

    localparam [31:0] AGREE0 = ~(X0 ^ W0);
    localparam [31:0] AGREE1 = ~(X1 ^ W1);
    localparam [31:0] PARITY = AGREE0 ^ AGREE1 ^ PAST;
    localparam [31:0] CARRY  = (AGREE0 & AGREE1) | (PAST & (AGREE0 ^ AGREE1));

    // An odd N has a pair that never agrees in front: its LUT, first of a chain, carries nothing.
    wire [2*LUTS-1:0]    xs, ws;
    wire [LUTS-1:0]      parity, carry;
    wire [ONES+TWOS-1:0] bits;
    reg  [ONES+TWOS-1:0] held;

    assign bits[ONES +: TWOS] = carry[LUTS-1 -: TWOS];
    always @(posedge clk) held <= bits;

    genvar n;
    generate
        if (N % 2 == 0) begin : g_even
            assign xs = x;
            assign ws = w;
        end else begin : g_odd
            wire unused_carry = carry[0];
            assign xs = {x, 1'b0};
            assign ws = {w, 1'b1};
        end

        for (n = 0; n < LUTS; n = n + 1) begin : g_lut
            wire past;
            if (n % CHAIN == 0) begin : g_first
                assign past = 1'b0;
            end else begin : g_next
                assign past = parity[n-1];
            end
            if (n % CHAIN == CHAIN - 1 || n == LUTS - 1) begin : g_last
                assign bits[n / CHAIN] = parity[n];
            end
            LUT6_2 #(.INIT({PARITY, CARRY})) u_lut (
                .I0(xs[2*n]), .I1(ws[2*n]), .I2(xs[2*n+1]), .I3(ws[2*n+1]), .I4(past), .I5(1'b1),
                .O6(parity[n]), .O5(carry[n])
            );
        end
    endgenerate

    nn_xilinx_popcount #(
        .ONES(ONES), .TWOS(TWOS), .OUT_W($clog2(N+1)), .LEVELS(LEVELS), .CARRY_W(CARRY_W)
    ) u_count (
        .clk  (clk),
        .bits (held),
        .sum  (count)
    );

`else

    wire unused_carry_w = CARRY_W[0];

    // For simulators the same count at the same clock, many times as fast as LUT by
    // LUT: in words of 64 bits, neighbouring fields are added until one is left.
    localparam COUNT_W = $clog2(N+1);
    localparam WORDS   = (N + 63) / 64;

    wire [64*WORDS-1:0]          agree = {{(64*WORDS-N){1'b0}}, ~(x ^ w)};
    reg  [(LEVELS+2)*COUNT_W-1:0] past;

    genvar n;
    generate
        for (n = 0; n < WORDS; n = n + 1) begin : g_word
            wire [63:0] ones  = agree[n*64 +: 64];
            wire [63:0] in_2  = (ones & {32{2'h1}}) + ((ones >> 1) & {32{2'h1}});
            wire [63:0] in_4  = (in_2 & {16{4'h3}}) + ((in_2 >> 2) & {16{4'h3}});
            wire [63:0] in_8  = (in_4 & {8{8'h0F}}) + ((in_4 >> 4) & {8{8'h0F}});
            wire [63:0] in_16 = (in_8 & {4{16'h00FF}}) + ((in_8 >> 8) & {4{16'h00FF}});
            wire [63:0] in_32 = (in_16 & {2{32'h0000FFFF}}) + ((in_16 >> 16) & {2{32'h0000FFFF}});
            wire [63:0] in_64 = (in_32 & 64'h00000000FFFFFFFF) + (in_32 >> 32);
            wire unused_high  = |in_64[63:COUNT_W];
            wire [COUNT_W-1:0] so_far;
            if (n == 0) begin : g_first
                assign so_far = in_64[COUNT_W-1:0];
            end else begin : g_next
                assign so_far = g_word[n-1].so_far + in_64[COUNT_W-1:0];
            end
        end
    endgenerate

    always @(posedge clk)
        past <= {past[(LEVELS+1)*COUNT_W-1:0], g_word[WORDS-1].so_far};

    assign count = past[(LEVELS+1)*COUNT_W +: COUNT_W];

`endif

endmodule

`default_nettype wire
