// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Words of a map, in order, to their places in nine banks (nn_shared_reach says which).
 *
 * Pixels come row by row, a pixel's groups in order, `last` with the last one.
 * `load` begins a map. While `open` is low nothing moves.
 *
 * Timing: II = 1, latency = 2.
 */
module nn_shared_place #(
    parameter WORD_W  = 16,  // word width
    parameter ADDR_W  = 10,  // bank address width
    parameter COUNT_W = 8    // width of the map's sides
) (
    input  wire               clk,
    input  wire               rst,

    /* A map begins */
    input  wire               load,

    /* The map in the banks */
    input  wire [ADDR_W-1:0]  base,     // its address
    input  wire [ADDR_W-1:0]  pitch,    // words of three rows
    input  wire [ADDR_W-1:0]  groups,   // words of a pixel
    input  wire [COUNT_W-1:0] rows,     // less one
    input  wire [COUNT_W-1:0] columns,  // less one

    /* In: words in their order */
    input  wire               open,     // words may move
    input  wire               valid,
    input  wire               last,     // the pixel's last
    input  wire [WORD_W-1:0]  word,
    output wire               map_end,  // the word is the map's last

    /* Out: words with their places */
    output reg                put,
    output reg                put_last,  // the last one
    output reg  [3:0]         put_bank,  // 0 to 8
    output reg  [ADDR_W-1:0]  put_addr,
    output reg  [WORD_W-1:0]  put_word
);

    localparam [ADDR_W-1:0] ZERO = 0;

    function [1:0] plus(input [1:0] a, input [1:0] b);
        case ({a, b})
            4'b00_00, 4'b01_10, 4'b10_01: plus = 2'd0;
            4'b00_01, 4'b01_00, 4'b10_10: plus = 2'd1;
            default:                      plus = 2'd2;
        endcase
    endfunction

    wire [1:0]        y_at, x_at;
    wire [ADDR_W-1:0] y_addr, x_addr;
    wire              last_row, last_column;
    reg  [1:0]        skew_down, skew_right;
    reg  [ADDR_W-1:0] group;

    wire take      = valid && open;
    wire pixel_end = take && last;
    wire row_end   = pixel_end && last_column;
    assign map_end = row_end && last_row;

    nn_shared_count #(.W(COUNT_W)) u_row (
        .clk(clk), .load(load), .most(rows), .step(row_end), .last(last_row)
    );
    nn_shared_count #(.W(COUNT_W)) u_column (
        .clk(clk), .load(load), .most(columns), .step(pixel_end), .last(last_column)
    );

    nn_shared_thirds #(.ADDR_W(ADDR_W)) u_y (
        .clk(clk), .load(load), .step(row_end), .back(map_end), .start_third(2'd0),
        .start_addr(base), .hop(2'd1), .add_same(ZERO), .add_next(pitch), .third(y_at),
        .addr(y_addr)
    );
    nn_shared_thirds #(.ADDR_W(ADDR_W)) u_x (
        .clk(clk), .load(load), .step(pixel_end), .back(row_end), .start_third(2'd0),
        .start_addr(ZERO), .hop(2'd1), .add_same(ZERO), .add_next(groups), .third(x_at),
        .addr(x_addr)
    );

    always @(posedge clk)
        if (load || pixel_end) begin
            group      <= ZERO;
            skew_down  <= 2'd0;
            skew_right <= 2'd0;
        end else if (take) begin
            group      <= group + 1'b1;
            skew_right <= plus(skew_right, 2'd1);
            if (skew_right == 2'd2) skew_down <= plus(skew_down, 2'd1);
        end

    reg              valid_1, last_1;
    reg [1:0]        bank_row_1, bank_column_1;
    reg [ADDR_W-1:0] y_addr_1, x_addr_1;
    reg [WORD_W-1:0] word_1;

    always @(posedge clk) begin
        if (open) begin
            valid_1       <= valid;
            last_1        <= map_end;
            bank_row_1    <= plus(y_at, skew_down);
            bank_column_1 <= plus(x_at, skew_right);
            y_addr_1      <= y_addr;
            x_addr_1      <= x_addr + group;
            word_1        <= word;

            put      <= valid_1;
            put_last <= valid_1 && last_1;
            put_bank <= {1'b0, bank_row_1, 1'b0} + {2'd0, bank_row_1} + {2'd0, bank_column_1};
            put_addr <= y_addr_1 + x_addr_1;
            put_word <= word_1;
        end
        if (rst) begin
            valid_1  <= 1'b0;
            put      <= 1'b0;
            put_last <= 1'b0;
        end
    end

endmodule

`default_nettype wire
