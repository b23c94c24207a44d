// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Model of the UltraScale+ primitive for simulators that have no vendor library:
 * eight positions of a carry chain, or twice four. S passes the carry on, else DI
 * becomes it.
 */
module CARRY8 #(
    parameter CARRY_TYPE = "SINGLE_CY8"     // or "DUAL_CY4": CI_TOP enters position 4
) (
    input  wire       CI,
    input  wire       CI_TOP,
    input  wire [7:0] DI,
    input  wire [7:0] S,
    output wire [7:0] O,
    output wire [7:0] CO
);

    localparam [7:0] LAST = CARRY_TYPE[7:0];    // the last letter: "4" or "8"

    wire c0    = S[0] ? CI : DI[0];
    wire c1    = S[1] ? c0 : DI[1];
    wire c2    = S[2] ? c1 : DI[2];
    wire c3    = S[3] ? c2 : DI[3];
    wire enter = (LAST == "4") ? CI_TOP : c3;
    wire c4    = S[4] ? enter : DI[4];
    wire c5    = S[5] ? c4 : DI[5];
    wire c6    = S[6] ? c5 : DI[6];
    wire c7    = S[7] ? c6 : DI[7];

    assign O  = S ^ {c6, c5, c4, enter, c2, c1, c0, CI};
    assign CO = {c7, c6, c5, c4, c3, c2, c1, c0};

endmodule

`default_nettype wire
