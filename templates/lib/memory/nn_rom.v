// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Read-only memory: q = image[addr], two clocks later.
 *
 * The array's own read register and one behind it, in both styles, so that
 * neither block RAM nor a deep LUT tree shares a clock with arithmetic. There
 * is no enable: readers are valid-only pipelines. INIT_FILE is a $readmemh
 * image, one word a line, word 0 first.
 *
 * Timing: II = 1, latency = 2.
 */
module nn_rom #(
    parameter DATA_W    = 8,        // word width, bits
    parameter DEPTH     = 16,       // words, any number from 1
    parameter STYLE     = "block",  // "block" or "distributed"
    parameter INIT_FILE = ""        // $readmemh image of DEPTH lines, required
) (
    /* Clock. */
    input  wire clk,

    /* Read port. */
    input  wire [((DEPTH > 1) ? $clog2(DEPTH) : 1)-1:0] addr,  // word
    output reg  [DATA_W-1:0]                            q      // the word of two clocks ago
);

    reg [DATA_W-1:0] word;

    generate
        if (DATA_W < 1) begin : g_check_width
            nn_rom_DATA_W_must_be_positive u_error();
        end
        if (DEPTH < 1) begin : g_check_depth
            nn_rom_DEPTH_must_be_positive u_error();
        end

        if (INIT_FILE == "") begin : g_check_image
            nn_rom_INIT_FILE_is_required u_error();
        end else if (STYLE == "block") begin : g_block
            (* rom_style = "block", ram_style = "block" *)
            reg [DATA_W-1:0] image [0:DEPTH-1];
            initial $readmemh(INIT_FILE, image);
            always @(posedge clk) word <= image[addr];
        end else if (STYLE == "distributed") begin : g_distributed
            (* rom_style = "distributed", ram_style = "logic" *)  // Vivado's word, Yosys' word
            reg [DATA_W-1:0] image [0:DEPTH-1];
            initial $readmemh(INIT_FILE, image);
            always @(posedge clk) word <= image[addr];
        end else begin : g_check_style
            nn_rom_STYLE_must_be_block_or_distributed u_error();
        end
    endgenerate

    always @(posedge clk) q <= word;

endmodule

`default_nettype wire
