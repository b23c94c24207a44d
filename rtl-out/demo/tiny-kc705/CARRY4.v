// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Model of the 7-series primitive for simulators that have no vendor library:
 * four positions of a carry chain. S passes the carry on, else DI becomes it.
 */
module CARRY4 (
    input  wire       CI,
    input  wire       CYINIT,   // carry into the lowest CARRY4 of a chain
    input  wire [3:0] DI,
    input  wire [3:0] S,
    output wire [3:0] O,
    output wire [3:0] CO
);

    wire enter = CI | CYINIT;
    wire c0    = S[0] ? enter : DI[0];
    wire c1    = S[1] ? c0 : DI[1];
    wire c2    = S[2] ? c1 : DI[2];
    wire c3    = S[3] ? c2 : DI[3];

    assign O  = S ^ {c2, c1, c0, enter};
    assign CO = {c3, c2, c1, c0};

endmodule

`default_nettype wire
