// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Simple dual-port memory: one write port, one read port, q two clocks after
 * raddr (the array's read register and one behind it, in all styles).
 *
 * Reading the word that is being written in the same clock is not defined:
 * users keep reads and writes apart.
 *
 * Timing: II = 1, latency = 2.
 */
module nn_ram #(
    parameter DATA_W = 8,        // word width, bits
    parameter DEPTH  = 16,       // words, any number from 1
    parameter STYLE  = "block"   // "block", "ultra" or "distributed"
) (
    /* Clock. */
    input  wire clk,

    /* Write port. */
    input  wire                                         we,     // wdata is written in this clock
    input  wire [((DEPTH > 1) ? $clog2(DEPTH) : 1)-1:0] waddr,  // word
    input  wire [DATA_W-1:0]                            wdata,

    /* Read port. */
    input  wire [((DEPTH > 1) ? $clog2(DEPTH) : 1)-1:0] raddr,  // word
    output reg  [DATA_W-1:0]                            q       // the word of two clocks ago
);

    reg [DATA_W-1:0] word;

    generate
        if (DATA_W < 1) begin : g_check_width
            nn_ram_DATA_W_must_be_positive u_error();
        end
        if (DEPTH < 1) begin : g_check_depth
            nn_ram_DEPTH_must_be_positive u_error();
        end

        if (STYLE == "block") begin : g_block
            (* ram_style = "block" *)
            reg [DATA_W-1:0] store [0:DEPTH-1];
            always @(posedge clk) begin
                if (we) store[waddr] <= wdata;
                word <= store[raddr];
            end
        end else if (STYLE == "ultra") begin : g_ultra
            (* ram_block = "auto", ram_style = "ultra" *)
            reg [DATA_W-1:0] store [0:DEPTH-1];
            always @(posedge clk) begin
                if (we) store[waddr] <= wdata;
                word <= store[raddr];
            end
        end else if (STYLE == "distributed") begin : g_distributed
            (* ram_block = "auto", ram_style = "distributed" *)
            reg [DATA_W-1:0] store [0:DEPTH-1];
            always @(posedge clk) begin
                if (we) store[waddr] <= wdata;
                word <= store[raddr];
            end
        end else begin : g_check_style
            nn_ram_STYLE_must_be_block_ultra_or_distributed u_error();
        end
    endgenerate

    always @(posedge clk) q <= word;

endmodule

`default_nettype wire
