// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Deep FIFO: DEPTH beats in a memory of two ports, those that have left it land in a small
 * FIFO. tready and tvalid depend on registers only.
 *
 * Timing: II = 1, latency = 4.
 */
module nn_queue #(
    parameter DATA_W = 8,        // beat width, bits
    parameter DEPTH  = 64,       // beats of storage in the memory, any number from 1
    parameter STYLE  = "block"   // of the memory: "block" or "distributed"
) (
    /* Clock, and synchronous reset. */
    input  wire clk,
    input  wire rst,

    /* Beats in. */
    input  wire [DATA_W-1:0] s_axis_tdata,
    input  wire              s_axis_tvalid,
    output wire              s_axis_tready,

    /* Beats out, in the same order. */
    output wire [DATA_W-1:0] m_axis_tdata,
    output wire              m_axis_tvalid,
    input  wire              m_axis_tready
);

    localparam ADDR_W  = (DEPTH > 1) ? $clog2(DEPTH) : 1;
    localparam LEVEL_W = $clog2(DEPTH + 1);
    localparam [31:0]        LAST_32  = DEPTH - 1;
    localparam [31:0]        DEPTH_32 = DEPTH;
    localparam [31:0]        ONE_32   = 1;
    localparam [ADDR_W-1:0]  LAST     = LAST_32[ADDR_W-1:0];
    localparam [LEVEL_W-1:0] FULL     = DEPTH_32[LEVEL_W-1:0];

    generate
        if (DEPTH < 1) begin : g_check
            nn_queue_DEPTH_must_be_positive u_error();
        end
    endgenerate

    reg  [ADDR_W-1:0]  head, tail;
    reg  [LEVEL_W-1:0] level;
    reg                some, full;      // level != 0, level == FULL
    wire [DATA_W-1:0]  word;
    wire               ok;

    wire push = s_axis_tvalid && !full;
    wire pop  = some && ok;

    assign s_axis_tready = !full;

    always @(posedge clk) begin
        if (push) tail <= (tail == LAST) ? {ADDR_W{1'b0}} : tail + 1'b1;
        if (pop)  head <= (head == LAST) ? {ADDR_W{1'b0}} : head + 1'b1;

        if (push && !pop) begin
            level <= level + 1'b1;
            some  <= 1'b1;
            full  <= level == FULL - 1'b1;
        end
        if (pop && !push) begin
            level <= level - 1'b1;
            some  <= level != ONE_32[LEVEL_W-1:0];
            full  <= 1'b0;
        end
        if (rst) begin
            head  <= {ADDR_W{1'b0}};
            tail  <= {ADDR_W{1'b0}};
            level <= {LEVEL_W{1'b0}};
            some  <= 1'b0;
            full  <= 1'b0;
        end
    end

    // The head was written in an earlier clock, or `some` would be low.
    nn_ram #(.DATA_W(DATA_W), .DEPTH(DEPTH), .STYLE(STYLE)) u_store (
        .clk(clk), .we(push), .waddr(tail), .wdata(s_axis_tdata), .raddr(head), .q(word)
    );

    nn_landing #(.DATA_W(DATA_W), .LATENCY(2)) u_landing (
        .clk           (clk),
        .rst           (rst),
        .issue         (pop),
        .ok            (ok),
        .result        (word),
        .m_axis_tdata  (m_axis_tdata),
        .m_axis_tvalid (m_axis_tvalid),
        .m_axis_tready (m_axis_tready)
    );

endmodule

`default_nettype wire
