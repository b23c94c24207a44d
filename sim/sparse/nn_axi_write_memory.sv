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

    input  wire [ADDR_W-1:0] awaddr,
    input  wire [7:0]        awlen,
    input  wire [2:0]        awsize,
    input  wire [1:0]        awburst,
    input  wire              awvalid,
    output reg               awready,
    input  wire [127:0]      wdata,
    input  wire [15:0]       wstrb,
    input  wire              wvalid,
    input  wire              wlast,
    output reg               wready,
    output reg  [1:0]        bresp,
    output reg               bvalid,
    input  wire              bready,

    output reg               store,         // wdata of the clock before goes to addr
    output reg  [ADDR_W-1:0] addr,
    output reg  [31:0]       broken
);
    typedef struct packed { logic [ADDR_W-1:0] addr; logic [8:0] beats; } burst_t;
    burst_t asked [$];
    burst_t now;
    reg [31:0] due [$];
    reg [31:0] cycle = 0, answers = 0;
    reg        ready, asked_for, offered;
    reg [ADDR_W+12:0] address;
    reg [144:0]       word;
    wire [ADDR_W+12:0] asks_for = {awaddr, awlen, awsize, awburst};
    wire [144:0]       offers = {wdata, wstrb, wlast};

    task automatic rule(input logic kept, input string what);
        if (!kept) begin
            if (broken < 4) $display("%s RULE write: %s", nn_report::nonce(), what);
            broken <= broken + 1;
        end
    endtask

    initial begin
        awready = 0;
        wready = 0;
        bvalid = 0;
        store = 0;
        broken = 0;
        now = '0;
        asked_for = 0;
        offered = 0;
    end

    always @(posedge clk) begin
        cycle <= cycle + 1;
        awready <= ($urandom % 100) >= {25'd0, pause};
        rule(!asked_for || (awvalid && asks_for == address), "an address changed before it was taken");
        rule(!offered || (wvalid && offers == word), "data changed before it was taken");
        rule(!bvalid || bready, "an answer was not taken");
        asked_for <= awvalid && !awready && !rst;
        address   <= asks_for;
        offered   <= wvalid && !wready && !rst;
        word      <= offers;
        if (awvalid && awready) begin
            asked.push_back({awaddr, {1'b0, awlen} + 9'd1});
            rule(awaddr[11:0] + 16*({4'd0, awlen} + 1) <= 13'd4096, "a burst crosses 4 KiB");
            rule(awaddr[3:0] == 0 && awsize == 3'd4 && awburst == 2'b01, "not a burst of whole beats");
        end

        store <= 0;
        ready = wready;
        if (wvalid && ready) begin
            store <= 1;
            addr  <= now.addr;
            now.addr  = now.addr + 16;
            now.beats = now.beats - 1;
            rule(wlast == (now.beats == 0), "wlast elsewhere than at the last beat");
            if (wlast) due.push_back(cycle + LATENCY + ($urandom % 32));
        end
        if (now.beats == 0 && asked.size() != 0) now = asked.pop_front();
        wready <= now.beats != 0 && ($urandom % 100) >= {25'd0, pause};

        if (frame_begins) answers <= 0;
        if (bvalid && bready) bvalid <= 0;
        if ((!bvalid || bready) && due.size() != 0 && cycle >= due[0]) begin
            void'(due.pop_front());
            bvalid  <= 1;
            bresp   <= (answers + 1 == error_at) ? 2'b10 : 2'b00;
            answers <= answers + 1;
        end
    end
endmodule
`default_nettype wire
