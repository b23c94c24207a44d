// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Writes runs of bytes one behind the other, as lines: the first `count` bytes of every run,
 * 0 to LANES. Bytes from `count` on must be 0. `flush` (with count = 0) ends a line that has
 * begun, filled up with zeros. The first line goes to `base`, which `start` takes.
 *
 * Timing: II = 1 run, latency = 2 + rotation stages (5 from 17 lanes on).
 */
module nn_sparse_pack #(
    parameter LANES  = 64,  // bytes of a line, 2 to 64
    parameter LINE_W = 14   // address width of the lines
) (
    input  wire               clk,
    input  wire               rst,

    /* The layer: its first line */
    input  wire               start,
    input  wire [LINE_W-1:0]  base,

    /* In: runs of bytes */
    input  wire               s_valid,
    input  wire               s_flush,  // the line ends here
    input  wire [6:0]         s_count,  // bytes of the run
    input  wire [8*LANES-1:0] s_data,

    /* Out: lines */
    output reg                line_we,
    output reg  [LINE_W-1:0]  line_at,
    output reg  [8*LANES-1:0] line
);

    localparam STAGES = (LANES > 16) ? 3 : (LANES > 4) ? 2 : 1;
    localparam [31:0] ALL_32 = LANES;
    localparam [7:0]  ALL    = ALL_32[7:0];

    // ---- Where the run begins in its line ----

    reg  [6:0] fill;
    wire [7:0] behind = {1'b0, fill} + {1'b0, s_count};
    wire       over   = behind >= ALL;
    wire [7:0] rest   = over ? behind - ALL : behind;
    wire [7:0] turn   = (fill == 7'd0) ? 8'd0 : ALL - {1'b0, fill};

    // ---- Clocks 1 to STAGES: rotated to its place ----

    wire [8*LANES-1:0] turned;
    wire [6:0]         fill_t;
    wire               over_t, flush_t;
    reg  [STAGES-1:0]  valid;
    integer            k;

    nn_sparse_rotate #(.LANES(LANES)) u_rotate (
        .clk(clk), .s(s_data), .shift(turn[5:0]), .m(turned)
    );
    nn_delay #(.DATA_W(9), .CLOCKS(STAGES)) u_place (
        .clk(clk), .d({fill, over, s_flush}), .q({fill_t, over_t, flush_t})
    );
    wire unused_bits = ^{rest[7], turn[7:6]};

    // ---- The line that is being filled ----

    reg  [8*LANES-1:0] begun, fits, spills;
    integer            j;

    always @*
        for (j = 0; j < LANES; j = j + 1) begin
            fits[8*j +: 8]   = turned[8*j +: 8] & {8{j >= {25'd0, fill_t}}};
            spills[8*j +: 8] = turned[8*j +: 8] & {8{j < {25'd0, fill_t}}};
        end

    wire               come  = valid[STAGES-1];
    wire               write = come && (over_t || (flush_t && fill_t != 7'd0));
    reg  [LINE_W-1:0]  next_at;

    always @(posedge clk) begin
        if (s_valid) fill <= s_flush ? 7'd0 : rest[6:0];
        for (k = 1; k < STAGES; k = k + 1) valid[k] <= valid[k-1];
        valid[0] <= s_valid;
        if (come) begun <= over_t ? spills : flush_t ? {8*LANES{1'b0}} : begun | fits;
        line    <= begun | fits;
        line_at <= next_at;
        line_we <= write;
        if (write) next_at <= next_at + 1'b1;
        if (start) begin
            fill    <= 7'd0;
            begun   <= {8*LANES{1'b0}};
            next_at <= base;
        end
        if (rst) begin
            valid   <= {STAGES{1'b0}};
            line_we <= 1'b0;
        end
    end

endmodule

`default_nettype wire
