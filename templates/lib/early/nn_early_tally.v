// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * A running total: 48 bits in three parts, each of which takes the carry of the one below
 * a clock later, so that no carry chain is longer than a part. The total is exact once
 * `add` has been 0 for three clocks.
 *
 * Timing: II = 1, latency = 3.
 */
module nn_early_tally #(
    parameter ADD_W = 6   // width of the addend, up to 16
) (
    /* Clock, and synchronous reset. */
    input  wire clk,
    input  wire rst,

    /* Addend, and the total. */
    input  wire [ADD_W-1:0] add,
    output wire [47:0]      total
);

    localparam PART_W = 16;

    generate
        if (ADD_W < 1 || ADD_W > PART_W) begin : g_check
            nn_early_tally_ADD_W_must_be_1_to_16 u_error();
        end
    endgenerate

    wire [3:1] carry;
    wire       unused_carry = carry[3];

    genvar i;
    generate
        for (i = 0; i < 3; i = i + 1) begin : g_part
            reg  [PART_W-1:0] sum;
            reg               over;
            wire [PART_W:0]   more;

            if (i == 0) begin : g_add
                assign more = {{(PART_W+1-ADD_W){1'b0}}, add};
            end else begin : g_carry
                assign more = {{PART_W{1'b0}}, carry[i]};
            end

            always @(posedge clk) begin
                {over, sum} <= {1'b0, sum} + more;
                if (rst) {over, sum} <= {(PART_W+1){1'b0}};
            end

            assign total[i*PART_W +: PART_W] = sum;
            assign carry[i+1] = over;
        end
    endgenerate

endmodule

`default_nettype wire
