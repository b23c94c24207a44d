// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * One array for all layers: UNITS units of 9 * GROUP taps run a network layer after
 * layer, as a table says; pixels come in, the last layer's results go out.
 *
 * Bits of activations lie in nine banks (nn_reach), values of the residual stream in a
 * memory of UNITS words side by side; both in regions that the table names, so that
 * what is still to be read is not written. The next frame comes in meanwhile.
 *
 * Table: LAYER_FILE, a line a layer, fields as below, first one in the high bits. Weights:
 * a line a step, unit u's tap t, bit i at u*9*GROUP + t*GROUP + i. Constants: a line a
 * pass, unit 0 in the low bits. Results: RESULT = "sums" (p of nn_lanes), "bits", or
 * "mean", values added up over the last layer's map.
 *
 * A layer takes its steps and DRAIN + 2 clocks.
 */
module nn_shared #(
    parameter UNITS    = 8,
    parameter GROUP    = 16,
    parameter PLANES   = 1,     // 1: the first layer's pixels are integers
    parameter SPLIT    = 1,     // 1: a layer's last group may be half a group
    parameter POOLS    = 1,
    parameter ACC_W    = 14,    // nn_unit
    parameter FACTOR_W = 0,     // nn_lanes
    parameter TERM_W   = 15,
    parameter SUM_W    = 16,
    parameter SHIFT    = 0,
    parameter WIDE_W   = 16,
    parameter VALUE_W  = 0,
    parameter CLAMPS   = 0,
    parameter STYLE    = "portable",
    parameter CARRY_W  = 4,

    parameter IN_CHANNELS = 3,  // nn_load
    parameter IN_W        = 8,
    parameter IN_RAISE    = 1,
    parameter IN_PIXELS   = 1,
    parameter IN_HEIGHT   = 32,
    parameter IN_WIDTH    = 32,
    parameter IN_PAD      = 0,
    parameter IN_BASE     = 0,

    parameter RESULT      = "sums",
    parameter OUT_CHANNELS = 10,
    parameter OUT_W       = 10,

    parameter LAYERS       = 4,     // lines of the table
    parameter COUNT_W      = 8,     // widths of its fields
    parameter STEP_W       = 8,
    parameter POSITION_W   = 8,
    parameter BANK_DEPTH   = 512,   // depths of the memories
    parameter BANK_STYLE   = "block",
    parameter VALUE_DEPTH  = 1,
    parameter WEIGHT_DEPTH = 512,
    parameter PARAM_DEPTH  = 64,
    parameter LAYER_FILE   = "",
    parameter WEIGHT_FILE  = "",
    parameter FACTOR_FILE  = "",
    parameter TERM_FILE    = "",
    parameter LEVEL_FILE   = "",
    parameter MINIMUM_FILE = ""
) (
    input  wire                        clk,
    input  wire                        rst,

    input  wire [IN_CHANNELS*IN_W-1:0] s_axis_tdata,
    input  wire                        s_axis_tvalid,
    output wire                        s_axis_tready,

    output wire [OUT_W-1:0]            m_axis_tdata,
    output wire                        m_axis_tvalid,
    input  wire                        m_axis_tready
);

    localparam TAPS     = 9 * GROUP;
    localparam LAYER_W  = (LAYERS > 1) ? $clog2(LAYERS) : 1;
    localparam ADDR_W   = (BANK_DEPTH > 1) ? $clog2(BANK_DEPTH) : 1;
    localparam WEIGHT_W = (WEIGHT_DEPTH > 1) ? $clog2(WEIGHT_DEPTH) : 1;
    localparam PARAM_W  = (PARAM_DEPTH > 1) ? $clog2(PARAM_DEPTH) : 1;
    localparam PLACE_W  = (VALUE_DEPTH > 1) ? $clog2(VALUE_DEPTH) : 1;
    localparam FIELD_W  = 13 + 6*COUNT_W + 3 + STEP_W + WEIGHT_W + PARAM_W + 19 + 8 + 11*ADDR_W + 6*POSITION_W + PLACE_W;

    // Clocks from a step: to x, to the sums, to p, to what is added to, to the values, to y.
    localparam X_AT      = 8;
    localparam SUMS_AT   = X_AT + 5 + $clog2(GROUP / 4);
    localparam P_AT      = SUMS_AT + ((FACTOR_W > 0) ? 3 : 1);
    localparam ADD_AT    = P_AT + CLAMPS;
    localparam VALUES_AT = ADD_AT + 2;
    localparam Y_AT      = (VALUE_W > 0) ? ADD_AT + 4 : P_AT + 1;
    localparam DRAIN     = Y_AT + 6;

    // The table.
    wire [LAYER_W-1:0] layer;
    wire [FIELD_W-1:0] fields;
    nn_rom #(.DATA_W(FIELD_W), .DEPTH(LAYERS), .INIT_FILE(LAYER_FILE)) u_table (.clk(clk), .addr(layer), .q(fields));

    wire final_layer, waits_input, frees_input, gives_result, dense, split, planes, point;
    wire of_values, adds, writes, fill, twice;
    wire [COUNT_W-1:0]    rounds, rows, columns, passes, out_rows, out_columns;
    wire                  window_stride;    // 1: two pixels
    wire [1:0]            window, kernel, y_third, y_hop, x_third, x_hop;
    wire [STEP_W-1:0]     steps;
    wire [WEIGHT_W-1:0]   first_weight;
    wire [PARAM_W-1:0]    first_param;
    wire [8:0]            surplus;
    wire [7:0]            pad;
    wire [ADDR_W-1:0]     y_addr, y_unit, y_same, y_next, x_addr, x_unit, x_same, x_next;
    wire [POSITION_W-1:0] y_first, y_stride, height, x_first, x_stride, width;
    wire [ADDR_W-1:0]     out_base, out_pitch, out_groups;
    wire [PLACE_W-1:0]    value_base;
    assign {
        final_layer, waits_input, frees_input, gives_result, dense, split, planes, point, of_values, adds, writes, fill, twice,
        rounds, rows, columns, passes, window, window_stride, steps, first_weight, first_param, kernel, surplus, pad,
        y_third, y_addr, y_unit, y_hop, y_same, y_next, y_first, y_stride, height,
        x_third, x_addr, x_unit, x_hop, x_same, x_next, x_first, x_stride, width,
        out_base, out_pitch, out_groups, out_rows, out_columns, value_base
    } = fields;

    // The step.
    wire                loaded, result_free, load, settled;
    wire                window_end, pixel_end, row_end, round_end, half, sum_end, window_first, pool_end, map_end;
    wire [STEP_W-1:0]   index;
    wire [1:0]          window_row, window_column, take;
    wire [WEIGHT_W-1:0] weight;
    wire [PARAM_W-1:0]  param;

    nn_sequence #(
        .LAYER_W(LAYER_W), .COUNT_W(COUNT_W), .STEP_W(STEP_W), .WEIGHT_W(WEIGHT_W), .PARAM_W(PARAM_W), .DRAIN(DRAIN)
    ) u_sequence (
        .clk(clk), .rst(rst), .final_layer(final_layer), .waits_input(waits_input), .waits_result(gives_result),
        .dense(dense), .split(split), .planes(planes), .rounds(rounds), .rows(rows), .columns(columns), .passes(passes),
        .window(window), .steps(steps), .first_weight(first_weight), .first_param(first_param),
        .loaded(loaded), .result_free(result_free), .layer(layer), .load(load), .index(index),
        .window_row(window_row), .window_column(window_column), .window_end(window_end), .pixel_end(pixel_end),
        .row_end(row_end), .round_end(round_end), .weight(weight), .param(param), .half(half), .take(take),
        .sum_end(sum_end), .window_first(window_first), .pool_end(pool_end), .map_end(map_end), .settled(settled)
    );

    wire [1:0] down  = window_stride ? window_row << 1 : window_row;
    wire [1:0] right = window_stride ? window_column << 1 : window_column;

    wire [9*ADDR_W-1:0] addr;
    wire [5:0]          row_from;
    wire [17:0]         column_from;

    nn_reach #(.ADDR_W(ADDR_W), .POSITION_W(POSITION_W), .STEP_W(STEP_W)) u_reach (
        .clk(clk), .load(load), .point(point), .kernel(kernel), .surplus(surplus),
        .y_third(y_third), .y_addr(y_addr), .y_unit(y_unit), .y_hop(y_hop), .y_same(y_same), .y_next(y_next),
        .y_first(y_first), .y_stride(y_stride), .height(height),
        .x_third(x_third), .x_addr(x_addr), .x_unit(x_unit), .x_hop(x_hop), .x_same(x_same), .x_next(x_next),
        .x_first(x_first), .x_stride(x_stride), .width(width),
        .index(index), .down(down), .right(right), .window_end(window_end), .pixel_end(pixel_end), .row_end(row_end),
        .round_end(round_end), .addr(addr), .row_from(row_from), .column_from(column_from)
    );

    // Padding: the planes of the step, or the same bit in all.
    wire [GROUP/4-1:0] pad_0, row_pad, column_pad;
    generate
        if (PLANES != 0 && GROUP < 32) begin : g_pad
            localparam WORDS = 32 / GROUP;
            localparam TURN_W = $clog2(WORDS);
            wire [TURN_W-1:0] turn;
            if (STEP_W >= TURN_W) begin : g_turn
                assign turn = steps[TURN_W-1:0] - index[TURN_W-1:0];
            end else begin : g_short
                assign turn = {{(TURN_W-STEP_W){1'b0}}, steps - index};
            end
            assign pad_0 = planes ? pad[turn*(GROUP/4) +: GROUP/4] : pad[GROUP/4-1:0];
        end else begin : g_same
            assign pad_0 = pad[GROUP/4-1:0];
            if (GROUP < 32) begin : g_unused
                wire unused_pad = |pad[7:GROUP/4];
            end
        end
    endgenerate
    nn_delay #(.DATA_W(GROUP/4), .CLOCKS(X_AT - 2)) u_row_pad    (.clk(clk), .d(pad_0),   .q(row_pad));
    nn_delay #(.DATA_W(GROUP/4), .CLOCKS(1))        u_column_pad (.clk(clk), .d(row_pad), .q(column_pad));

    // Bits of activations.
    wire [TAPS-1:0]   x;
    wire              a_valid, a_last, b_valid, b_ready, out_end;
    wire [3:0]        a_bank, b_bank;
    wire [ADDR_W-1:0] a_addr, b_addr;
    wire [GROUP-1:0]  a_word, b_word;
    wire              unused_ends = a_last | out_end;

    nn_banks #(.GROUP(GROUP), .DEPTH(BANK_DEPTH), .STYLE(BANK_STYLE), .ADDR_W(ADDR_W)) u_banks (
        .clk(clk), .a_valid(a_valid), .a_bank(a_bank), .a_addr(a_addr), .a_word(a_word),
        .b_valid(b_valid), .b_bank(b_bank), .b_addr(b_addr), .b_word(b_word), .b_ready(b_ready),
        .addr(addr), .row_from(row_from), .column_from(column_from), .row_pad(row_pad), .column_pad(column_pad), .x(x)
    );

    nn_load #(
        .GROUP(GROUP), .CHANNELS(IN_CHANNELS), .ELEM_W(IN_W), .RAISE(IN_RAISE), .PIXELS(IN_PIXELS),
        .HEIGHT(IN_HEIGHT), .WIDTH(IN_WIDTH), .PAD(IN_PAD), .BASE(IN_BASE), .ADDR_W(ADDR_W)
    ) u_load (
        .clk(clk), .rst(rst), .s_axis_tdata(s_axis_tdata), .s_axis_tvalid(s_axis_tvalid), .s_axis_tready(s_axis_tready),
        .used(settled && frees_input), .loaded(loaded),
        .b_valid(b_valid), .b_bank(b_bank), .b_addr(b_addr), .b_word(b_word), .b_ready(b_ready)
    );

    // The units.
    wire [WEIGHT_W-1:0]    weight_at;
    wire [UNITS*TAPS-1:0]  weights;
    wire                   half_at;
    wire [1:0]             take_at;
    wire [UNITS*ACC_W-1:0] sums;

    nn_delay #(.DATA_W(WEIGHT_W), .CLOCKS(X_AT - 2)) u_weight (.clk(clk), .d(weight), .q(weight_at));
    nn_delay #(.DATA_W(1), .CLOCKS(SUMS_AT - 2)) u_half (.clk(clk), .d(half), .q(half_at));
    nn_delay #(.DATA_W(2), .CLOCKS(SUMS_AT - 1)) u_take (.clk(clk), .d(take), .q(take_at));
    nn_rom #(.DATA_W(UNITS*TAPS), .DEPTH(WEIGHT_DEPTH), .INIT_FILE(WEIGHT_FILE)) u_weights (
        .clk(clk), .addr(weight_at), .q(weights)
    );

    genvar u;
    generate
        for (u = 0; u < UNITS; u = u + 1) begin : g_unit
            nn_unit #(.GROUP(GROUP), .PLANES(PLANES), .SPLIT(SPLIT), .ACC_W(ACC_W), .STYLE(STYLE), .CARRY_W(CARRY_W)) u_unit (
                .clk(clk), .x(x), .w(weights[u*TAPS +: TAPS]), .planes(planes), .half(half_at), .take(take_at),
                .acc(sums[u*ACC_W +: ACC_W])
            );
        end
    endgenerate

    // Bit k of `ended`: a sum's last step was k clocks ago.
    reg  [Y_AT:1] ended_past;
    wire [Y_AT:0] ended = {ended_past, sum_end};
    always @(posedge clk) ended_past <= rst ? {Y_AT{1'b0}} : ended[Y_AT-1:0];

    // Constants of the pass, each when it is needed.
    wire [PARAM_W-1:0]      param_sums, param_p;
    wire [UNITS*TERM_W-1:0] terms;
    wire [UNITS-1:0]        minima;
    localparam FACTORS_W = (FACTOR_W > 0) ? UNITS*FACTOR_W : 1;
    localparam VALUES_W  = (VALUE_W > 0) ? UNITS*VALUE_W : 1;
    localparam LEVELS_W  = (VALUE_W > 0) ? UNITS*(VALUE_W+1) : 1;
    wire [FACTORS_W-1:0]    factors;
    wire [VALUES_W-1:0]     values, shortcut;
    wire [LEVELS_W-1:0]     levels;

    nn_delay #(.DATA_W(PARAM_W), .CLOCKS(SUMS_AT - 2))  u_param_sums (.clk(clk), .d(param),      .q(param_sums));
    nn_delay #(.DATA_W(PARAM_W), .CLOCKS(P_AT - SUMS_AT)) u_param_p  (.clk(clk), .d(param_sums), .q(param_p));

    generate
        if (FACTOR_W > 0) begin : g_factors
            wire [PARAM_W-1:0] param_term;
            nn_delay #(.DATA_W(PARAM_W), .CLOCKS(2)) u_param (.clk(clk), .d(param_sums), .q(param_term));
            nn_rom #(.DATA_W(UNITS*FACTOR_W), .DEPTH(PARAM_DEPTH), .INIT_FILE(FACTOR_FILE)) u_factors (
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
            nn_delay #(.DATA_W(PARAM_W), .CLOCKS(VALUES_AT - P_AT)) u_param (.clk(clk), .d(param_p), .q(param_values));
            nn_rom #(.DATA_W(LEVELS_W), .DEPTH(PARAM_DEPTH), .INIT_FILE(LEVEL_FILE)) u_levels (
                .clk(clk), .addr(param_values), .q(levels)
            );

            // Each value is read once and written once in a layer, in order.
            reg  [PLACE_W-1:0]  read_at, write_at;
            wire [VALUES_W-1:0] read;
            reg  [VALUES_W-1:0] added;
            always @(posedge clk) begin
                if (load) read_at <= value_base;
                else if (ended[ADD_AT-3]) read_at <= read_at + 1'b1;
                if (load) write_at <= value_base;
                else if (ended[VALUES_AT]) write_at <= write_at + 1'b1;
                added <= adds ? read : {VALUES_W{1'b0}};
            end
            nn_ram #(.DATA_W(VALUES_W), .DEPTH(VALUE_DEPTH)) u_values (
                .clk(clk), .we(ended[VALUES_AT] && of_values), .waddr(write_at), .wdata(values), .raddr(read_at), .q(read)
            );
            assign shortcut = added;
        end else begin : g_no_values
            wire unused_value_fields = adds | (|value_base);
            assign levels   = 1'b0;
            assign shortcut = 1'b0;
        end

        if (POOLS != 0) begin : g_minima
            wire [PARAM_W-1:0] param_y;
            if (Y_AT - 1 > P_AT) begin : g_late
                nn_delay #(.DATA_W(PARAM_W), .CLOCKS(Y_AT - 1 - P_AT)) u_param (.clk(clk), .d(param_p), .q(param_y));
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

    wire                   first_at, pool_at, map_at_p, map_at_y;
    wire [UNITS*SUM_W-1:0] p;
    wire [UNITS-1:0]       y;
    nn_delay #(.DATA_W(1), .CLOCKS(Y_AT - 1))    u_first (.clk(clk), .d(window_first), .q(first_at));
    nn_delay #(.DATA_W(1), .CLOCKS(Y_AT))        u_pool  (.clk(clk), .d(pool_end),     .q(pool_at));
    nn_delay #(.DATA_W(1), .CLOCKS(P_AT))        u_map_p (.clk(clk), .d(map_end),      .q(map_at_p));
    nn_delay #(.DATA_W(1), .CLOCKS(Y_AT - P_AT)) u_map_y (.clk(clk), .d(map_at_p),     .q(map_at_y));

    nn_lanes #(
        .UNITS(UNITS), .ACC_W(ACC_W), .FACTOR_W(FACTOR_W), .TERM_W(TERM_W), .SUM_W(SUM_W), .SHIFT(SHIFT), .WIDE_W(WIDE_W),
        .VALUE_W(VALUE_W), .CLAMPS(CLAMPS), .POOLS(POOLS)
    ) u_lanes (
        .clk(clk), .sums(sums), .factors(factors), .terms(terms), .levels(levels), .shortcut(shortcut), .minima(minima),
        .of_values(of_values), .window_valid(ended[Y_AT-1]), .window_first(first_at), .sum_of(p), .values(values), .y(y)
    );

    // Bits to the banks.
    wire             word_valid, word_last;
    wire [GROUP-1:0] word;
    wire             y_valid = ended[Y_AT] && pool_at;

    nn_gather #(.GROUP(GROUP), .UNITS(UNITS)) u_gather (
        .clk(clk), .rst(rst), .bits(y), .valid(y_valid), .last(map_at_y), .fill(fill), .twice(twice),
        .word(word), .word_valid(word_valid), .word_last(word_last)
    );
    nn_place #(.WORD_W(GROUP), .ADDR_W(ADDR_W), .COUNT_W(COUNT_W)) u_place (
        .clk(clk), .rst(rst), .load(load), .base(out_base), .pitch(out_pitch), .groups(out_groups),
        .rows(out_rows), .columns(out_columns), .open(1'b1), .valid(word_valid && writes), .last(word_last), .word(word),
        .map_end(out_end), .put(a_valid), .put_last(a_last), .put_bank(a_bank), .put_addr(a_addr), .put_word(a_word)
    );

    // Results out.
    localparam KEPT_W = (RESULT == "bits") ? 1 : (RESULT == "mean" && VALUE_W > 0) ? VALUE_W : OUT_W;
    wire [UNITS*KEPT_W-1:0] kept;
    wire                    kept_valid, kept_last;

    generate
        if (RESULT == "bits") begin : g_bits
            assign kept       = y;
            assign kept_valid = y_valid;
            assign kept_last  = map_at_y;
        end else if (RESULT == "mean") begin : g_mean
            nn_delay #(.DATA_W(1), .CLOCKS(VALUES_AT - P_AT)) u_map (.clk(clk), .d(map_at_p), .q(kept_last));
            assign kept       = values;
            assign kept_valid = ended[VALUES_AT];
        end else if (RESULT == "sums") begin : g_sums
            for (u = 0; u < UNITS; u = u + 1) begin : g_lane
                assign kept[u*OUT_W +: OUT_W] = p[u*SUM_W +: OUT_W];
            end
            assign kept_valid = ended[P_AT];
            assign kept_last  = map_at_p;
        end else begin : g_check_result
            nn_shared_RESULT_must_be_sums_bits_or_mean u_error();
        end
        if (RESULT != "sums") begin : g_unused_p
            wire unused_p = |p;
        end else if (SUM_W > OUT_W) begin : g_unused_high
            for (u = 0; u < UNITS; u = u + 1) begin : g_lane
                wire unused_high = |p[u*SUM_W + OUT_W +: SUM_W - OUT_W];
            end
        end
        if (VALUE_W == 0) begin : g_unused_values
            wire unused_values = values[0];
        end
    endgenerate

    nn_results #(
        .UNITS(UNITS), .CHANNELS(OUT_CHANNELS), .VALUE_W(KEPT_W), .OUT_W(OUT_W),
        .SUMS((RESULT == "mean") ? 1 : 0), .SIGNED((RESULT == "mean") ? 1 : 0)
    ) u_results (
        .clk(clk), .rst(rst), .values(kept), .valid(kept_valid && gives_result), .load(load), .last(kept_last),
        .deliver(settled && gives_result), .free(result_free),
        .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready)
    );

endmodule

`default_nettype wire
