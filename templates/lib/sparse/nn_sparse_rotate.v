// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Rotation of a line: m byte i = s byte (i + shift) mod LANES, shift < LANES; by 1, 4 and 16
 * bytes at a time, one clock each.
 *
 * Timing: II = 1, latency = 3 from 17 lanes on, 2 from 5, else 1.
 */
module nn_sparse_rotate #(
    parameter LANES = 64  // bytes, 2 to 64
) (
    input  wire               clk,
    input  wire [8*LANES-1:0] s,      // the line
    input  wire [5:0]         shift,  // bytes, less than LANES
    output wire [8*LANES-1:0] m       // the line, rotated
);

    generate
        if (LANES < 2 || LANES > 64) begin : g_check
            nn_sparse_rotate_LANES_must_be_2_to_64 u_error();
        end
    endgenerate

    localparam STAGES = (LANES > 16) ? 3 : (LANES > 4) ? 2 : 1;

    wire [8*LANES*(STAGES+1)-1:0] turned;
    wire [6*(STAGES+1)-1:0]       left;

    assign turned[8*LANES-1:0] = s;
    assign left[5:0]           = shift;
    assign m                   = turned[8*LANES*STAGES +: 8*LANES];

    genvar g;
    generate
        for (g = 0; g < STAGES; g = g + 1) begin : g_turn
            localparam STEP = 1 << (2*g);
            reg  [8*LANES-1:0] data;
            reg  [5:0]         later;
            wire [8*LANES-1:0] from = turned[8*LANES*g +: 8*LANES];
            wire [1:0]         by   = left[8*g +: 2];
            integer            i;

            always @(posedge clk) begin
                for (i = 0; i < LANES; i = i + 1)
                    case (by)
                        2'd0:    data[8*i +: 8] <= from[8*i +: 8];
                        2'd1:    data[8*i +: 8] <= from[8*((i + STEP) % LANES) +: 8];
                        2'd2:    data[8*i +: 8] <= from[8*((i + 2*STEP) % LANES) +: 8];
                        default: data[8*i +: 8] <= from[8*((i + 3*STEP) % LANES) +: 8];
                    endcase
                later <= left[6*g +: 6];
            end

            assign turned[8*LANES*(g+1) +: 8*LANES] = data;
            assign left[6*(g+1) +: 6]               = later;
        end
    endgenerate

    wire unused_left = ^left[6*STAGES +: 6];

endmodule

`default_nettype wire
