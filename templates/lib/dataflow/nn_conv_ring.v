// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * The line buffers of a sliding window: a ring of ROWS rows in PIXELS banks.
 *
 * Pixel x of a row lies in bank x mod PIXELS, column x div PIXELS, so PIXELS
 * neighbours are read in one clock and then turned into order. A bank's word is
 * SIMD elements; a pixel takes FOLD words, a row's columns follow each other.
 *
 * Write: `take` moves a beat of IN_PIXELS pixels in, row major, FOLD beats each;
 * row_in is high with a row's last one. Read: banks marked `high` at raddr_high, the
 * others at raddr; pixel m comes from bank (turn - PAD + m) mod PIXELS, or is
 * PAD_VALUE where outside[m]. q follows the addresses by 3 clocks.
 *
 * Timing: II = 1, latency = 3.
 */
module nn_conv_ring #(
    parameter WIDTH     = 8,        // input columns
    parameter FOLD      = 2,        // words per pixel
    parameter SIMD      = 2,        // elements per word
    parameter ELEM_W    = 1,        // element width, bits
    parameter KERNEL    = 3,        // window width
    parameter PAD       = 1,        // padding at the left
    parameter [ELEM_W-1:0] PAD_VALUE = {ELEM_W{1'b0}},  // one padded element
    parameter ROWS      = 6,        // row slots
    parameter STYLE     = "block",  // of the banks, or "distributed"
    parameter IN_PIXELS = 1,        // pixels per input beat; divides PIXELS and WIDTH
    parameter PIXELS    = 1,        // banks
    parameter TURN_W    = 1,        // width of turn
    parameter ADDR_W    = 6         // width of a bank's address
) (
    /* Clock, and synchronous reset. */
    input  wire clk,
    input  wire rst,

    /* Writer: beats in their order, when there is room. */
    input  wire                             take,    // a beat is there
    input  wire [IN_PIXELS*SIMD*ELEM_W-1:0] data,    // SIMD channels of IN_PIXELS pixels
    output wire                             row_in,  // it completes a row

    /* Reader: a beat of PIXELS neighbouring pixels, and it 3 clocks later. */
    input  wire [ADDR_W-1:0]             raddr,       // word, in the banks without `high`
    input  wire [ADDR_W-1:0]             raddr_high,  // word, in the banks with `high`
    input  wire [PIXELS-1:0]             high,        // by bank: it reads the next word
    input  wire [TURN_W-1:0]             turn,        // how far the banks are rotated
    input  wire [PIXELS-1:0]             outside,     // by pixel: padding in its place
    output reg  [PIXELS*SIMD*ELEM_W-1:0] q            // SIMD channels of PIXELS pixels
);

    localparam WORD_W = SIMD * ELEM_W;
    localparam DEPTH  = ROWS * ((WIDTH + PIXELS - 1) / PIXELS) * FOLD;
    localparam TURNS  = (KERNEL < PIXELS) ? KERNEL : PIXELS;    // orders of the banks
    // Input beats across the banks.
    localparam SHARES = (PIXELS > IN_PIXELS) ? PIXELS / IN_PIXELS : 1;

    generate
        if (ADDR_W != ((DEPTH > 1) ? $clog2(DEPTH) : 1)) begin : g_check
            nn_conv_ring_ADDR_W_must_fit_the_bank u_error();
        end
    endgenerate

    // ---- Write: word `waddr` of the banks of share `share` ----

    localparam [31:0]       BACK_32 = FOLD - 1;
    localparam [ADDR_W-1:0] BACK    = BACK_32[ADDR_W-1:0];

    reg  [ADDR_W-1:0] waddr;
    wire              fold_last, row_last, slot_last, share_last;
    wire [SHARES-1:0] share;

    assign row_in = take && row_last;

    nn_loop #(.COUNT(FOLD)) u_fold (
        .clk(clk), .rst(rst), .step(take), .last(fold_last)
    );
    nn_loop #(.COUNT(WIDTH / IN_PIXELS * FOLD)) u_row (
        .clk(clk), .rst(rst), .step(take), .last(row_last)
    );
    nn_loop #(.COUNT(ROWS)) u_slot (
        .clk(clk), .rst(rst), .step(row_in), .last(slot_last)
    );

    generate
        if (SHARES == 1) begin : g_one_share
            assign share      = 1'b1;
            assign share_last = 1'b1;
        end else begin : g_shares
            reg [SHARES-1:0] turning;
            assign share      = turning;
            assign share_last = turning[SHARES-1];
            always @(posedge clk) begin
                if (take && fold_last)
                    turning <= row_last ? {{(SHARES-1){1'b0}}, 1'b1}
                             : {turning[SHARES-2:0], turning[SHARES-1]};
                if (rst) turning <= {{(SHARES-1){1'b0}}, 1'b1};
            end
        end
    endgenerate

    // A row starts a new column, even where the one before it is not full.
    always @(posedge clk) begin
        if (take)
            waddr <= (row_last && slot_last)                 ? {ADDR_W{1'b0}}
                   : (!fold_last || share_last || row_last)  ? waddr + 1'b1
                   : waddr - BACK;
        if (rst) waddr <= {ADDR_W{1'b0}};
    end

    // ---- Read: banks (2 clocks), order and padding (1) ----

    wire [PIXELS*WORD_W-1:0] stored;
    reg  [PIXELS-1:0]        outside_1, outside_2;
    reg  [TURN_W-1:0]        turn_1, turn_2;

    always @(posedge clk) begin
        outside_1 <= outside;
        outside_2 <= outside_1;
        turn_1    <= turn;
        turn_2    <= turn_1;
    end

    genvar m, t;
    generate
        for (m = 0; m < PIXELS; m = m + 1) begin : g_bank
            nn_ram #(.DATA_W(WORD_W), .DEPTH(DEPTH), .STYLE(STYLE)) u_ram (
                .clk   (clk),
                .we    (take && share[m / IN_PIXELS]),
                .waddr (waddr),
                .wdata (data[(m % IN_PIXELS)*WORD_W +: WORD_W]),
                .raddr (high[m] ? raddr_high : raddr),
                .q     (stored[m*WORD_W +: WORD_W])
            );
        end

        // Few turns, so a small multiplexer however many banks there are.
        for (m = 0; m < PIXELS; m = m + 1) begin : g_pixel
            wire [(1 << TURN_W)*WORD_W-1:0] choices;
            for (t = 0; t < (1 << TURN_W); t = t + 1) begin : g_turn
                localparam BANK = (((t < TURNS) ? t : 0) + PIXELS*PAD - PAD + m) % PIXELS;
                assign choices[t*WORD_W +: WORD_W] = stored[BANK*WORD_W +: WORD_W];
            end
            // Chosen turn by turn: as a part at a variable place, a word of no power of two
            // becomes a shifter.
            reg [WORD_W-1:0] turned;
            integer          k;
            always @* begin
                turned = choices[0 +: WORD_W];
                for (k = 1; k < (1 << TURN_W); k = k + 1)
                    if (turn_2 == k[TURN_W-1:0]) turned = choices[k*WORD_W +: WORD_W];
            end
            always @(posedge clk)
                q[m*WORD_W +: WORD_W] <= outside_2[m] ? {SIMD{PAD_VALUE}} : turned;
        end
    endgenerate

endmodule

`default_nettype wire
