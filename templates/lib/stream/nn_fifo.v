// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * First-word-fall-through FIFO in LUT RAM.
 *
 * The head is read asynchronously, so a beat is on show one clock after it was
 * pushed. tready and tvalid depend on registers only.
 *
 * Timing: II = 1 (DEPTH = 1: 2), latency = 1.
 */
module nn_fifo #(
    parameter DATA_W = 8,   // beat width, bits
    parameter DEPTH  = 16   // beats of storage, any number from 1
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

    generate
        if (DATA_W < 1) begin : g_check_width
            nn_fifo_DATA_W_must_be_positive u_error();
        end
        if (DEPTH < 1) begin : g_check_depth
            nn_fifo_DEPTH_must_be_positive u_error();
        end
    endgenerate

    localparam ADDR_W  = (DEPTH > 1) ? $clog2(DEPTH) : 1;
    localparam LEVEL_W = $clog2(DEPTH + 1);
    localparam [31:0]        LAST_32  = DEPTH - 1;
    localparam [31:0]        DEPTH_32 = DEPTH;
    localparam [ADDR_W-1:0]  LAST     = LAST_32[ADDR_W-1:0];
    localparam [LEVEL_W-1:0] FULL     = DEPTH_32[LEVEL_W-1:0];

    (* ram_block = "auto", ram_style = "distributed" *)
    reg [DATA_W-1:0]  store [0:DEPTH-1];
    reg [ADDR_W-1:0]  head, tail;
    reg [LEVEL_W-1:0] level;

    wire push = s_axis_tvalid && s_axis_tready;
    wire pop  = m_axis_tvalid && m_axis_tready;

    assign s_axis_tready = level != FULL;
    assign m_axis_tvalid = |level;
    assign m_axis_tdata  = store[head];

    always @(posedge clk) begin
        if (push) begin
            store[tail] <= s_axis_tdata;
            tail        <= (tail == LAST) ? {ADDR_W{1'b0}} : tail + 1'b1;
        end
        if (pop) head <= (head == LAST) ? {ADDR_W{1'b0}} : head + 1'b1;

        if (push && !pop) level <= level + 1'b1;
        if (pop && !push) level <= level - 1'b1;

        if (rst) begin
            head  <= {ADDR_W{1'b0}};
            tail  <= {ADDR_W{1'b0}};
            level <= {LEVEL_W{1'b0}};
        end
    end

endmodule

`default_nettype wire
