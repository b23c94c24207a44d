// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * What stands where the taps of a step lie outside the map: the padding of the step's planes, or
 * the same bit everywhere.
 *
 * A group's GROUP bits are GROUP/4 planes of four channels; `pad` has a bit for each of the eight
 * planes of a pixel. A pass over planes has 32/GROUP steps, highest planes first, so that step
 * `index` of `steps` has planes (steps - index)*GROUP/4 on.
 *
 * nn_shared_banks wants the padding of a row X_CLOCKS - 2 clocks behind the step, that of a
 * column one clock later.
 *
 * Timing: II = 1, latency = X_CLOCKS - 2 for rows, one more for columns.
 */
module nn_shared_padding #(
    parameter GROUP  = 16,  // channels of a word of bits: 8, 16 or 32
    parameter PLANES = 1,   // 0: `planes` is never high
    parameter STEP_W = 8    // width of a step's number in its pass, bits
) (
    input  wire               clk,

    /* Of the layer */
    input  wire               planes,       // it works on bit planes
    input  wire [7:0]         pad,          // padding, plane by plane
    input  wire [STEP_W-1:0]  steps,        // of a pass, less one

    input  wire [STEP_W-1:0]  index,        // of the step in its pass

    /* The padding for a row and for a column of taps */
    output wire [GROUP/4-1:0] row_pad,
    output wire [GROUP/4-1:0] column_pad
);

    // contract arrayClocks
    localparam [31:0] X_CLOCKS = 32'd9;           // from a step in the sequence to its bits
    // end of contract

    wire unused_index = planes | (|index) | (|steps);   // high bits: planes lie in few words
    wire [GROUP/4-1:0] pad_0;
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

    nn_delay #(.DATA_W(GROUP/4), .CLOCKS(X_CLOCKS - 2)) u_row (
        .clk(clk), .d(pad_0), .q(row_pad)
    );
    nn_delay #(.DATA_W(GROUP/4), .CLOCKS(1)) u_column (
        .clk(clk), .d(row_pad), .q(column_pad)
    );

endmodule

`default_nettype wire
