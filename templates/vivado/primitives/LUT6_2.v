// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Model of the 7-series primitive for simulators that have no vendor library:
 * a six-input table, O6, whose low half is a five-input table of its own, O5.
 */
module LUT6_2 #(
    parameter [63:0] INIT = 64'h0
) (
    input  wire I0,
    input  wire I1,
    input  wire I2,
    input  wire I3,
    input  wire I4,
    input  wire I5,
    output wire O5,
    output wire O6
);

    assign O5 = INIT[{1'b0, I4, I3, I2, I1, I0}];
    assign O6 = INIT[{I5, I4, I3, I2, I1, I0}];

endmodule

`default_nettype wire
