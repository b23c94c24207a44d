// SPDX-License-Identifier: Apache-2.0
`celldefine
`default_nettype none

/*
 * Counts a heap of bits in primitives of Xilinx devices:
 * sum = #ones(bits of weight 1) + 2 * #ones(bits of weight 2), modulo 2^OUT_W.
 *
 * `bits` is {weight 2, weight 1}, ONES of weight 1 in the low part. The last
 * level leaves three bits a column, which one adder takes; the level before may
 * leave 7, that before 15, 35, 79 ...: what 7:3 compressors of every column and
 * its neighbours turn into three, seven, fifteen. Whole sevens are compressed at
 * once, taking four bits off the heap in two LUTs; what is left of a column just as
 * far as its level's target needs, two bits at most by a full adder. Bits that pass
 * are the first to be taken by the next level, so none is delayed for long.
 *
 * Registered after every level and after the adder.
 *
 * Timing: II = 1, latency = LEVELS + 1.
 */
module nn_xilinx_popcount #(
    parameter ONES    = 22,  // bits of weight 1
    parameter TWOS    = 21,  // bits of weight 2, may be 0
    parameter OUT_W   = 7,   // width of sum, bits
    parameter LEVELS  = 3,   // levels of compressors, checked
    parameter CARRY_W = 4    // positions of a carry primitive: 4 = CARRY4, 8 = CARRY8
) (
    /* Clock. */
    input  wire clk,

    /* Heap of bits, and its sum. */
    input  wire [ONES+TWOS-1:0] bits,  // {weight 2, weight 1}
    output reg  [OUT_W-1:0]     sum    // modulo 2^OUT_W
);

    localparam COLS_W = (OUT_W + 2) * 32;   // one 32-bit number per column, two spare

    localparam HEIGHTS = 0, SEVENS = 1, THREES = 2;

    // HEIGHTS: bits per column after `levels` levels. SEVENS, THREES: compressors
    // and full adders (0 or 1) per column of the last of these levels.
    function [COLS_W-1:0] plan(input integer levels, input integer what);
        integer level, k, c, h, target, surplus, sevens, threes, rest;
        reg [COLS_W-1:0] now, next, cells;
        begin
            now   = {COLS_W{1'b0}};
            cells = {COLS_W{1'b0}};
            now[0 +: 32]  = ONES;
            now[32 +: 32] = TWOS;
            for (level = 1; level <= levels; level = level + 1) begin
                target = 3;
                for (k = level; k < LEVELS; k = k + 1) target = 7*(target/3) + target%3;
                next = {COLS_W{1'b0}};
                for (c = 0; c < OUT_W; c = c + 1) begin
                    h       = now[c*32 +: 32];
                    surplus = h + next[c*32 +: 32] - target;
                    sevens  = (surplus > 0) ? (surplus + 3) / 6 : 0;
                    if (sevens < h/7) sevens = h/7;
                    threes  = (surplus > 6*sevens && surplus > 0) ? 1 : 0;
                    rest    = h - 7*sevens - 3*threes;
                    next[c*32 +: 32]     = next[c*32 +: 32] + sevens + threes
                                         + ((rest > 0) ? rest : 0);
                    next[(c+1)*32 +: 32] = next[(c+1)*32 +: 32] + sevens + threes;
                    next[(c+2)*32 +: 32] = next[(c+2)*32 +: 32] + sevens;
                    cells[c*32 +: 32]    = (what == SEVENS) ? sevens : threes;
                end
                now = next;
            end
            plan = (what == HEIGHTS) ? now : cells;
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

    // A number of a column, 0 below the lowest.
    function integer of_column(input [COLS_W-1:0] numbers, input integer column);
        of_column = (column < 0) ? 0 : numbers[((column < 0) ? 0 : column)*32 +: 32];
    endfunction

    genvar level, col, n;
    generate
        for (level = 0; level <= LEVELS; level = level + 1) begin : g_level
            localparam [COLS_W-1:0] HEAP   = plan(level, HEIGHTS);
            localparam              LENGTH = start(HEAP, OUT_W);

            wire [LENGTH-1:0] heap;

            if (level == 0) begin : g_input
                assign heap = bits;
            end else begin : g_compress
                localparam [COLS_W-1:0] FROM  = plan(level - 1, HEIGHTS);
                localparam [COLS_W-1:0] SEVEN = plan(level, SEVENS);
                localparam [COLS_W-1:0] THREE = plan(level, THREES);

                wire [LENGTH-1:0] out;
                reg  [LENGTH-1:0] held;
                always @(posedge clk) held <= out;
                assign heap = held;

                // A column of the next level is, from its low end: fours of column-2,
                // twos and carry of column-1, its own ones and parity, what passed.
                for (col = 0; col < OUT_W; col = col + 1) begin : g_col
                    localparam HEIGHT   = FROM[col*32 +: 32];
                    localparam SOURCE   = start(FROM, col);
                    localparam COUNT    = SEVEN[col*32 +: 32];
                    localparam ADDER    = THREE[col*32 +: 32];
                    localparam IN_SEVEN = (7*COUNT < HEIGHT) ? 7*COUNT : HEIGHT;
                    localparam IN_THREE = (ADDER == 0) ? 0
                                        : (HEIGHT - IN_SEVEN < 3) ? HEIGHT - IN_SEVEN : 3;
                    localparam PASS     = HEIGHT - IN_SEVEN - IN_THREE;
                    localparam FOUR_AT  = start(HEAP, col + 2);
                    localparam TWO_AT   = start(HEAP, col + 1) + of_column(SEVEN, col - 1);
                    localparam ONE_AT   = start(HEAP, col) + of_column(SEVEN, col - 2)
                                        + of_column(SEVEN, col - 1) + of_column(THREE, col - 1);

                    if (COUNT > 0) begin : g_sevens
                        wire [7*COUNT-1:0] sevens;  // the last may lack bits
                        wire [COUNT-1:0]   two, four;
                        assign sevens[IN_SEVEN-1:0] =
                            g_level[level-1].heap[SOURCE + PASS + IN_THREE +: IN_SEVEN];
                        if (IN_SEVEN < 7*COUNT) begin : g_short
                            assign sevens[7*COUNT-1:IN_SEVEN] = {(7*COUNT-IN_SEVEN){1'b0}};
                        end

                        for (n = 0; n < COUNT; n = n + 1) begin : g_seven
                            nn_xilinx_compress #(.CARRY_W(CARRY_W)) u_seven (
                                .bits(sevens[7*n +: 7]),
                                .one(out[ONE_AT + n]), .two(two[n]), .four(four[n])
                            );
                        end

                        if (col + 1 < OUT_W) begin : g_two
                            assign out[TWO_AT +: COUNT] = two;
                        end else begin : g_no_two
                            wire [COUNT-1:0] unused_two = two;
                        end
                        if (col + 2 < OUT_W) begin : g_four
                            assign out[FOUR_AT +: COUNT] = four;
                        end else begin : g_no_four
                            wire [COUNT-1:0] unused_four = four;
                        end
                    end

                    if (ADDER > 0) begin : g_three
                        wire [2:0] three;           // or two
                        wire       carry;
                        assign three[IN_THREE-1:0] =
                            g_level[level-1].heap[SOURCE + PASS +: IN_THREE];
                        if (IN_THREE < 3) begin : g_short
                            assign three[2:IN_THREE] = {(3-IN_THREE){1'b0}};
                        end
                        LUT6_2 #(.INIT(64'h96969696E8E8E8E8)) u_adder (
                            .I0(three[0]), .I1(three[1]), .I2(three[2]),
                            .I3(1'b0), .I4(1'b0), .I5(1'b1),
                            .O6(out[ONE_AT + COUNT]), .O5(carry)
                        );
                        if (col + 1 < OUT_W) begin : g_carry
                            assign out[TWO_AT + COUNT] = carry;
                        end else begin : g_no_carry
                            wire unused_carry = carry;
                        end
                    end

                    if (PASS > 0) begin : g_pass
                        assign out[ONE_AT + COUNT + ADDER +: PASS] =
                            g_level[level-1].heap[SOURCE +: PASS];
                    end
                end
            end
        end
    endgenerate

    // At most three bits a column are left: three numbers, one adder.
    localparam [COLS_W-1:0] LEFT = plan(LEVELS, HEIGHTS);

    wire [3*OUT_W-1:0] rows;
    wire [OUT_W-1:0]   total;

    genvar row;
    generate
        for (col = 0; col < OUT_W; col = col + 1) begin : g_left
            localparam HEIGHT = LEFT[col*32 +: 32];
            localparam SOURCE = start(LEFT, col);
            if (HEIGHT > 3) begin : g_check_levels
                nn_xilinx_popcount_three_rows_must_be_left u_error();
            end
            for (row = 0; row < 3; row = row + 1) begin : g_row
                if (row < HEIGHT) begin : g_bit
                    assign rows[row*OUT_W + col] = g_level[LEVELS].heap[SOURCE + row];
                end else begin : g_none
                    assign rows[row*OUT_W + col] = 1'b0;
                end
            end
        end
    endgenerate

    nn_xilinx_add3 #(.W(OUT_W), .CARRY_W(CARRY_W)) u_add (
        .a   (rows[0*OUT_W +: OUT_W]),
        .b   (rows[1*OUT_W +: OUT_W]),
        .c   (rows[2*OUT_W +: OUT_W]),
        .sum (total)
    );

    always @(posedge clk) sum <= total;

endmodule

`default_nettype wire
`endcelldefine
