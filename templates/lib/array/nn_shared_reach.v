// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Where the nine taps of a step lie in the nine banks, and which of them are padding.
 *
 * Group g of pixel (y, x) lies in bank 3*((y + g div 3) mod 3) + (x + g) mod 3, at
 * base + (y div 3)*pitch + (x div 3)*groups + g: a group of a 3x3 window lies in nine
 * banks, and so do nine groups of a pixel (`point`: kernels 1x1 and dense layers).
 * Tap 3*i + j is pixel (y + i, x + j) of a window whose first pixel is (y, x), group g;
 * or group g + 3*i + j of pixel (y, x).
 *
 * Bank b reads addr[b]; tap row i takes the bank row that row_from[i] names, then tap
 * t the bank column that column_from[t] names; 3 is padding: rows and columns outside
 * the map or the kernel, and in the last step of a point the taps of `surplus`.
 *
 * Latency: addr 4, row_from 6, column_from 7 clocks behind the step.
 *
 * Timing: II = 1, latency = 4.
 */
module nn_shared_reach #(
    parameter ADDR_W     = 10,  // bank address width
    parameter POSITION_W = 8    // width of a coordinate, signed
) (
    input  wire                  clk,

    /* A layer begins */
    input  wire                  load,

    // Fields of the layer. y and x: where the first window starts, and how far the next one is.
    input  wire                  point,     // taps are groups of one pixel
    input  wire [1:0]            kernel,    // taps a side that count
    input  wire [8:0]            surplus,   // taps of the last step that do not
    input  wire [1:0]            y_third,   // third that the first window starts in
    input  wire [ADDR_W-1:0]     y_addr,    // its address there
    input  wire [ADDR_W-1:0]     y_unit,    // pitch
    input  wire [1:0]            y_hop,     // thirds to the next window
    input  wire [ADDR_W-1:0]     y_same,    // what the address gains with it
    input  wire [ADDR_W-1:0]     y_next,    // the same where a third overflows
    input  wire [POSITION_W-1:0] y_first,   // coordinate of the first window
    input  wire [POSITION_W-1:0] y_stride,  // coordinates to the next one
    input  wire [POSITION_W-1:0] height,    // rows of the map
    input  wire [1:0]            x_third,   // as of y
    input  wire [ADDR_W-1:0]     x_addr,    // as of y
    input  wire [ADDR_W-1:0]     x_unit,    // groups
    input  wire [1:0]            x_hop,     // as of y
    input  wire [ADDR_W-1:0]     x_same,    // as of y
    input  wire [ADDR_W-1:0]     x_next,    // as of y
    input  wire [POSITION_W-1:0] x_first,   // as of y
    input  wire [POSITION_W-1:0] x_stride,  // as of y
    input  wire [POSITION_W-1:0] width,     // columns of the map

    // The step.
    input  wire [1:0]            down,        // from the pixel to the pool's window, 0..2
    input  wire [1:0]            right,
    input  wire                  window_end,  // the step is its window's last
    input  wire                  pixel_end,   // its pixel's
    input  wire                  row_end,     // its row's
    input  wire                  round_end,   // its round's

    /* Addresses by bank, and what taps take: a bank row or column, or 3 */
    output reg  [9*ADDR_W-1:0]   addr,
    output wire [5:0]            row_from,
    output wire [17:0]           column_from
);

    // The sum of two thirds, modulo 3.
    function [1:0] plus(input [1:0] a, input [1:0] b);
        case ({a, b})
            4'b00_00, 4'b01_10, 4'b10_01: plus = 2'd0;
            4'b00_01, 4'b01_00, 4'b10_10: plus = 2'd1;
            default:                      plus = 2'd2;
        endcase
    endfunction

    wire [1:0]        y_at, x_at;
    wire [ADDR_W-1:0] y_base, x_base;

    nn_shared_thirds #(.ADDR_W(ADDR_W)) u_y (
        .clk(clk), .load(load), .step(row_end), .back(round_end), .start_third(y_third),
        .start_addr(y_addr), .hop(y_hop), .add_same(y_same), .add_next(y_next), .third(y_at),
        .addr(y_base)
    );
    nn_shared_thirds #(.ADDR_W(ADDR_W)) u_x (
        .clk(clk), .load(load), .step(pixel_end), .back(row_end), .start_third(x_third),
        .start_addr(x_addr), .hop(x_hop), .add_same(x_same), .add_next(x_next), .third(x_at),
        .addr(x_base)
    );

    reg [POSITION_W-1:0] y_position, x_position;
    always @(posedge clk) begin
        if (load || row_end) x_position <= x_first;
        else if (pixel_end) x_position <= x_position + x_stride;
        if (load || round_end) y_position <= y_first;
        else if (row_end) y_position <= y_position + y_stride;
    end

    // The group, or a point's first one; its place in the skew: group div 3 mod 3 and group mod 3.
    localparam [ADDR_W-1:0] NINE = 9, ONE = 1, THREE = 3;
    reg [ADDR_W-1:0] group;
    reg [1:0]        skew_down, skew_right;
    always @(posedge clk) begin
        group <= (load || window_end) ? {ADDR_W{1'b0}} : group + (point ? NINE : ONE);
        if (load || window_end) begin
            skew_down  <= 2'd0;
            skew_right <= 2'd0;
        end else if (!point) begin
            skew_right <= plus(skew_right, 2'd1);
            if (skew_right == 2'd2) skew_down <= plus(skew_down, 2'd1);
        end
    end

    // Clock 1: the window's first pixel.
    reg [1:0]            y_1, x_1, down_1, right_1;
    reg [ADDR_W-1:0]     y_addr_1, x_addr_1, y_more_1, x_more_1;
    reg [POSITION_W-1:0] y_position_1, x_position_1;
    reg                  last_1;

    wire y_over = {1'b0, y_at} + {1'b0, down} >= 3'd3;
    wire x_over = {1'b0, x_at} + {1'b0, right} >= 3'd3;

    always @(posedge clk) begin
        y_1          <= plus(y_at, down);
        x_1          <= plus(x_at, right);
        y_addr_1     <= y_base;
        x_addr_1     <= x_base + group;
        y_more_1     <= y_over ? y_unit : {ADDR_W{1'b0}};
        x_more_1     <= x_over ? x_unit : {ADDR_W{1'b0}};
        y_position_1 <= y_position + {{(POSITION_W-2){1'b0}}, down};
        x_position_1 <= x_position + {{(POSITION_W-2){1'b0}}, right};
        down_1       <= skew_down;
        right_1      <= skew_right;
        last_1       <= window_end;
    end

    // Clock 2: the first group's address, what banks add to it, taps outside.
    reg [1:0]        y_2, x_2, down_2, right_2;
    reg [ADDR_W-1:0] y_addr_2, x_addr_2;
    reg [5:0]        y_more_2, x_more_2;
    reg [2:0]        row_out_2, column_out_2;
    reg              last_2;
    integer i, t;

    // What bank row or column `bank` adds: the next third's unit, or in a point a stride for every
    // place.
    function [1:0] more(input [1:0] bank, input [1:0] third, input [1:0] skew, input of_point);
        reg [1:0] place, of_map;
        begin
            place  = plus(bank, (third == 2'd0) ? 2'd0 : 2'd3 - third);
            of_map = plus(bank, (skew == 2'd0) ? 2'd0 : 2'd3 - skew);
            more   = of_point ? place : {1'b0, of_map < third};
        end
    endfunction

    // Of a tap of the window, or beyond the kernel.
    function outside(input [POSITION_W-1:0] position, input [POSITION_W-1:0] size, input [1:0] tap,
        input [1:0] taps);
        reg [POSITION_W-1:0] at;
        begin
            at      = position + {{(POSITION_W-2){1'b0}}, tap};
            outside = at[POSITION_W-1] || at >= size || tap >= taps;
        end
    endfunction

    always @(posedge clk) begin
        y_2      <= y_1;
        x_2      <= x_1;
        y_addr_2 <= y_addr_1 + y_more_1;
        x_addr_2 <= x_addr_1 + x_more_1;
        down_2   <= down_1;
        right_2  <= right_1;
        last_2   <= last_1;
        for (i = 0; i < 3; i = i + 1) begin
            y_more_2[2*i +: 2] <= more(i[1:0], y_1, down_1, point);
            x_more_2[2*i +: 2] <= more(i[1:0], x_1, right_1, point);
            row_out_2[i]    <= !point && outside(y_position_1, height, i[1:0], kernel);
            column_out_2[i] <= !point && outside(x_position_1, width, i[1:0], kernel);
        end
    end

    // Clock 3: every bank row's and every bank column's share of the address.
    reg [3*ADDR_W-1:0] y_addr_3, x_addr_3;
    reg [5:0]          row_from_3;
    reg [17:0]         column_from_3;
    wire [1:0] y_turn = plus(y_2, down_2);
    wire [1:0] x_turn = plus(x_2, right_2);

    function [ADDR_W-1:0] times(input [1:0] count, input [ADDR_W-1:0] unit);
        times = (count == 2'd0) ? {ADDR_W{1'b0}} : (count == 2'd1) ? unit : unit << 1;
    endfunction

    always @(posedge clk) begin
        for (i = 0; i < 3; i = i + 1) begin
            y_addr_3[i*ADDR_W +: ADDR_W] <= y_addr_2
                + times(y_more_2[2*i +: 2], point ? THREE : y_unit);
            x_addr_3[i*ADDR_W +: ADDR_W] <= x_addr_2
                + times(x_more_2[2*i +: 2], point ? ONE : x_unit);
            row_from_3[2*i +: 2] <= row_out_2[i] ? 2'd3 : plus(y_turn, i[1:0]);
        end
        for (i = 0; i < 3; i = i + 1)
            for (t = i; t < 9; t = t + 3)
                column_from_3[2*t +: 2] <= (column_out_2[i] || (last_2 && surplus[t])) ? 2'd3
                    : plus(x_turn, i[1:0]);
    end

    // Clock 4: the addresses.
    always @(posedge clk)
        for (i = 0; i < 9; i = i + 1)
            addr[i*ADDR_W +: ADDR_W] <= y_addr_3[(i/3)*ADDR_W +: ADDR_W]
                + x_addr_3[(i%3)*ADDR_W +: ADDR_W];

    nn_delay #(.DATA_W(6),  .CLOCKS(3)) u_rows (.clk(clk), .d(row_from_3),    .q(row_from));
    nn_delay #(.DATA_W(18), .CLOCKS(4)) u_columns (.clk(clk), .d(column_from_3), .q(column_from));

endmodule

`default_nettype wire
