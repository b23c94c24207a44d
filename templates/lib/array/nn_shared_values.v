// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Values of the residual stream: words of LANES values side by side, each read once and
 * written once in a layer, in order, from `base` on.
 *
 * A word is BLOCKS blocks. A layer writes whole words, or `span` blocks at a time, first
 * those of `first`; `last`, of a pixel's last value, or a full word moves on to the next one.
 * `added` is, 3 clocks behind `add_next`, what is added: 0 unless the layer `adds`.
 *
 * Timing: II = 1, latency = 3.
 */
module nn_shared_values #(
    parameter LANES   = 8,    // values of a word
    parameter VALUE_W = 12,   // value width, bits
    parameter BLOCKS  = 1,    // divides LANES
    parameter DEPTH   = 512,  // words
    parameter PLACE_W = 9     // width of their address
) (
    input  wire                      clk,

    /* The layer */
    input  wire                      load,    // a layer begins
    input  wire [PLACE_W-1:0]        base,    // place of its first word
    input  wire                      adds,    // it adds what was kept
    input  wire [BLOCKS-1:0]         first,   // blocks of a word's first value
    input  wire [$clog2(BLOCKS+1)-1:0] span,  // blocks of a value

    /* Read: what is added */
    input  wire                      add_next,
    output reg  [LANES*VALUE_W-1:0]  added,

    /* Written: values of a pass */
    input  wire                      valid,
    input  wire                      last,   // of a pixel
    input  wire                      keep,   // the layer's values are wanted
    input  wire [LANES*VALUE_W-1:0]  values  // the same in every `span` blocks
);

    localparam BLOCK_W = LANES / BLOCKS * VALUE_W;

    generate
        if (BLOCKS < 1 || LANES % BLOCKS != 0) begin : g_check
            nn_shared_values_BLOCKS_must_divide_LANES u_error();
        end
    endgenerate

    reg  [PLACE_W-1:0]       read_at, write_at;
    reg  [BLOCKS-1:0]        place;             // of the next value
    reg                      alone;
    wire [LANES*VALUE_W-1:0] read;
    wire                     full = last || place[BLOCKS-1];

    always @(posedge clk) begin
        if (load) read_at <= base;
        else if (add_next) read_at <= read_at + 1'b1;
        if (load) write_at <= base;
        else if (valid && full) write_at <= write_at + 1'b1;
        if (load || (valid && full)) place <= first;
        else if (valid) place <= place << span;
        alone <= !adds;
        added <= alone ? {(LANES*VALUE_W){1'b0}} : read;
    end

    genvar b;
    generate
        for (b = 0; b < BLOCKS; b = b + 1) begin : g_block
            nn_ram #(.DATA_W(BLOCK_W), .DEPTH(DEPTH)) u_values (
                .clk(clk), .we(valid && keep && place[b]), .waddr(write_at),
                .wdata(values[b*BLOCK_W +: BLOCK_W]), .raddr(read_at),
                .q(read[b*BLOCK_W +: BLOCK_W])
            );
        end
    endgenerate

endmodule

`default_nettype wire
