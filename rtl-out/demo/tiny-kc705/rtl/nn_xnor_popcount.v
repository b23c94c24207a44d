// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Agreements of two bipolar vectors: count = popcount(xnor(x, w)), 0..N; with BOTH_ONE the
 * ones that they share: count = popcount(x & w).
 *
 * Three pairs make one 2-bit count in two LUT6; nn_popcount adds the counts up.
 *
 * Timing: II = 1, latency = ($clog2(N+1) - 1)/2 + 2, rounded down.
 */
module nn_xnor_popcount #(
    parameter N        = 64,  // pairs of bits, up to 2971 (nn_popcount checks)
    parameter BOTH_ONE = 0,   // 1: pairs of two ones count, not those that agree
    parameter LATENCY  = 0    // clocks from x and w to count that the user relies on; 0: on none
) (
    /* Clock. */
    input  wire clk,

    /* Vectors. */
    input  wire [N-1:0] x,
    input  wire [N-1:0] w,

    /* How many pairs agree. */
    output wire [$clog2(N+1)-1:0] count
);

    localparam CLOCKS  = ($clog2(N + 1) - 1)/2 + 2;
    localparam TRIPLES = N / 3;
    localparam REST    = N - 3*TRIPLES;             // pairs beyond whole triples
    localparam ONES    = TRIPLES + (REST > 0 ? 1 : 0);
    localparam TWOS    = TRIPLES + (REST > 1 ? 1 : 0);

    wire [N-1:0]         agree = (BOTH_ONE != 0) ? x & w : ~(x ^ w);
    wire [ONES+TWOS-1:0] bits;

    generate
        if (LATENCY != 0 && LATENCY != CLOCKS) begin : g_check_latency
            nn_xnor_popcount_LATENCY_must_be_that_of_N u_error();
        end
        if (N < 1) begin : g_check
            nn_xnor_popcount_N_must_be_positive u_error();
        end else begin : g_count
            nn_popcount #(.ONES(ONES), .TWOS(TWOS), .OUT_W($clog2(N+1))) u_count (
                .clk  (clk),
                .bits (bits),
                .sum  (count)
            );
        end

        // Pair t of each third makes a triple: vector operations, two LUT6 a bit pair.
        if (TRIPLES > 0) begin : g_triples
            wire [TRIPLES-1:0] a = agree[0*TRIPLES +: TRIPLES];
            wire [TRIPLES-1:0] b = agree[1*TRIPLES +: TRIPLES];
            wire [TRIPLES-1:0] c = agree[2*TRIPLES +: TRIPLES];
            assign bits[0    +: TRIPLES] = a ^ b ^ c;
            assign bits[ONES +: TRIPLES] = (a & b) | (c & (a | b));
        end

        if (REST == 1) begin : g_single
            assign bits[TRIPLES] = agree[N-1];
        end else if (REST == 2) begin : g_pair
            assign bits[TRIPLES]        = agree[N-1] ^ agree[N-2];
            assign bits[ONES + TRIPLES] = agree[N-1] & agree[N-2];
        end
    endgenerate

endmodule

`default_nettype wire
