// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Counts a heap of bits: sum = #ones(bits of weight 1) + 2 * #ones(bits of weight 2).
 *
 * `bits` is {weight 2, weight 1}, ONES of weight 1 in the low part. A column of
 * h >= 5 bits gives (h+1)/6 groups of six (the last may lack one bit) to 6:3
 * compressors, three LUT6 each; up to four bits pass. After LEVELS levels no
 * column holds more than four bits: two adder stages finish.
 * A column's groups are written as one vector operation on six slices, which
 * is what makes simulation fast; every bit of it is one LUT6.
 *
 * Registered after every second level and after each adder stage.
 * LEVELS = OUT_W - 1.
 *
 * Timing: II = 1, latency = LEVELS/2 + 2, rounded down.
 */
module nn_popcount #(
    parameter ONES  = 22,  // bits of weight 1
    parameter TWOS  = 21,  // bits of weight 2, may be 0
    parameter OUT_W = 7    // width of sum, bits
) (
    /* Clock. */
    input  wire clk,

    /* Heap of bits, and its sum. */
    input  wire [ONES+TWOS-1:0] bits,  // {weight 2, weight 1}
    output reg  [OUT_W-1:0]     sum    // modulo 2^OUT_W
);

    localparam LEVELS = OUT_W - 1;
    localparam COLS_W = (OUT_W + 2) * 32;   // one 32-bit height per column, two spare

    // Column heights after `levels` levels. Bits that would fall above column
    // OUT_W-1 are zero by the bound on the sum and are not built.
    function [COLS_W-1:0] heights(input integer levels);
        integer level, c, h, groups;
        reg [COLS_W-1:0] now, next;
        begin
            now = {COLS_W{1'b0}};
            now[0 +: 32]  = ONES;
            now[32 +: 32] = TWOS;
            for (level = 0; level < levels; level = level + 1) begin
                next = {COLS_W{1'b0}};
                for (c = 0; c < OUT_W; c = c + 1) begin
                    h      = now[c*32 +: 32];
                    groups = (h + 1) / 6;
                    next[c*32 +: 32]     = next[c*32 +: 32] + groups
                                         + ((h > 6*groups) ? h - 6*groups : 0);
                    next[(c+1)*32 +: 32] = next[(c+1)*32 +: 32] + groups;
                    next[(c+2)*32 +: 32] = next[(c+2)*32 +: 32] + groups;
                end
                now = next;
            end
            heights = now;
        end
    endfunction

    // Where a column starts in its level's bit vector; column OUT_W: its length.
    function integer start(input [COLS_W-1:0] heap, input integer column);
        integer c;
        begin
            start = 0;
            for (c = 0; c < column; c = c + 1) start = start + heap[c*32 +: 32];
        end
    endfunction

    // Compressors that a column feeds.
    function integer groups(input [COLS_W-1:0] heap, input integer column);
        groups = (column < 0) ? 0 : (heap[((column < 0) ? 0 : column)*32 +: 32] + 1) / 6;
    endfunction

    genvar level, col;
    generate
        if (ONES + 2*TWOS >= (1 << OUT_W)) begin : g_check_sum
            nn_popcount_sum_must_fit_OUT_W u_error();
        end

        for (level = 0; level <= LEVELS; level = level + 1) begin : g_level
            localparam [COLS_W-1:0] HEAP   = heights(level);
            localparam              LENGTH = start(HEAP, OUT_W);

            wire [LENGTH-1:0] heap;

            if (level == 0) begin : g_input
                assign heap = bits;
            end else begin : g_compress
                localparam [COLS_W-1:0] FROM = heights(level - 1);

                wire [LENGTH-1:0] out;

                // A column of the next level is, from its low end: weight 4 of
                // column-2, weight 2 of column-1, its own weight 1, what passed.
                for (col = 0; col < OUT_W; col = col + 1) begin : g_col
                    localparam HEIGHT = FROM[col*32 +: 32];
                    localparam SOURCE = start(FROM, col);
                    localparam COUNT  = groups(FROM, col);
                    localparam ONE_AT = start(HEAP, col) + groups(FROM, col - 2)
                                                         + groups(FROM, col - 1);
                    localparam TWO_AT = start(HEAP, col + 1) + groups(FROM, col - 1);
                    localparam FOUR_AT = start(HEAP, col + 2);

                    if (COUNT > 0) begin : g_groups
                        // Six slices; the last may lack its top bit.
                        wire [6*COUNT-1:0] six;
                        if (6*COUNT <= HEIGHT) begin : g_full
                            assign six = g_level[level-1].heap[SOURCE +: 6*COUNT];
                        end else begin : g_short
                            assign six = {1'b0, g_level[level-1].heap[SOURCE +: 6*COUNT-1]};
                        end

                        // Two full adders, then the bits of weight 1, 2 and 4.
                        wire [COUNT-1:0] a = six[0*COUNT +: COUNT];
                        wire [COUNT-1:0] b = six[1*COUNT +: COUNT];
                        wire [COUNT-1:0] c = six[2*COUNT +: COUNT];
                        wire [COUNT-1:0] d = six[3*COUNT +: COUNT];
                        wire [COUNT-1:0] e = six[4*COUNT +: COUNT];
                        wire [COUNT-1:0] f = six[5*COUNT +: COUNT];
                        wire [COUNT-1:0] odd_1 = a ^ b ^ c;
                        wire [COUNT-1:0] odd_2 = d ^ e ^ f;
                        wire [COUNT-1:0] two_1 = (a & b) | (c & (a | b));
                        wire [COUNT-1:0] two_2 = (d & e) | (f & (d | e));
                        wire [COUNT-1:0] carry = odd_1 & odd_2;

                        assign out[ONE_AT +: COUNT] = odd_1 ^ odd_2;
                        if (col + 1 < OUT_W) begin : g_two
                            assign out[TWO_AT +: COUNT] = two_1 ^ two_2 ^ carry;
                        end
                        if (col + 2 < OUT_W) begin : g_four
                            assign out[FOUR_AT +: COUNT] =
                                (two_1 & two_2) | (carry & (two_1 ^ two_2));
                        end
                    end

                    if (HEIGHT > 6*COUNT) begin : g_pass
                        assign out[ONE_AT + COUNT +: HEIGHT - 6*COUNT] =
                            g_level[level-1].heap[SOURCE + 6*COUNT +: HEIGHT - 6*COUNT];
                    end
                end

                if (level % 2 == 0) begin : g_register
                    reg [LENGTH-1:0] held;
                    always @(posedge clk) held <= out;
                    assign heap = held;
                end else begin : g_wire
                    assign heap = out;
                end
            end
        end
    endgenerate

    // At most four bits a column are left: four numbers, two adder stages.
    localparam [COLS_W-1:0] LEFT = heights(LEVELS);

    wire [4*OUT_W-1:0] rows;
    reg  [OUT_W-1:0]   low, high;

    genvar row;
    generate
        for (col = 0; col < OUT_W; col = col + 1) begin : g_left
            localparam HEIGHT = LEFT[col*32 +: 32];
            localparam SOURCE = start(LEFT, col);
            if (HEIGHT > 4) begin : g_check_levels
                nn_popcount_four_rows_must_be_left u_error();
            end
            for (row = 0; row < 4; row = row + 1) begin : g_row
                if (row < HEIGHT) begin : g_bit
                    assign rows[row*OUT_W + col] = g_level[LEVELS].heap[SOURCE + row];
                end else begin : g_none
                    assign rows[row*OUT_W + col] = 1'b0;
                end
            end
        end
    endgenerate

    always @(posedge clk) begin
        low  <= rows[0*OUT_W +: OUT_W] + rows[1*OUT_W +: OUT_W];
        high <= rows[2*OUT_W +: OUT_W] + rows[3*OUT_W +: OUT_W];
        sum  <= low + high;
    end

endmodule

`default_nettype wire
