// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * What the shared array does in every clock: layer after layer, a loop nest each.
 *
 *     for round: for row: for column: for pass: for window row: for window column: for step
 *
 * A step is one word of weights. A pass is a parameter word, a filter for every unit.
 * Convolutions have one round; a sum ends with its window. Dense layers (`dense`)
 * have one pass and as many rounds as filters ask for: rows and columns are those of
 * the map, and a sum ends with its round. In a `split` layer every other pass is a
 * step shorter: the one before it ended in a half step, for both.
 *
 * A layer's steps follow one another without a gap; DRAIN + 2 clocks after the last
 * one the next layer begins, if its conditions hold: `waits_input` for `loaded`,
 * `waits_result` for `result_free`. `settled` is high for one clock when the results
 * of a layer are in the memories. The fields of `layer` hold from 3 clocks before
 * the first step until then: the table behind it may take two clocks.
 *
 * Everything about a step is registered: its flags are those of the current clock.
 *
 * Timing: II = 1 step, latency = 1.
 */
module nn_shared_sequence #(
    parameter LAYER_W  = 4,   // width of a layer's number
    parameter COUNT_W  = 8,   // width of the loops' lengths
    parameter STEP_W   = 8,   // width of a pass's length
    parameter WEIGHT_W = 10,  // width of a weight address
    parameter PARAM_W  = 8,   // width of a parameter address
    parameter DRAIN    = 30   // clocks from a step to its result in the memories, and 4
) (
    input  wire                clk,
    input  wire                rst,

    /* Fields of the layer, lengths less one */
    input  wire                final_layer,   // the last one of the network
    input  wire                waits_input,   // it begins when a frame is there
    input  wire                waits_result,  // and when the last result has gone
    input  wire                dense,         // fully connected
    input  wire                split,         // two filters share the last step of a pass
    input  wire                planes,        // it works on bit planes
    input  wire [COUNT_W-1:0]  rounds,        // sums of a unit, one behind the other, where `dense`
    input  wire [COUNT_W-1:0]  rows,          // rows of a round
    input  wire [COUNT_W-1:0]  columns,       // columns of a row
    input  wire [COUNT_W-1:0]  passes,        // filters of a unit
    input  wire [1:0]          window,        // pool: rows, and columns
    input  wire [STEP_W-1:0]   steps,         // words of weights of a pass
    input  wire [WEIGHT_W-1:0] first_weight,  // the first of them
    input  wire [PARAM_W-1:0]  first_param,   // constants of the first pass

    /* Conditions of a layer */
    input  wire                loaded,       // a frame is there
    input  wire                result_free,  // the last result has gone

    /* The layer */
    output reg  [LAYER_W-1:0]  layer,  // its number
    output reg                 load,   // the layer's first step is next

    /* The step */
    output reg  [STEP_W-1:0]   index,          // of the step in its pass
    output reg  [1:0]          window_row,     // of its window in the pool
    output reg  [1:0]          window_column,  // the same
    output wire                window_end,     // the step is the last of its window, ...
    output wire                pixel_end,      // of its pixel
    output wire                row_end,        // of its row
    output wire                round_end,      // of its round

    /* What it takes */
    output reg  [WEIGHT_W-1:0] weight,  // address of its weights
    output reg  [PARAM_W-1:0]  param,   // address of its pass's constants
    output wire                half,    // as nn_shared_unit says
    output wire [1:0]          take,    // as nn_shared_unit says

    /* What ends with it */
    output wire                sum_end,       // the step is its sum's last
    output wire                window_first,  // the sum is the first of its pool
    output wire                pool_end,      // the last of its pool
    output wire                map_end,       // the sum is its pixel's last

    /* The layer before has its results in the memories */
    output reg                 settled
);

    generate
        if (DRAIN < 5) begin : g_check
            nn_shared_sequence_DRAIN_must_be_at_least_5 u_error();
        end
    endgenerate

    localparam TIMER_W = $clog2(DRAIN + 1);
    localparam [31:0]        DRAIN_32 = DRAIN;
    localparam [TIMER_W-1:0] FULL  = DRAIN_32[TIMER_W-1:0];
    localparam [TIMER_W-1:0] NEXT  = 4;     // then the results are there
    localparam [TIMER_W-1:0] FETCH = 3;     // then the next layer's fields are read
    localparam [TIMER_W-1:0] NONE  = 0;

    wire last_round, last_row, last_column, last_pass, last_window_row, last_window_column;
    reg  step;                              // the array works in this clock
    reg  last_step, odd, begun;             // begun: not the first step of a dense sum

    assign window_end = step && last_step;
    wire   pass_end   = window_end && last_window_row && last_window_column;
    assign pixel_end = pass_end && last_pass;
    assign row_end   = pixel_end && last_column;
    assign round_end = row_end && last_row;
    wire layer_end   = round_end && last_round;

    nn_shared_count #(.W(COUNT_W)) u_round (
        .clk(clk), .load(load), .most(rounds), .step(round_end), .last(last_round)
    );
    nn_shared_count #(.W(COUNT_W)) u_row (
        .clk(clk), .load(load), .most(rows), .step(row_end), .last(last_row)
    );
    nn_shared_count #(.W(COUNT_W)) u_column (
        .clk(clk), .load(load), .most(columns), .step(pixel_end), .last(last_column)
    );
    nn_shared_count #(.W(COUNT_W)) u_pass (
        .clk(clk), .load(load), .most(passes), .step(pass_end), .last(last_pass)
    );

    assign last_window_row    = window_row == window;
    assign last_window_column = window_column == window;

    // Steps of a pass: one less in the second of a pair.
    localparam [STEP_W-1:0] ONE = 1;
    wire [STEP_W-1:0] short_steps = steps - {{(STEP_W-1){1'b0}}, split};
    wire              next_odd    = pass_end ? (split && !odd && !last_pass) : odd;
    wire [STEP_W-1:0] next_steps  = next_odd ? short_steps : steps;

    always @(posedge clk) begin
        if (load || window_end) begin
            index     <= {STEP_W{1'b0}};
            last_step <= (load ? steps : next_steps) == {STEP_W{1'b0}};
        end else if (step) begin
            index     <= index + ONE;
            last_step <= index + ONE == (odd ? short_steps : steps);
        end
        odd <= !load && next_odd;

        if (load || (window_end && last_window_column)) window_column <= 2'd0;
        else if (window_end) window_column <= window_column + 2'd1;
        if (load || pass_end) window_row <= 2'd0;
        else if (window_end && last_window_column) window_row <= window_row + 2'd1;

        if (load || round_end) begun <= 1'b0;
        else if (step) begun <= 1'b1;
    end

    // Weights: of a pass again for every window, of all passes again for every pixel.
    reg [WEIGHT_W-1:0] pass_weight;
    wire again = pixel_end && !dense;
    always @(posedge clk) begin
        if (load || again) weight <= first_weight;
        else if (window_end && !pass_end) weight <= pass_weight;
        else if (step) weight <= weight + 1'b1;

        if (load || again) pass_weight <= first_weight;
        else if (pass_end) pass_weight <= weight + 1'b1;

        if (load || again) param <= first_param;
        else if (dense ? round_end : pass_end) param <= param + 1'b1;
    end

    wire fresh = dense ? !begun : index == {STEP_W{1'b0}};
    assign take = !fresh ? (planes ? 2'd2 : 2'd1) : odd ? 2'd3 : 2'd0;
    assign half = split && !odd && last_step;

    assign sum_end      = dense ? round_end : window_end;
    assign window_first = window_row == 2'd0 && window_column == 2'd0;
    assign pool_end     = last_window_row && last_window_column;
    assign map_end      = dense ? last_round : last_pass;

    // From layer to layer.
    reg [TIMER_W-1:0] timer;
    wire go = (!waits_input || loaded) && (!waits_result || result_free);

    always @(posedge clk) begin
        load    <= timer == NONE && !step && !load && go;
        settled <= timer == NEXT;
        if (load) step <= 1'b1;
        else if (layer_end) step <= 1'b0;

        if (layer_end) timer <= FULL;
        else if (timer != NONE) timer <= timer - 1'b1;
        if (timer == FETCH + 1'b1) layer <= final_layer ? {LAYER_W{1'b0}} : layer + 1'b1;

        if (rst) begin
            load    <= 1'b0;
            settled <= 1'b0;
            step    <= 1'b0;
            timer   <= FETCH;
            layer   <= {LAYER_W{1'b0}};
        end
    end

endmodule

`default_nettype wire
