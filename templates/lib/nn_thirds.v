// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * A coordinate of a map that lies in nine banks: which third of the banks it is in,
 * third = coordinate mod 3, and an address that grows with coordinate div 3.
 *
 * `load` puts it where it starts; a step moves it on by `hop` + 3q, which adds
 * `add_same` = q * unit to the address, or `add_next` = add_same + unit where a third is
 * crossed; a step with `back` returns to the start. II = 1, registered.
 */
module nn_thirds #(
    parameter ADDR_W = 10   // address width, bits
) (
    input  wire              clk,
    input  wire              load,
    input  wire              step,
    input  wire              back,

    input  wire [1:0]        start_third,
    input  wire [ADDR_W-1:0] start_addr,
    input  wire [1:0]        hop,       // 0..2
    input  wire [ADDR_W-1:0] add_same,
    input  wire [ADDR_W-1:0] add_next,

    output reg  [1:0]        third,
    output reg  [ADDR_W-1:0] addr
);

    generate
        if (ADDR_W < 1) begin : g_check
            nn_thirds_ADDR_W_must_be_positive u_error();
        end
    endgenerate

    wire [2:0] moved = {1'b0, third} + {1'b0, hop};
    wire       over = moved >= 3'd3;
    wire [1:0] wraps = moved[1:0] - 2'd3;

    always @(posedge clk) begin
        if (load || (step && back)) begin
            third <= start_third;
            addr  <= start_addr;
        end else if (step) begin
            third <= over ? wraps : moved[1:0];
            addr  <= addr + (over ? add_next : add_same);
        end
    end

endmodule

`default_nettype wire
