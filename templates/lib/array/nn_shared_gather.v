// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * UNITS bits a beat to words of GROUP bits: first beat in the low bits.
 *
 * A word ends when it is full or with `last`; bits that no beat brought are `fill`.
 * With `twice` the word that ends with `last` holds its lower half in both halves.
 * Valid-only:
 *
 * Timing: II = 1, latency = 1.
 */
module nn_shared_gather #(
    parameter GROUP = 16,  // bits of a word
    parameter UNITS = 8    // bits of a beat; divides GROUP
) (
    input  wire             clk,
    input  wire             rst,

    /* Beats of bits */
    input  wire [UNITS-1:0] bits,
    input  wire             valid,
    input  wire             last,   // the pixel's last beat
    input  wire             fill,   // bit that no beat brings
    input  wire             twice,  // the last word has its lower half in both halves

    /* Words */
    output wire [GROUP-1:0] word,
    output reg              word_valid,
    output reg              word_last  // of a pixel
);

    localparam BEATS = GROUP / UNITS;

    generate
        if (BEATS * UNITS != GROUP) begin : g_check
            nn_shared_gather_UNITS_must_divide_GROUP u_error();
        end
    endgenerate

    reg  [GROUP-1:0] gathered;
    reg              doubled;
    wire             full;

    generate
        if (BEATS == 1) begin : g_whole
            wire unused_fill = fill;
            assign full = 1'b1;
            always @(posedge clk) if (valid) gathered <= bits;
        end else begin : g_parts
            reg [BEATS-1:0] place;      // of the next beat, one-hot
            assign full = place[BEATS-1];
            genvar p;
            for (p = 0; p < BEATS; p = p + 1) begin : g_part
                always @(posedge clk)
                    if (valid && place[p]) gathered[p*UNITS +: UNITS] <= bits;
                    else if (valid && place[0]) gathered[p*UNITS +: UNITS] <= {UNITS{fill}};
            end
            always @(posedge clk) begin
                if (valid) place <= (last || full) ? {{(BEATS-1){1'b0}}, 1'b1} : place << 1;
                if (rst) place <= {{(BEATS-1){1'b0}}, 1'b1};
            end
        end
    endgenerate

    always @(posedge clk) begin
        word_valid <= valid && (last || full) && !rst;
        word_last  <= last;
        doubled    <= last && twice;
    end

    assign word = doubled ? {2{gathered[GROUP/2-1:0]}} : gathered;

endmodule

`default_nettype wire
