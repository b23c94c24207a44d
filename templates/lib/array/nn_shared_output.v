// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Output stage of an array with its constants by pass, each read when nn_shared_lanes needs it.
 *
 * A sum's last step is announced with its pass's `param` and its place in pool and map;
 * the sums come SUMS_AT clocks later. p is valid P_AT, the values VALUES_AT, y Y_AT
 * clocks behind the step: the localparams below. The shortcut of a pass stands 3 clocks
 * behind `add_next` (nn_shared_values).
 *
 * Timing: II = 1, latency = that of nn_shared_lanes.
 */
module nn_shared_output #(
    parameter UNITS    = 8,       // units, a lane each
    parameter ACC_W    = 14,      // width of a sum, bits
    parameter FACTOR_W = 0,       // width of factors, bits; 0: none
    parameter TERM_W   = 15,      // width of terms, bits
    parameter SUM_W    = 16,      // width of p, bits
    parameter SHIFT    = 0,       // right shift of p to a quotient
    parameter WIDE_W   = 16,      // width of a quotient, bits
    parameter VALUE_W  = 0,       // width of values, bits; 0: none
    parameter CLAMPS   = 0,       // 1: quotients are clamped before they are added
    parameter POOLS    = 1,       // 1: layers may have pools
    parameter SUMS_AT  = 15,      // clocks from a step to its sums
    parameter PARAM_DEPTH = 64,   // passes of all layers
    parameter PARAM_W  = 6,       // width of a pass's number
    parameter RESULT   = "sums",  // of the network: p ("sums"), y ("bits") or the values ("mean")
    parameter KEPT_W   = 10,      // width of a result
    parameter FACTOR_FILE  = "",  // $readmemh images of PARAM_DEPTH lines, unit 0 in the low bits
    parameter TERM_FILE    = "",  // terms,
    parameter LEVEL_FILE   = "",  // levels of values,
    parameter MINIMUM_FILE = ""   // pools that are AND
) (
    input  wire                   clk,
    input  wire                   rst,

    /* Field of the layer: it has values */
    input  wire                   of_values,  // field of the layer

    /* The step, SUMS_AT clocks before its sums */
    input  wire                   sum_end,       // the step
    input  wire                   window_first,  // the sum is the first of its pool
    input  wire                   pool_end,      // the last
    input  wire                   map_end,       // the last of its pixel
    input  wire [PARAM_W-1:0]     param,         // address of the pass's constants
    input  wire [UNITS*ACC_W-1:0] sums,          // unit 0 in the low bits

    /* Values of the residual stream, to and from nn_shared_values */
    output wire                   add_next,     // what is added is wanted 3 clocks later
    input  wire [((VALUE_W > 0) ? UNITS*VALUE_W : 1)-1:0] shortcut,
    output wire [((VALUE_W > 0) ? UNITS*VALUE_W : 1)-1:0] values,
    output wire                   values_valid,
    output wire                   values_last,  // of a pixel

    /* Bits of results */
    output wire [UNITS-1:0]       y,
    output wire                   y_valid,
    output wire                   y_last,  // its pixel's last

    /* Results of the network */
    output wire [UNITS*KEPT_W-1:0] kept,     // result by result, as RESULT says
    output wire                   kept_valid,
    output wire                   kept_last  // of a pixel
);

    // contract arrayClocks
    localparam [31:0] AFFINE_CLOCKS = 32'd3;      // from a sum to p, with factors
    localparam [31:0] PLAIN_CLOCKS = 32'd1;       // from a sum to p, without
    localparam [31:0] VALUE_CLOCKS = 32'd4;       // from what is added to its bit, with values
    localparam [31:0] BIT_CLOCKS = 32'd1;         // from p to its bit, without
    // end of contract
    localparam P_AT      = SUMS_AT + ((FACTOR_W > 0) ? AFFINE_CLOCKS : PLAIN_CLOCKS);
    localparam ADD_AT    = P_AT + CLAMPS;
    localparam VALUES_AT = ADD_AT + 2;
    localparam Y_AT      = (VALUE_W > 0) ? ADD_AT + VALUE_CLOCKS : P_AT + BIT_CLOCKS;
    localparam ENDED     = (VALUES_AT > Y_AT) ? VALUES_AT : Y_AT;

    wire                   p_valid, p_last, pool_at;
    wire [UNITS*SUM_W-1:0] p;

    // Bit k of `ended`: a sum's last step was k clocks ago.
    reg  [ENDED:1] ended_past;
    wire [ENDED:0] ended = {ended_past, sum_end};
    assign p_valid      = ended[P_AT];
    assign values_valid = ended[VALUES_AT];
    assign add_next     = ended[ADD_AT-3];
    assign y_valid      = ended[Y_AT] && pool_at;
    always @(posedge clk) ended_past <= rst ? {ENDED{1'b0}} : ended[ENDED-1:0];

    // Constants of the pass, each when it is needed.
    wire [PARAM_W-1:0]      param_sums, param_p;
    wire [UNITS*TERM_W-1:0] terms;
    wire [UNITS-1:0]        minima;
    localparam FACTORS_W = (FACTOR_W > 0) ? UNITS*FACTOR_W : 1;
    localparam LEVELS_W  = (VALUE_W > 0) ? UNITS*(VALUE_W+1) : 1;
    wire [FACTORS_W-1:0]    factors;
    wire [LEVELS_W-1:0]     levels;

    nn_delay #(.DATA_W(PARAM_W), .CLOCKS(SUMS_AT - 2))  u_param_sums (
        .clk(clk), .d(param), .q(param_sums)
    );
    nn_delay #(.DATA_W(PARAM_W), .CLOCKS(P_AT - SUMS_AT)) u_param_p (
        .clk(clk), .d(param_sums), .q(param_p)
    );

    generate
        if (FACTOR_W > 0) begin : g_factors
            wire [PARAM_W-1:0] param_term;
            nn_delay #(.DATA_W(PARAM_W), .CLOCKS(2)) u_param (
                .clk(clk), .d(param_sums), .q(param_term)
            );
            nn_rom #(
                .DATA_W(UNITS*FACTOR_W), .DEPTH(PARAM_DEPTH), .INIT_FILE(FACTOR_FILE)
            ) u_factors (
                .clk(clk), .addr(param_sums), .q(factors)
            );
            nn_rom #(.DATA_W(UNITS*TERM_W), .DEPTH(PARAM_DEPTH), .INIT_FILE(TERM_FILE)) u_terms (
                .clk(clk), .addr(param_term), .q(terms)
            );
        end else begin : g_terms
            assign factors = 1'b0;
            nn_rom #(.DATA_W(UNITS*TERM_W), .DEPTH(PARAM_DEPTH), .INIT_FILE(TERM_FILE)) u_terms (
                .clk(clk), .addr(param_sums), .q(terms)
            );
        end

        if (VALUE_W > 0) begin : g_values
            wire [PARAM_W-1:0] param_values;
            nn_delay #(.DATA_W(PARAM_W), .CLOCKS(VALUES_AT - P_AT)) u_param (
                .clk(clk), .d(param_p), .q(param_values)
            );
            nn_rom #(.DATA_W(LEVELS_W), .DEPTH(PARAM_DEPTH), .INIT_FILE(LEVEL_FILE)) u_levels (
                .clk(clk), .addr(param_values), .q(levels)
            );
        end else begin : g_no_values
            assign levels = 1'b0;
        end

        if (POOLS != 0) begin : g_minima
            wire [PARAM_W-1:0] param_y;
            if (Y_AT - 1 > P_AT) begin : g_late
                nn_delay #(.DATA_W(PARAM_W), .CLOCKS(Y_AT - 1 - P_AT)) u_param (
                    .clk(clk), .d(param_p), .q(param_y)
                );
            end else begin : g_now
                assign param_y = param_p;
            end
            nn_rom #(.DATA_W(UNITS), .DEPTH(PARAM_DEPTH), .INIT_FILE(MINIMUM_FILE)) u_minima (
                .clk(clk), .addr(param_y), .q(minima)
            );
        end else begin : g_no_minima
            wire unused_param = (VALUE_W == 0) && (|param_p);
            assign minima = {UNITS{1'b0}};
        end
    endgenerate

    wire first_at;
    nn_delay #(.DATA_W(1), .CLOCKS(Y_AT - 1))    u_first (
        .clk(clk), .d(window_first), .q(first_at)
    );
    nn_delay #(.DATA_W(1), .CLOCKS(Y_AT))        u_pool (.clk(clk), .d(pool_end),     .q(pool_at));
    nn_delay #(.DATA_W(1), .CLOCKS(P_AT)) u_map_p (.clk(clk), .d(map_end), .q(p_last));
    nn_delay #(.DATA_W(1), .CLOCKS(VALUES_AT - P_AT)) u_map_v (
        .clk(clk), .d(p_last), .q(values_last)
    );
    nn_delay #(.DATA_W(1), .CLOCKS(Y_AT - P_AT)) u_map_y (.clk(clk), .d(p_last),       .q(y_last));

    nn_shared_lanes #(
        .UNITS(UNITS), .ACC_W(ACC_W), .FACTOR_W(FACTOR_W), .TERM_W(TERM_W), .SUM_W(SUM_W),
        .SHIFT(SHIFT), .WIDE_W(WIDE_W), .VALUE_W(VALUE_W), .CLAMPS(CLAMPS), .POOLS(POOLS)
    ) u_lanes (
        .clk(clk), .sums(sums), .factors(factors), .terms(terms), .levels(levels),
        .shortcut(shortcut), .minima(minima), .of_values(of_values), .window_valid(ended[Y_AT-1]),
        .window_first(first_at), .sum_of(p), .values(values), .y(y)
    );

    // What leaves the array at the network's end.
    genvar u;
    generate
        if (RESULT == "bits") begin : g_bits
            assign kept       = y;
            assign kept_valid = y_valid;
            assign kept_last  = y_last;
        end else if (RESULT == "mean") begin : g_mean
            assign kept       = values;
            assign kept_valid = values_valid;
            assign kept_last  = values_last;
        end else if (RESULT == "sums") begin : g_sums
            for (u = 0; u < UNITS; u = u + 1) begin : g_lane
                assign kept[u*KEPT_W +: KEPT_W] = p[u*SUM_W +: KEPT_W];
            end
            assign kept_valid = p_valid;
            assign kept_last  = p_last;
        end else begin : g_check_result
            nn_shared_output_RESULT_must_be_sums_bits_or_mean u_error();
        end
        if (RESULT != "sums") begin : g_unused_p
            wire unused_p = p_valid | p_last | (|p);
        end else if (SUM_W > KEPT_W) begin : g_unused_high
            for (u = 0; u < UNITS; u = u + 1) begin : g_lane
                wire unused_high = |p[u*SUM_W + KEPT_W +: SUM_W - KEPT_W];
            end
        end
    endgenerate

endmodule

`default_nettype wire
