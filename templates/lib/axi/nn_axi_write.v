// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * AXI4 write master: words of a stream go to addresses BEATS*DATA_W/8 bytes apart, from
 * `base` on (taken with `start`), one INCR burst of BEATS beats each, zeros behind the word.
 *
 * BEATS is a power of two and base a multiple of a word's bytes, so no burst crosses 4 KiB.
 * Answers are counted, not waited for. `bad` stays high after one that is not OKAY; `idle`:
 * all has been answered. While `stop` no new word is taken. Reset only when idle.
 *
 * Timing: a word takes BEATS + 1 clocks, latency = the memory's.
 */
module nn_axi_write #(
    parameter ADDR_W = 40,   // address width
    parameter DATA_W = 128,  // bus width, bits, a power of two
    parameter BEATS  = 4,    // of a word, a power of two
    parameter WORD_W = 512   // width of a word, up to BEATS*DATA_W
) (
    input  wire                clk,
    input  wire                rst,

    /* Where words go */
    input  wire                start,  // one clock
    input  wire [ADDR_W-1:0]   base,   // in bytes
    input  wire                stop,   // no new word is taken
    output wire                idle,   // all has been answered
    output reg                 bad,    // an answer was an error, until rst

    /* In: words */
    input  wire [WORD_W-1:0]   s_axis_tdata,
    input  wire                s_axis_tvalid,
    output wire                s_axis_tready,

    /* AXI4 write port */
    output wire [ADDR_W-1:0]   m_axi_awaddr,
    output wire [7:0]          m_axi_awlen,
    output wire [2:0]          m_axi_awsize,
    output wire [1:0]          m_axi_awburst,
    output reg                 m_axi_awvalid,
    input  wire                m_axi_awready,
    output wire [DATA_W-1:0]   m_axi_wdata,
    output wire [DATA_W/8-1:0] m_axi_wstrb,
    output wire                m_axi_wlast,
    output wire                m_axi_wvalid,
    input  wire                m_axi_wready,
    input  wire [1:0]          m_axi_bresp,
    input  wire                m_axi_bvalid,
    output wire                m_axi_bready
);

    generate
        if (BEATS < 1 || BEATS != 1 << $clog2(BEATS) || WORD_W > BEATS*DATA_W) begin : g_check
            nn_axi_write_BEATS_must_be_a_power_of_two_that_holds_a_word u_error();
        end
    endgenerate

    localparam LEFT_W = $clog2(BEATS + 1);
    localparam BYTES  = BEATS*DATA_W/8;
    localparam [31:0]       BEATS_32 = BEATS;
    localparam [LEFT_W-1:0] ALL      = BEATS_32[LEFT_W-1:0];
    localparam [31:0]       LEN_32   = BEATS - 1;
    localparam [31:0]       SIZE_32  = $clog2(DATA_W/8);
    localparam [31:0]       BYTES_32 = BYTES;

    reg  [ADDR_W-1:0]       next, addr;
    reg  [BEATS*DATA_W-1:0] word;
    reg  [LEFT_W-1:0]       left;           // beats of it
    reg  [15:0]             asked;          // bursts without an answer
    wire                    take = s_axis_tvalid && s_axis_tready;

    assign s_axis_tready = !stop && !m_axi_awvalid && left == {LEFT_W{1'b0}} && !(&asked);
    assign idle          = !m_axi_awvalid && left == {LEFT_W{1'b0}} && asked == 16'd0;

    assign m_axi_awaddr  = addr;
    assign m_axi_awlen   = LEN_32[7:0];
    assign m_axi_awsize  = SIZE_32[2:0];
    assign m_axi_awburst = 2'b01;
    assign m_axi_wdata   = word[DATA_W-1:0];
    assign m_axi_wstrb   = {DATA_W/8{1'b1}};
    assign m_axi_wlast   = left == {{(LEFT_W-1){1'b0}}, 1'b1};
    assign m_axi_wvalid  = left != {LEFT_W{1'b0}};
    assign m_axi_bready  = 1'b1;

    always @(posedge clk) begin
        if (m_axi_awready) m_axi_awvalid <= 1'b0;
        if (m_axi_wvalid && m_axi_wready) begin
            word <= word >> DATA_W;
            left <= left - 1'b1;
        end
        if (take) begin
            m_axi_awvalid <= 1'b1;
            addr          <= next;
            next          <= next + {{(ADDR_W-32){1'b0}}, BYTES_32};
            word          <= {{(BEATS*DATA_W-WORD_W){1'b0}}, s_axis_tdata};
            left          <= ALL;
        end
        asked <= asked + {15'd0, take} - {15'd0, m_axi_bvalid};
        if (m_axi_bvalid && m_axi_bresp != 2'b00) bad <= 1'b1;
        if (start) next <= base;
        if (rst) begin
            m_axi_awvalid <= 1'b0;
            left          <= {LEFT_W{1'b0}};
            asked         <= 16'd0;
            bad           <= 1'b0;
        end
    end

endmodule

`default_nettype wire
