// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Activation memory of the sparse engine: lines of LANES bytes, written whole, read as
 * slices of LANES bytes that begin at any byte:
 *
 *     m_data byte i = byte (s_shift + i) of {line s_line + 1, line s_line}
 *
 * so that a tap of a convolution is one read, wherever its map begins. Even and odd lines lie
 * in banks of their own. A line whose `keep` bit is 0 (s_keep[0]: s_line, s_keep[1]: the one
 * behind it) counts as zeros: it lies above or below the map. Words of the pair are merged
 * first and rotated then.
 *
 * UltraRAMs have 72 bits: up to 8 bits more than fill them lie in block RAM, in place of one
 * more UltraRAM for every 4,096 lines.
 *
 * Tags travel beside the data.
 *
 * Timing: II = 1, latency = 4 + rotation stages (7 from 17 lanes on).
 */
module nn_sparse_lines #(
    parameter LANES = 64,      // bytes of a line, 2 .. 64
    parameter LINES = 16384,   // lines, even
    parameter TAG_W = 1,       // width of the tag
    parameter STYLE = "ultra"  // of the memories: "ultra", "block" or "distributed"
) (
    input  wire                     clk,
    input  wire                     rst,

    /* Writes: whole lines */
    input  wire                     we,
    input  wire [$clog2(LINES)-1:0] waddr,
    input  wire [8*LANES-1:0]       wdata,

    /* Reads: slices */
    input  wire                     s_valid,
    input  wire [$clog2(LINES)-1:0] s_line,   // line of the first byte
    input  wire [5:0]               s_shift,  // its place in the line
    input  wire [1:0]               s_keep,   // the line counts, and the one behind it
    input  wire [TAG_W-1:0]         s_tag,    // travels with the slice

    /* What was read */
    output wire                     m_valid,
    output wire [8*LANES-1:0]       m_data,
    output wire [TAG_W-1:0]         m_tag
);

    generate
        if (LINES < 4 || LINES % 2 != 0) begin : g_check_lines
            nn_sparse_lines_LINES_must_be_even_and_at_least_4 u_error();
        end
    endgenerate

    localparam LINE_W  = $clog2(LINES);
    localparam BANK_W  = LINE_W - 1;
    localparam STAGES  = (LANES > 16) ? 3 : (LANES > 4) ? 2 : 1;
    localparam LATENCY = 4 + STAGES;
    localparam OVER    = 8*LANES % 72;
    localparam REST    = (STYLE == "ultra" && 8*LANES > 72 && OVER <= 8) ? OVER : 0;
    localparam MAIN    = 8*LANES - REST;

    // ---- Clock 1: addresses; the even bank serves the line behind an odd one ----

    reg [BANK_W-1:0] even_at, odd_at;
    reg              odd_first;

    always @(posedge clk) begin
        even_at   <= s_line[LINE_W-1:1] + {{(BANK_W-1){1'b0}}, s_line[0]};
        odd_at    <= s_line[LINE_W-1:1];
        odd_first <= s_line[0];
    end

    // ---- Clocks 2 and 3: the memories ----

    wire [8*LANES-1:0] even_q, odd_q;

    wire [BANK_W-1:0]  we_at   = waddr[LINE_W-1:1];
    wire               even_we = we && !waddr[0];
    wire               odd_we  = we && waddr[0];

    nn_ram #(.DATA_W(MAIN), .DEPTH(LINES/2), .STYLE(STYLE)) u_even (
        .clk(clk), .we(even_we), .waddr(we_at), .wdata(wdata[MAIN-1:0]), .raddr(even_at),
        .q(even_q[MAIN-1:0])
    );
    nn_ram #(.DATA_W(MAIN), .DEPTH(LINES/2), .STYLE(STYLE)) u_odd (
        .clk(clk), .we(odd_we), .waddr(we_at), .wdata(wdata[MAIN-1:0]), .raddr(odd_at),
        .q(odd_q[MAIN-1:0])
    );

    generate
        if (REST > 0) begin : g_rest
            nn_ram #(.DATA_W(REST), .DEPTH(LINES/2), .STYLE("block")) u_even (
                .clk(clk), .we(even_we), .waddr(we_at), .wdata(wdata[8*LANES-1:MAIN]),
                .raddr(even_at), .q(even_q[8*LANES-1:MAIN])
            );
            nn_ram #(.DATA_W(REST), .DEPTH(LINES/2), .STYLE("block")) u_odd (
                .clk(clk), .we(odd_we), .waddr(we_at), .wdata(wdata[8*LANES-1:MAIN]),
                .raddr(odd_at), .q(odd_q[8*LANES-1:MAIN])
            );
        end
    endgenerate

    wire       odd_2;
    wire [5:0] shift_2, shift_4;
    wire [1:0] keep_2;

    nn_delay #(.DATA_W(1), .CLOCKS(1)) u_odd_2 (.clk(clk), .d(odd_first), .q(odd_2));
    nn_delay #(.DATA_W(8), .CLOCKS(2)) u_place_2 (
        .clk (clk),
        .d   ({s_keep, s_shift}),
        .q   ({keep_2, shift_2})
    );
    nn_delay #(.DATA_W(6), .CLOCKS(2)) u_shift_4 (.clk(clk), .d(shift_2), .q(shift_4));

    // ---- Clock 4: byte j of the first line from s_shift on, else of the second ----

    reg [LANES-1:0]   from_even, from_odd;
    reg [8*LANES-1:0] merged;
    integer           j;

    always @(posedge clk)
        for (j = 0; j < LANES; j = j + 1) begin
            from_even[j] <= (odd_2 != (j >= {26'd0, shift_2})) && keep_2[odd_2];
            from_odd[j]  <= (odd_2 == (j >= {26'd0, shift_2})) && keep_2[!odd_2];
            merged[8*j +: 8] <= (even_q[8*j +: 8] & {8{from_even[j]}})
                              | (odd_q[8*j +: 8] & {8{from_odd[j]}});
        end

    // ---- Clocks 5 to 4 + STAGES: rotation ----

    nn_sparse_rotate #(.LANES(LANES)) u_rotate (
        .clk(clk), .s(merged), .shift(shift_4), .m(m_data)
    );

    // ---- Beside the data ----

    reg [LATENCY-1:0] valid;

    always @(posedge clk) begin
        valid <= {valid[LATENCY-2:0], s_valid};
        if (rst) valid <= {LATENCY{1'b0}};
    end

    assign m_valid = valid[LATENCY-1];

    nn_delay #(.DATA_W(TAG_W), .CLOCKS(LATENCY)) u_tag (.clk(clk), .d(s_tag), .q(m_tag));

endmodule

`default_nettype wire
