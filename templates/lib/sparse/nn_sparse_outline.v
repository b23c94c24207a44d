// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Which lanes of a round lie inside the map: lane l of round r is position r*LANES + l, with
 * column position mod pitch < width and row position div pitch < height.
 *
 * Walked one position a clock, a round ahead of its use: `valid` LANES + 1 clocks after `start` or
 * after the round before was taken.
 *
 * Timing: a round takes LANES + 1 clocks.
 */
module nn_sparse_outline #(
    parameter LANES = 64  // positions of a round, from 2
) (
    input  wire             clk,
    input  wire             rst,

    /* The map of a layer */
    input  wire             start,   // it begins; one clock
    input  wire [9:0]       width,   // columns
    input  wire [9:0]       pitch,   // bytes from row to row
    input  wire [9:0]       height,  // rows

    /* Lanes of the next round */
    output reg              valid,
    output reg  [LANES-1:0] mask,  // lanes inside the map
    input  wire             take   // the round is taken
);

    generate
        if (LANES < 2) begin : g_check
            nn_sparse_outline_LANES_must_be_at_least_2 u_error();
        end
    endgenerate

    localparam LANE_W = $clog2(LANES + 1);
    localparam [31:0]       ALL_32 = LANES;
    localparam [LANE_W-1:0] ALL    = ALL_32[LANE_W-1:0];

    reg [9:0]        x, y;
    reg [LANE_W-1:0] known;
    reg [LANES-1:0]  next;
    wire             ready    = known == ALL;
    wire             end_row  = x + 10'd1 == pitch;
    wire             move     = ready && (!valid || take);

    always @(posedge clk) begin
        if (take) valid <= 1'b0;
        if (move) begin
            mask <= next;
            valid  <= 1'b1;
            known  <= {LANE_W{1'b0}};
        end
        if (!ready) begin
            next  <= {x < width && y < height, next[LANES-1:1]};
            known <= known + 1'b1;
            x     <= end_row ? 10'd0 : x + 10'd1;
            // Rows below the map are all alike.
            if (end_row && y != 10'h3ff) y <= y + 10'd1;
        end
        if (start || rst) begin
            x     <= 10'd0;
            y     <= 10'd0;
            known <= {LANE_W{1'b0}};
            valid <= 1'b0;
        end
    end

endmodule

`default_nettype wire
