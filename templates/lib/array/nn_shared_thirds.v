// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * A coordinate of a map that lies in nine banks: which third of the banks it is in,
 * third = coordinate mod 3, and an address that grows with coordinate div 3.
 *
 * `load` puts it where it starts; a step moves it on by `hop` + 3q, which adds
 * `add_same` = q * unit to the address, or `add_next` = add_same + unit where a third is
 * crossed; a step with `back` returns to the start.
 *
 * Timing: II = 1, latency = 1.
 */
module nn_shared_thirds #(
    parameter ADDR_W = 10  // address width, bits
) (
    input  wire              clk,

    /* Moves */
    input  wire              load,  // to the start of a layer
    input  wire              step,  // on
    input  wire              back,  // to the start, with `step`

    /* Where it starts, and how far a step goes */
    input  wire [1:0]        start_third,  // third of the start
    input  wire [ADDR_W-1:0] start_addr,   // its address
    input  wire [1:0]        hop,          // 0..2
    input  wire [ADDR_W-1:0] add_same,     // to the address
    input  wire [ADDR_W-1:0] add_next,     // where a third is crossed

    /* The coordinate */
    output reg  [1:0]        third,  // mod 3
    output reg  [ADDR_W-1:0] addr    // of what lies div 3
);

    generate
        if (ADDR_W < 1) begin : g_check
            nn_shared_thirds_ADDR_W_must_be_positive u_error();
        end
    endgenerate

    // The sum of two thirds, modulo 3: as a table, which is one level of logic.
    function [1:0] sum(input [1:0] a, input [1:0] b);
        case ({a, b})
            4'b00_00, 4'b01_10, 4'b10_01: sum = 2'd0;
            4'b00_01, 4'b01_00, 4'b10_10: sum = 2'd1;
            default:                     sum = 2'd2;
        endcase
    endfunction

    // The third after this clock, and what the step after it adds: so the address has one addition
    // to do.
    wire       start = load || (step && back);
    wire [1:0] going = start ? start_third : step ? sum(third, hop) : third;
    // their sum is 3 or more
    wire       over  = (going[1] && hop != 2'd0) || (hop[1] && going != 2'd0);
    reg  [ADDR_W-1:0] add;

    always @(posedge clk) begin
        third <= going;
        add   <= over ? add_next : add_same;
        if (start) addr <= start_addr;
        else if (step) addr <= addr + add;
    end

endmodule

`default_nettype wire
