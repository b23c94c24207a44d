// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Signed inputs times bipolar weights: sum over N taps of (w ? x : -x).
 *
 * A node carries a value and a sign that is still owed: the sum of two nodes is
 * value0 +- value1 with node 0's sign, where - is taken when the signs differ.
 * So negation costs nothing in the tree, and nothing where its root is added to
 * a sum: the result is value, or -value where negative.
 *
 * Every level is registered, an odd node passes. x tap i at bit i*IN_W. All is
 * modulo 2^ACC_W: exact whenever the result fits.
 *
 * Timing: II = 1, latency = $clog2(N), at least 1.
 */
module nn_signed_dot #(
    parameter N       = 27,  // taps
    parameter IN_W    = 8,   // signed input width, bits
    parameter ACC_W   = 16,  // result width, bits, at least IN_W
    parameter LATENCY = 0    // clocks from x and w to value that the user relies on; 0: on none
) (
    /* Clock. */
    input  wire clk,

    /* Taps. */
    input  wire [N*IN_W-1:0] x,  // inputs, signed
    input  wire [N-1:0]      w,  // weights: 1 = +1, 0 = -1

    /* Their sum is value, or -value where `negative`. */
    output wire [ACC_W-1:0] value,
    output wire             negative
);

    localparam LEVELS = (N > 1) ? $clog2(N) : 1;
    localparam ROOT_W = (IN_W + LEVELS < ACC_W) ? IN_W + LEVELS : ACC_W;

    genvar level, n;
    generate
        if (N < 1) begin : g_check_taps
            nn_signed_dot_N_must_be_positive u_error();
        end
        if (LATENCY != 0 && LATENCY != LEVELS) begin : g_check_latency
            nn_signed_dot_LATENCY_must_be_that_of_N u_error();
        end
        if (ACC_W < IN_W) begin : g_check_width
            nn_signed_dot_ACC_W_must_be_at_least_IN_W u_error();
        end

        for (level = 0; level <= LEVELS; level = level + 1) begin : g_level
            localparam NODES  = (N + (1 << level) - 1) >> level;
            localparam NODE_W = (IN_W + level < ROOT_W) ? IN_W + level : ROOT_W;

            wire [NODES*NODE_W-1:0] values;
            wire [NODES-1:0]        positive;

            if (level == 0) begin : g_input
                assign values   = x;
                assign positive = w;
            end else begin : g_add
                localparam FROM   = (N + (1 << (level-1)) - 1) >> (level-1);
                localparam FROM_W = (IN_W + level - 1 < ROOT_W) ? IN_W + level - 1 : ROOT_W;
                localparam GROW   = NODE_W - FROM_W;

                for (n = 0; n < NODES; n = n + 1) begin : g_node
                    wire [FROM_W-1:0] a = g_level[level-1].values[2*n*FROM_W +: FROM_W];
                    reg  [NODE_W-1:0] held;
                    reg               held_positive;

                    if (2*n + 1 < FROM) begin : g_sum
                        wire [FROM_W-1:0] b = g_level[level-1].values[(2*n+1)*FROM_W +: FROM_W];
                        wire same = g_level[level-1].positive[2*n]
                                 ~^ g_level[level-1].positive[2*n+1];
                        // a + b = a - ~b - 1. A subtraction keeps `a`, straight from a
                        // register, at the carry chain's other input; the bit below the
                        // lowest is the borrow.
                        reg unused_low;
                        always @(posedge clk)
                            {held, unused_low} <= {{GROW{a[FROM_W-1]}}, a, 1'b0}
                                - {{GROW{b[FROM_W-1] ^ same}}, b ^ {FROM_W{same}}, same};
                    end else begin : g_pass
                        always @(posedge clk) held <= {{GROW{a[FROM_W-1]}}, a};
                    end

                    always @(posedge clk) held_positive <= g_level[level-1].positive[2*n];
                    assign values[n*NODE_W +: NODE_W] = held;
                    assign positive[n] = held_positive;
                end
            end
        end
    endgenerate

    wire [ROOT_W-1:0] root = g_level[LEVELS].values;

    assign value    = {{(ACC_W-ROOT_W){root[ROOT_W-1]}}, root};
    assign negative = !g_level[LEVELS].positive[0];

endmodule

`default_nettype wire
