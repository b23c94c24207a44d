// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Bits of activations in nine banks: nine words at once, turned into the order of taps.
 *
 * Bank b (row b div 3, column b mod 3) reads addr[b]. Tap row i of three takes, column
 * by column, bank row row_from[i]; tap t of nine then bank column column_from[t]; 3
 * takes padding: bit pad[j] for bits 4j..4j+3 of the word. Two writers: the first one
 * always writes, the second when the first does not: b_ready.
 *
 * x is valid 4 clocks behind addr: row_from comes 2, column_from 3 clocks behind it,
 * pad with each of them.
 *
 * Timing: II = 1, latency = 4.
 */
module nn_shared_banks #(
    parameter GROUP  = 16,       // bits of a word, a multiple of 4
    parameter DEPTH  = 512,      // words of a bank
    parameter STYLE  = "block",  // of the banks, or "distributed"
    parameter ADDR_W = 9         // address width, $clog2(DEPTH), at least 1
) (
    input  wire                clk,

    /* The first writer: a word, its bank 0 to 8, its address */
    input  wire                a_valid,
    input  wire [3:0]          a_bank,
    input  wire [ADDR_W-1:0]   a_addr,
    input  wire [GROUP-1:0]    a_word,

    /* The second one, which waits while the first one writes */
    input  wire                b_valid,
    input  wire [3:0]          b_bank,
    input  wire [ADDR_W-1:0]   b_addr,
    input  wire [GROUP-1:0]    b_word,
    output wire                b_ready,

    /* Reads: an address for each bank, then where taps take their words */
    input  wire [9*ADDR_W-1:0] addr,
    input  wire [5:0]          row_from,     // for each tap row: a bank row, or 3
    input  wire [17:0]         column_from,  // for each tap: a bank column, or 3
    input  wire [GROUP/4-1:0]  row_pad,      // padding of a row, a bit for each four of the word
    input  wire [GROUP/4-1:0]  column_pad,   // of a column

    /* Bits of the nine taps, tap t's at t*GROUP */
    output reg  [9*GROUP-1:0]  x
);

    generate
        if (GROUP % 4 != 0 || GROUP < 4) begin : g_check_group
            nn_shared_banks_GROUP_must_be_a_multiple_of_4 u_error();
        end
        if (DEPTH > (1 << ADDR_W) || (ADDR_W > 1 && DEPTH <= (1 << (ADDR_W-1)))) begin
            : g_check_depth
            nn_shared_banks_ADDR_W_must_fit_DEPTH u_error();
        end
    endgenerate

    assign b_ready = !a_valid;

    reg  [ADDR_W-1:0]  waddr;
    reg  [GROUP-1:0]   wdata;
    wire [9*GROUP-1:0] read;

    always @(posedge clk) begin
        waddr <= a_valid ? a_addr : b_addr;
        wdata <= a_valid ? a_word : b_word;
    end

    genvar b;
    generate
        for (b = 0; b < 9; b = b + 1) begin : g_bank
            localparam [3:0] BANK = b;
            reg we;
            always @(posedge clk) we <= a_valid ? a_bank == BANK : b_valid && b_bank == BANK;
            nn_ram #(.DATA_W(GROUP), .DEPTH(DEPTH), .STYLE(STYLE)) u_bank (
                .clk(clk), .we(we), .waddr(waddr), .wdata(wdata),
                .raddr(addr[b*ADDR_W +: ADDR_W]), .q(read[b*GROUP +: GROUP])
            );
        end
    endgenerate

    // One of three words or padding: six inputs a bit.
    function [GROUP-1:0] choose(
        input [1:0] from, input [GROUP-1:0] first, input [GROUP-1:0] second,
            input [GROUP-1:0] third, input [GROUP-1:0] padding
    );
        choose = (from == 2'd0) ? first : (from == 2'd1) ? second : (from == 2'd2) ? third
            : padding;
    endfunction

    wire [GROUP-1:0] row_fill, column_fill;
    reg  [9*GROUP-1:0] turned;      // rows in the order of taps, columns in that of banks
    integer t;

    genvar j;
    generate
        for (j = 0; j < GROUP/4; j = j + 1) begin : g_fill
            assign row_fill[4*j +: 4]    = {4{row_pad[j]}};
            assign column_fill[4*j +: 4] = {4{column_pad[j]}};
        end
    endgenerate

    always @(posedge clk)
        for (t = 0; t < 9; t = t + 1) begin
            turned[t*GROUP +: GROUP] <= choose(row_from[2*(t/3) +: 2], read[(t%3)*GROUP +: GROUP],
                read[(3 + t%3)*GROUP +: GROUP], read[(6 + t%3)*GROUP +: GROUP], row_fill);
            x[t*GROUP +: GROUP] <= choose(column_from[2*t +: 2], turned[3*(t/3)*GROUP +: GROUP],
                turned[(3*(t/3) + 1)*GROUP +: GROUP], turned[(3*(t/3) + 2)*GROUP +: GROUP],
                    column_fill);
        end

endmodule

`default_nettype wire
