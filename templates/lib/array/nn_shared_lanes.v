// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Output stage of the shared array: what becomes of a pass's UNITS sums.
 *
 *     p = factor * sum + term                         (FACTOR_W = 0: sum + term)
 *     bits:   y = p >= 0
 *     values: r = clamp(floor(p / 2^SHIFT) + shortcut) to VALUE_W bits, y = r >= level
 *             CLAMPS = 1: the quotient is clamped, too, before it is added
 * y of a pool's windows are joined, by OR, or by AND where `minimum` is set.
 *
 * Constants stand in memories by pass, lane u in the low bits: they arrive when they
 * are needed, factors with the sums, terms CLOCKS - 1 later, levels with `values`,
 * minima with the y before pooling, `shortcut` CLAMPS clocks behind p. Valid-only, II =
 * 1; CLOCKS = 3, or 1 without factors; latency: sum_of (p) CLOCKS, values CLOCKS + 2 +
 * CLAMPS, y two more, or CLOCKS + 1 where VALUE_W = 0.
 *
 * Timing: II = 1, latency = 2 to 8, by its parameters.
 */
module nn_shared_lanes #(
    parameter UNITS    = 8,   // sums side by side
    parameter ACC_W    = 14,  // sum width, unsigned
    parameter FACTOR_W = 25,  // factor width, signed; 0: no factors
    parameter TERM_W   = 32,  // term width, signed
    parameter SUM_W    = 40,  // width of p, signed: at least ACC_W + FACTOR_W + 1
    parameter SHIFT    = 8,   // of p, where it becomes a value
    parameter WIDE_W   = 20,  // width that floor(p / 2^SHIFT) needs, signed
    parameter VALUE_W  = 12,  // value width, signed; 0: no values
    parameter CLAMPS   = 0,   // 1: quotients are clamped before they are added
    parameter POOLS    = 1    // 0: every window is its own pool
) (
    input  wire                          clk,

    /* Lanes of a pass side by side, unit 0 in the low bits */
    input  wire [UNITS*ACC_W-1:0]        sums,
    input  wire [((FACTOR_W > 0) ? UNITS*FACTOR_W : 1)-1:0] factors,
    input  wire [UNITS*TERM_W-1:0]       terms,
    input  wire [((VALUE_W > 0) ? UNITS*(VALUE_W+1) : 1)-1:0] levels,
    input  wire [((VALUE_W > 0) ? UNITS*VALUE_W : 1)-1:0] shortcut,
    input  wire [UNITS-1:0]              minima,
    input  wire                          of_values,     // the layer's bits are those of its values
    input  wire                          window_valid,  // a window's y, before pooling
    input  wire                          window_first,  // and the first of its pool

    /* Results */
    output wire [UNITS*SUM_W-1:0]        sum_of,
    output wire [((VALUE_W > 0) ? UNITS*VALUE_W : 1)-1:0] values,
    output reg  [UNITS-1:0]              y
);

    generate
        if (VALUE_W > 0 && FACTOR_W == 0) begin : g_check_factor
            nn_shared_lanes_values_need_factors u_error();
        end
        if (SUM_W < ACC_W + FACTOR_W + 1 || SUM_W < TERM_W) begin : g_check_sum
            nn_shared_lanes_SUM_W_must_hold_product_and_term u_error();
        end
        if (VALUE_W > 0 && (WIDE_W < VALUE_W || SHIFT + WIDE_W > SUM_W)) begin : g_check_width
            nn_shared_lanes_WIDE_W_must_be_VALUE_W_to_what_SUM_W_leaves u_error();
        end
    endgenerate

    genvar u;
    generate
        for (u = 0; u < UNITS; u = u + 1) begin : g_lane
            wire [ACC_W-1:0]         sum  = sums[u*ACC_W +: ACC_W];
            wire signed [TERM_W-1:0] term = terms[u*TERM_W +: TERM_W];
            reg  signed [SUM_W-1:0]  p;

            if (FACTOR_W > 0) begin : g_affine
                reg signed [ACC_W:0]            sum_1;
                reg signed [FACTOR_W-1:0]       factor_1;
                reg signed [ACC_W+FACTOR_W:0]   product_2;
                always @(posedge clk) begin
                    sum_1     <= {1'b0, sum};
                    factor_1  <= factors[u*FACTOR_W +: FACTOR_W];
                    product_2 <= sum_1 * factor_1;
                end
                wire signed [SUM_W-1:0] wide_product =
                    {{(SUM_W-ACC_W-FACTOR_W-1){product_2[ACC_W+FACTOR_W]}}, product_2};
                wire signed [SUM_W-1:0] wide_term    = {{(SUM_W-TERM_W){term[TERM_W-1]}}, term};
                always @(posedge clk) p <= wide_product + wide_term;
            end else begin : g_plain
                wire signed [SUM_W-1:0] wide_sum  = {{(SUM_W-ACC_W){1'b0}}, sum};
                wire signed [SUM_W-1:0] wide_term = {{(SUM_W-TERM_W){term[TERM_W-1]}}, term};
                always @(posedge clk) p <= wide_sum + wide_term;
            end
            assign sum_of[u*SUM_W +: SUM_W] = p;

            wire bit_now;       // y before pooling
            if (VALUE_W > 0) begin : g_values
                localparam ADDEND_W = (CLAMPS != 0) ? VALUE_W : WIDE_W;    // of what is added
                localparam TOTAL_W   = ADDEND_W + 1;
                localparam signed [VALUE_W-1:0] LEAST = {1'b1, {(VALUE_W-1){1'b0}}};
                wire [WIDE_W-1:0]        quotient = p[SHIFT +: WIDE_W];
                wire [ADDEND_W-1:0]     addend;
                wire [VALUE_W-1:0]       past = shortcut[u*VALUE_W +: VALUE_W];
                reg  signed [TOTAL_W-1:0] total;
                reg  signed [VALUE_W-1:0] value;
                reg  [CLAMPS+1:0]        positive;
                reg                      decided;
                wire                     fits = total[TOTAL_W-1:VALUE_W-1]
                    == {(TOTAL_W-VALUE_W+1){total[TOTAL_W-1]}};
                wire signed [VALUE_W:0]  level = levels[u*(VALUE_W+1) +: VALUE_W+1];
                wire signed [VALUE_W:0]  wide_value = {value[VALUE_W-1], value};

                if (CLAMPS != 0) begin : g_clamp
                    wire whole = quotient[WIDE_W-1:VALUE_W-1]
                        == {(WIDE_W-VALUE_W+1){quotient[WIDE_W-1]}};
                    reg [VALUE_W-1:0] clamped;
                    always @(posedge clk) clamped <= whole ? quotient[VALUE_W-1:0]
                        : quotient[WIDE_W-1] ? LEAST : ~LEAST;
                    assign addend = clamped;
                end else begin : g_wide
                    assign addend = quotient;
                end

                always @(posedge clk) begin
                    total    <= {addend[ADDEND_W-1], addend}
                        + {{(TOTAL_W-VALUE_W){past[VALUE_W-1]}}, past};
                    value    <= fits ? total[VALUE_W-1:0] : total[TOTAL_W-1] ? LEAST : ~LEAST;
                    positive <= {positive[CLAMPS:0], !p[SUM_W-1]};
                    decided  <= of_values ? wide_value >= level : positive[CLAMPS+1];
                end
                assign values[u*VALUE_W +: VALUE_W] = value;
                assign bit_now = decided;
            end else begin : g_bits
                assign bit_now = !p[SUM_W-1];
            end

            if (POOLS != 0) begin : g_pool
                wire joined = minima[u] ? y[u] && bit_now : y[u] || bit_now;
                always @(posedge clk) if (window_valid) y[u] <= window_first ? bit_now : joined;
            end else begin : g_single
                always @(posedge clk) y[u] <= bit_now;
            end
        end

        if (FACTOR_W == 0) begin : g_no_factors
            wire unused_factors = factors[0];
        end
        if (VALUE_W == 0) begin : g_no_values
            wire unused_inputs = levels[0] | shortcut[0] | of_values | (SHIFT != 0);
            assign values = 1'b0;
        end
        if (POOLS == 0) begin : g_no_pools
            wire unused_inputs = window_valid | window_first | (|minima);
        end
    endgenerate

endmodule

`default_nettype wire
