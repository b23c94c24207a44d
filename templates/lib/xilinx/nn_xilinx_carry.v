// SPDX-License-Identifier: Apache-2.0
`celldefine
`default_nettype none

/*
 * A carry chain of W positions in CARRY4 of a 7-series device, or in CARRY8 of an
 * UltraScale+ one: where s is 1 the carry passes, else d becomes it. sum = s ^ carries.
 *
 * Timing: combinational.
 */
module nn_xilinx_carry #(
    parameter W       = 8,  // positions
    parameter CARRY_W = 4   // positions of a primitive: 4 = CARRY4, 8 = CARRY8
) (
    /* Chain, position 0 in bit 0. */
    input  wire         enter,  // carry into position 0
    input  wire [W-1:0] s,      // 1: the carry passes
    input  wire [W-1:0] d,      // what it becomes else
    output wire [W-1:0] sum,    // s ^ carries
    output wire         carry   // carry out of position W-1
);

    localparam CHUNKS = (W + CARRY_W - 1) / CARRY_W;

    wire [CARRY_W*CHUNKS-1:0] o, co;
    wire [CARRY_W*CHUNKS-1:0] s_all = {{(CARRY_W*CHUNKS-W){1'b0}}, s};
    wire [CARRY_W*CHUNKS-1:0] d_all = {{(CARRY_W*CHUNKS-W){1'b0}}, d};
    wire                    unused_positions = ^{o, co};

    assign sum   = o[W-1:0];
    assign carry = co[W-1];

    genvar i;
    generate
        if (W < 1) begin : g_check
            nn_xilinx_carry_W_must_be_positive u_error();
        end
        if (CARRY_W != 4 && CARRY_W != 8) begin : g_check_carry
            nn_xilinx_carry_CARRY_W_must_be_4_or_8 u_error();
        end

        for (i = 0; i < CHUNKS; i = i + 1) begin : g_carry
            if (CARRY_W == 8) begin : g_8
                CARRY8 u_carry (
                    .CI     (i == 0 ? enter : co[(i == 0 ? 0 : 8*i - 1)]),
                    .CI_TOP (1'b0),
                    .S      (s_all[8*i +: 8]),
                    .DI     (d_all[8*i +: 8]),
                    .O      (o[8*i +: 8]),
                    .CO     (co[8*i +: 8])
                );
            end else begin : g_4
                CARRY4 u_carry (
                    .CI     (i == 0 ? 1'b0 : co[(i == 0 ? 0 : 4*i - 1)]),
                    .CYINIT (i == 0 ? enter : 1'b0),
                    .S      (s_all[4*i +: 4]),
                    .DI     (d_all[4*i +: 4]),
                    .O      (o[4*i +: 4]),
                    .CO     (co[4*i +: 4])
                );
            end
        end
    endgenerate

endmodule

`default_nettype wire
`endcelldefine
