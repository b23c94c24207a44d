// SPDX-License-Identifier: Apache-2.0
// A memory behind an AXI4 write port: addresses, data and answers pause in `pause` of a hundred clocks each; answers come
// LATENCY clocks after their burst. Answer number `error_at` of a frame, from 1, is an error. Rules that the master breaks
// are counted and said, as by nn_axi_read_memory.
`default_nettype none
module nn_axi_write_memory #(
    parameter int ADDR_W  = 40,
    parameter int LATENCY = 100
) (
    input  wire              clk,
    input  wire              rst,
    input  wire [6:0]        pause,
    input  wire              frame_begins,
    input  wire [31:0]       error_at,

    input  wire [ADDR_W-1:0] m_axi_awaddr,
    input  wire [7:0]        m_axi_awlen,
    input  wire [2:0]        m_axi_awsize,
    input  wire [1:0]        m_axi_awburst,
    input  wire              m_axi_awvalid,
    output reg               m_axi_awready,
    input  wire [127:0]      m_axi_wdata,
    input  wire [15:0]       m_axi_wstrb,
    input  wire              m_axi_wvalid,
    input  wire              m_axi_wlast,
    output reg               m_axi_wready,
    output reg  [1:0]        m_axi_bresp,
    output reg               m_axi_bvalid,
    input  wire              m_axi_bready,

    output reg               store,         // m_axi_wdata of the clock before goes to addr
    output reg  [ADDR_W-1:0] addr,
    output reg  [31:0]       broken
);
    typedef struct packed { logic [ADDR_W-1:0] addr; logic [8:0] beats; } burst_t;
    burst_t asked [$];
    burst_t now;
    reg [31:0] due [$];
    reg [31:0] cycle = 0, answers = 0;
    reg        ready, asked_for, offered, in_reset;
    reg [ADDR_W+12:0] address;
    reg [144:0]       word;
    wire [ADDR_W+12:0] asks_for = {m_axi_awaddr, m_axi_awlen, m_axi_awsize, m_axi_awburst};
    wire [144:0]       offers = {m_axi_wdata, m_axi_wstrb, m_axi_wlast};

    task automatic rule(input logic kept, input string what);
        if (!kept) begin
            if (broken < 4) $display("%s RULE write: %s", nn_report::nonce(), what);
            broken <= broken + 1;
        end
    endtask

    initial begin
        m_axi_awready = 0;
        m_axi_wready = 0;
        m_axi_bvalid = 0;
        store = 0;
        broken = 0;
        now = '0;
        asked_for = 0;
        offered = 0;
        in_reset = 0;
    end

    always @(posedge clk) begin
        cycle <= cycle + 1;
        m_axi_awready <= ($urandom % 100) >= {25'd0, pause};
        rule(!asked_for || (m_axi_awvalid && asks_for == address), "an address changed before it was taken");
        rule(!offered || (m_axi_wvalid && offers == word), "data changed before it was taken");
        rule(!m_axi_bvalid || m_axi_bready, "an answer was not taken");
        asked_for <= m_axi_awvalid && !m_axi_awready && !rst;
        address   <= asks_for;
        offered   <= m_axi_wvalid && !m_axi_wready && !rst;
        word      <= offers;
        rule(!in_reset || !rst || !(m_axi_awvalid || m_axi_wvalid), "an address or data in a reset");
        in_reset  <= rst;
        if (m_axi_awvalid && m_axi_awready) begin
            asked.push_back({m_axi_awaddr, {1'b0, m_axi_awlen} + 9'd1});
            rule(m_axi_awaddr[11:0] + 16*({4'd0, m_axi_awlen} + 1) <= 13'd4096, "a burst crosses 4 KiB");
            rule(m_axi_awaddr[3:0] == 0 && m_axi_awsize == 3'd4 && m_axi_awburst == 2'b01,
                 "not a burst of whole beats");
        end

        store <= 0;
        ready = m_axi_wready;
        if (m_axi_wvalid && ready) begin
            store <= 1;
            addr  <= now.addr;
            now.addr  = now.addr + 16;
            now.beats = now.beats - 1;
            rule(m_axi_wlast == (now.beats == 0), "wlast elsewhere than at the last beat");
            if (m_axi_wlast) due.push_back(cycle + LATENCY + ($urandom % 32));
        end
        if (now.beats == 0 && asked.size() != 0) now = asked.pop_front();
        m_axi_wready <= now.beats != 0 && ($urandom % 100) >= {25'd0, pause};

        if (frame_begins) answers <= 0;
        if (m_axi_bvalid && m_axi_bready) m_axi_bvalid <= 0;
        if ((!m_axi_bvalid || m_axi_bready) && due.size() != 0 && cycle >= due[0]) begin
            void'(due.pop_front());
            m_axi_bvalid  <= 1;
            m_axi_bresp   <= (answers + 1 == error_at) ? 2'b10 : 2'b00;
            answers <= answers + 1;
        end
        if (rst) begin
            asked.delete();
            due.delete();
            now = '0;
            {m_axi_bvalid, store} <= 0;
        end
    end
endmodule
`default_nettype wire
