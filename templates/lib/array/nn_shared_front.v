// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * What arrays see in every clock: the layers' table, the steps, and the bits that a step
 * reads, padding among them. Frames come in beside it, words of results from `put`.
 *
 *     clock of a step   0            1             4              7             8     X_CLOCKS = 9
 *
 *     sequence ------ step --> ends +1 --> reach: addresses --> banks: words --> turned: x
 *        ^  |                             rows and columns that are padding -------^
 *        |  |
 *        |  +-- weight, param, half, take, ... -- delayed by X_CLOCKS - 2 --> ports
 *     table (a line a layer)
 *
 *     s_axis --> load --> banks <-- put       a frame comes in while results are written:
 *                                             put goes first
 *
 * The table's line is read while the layer before drains: its fields stand from 3 clocks before
 * `load` until `settled`, and so do the ports "of the layer". A step leaves 2 clocks before its
 * x, for that long takes the memory of weights. A layer takes its steps and DRAIN + 2 clocks.
 *
 * Parts: nn_shared_sequence (the loop nest), nn_shared_reach (where taps lie), nn_shared_banks
 * (the memories), nn_shared_load (frames). Table: the contract below, LAYER_FILE has its lines.
 *
 * Timing: II = 1 step, latency = 9.
 */
module nn_shared_front #(
    /* The array behind it */
    parameter GROUP    = 16,    // channels of a word of bits: 8, 16 or 32
    parameter PLANES   = 1,     // 1: the first layer's pixels are integers
    parameter FACTORS  = 0,     // 1: the datapaths multiply sums (nn_shared_output: FACTOR_W > 0)
    parameter VALUES   = 0,     // 1: they have values of a residual stream (VALUE_W > 0)
    parameter CLAMPS   = 0,     // 1: quotients are clamped before they are added

    /* Frames (nn_shared_load) */
    parameter IN_CHANNELS = 3,  // elements of a beat
    parameter IN_W        = 8,  // width of an element, bits
    parameter IN_RAISE    = 1,  // 1: elements are signed
    parameter IN_PIXELS   = 0,  // pixels of a word, where the map is one long vector; 0: it is none
    parameter IN_HEIGHT   = 32, // rows of the map
    parameter IN_WIDTH    = 32, // its columns
    parameter IN_PAD      = 0,  // what no channel fills, 8 bits, by plane
    parameter IN_BASE     = 0,  // address of the map in the banks

    /* Widths of the table's fields, bits */
    parameter LAYERS      = 4,  // lines of the table
    parameter LAYER_W     = 2,  // a layer's number
    parameter COUNT_W     = 8,  // lengths of loops
    parameter STEP_W      = 8,  // length of a pass
    parameter POSITION_W  = 8,  // coordinates, signed
    parameter ADDR_W      = 9,  // addresses in a bank
    parameter WEIGHT_W    = 9,  // addresses of weights
    parameter PARAM_W     = 6,  // addresses of constants
    parameter PLACE_W     = 1,  // places of values

    /* Memories */
    parameter BANK_DEPTH  = 512,        // words of a bank
    parameter BANK_STYLE  = "block",    // of the banks: "block" or "distributed"
    parameter LAYER_FILE  = ""          // $readmemh image of LAYERS lines, required
) (
    input  wire                        clk,
    input  wire                        rst,

    /* Frames of pixels, a beat a pixel */
    input  wire [IN_CHANNELS*IN_W-1:0] s_axis_tdata,
    input  wire                        s_axis_tvalid,
    output wire                        s_axis_tready,

    /* The layer: which one, its first step is next, its results are in the memories */
    output wire [LAYER_W-1:0]          layer,
    output wire                        load,
    output wire                        settled,

    /* Fields of its line, as the contract below says */
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

    /* The step, 2 clocks before its x */
    output wire [WEIGHT_W-1:0]         weight,          // address of its weights
    output wire [PARAM_W-1:0]          param,           // address of its pass's constants
    output wire                        half,            // as nn_shared_unit says
    output wire [1:0]                  take,
    output wire                        sum_end,         // it is its sum's last
    output wire                        window_first,    // the sum is the first of its pool
    output wire                        pool_end,        // the last
    output wire                        map_end,         // the last of its pixel
    output wire [9*GROUP-1:0]          x,               // tap t's bits at t*GROUP

    /* Results: the place of the last one is free; a word of bits, its bank and address */
    input  wire                        result_free,
    input  wire                        put,
    input  wire [3:0]                  put_bank,
    input  wire [ADDR_W-1:0]           put_addr,
    input  wire [GROUP-1:0]            put_word
);

    // contract arrayClocks
    localparam [31:0] X_CLOCKS = 32'd9;           // from a step in the sequence to its bits
    localparam [31:0] UNIT_CLOCKS = 32'd5;        // from bits to their sum, LEVELS apart
    localparam [31:0] AFFINE_CLOCKS = 32'd3;      // from a sum to p, with factors
    localparam [31:0] PLAIN_CLOCKS = 32'd1;       // from a sum to p, without
    localparam [31:0] VALUE_CLOCKS = 32'd4;       // from what is added to its bit, with values
    localparam [31:0] BIT_CLOCKS = 32'd1;         // from p to its bit, without
    // from a bit to its word in the banks, and one to spare
    localparam [31:0] WORD_CLOCKS = 32'd6;
    // end of contract

    // From a step in the sequence to its sums, and to its word in the banks and a few more.
    localparam SUMS_AT = X_CLOCKS + UNIT_CLOCKS + $clog2(GROUP / 4);
    localparam DRAIN   = SUMS_AT + ((FACTORS != 0) ? AFFINE_CLOCKS : PLAIN_CLOCKS)
                       + ((VALUES != 0) ? CLAMPS + VALUE_CLOCKS : BIT_CLOCKS) + WORD_CLOCKS;

    // ---- The table ----

    // contract layerTable of fields
    localparam FIELDS_W =
        43 + 6*COUNT_W + STEP_W + WEIGHT_W + PARAM_W + 11*ADDR_W + 6*POSITION_W + PLACE_W;
    wire final_layer;                             // the last one of the network
    wire waits_input;                             // begins when a frame has come in
    wire frees_input;                             // the frame is not needed behind it
    wire dense;                                   // fully connected: a sum ends with its round
    wire split;                                   // two filters share the last step of a pass
    wire [COUNT_W-1:0] rounds;                    // rounds
    wire [COUNT_W-1:0] rows;                      // rows of a round
    wire [COUNT_W-1:0] columns;                   // columns of a row
    wire [COUNT_W-1:0] passes;                    // filters of a unit
    wire [1:0] window;                            // rows and columns of a pool
    wire window_stride;                           // pixels of a pool are two apart
    wire [STEP_W-1:0] steps;                      // words of weights of a pass
    wire [WEIGHT_W-1:0] first_weight;             // the first of them
    wire [PARAM_W-1:0] first_param;               // constants of the first pass
    wire [1:0] kernel;                            // taps a side that count
    wire [8:0] surplus;                           // taps of the last step that do not count
    wire [7:0] pad;                               // padding, plane by plane
    wire [1:0] y_third;                           // third that the first window starts in
    wire [ADDR_W-1:0] y_addr;                     // its address there
    wire [ADDR_W-1:0] y_unit;                     // words of three rows of the map
    wire [1:0] y_hop;                             // thirds to the next window
    wire [ADDR_W-1:0] y_same;                     // what the address gains with it
    wire [ADDR_W-1:0] y_next;                     // the same where a third overflows
    wire [POSITION_W-1:0] y_first;                // coordinate of the first window
    wire [POSITION_W-1:0] y_stride;               // coordinates to the next one
    wire [POSITION_W-1:0] height;                 // rows of the map that is read
    wire [1:0] x_third;                           // third that the first window starts in
    wire [ADDR_W-1:0] x_addr;                     // its address there
    wire [ADDR_W-1:0] x_unit;                     // words of three pixels
    wire [1:0] x_hop;                             // thirds to the next window
    wire [ADDR_W-1:0] x_same;                     // what the address gains with it
    wire [ADDR_W-1:0] x_next;                     // the same where a third overflows
    wire [POSITION_W-1:0] x_first;                // coordinate of the first window
    wire [POSITION_W-1:0] x_stride;               // coordinates to the next one
    wire [POSITION_W-1:0] width;                  // its columns
    wire [FIELDS_W-1:0] fields;
    assign {
        final_layer, waits_input, frees_input, gives_result, dense, split, planes, point, of_values,
        adds, writes, fill, twice, rounds, rows, columns, passes, window, window_stride, steps,
        first_weight, first_param, kernel, surplus, pad, y_third, y_addr, y_unit, y_hop, y_same,
        y_next, y_first, y_stride, height, x_third, x_addr, x_unit, x_hop, x_same, x_next, x_first,
        x_stride, width, out_base, out_pitch, out_groups, out_rows, out_columns, value_base
    } = fields;
    // end of contract

    nn_rom #(.DATA_W(FIELDS_W), .DEPTH(LAYERS), .INIT_FILE(LAYER_FILE)) u_table (
        .clk(clk), .addr(layer), .q(fields)
    );

    // ---- The step ----

    localparam NOW_W = WEIGHT_W + PARAM_W + 6;
    wire                loaded, window_end, pixel_end, row_end, round_end;
    wire [STEP_W-1:0]   index;
    wire [1:0]          window_row, window_column, take_now;
    wire [WEIGHT_W-1:0] weight_now;
    wire [PARAM_W-1:0]  param_now;
    wire                half_now, sum_end_now, window_first_now, pool_end_now, map_end_now;

    nn_shared_sequence #(
        .LAYER_W(LAYER_W), .COUNT_W(COUNT_W), .STEP_W(STEP_W), .WEIGHT_W(WEIGHT_W),
        .PARAM_W(PARAM_W), .DRAIN(DRAIN)
    ) u_sequence (
        .clk(clk), .rst(rst), .final_layer(final_layer), .waits_input(waits_input),
        .waits_result(gives_result), .dense(dense), .split(split), .planes(planes), .rounds(rounds),
        .rows(rows), .columns(columns), .passes(passes), .window(window), .steps(steps),
        .first_weight(first_weight), .first_param(first_param), .loaded(loaded),
        .result_free(result_free), .layer(layer), .load(load), .index(index),
        .window_row(window_row), .window_column(window_column), .window_end(window_end),
        .pixel_end(pixel_end), .row_end(row_end), .round_end(round_end), .weight(weight_now),
        .param(param_now), .half(half_now), .take(take_now), .sum_end(sum_end_now),
        .window_first(window_first_now), .pool_end(pool_end_now), .map_end(map_end_now),
        .settled(settled)
    );
    nn_delay #(.DATA_W(NOW_W), .CLOCKS(X_CLOCKS - 2)) u_step (
        .clk(clk),
        .d({weight_now, param_now, half_now, take_now, window_first_now, pool_end_now,
            map_end_now}),
        .q({weight,     param,     half,     take,     window_first,     pool_end,     map_end})
    );
    reg [X_CLOCKS-3:0] sum_end_past;    // a reset forgets what is under way
    always @(posedge clk) sum_end_past <= rst ? {(X_CLOCKS-2){1'b0}}
        : {sum_end_past[X_CLOCKS-4:0], sum_end_now};
    assign sum_end = sum_end_past[X_CLOCKS-3];

    // What ends with the step takes several levels of logic: where it leads is found in the next
    // clock.
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
        .y_third(y_third), .y_addr(y_addr), .y_unit(y_unit), .y_hop(y_hop), .y_same(y_same),
        .y_next(y_next), .y_first(y_first), .y_stride(y_stride), .height(height), .x_third(x_third),
        .x_addr(x_addr), .x_unit(x_unit), .x_hop(x_hop), .x_same(x_same), .x_next(x_next),
        .x_first(x_first), .x_stride(x_stride), .width(width), .down(down_1), .right(right_1),
        .window_end(window_end_1), .pixel_end(pixel_end_1), .row_end(row_end_1),
        .round_end(round_end_1), .addr(addr), .row_from(row_from), .column_from(column_from)
    );

    wire [GROUP/4-1:0]  row_pad, column_pad;

    nn_shared_padding #(.GROUP(GROUP), .PLANES(PLANES), .STEP_W(STEP_W)) u_padding (
        .clk(clk), .planes(planes), .pad(pad), .steps(steps), .index(index),
        .row_pad(row_pad), .column_pad(column_pad)
    );

    // ---- Bits of activations ----

    wire              b_valid, b_ready;
    wire [3:0]        b_bank;
    wire [ADDR_W-1:0] b_addr;
    wire [GROUP-1:0]  b_word;
    nn_shared_banks #(
        .GROUP(GROUP), .DEPTH(BANK_DEPTH), .STYLE(BANK_STYLE), .ADDR_W(ADDR_W)
    ) u_banks (
        .clk(clk), .a_valid(put), .a_bank(put_bank), .a_addr(put_addr), .a_word(put_word),
        .b_valid(b_valid), .b_bank(b_bank), .b_addr(b_addr), .b_word(b_word), .b_ready(b_ready),
        .addr(addr), .row_from(row_from), .column_from(column_from), .row_pad(row_pad),
        .column_pad(column_pad), .x(x)
    );

    nn_shared_load #(
        .GROUP(GROUP), .CHANNELS(IN_CHANNELS), .ELEM_W(IN_W), .RAISE(IN_RAISE), .PIXELS(IN_PIXELS),
        .HEIGHT(IN_HEIGHT), .WIDTH(IN_WIDTH), .PAD(IN_PAD), .BASE(IN_BASE), .ADDR_W(ADDR_W)
    ) u_load (
        .clk(clk), .rst(rst), .s_axis_tdata(s_axis_tdata), .s_axis_tvalid(s_axis_tvalid),
        .s_axis_tready(s_axis_tready), .used(settled && frees_input), .loaded(loaded),
        .b_valid(b_valid), .b_bank(b_bank), .b_addr(b_addr), .b_word(b_word), .b_ready(b_ready)
    );

endmodule

`default_nettype wire
