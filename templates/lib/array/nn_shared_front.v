// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * What arrays see in every clock: the layers' table, the steps, and the bits that a step
 * reads, padding among them. Frames come in beside it (nn_shared_load), words of results from `put`.
 *
 * Table: LAYER_FILE, a line a layer, fields as below, first one in the high bits. A step leaves
 * 2 clocks before its x, which the memory of weights takes. A layer takes its steps and DRAIN + 2 clocks.
 */
module nn_shared_front #(
    parameter GROUP    = 16,
    parameter PLANES   = 1,     // 1: the first layer's pixels are integers
    parameter FACTORS  = 0,     // 1: the datapaths multiply sums (nn_shared_output: FACTOR_W > 0)
    parameter VALUES   = 0,     // 1: they have values (VALUE_W > 0)
    parameter CLAMPS   = 0,     // nn_shared_output

    parameter IN_CHANNELS = 3,  // nn_shared_load
    parameter IN_W        = 8,
    parameter IN_RAISE    = 1,
    parameter IN_PIXELS   = 0,
    parameter IN_HEIGHT   = 32,
    parameter IN_WIDTH    = 32,
    parameter IN_PAD      = 0,
    parameter IN_BASE     = 0,

    parameter LAYERS      = 4,  // lines of the table
    parameter LAYER_W     = 2,  // width of a layer's number
    parameter COUNT_W     = 8,  // widths of its fields
    parameter STEP_W      = 8,
    parameter POSITION_W  = 8,
    parameter ADDR_W      = 9,
    parameter WEIGHT_W    = 9,
    parameter PARAM_W     = 6,
    parameter PLACE_W     = 1,
    parameter BANK_DEPTH  = 512,    // words of a bank
    parameter BANK_STYLE  = "block",
    parameter LAYER_FILE  = ""
) (
    input  wire                        clk,
    input  wire                        rst,

    input  wire [IN_CHANNELS*IN_W-1:0] s_axis_tdata,
    input  wire                        s_axis_tvalid,
    output wire                        s_axis_tready,

    // Of the layer.
    output wire [LAYER_W-1:0]          layer,
    output wire                        load,
    output wire                        settled,
    output wire                        gives_result,
    output wire                        planes,
    output wire                        point,
    output wire                        of_values,
    output wire                        adds,
    output wire                        writes,
    output wire                        fill,
    output wire                        twice,
    output wire [COUNT_W-1:0]          out_rows,
    output wire [COUNT_W-1:0]          out_columns,
    output wire [ADDR_W-1:0]           out_base,
    output wire [ADDR_W-1:0]           out_pitch,
    output wire [ADDR_W-1:0]           out_groups,
    output wire [PLACE_W-1:0]          value_base,

    // Of the step.
    output wire [WEIGHT_W-1:0]         weight,
    output wire [PARAM_W-1:0]          param,
    output wire                        half,
    output wire [1:0]                  take,
    output wire                        sum_end,
    output wire                        window_first,
    output wire                        pool_end,
    output wire                        map_end,
    output wire [9*GROUP-1:0]          x,

    input  wire                        result_free,
    input  wire                        put,             // a word of results
    input  wire [3:0]                  put_bank,
    input  wire [ADDR_W-1:0]           put_addr,
    input  wire [GROUP-1:0]            put_word
);

    // Clocks from a step in the sequence: to its x, to its sums, to its word in the banks and a few more.
    localparam X_AT    = 9;
    localparam SUMS_AT = X_AT + 5 + $clog2(GROUP / 4);
    localparam DRAIN   = SUMS_AT + ((FACTORS != 0) ? 3 : 1) + ((VALUES != 0) ? CLAMPS + 4 : 1) + 6;
    localparam FIELD_W = 13 + 6*COUNT_W + 3 + STEP_W + WEIGHT_W + PARAM_W + 19 + 8 + 11*ADDR_W + 6*POSITION_W + PLACE_W;

    // The table.
    wire [FIELD_W-1:0] fields;
    nn_rom #(.DATA_W(FIELD_W), .DEPTH(LAYERS), .INIT_FILE(LAYER_FILE)) u_table (.clk(clk), .addr(layer), .q(fields));

    wire final_layer, waits_input, frees_input, dense, split;
    wire [COUNT_W-1:0]    rounds, rows, columns, passes;
    wire                  window_stride;    // 1: two pixels
    wire [1:0]            window, kernel, y_third, y_hop, x_third, x_hop;
    wire [STEP_W-1:0]     steps;
    wire [WEIGHT_W-1:0]   first_weight;
    wire [PARAM_W-1:0]    first_param;
    wire [8:0]            surplus;
    wire [7:0]            pad;
    wire [ADDR_W-1:0]     y_addr, y_unit, y_same, y_next, x_addr, x_unit, x_same, x_next;
    wire [POSITION_W-1:0] y_first, y_stride, height, x_first, x_stride, width;
    assign {
        final_layer, waits_input, frees_input, gives_result, dense, split, planes, point, of_values, adds, writes, fill, twice,
        rounds, rows, columns, passes, window, window_stride, steps, first_weight, first_param, kernel, surplus, pad,
        y_third, y_addr, y_unit, y_hop, y_same, y_next, y_first, y_stride, height,
        x_third, x_addr, x_unit, x_hop, x_same, x_next, x_first, x_stride, width,
        out_base, out_pitch, out_groups, out_rows, out_columns, value_base
    } = fields;

    // The step.
    localparam NOW_W = WEIGHT_W + PARAM_W + 6;
    wire                loaded, window_end, pixel_end, row_end, round_end;
    wire [STEP_W-1:0]   index;
    wire [1:0]          window_row, window_column, take_now;
    wire [WEIGHT_W-1:0] weight_now;
    wire [PARAM_W-1:0]  param_now;
    wire                half_now, sum_end_now, window_first_now, pool_end_now, map_end_now;

    nn_shared_sequence #(
        .LAYER_W(LAYER_W), .COUNT_W(COUNT_W), .STEP_W(STEP_W), .WEIGHT_W(WEIGHT_W), .PARAM_W(PARAM_W), .DRAIN(DRAIN)
    ) u_sequence (
        .clk(clk), .rst(rst), .final_layer(final_layer), .waits_input(waits_input), .waits_result(gives_result),
        .dense(dense), .split(split), .planes(planes), .rounds(rounds), .rows(rows), .columns(columns), .passes(passes),
        .window(window), .steps(steps), .first_weight(first_weight), .first_param(first_param),
        .loaded(loaded), .result_free(result_free), .layer(layer), .load(load), .index(index),
        .window_row(window_row), .window_column(window_column), .window_end(window_end), .pixel_end(pixel_end),
        .row_end(row_end), .round_end(round_end), .weight(weight_now), .param(param_now), .half(half_now), .take(take_now),
        .sum_end(sum_end_now), .window_first(window_first_now), .pool_end(pool_end_now), .map_end(map_end_now), .settled(settled)
    );
    nn_delay #(.DATA_W(NOW_W), .CLOCKS(X_AT - 2)) u_step (
        .clk(clk),
        .d({weight_now, param_now, half_now, take_now, window_first_now, pool_end_now, map_end_now}),
        .q({weight,     param,     half,     take,     window_first,     pool_end,     map_end})
    );
    reg [X_AT-3:0] sum_end_past;    // a reset forgets what is under way
    always @(posedge clk) sum_end_past <= rst ? {(X_AT-2){1'b0}} : {sum_end_past[X_AT-4:0], sum_end_now};
    assign sum_end = sum_end_past[X_AT-3];

    // What ends with the step takes several levels of logic: where it leads is found in the next clock.
    reg       load_1, window_end_1, pixel_end_1, row_end_1, round_end_1;
    reg [1:0] down_1, right_1;
    always @(posedge clk) begin
        load_1       <= load;
        window_end_1 <= window_end;
        pixel_end_1  <= pixel_end;
        row_end_1    <= row_end;
        round_end_1  <= round_end;
        down_1       <= window_stride ? window_row << 1 : window_row;
        right_1      <= window_stride ? window_column << 1 : window_column;
    end

    wire [9*ADDR_W-1:0] addr;
    wire [5:0]          row_from;
    wire [17:0]         column_from;

    nn_shared_reach #(.ADDR_W(ADDR_W), .POSITION_W(POSITION_W)) u_reach (
        .clk(clk), .load(load_1), .point(point), .kernel(kernel), .surplus(surplus),
        .y_third(y_third), .y_addr(y_addr), .y_unit(y_unit), .y_hop(y_hop), .y_same(y_same), .y_next(y_next),
        .y_first(y_first), .y_stride(y_stride), .height(height),
        .x_third(x_third), .x_addr(x_addr), .x_unit(x_unit), .x_hop(x_hop), .x_same(x_same), .x_next(x_next),
        .x_first(x_first), .x_stride(x_stride), .width(width),
        .down(down_1), .right(right_1), .window_end(window_end_1), .pixel_end(pixel_end_1), .row_end(row_end_1),
        .round_end(round_end_1), .addr(addr), .row_from(row_from), .column_from(column_from)
    );

    // Padding: the planes of the step, or the same bit in all.
    wire unused_index = |index;     // high bits: planes lie in few words
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
    wire              b_valid, b_ready;
    wire [3:0]        b_bank;
    wire [ADDR_W-1:0] b_addr;
    wire [GROUP-1:0]  b_word;
    nn_shared_banks #(.GROUP(GROUP), .DEPTH(BANK_DEPTH), .STYLE(BANK_STYLE), .ADDR_W(ADDR_W)) u_banks (
        .clk(clk), .a_valid(put), .a_bank(put_bank), .a_addr(put_addr), .a_word(put_word),
        .b_valid(b_valid), .b_bank(b_bank), .b_addr(b_addr), .b_word(b_word), .b_ready(b_ready),
        .addr(addr), .row_from(row_from), .column_from(column_from), .row_pad(row_pad), .column_pad(column_pad), .x(x)
    );

    nn_shared_load #(
        .GROUP(GROUP), .CHANNELS(IN_CHANNELS), .ELEM_W(IN_W), .RAISE(IN_RAISE), .PIXELS(IN_PIXELS),
        .HEIGHT(IN_HEIGHT), .WIDTH(IN_WIDTH), .PAD(IN_PAD), .BASE(IN_BASE), .ADDR_W(ADDR_W)
    ) u_load (
        .clk(clk), .rst(rst), .s_axis_tdata(s_axis_tdata), .s_axis_tvalid(s_axis_tvalid), .s_axis_tready(s_axis_tready),
        .used(settled && frees_input), .loaded(loaded),
        .b_valid(b_valid), .b_bank(b_bank), .b_addr(b_addr), .b_word(b_word), .b_ready(b_ready)
    );

endmodule

`default_nettype wire
