// SPDX-License-Identifier: Apache-2.0
// A memory behind one AXI4 read port: answers come in order, LATENCY clocks or up to 31 more after their burst was asked
// for, and in `pause` of a hundred clocks none comes. Answer number `error_at` of a frame, from 1, is an error. Rules that
// the master breaks are counted and said: 4 KiB borders, addresses of whole beats, one size and kind of burst, an address
// that stands until it is taken, answers that are taken at once, as a master must that asks for no more than it has
// room for, and nothing asked for while rst is high: with rst the memory forgets what it was asked for.
`default_nettype none
module nn_axi_read_memory #(
    parameter int ADDR_W  = 40,
    parameter int LATENCY = 100
) (
    input  wire              clk,
    input  wire              rst,
    input  wire [6:0]        pause,
    input  wire              frame_begins,
    input  wire [31:0]       error_at,

    input  wire [ADDR_W-1:0] araddr,
    input  wire [7:0]        arlen,
    input  wire [2:0]        arsize,
    input  wire [1:0]        arburst,
    input  wire              arvalid,
    output reg               arready,
    output reg  [1:0]        rresp,
    output reg               rvalid,
    input  wire              rready,

    output reg  [ADDR_W-1:0] addr,          // of the answer
    output reg  [31:0]       broken         // rules that the master broke
);
    typedef struct packed { logic [ADDR_W-1:0] addr; logic [8:0] beats; logic [31:0] due; } burst_t;
    burst_t waiting [$];
    burst_t now;
    reg [31:0] cycle = 0, answers = 0;
    reg        asked, in_reset;
    reg [ADDR_W+12:0] asked_for;
    wire [ADDR_W+12:0] asks_for = {araddr, arlen, arsize, arburst};

    task automatic rule(input logic kept, input string what);
        if (!kept) begin
            if (broken < 4) $display("%s RULE read: %s", nn_report::nonce(), what);
            broken <= broken + 1;
        end
    endtask

    initial begin
        rvalid = 0;
        arready = 0;
        broken = 0;
        now = '0;
        asked = 0;
        in_reset = 0;
    end

    always @(posedge clk) begin
        cycle <= cycle + 1;
        arready <= ($urandom % 100) >= {25'd0, pause};
        rule(!asked || (arvalid && asks_for == asked_for), "an address changed before it was taken");
        rule(!rvalid || rready, "an answer was not taken");
        asked <= arvalid && !arready && !rst;
        asked_for <= asks_for;
        rule(!in_reset || !rst || !arvalid, "an address in a reset");
        in_reset <= rst;
        if (arvalid && arready) begin
            waiting.push_back({araddr, {1'b0, arlen} + 9'd1, cycle + LATENCY + ($urandom % 32)});
            rule(araddr[11:0] + 16*({4'd0, arlen} + 1) <= 13'd4096, "a burst crosses 4 KiB");
            rule(araddr[3:0] == 0 && arsize == 3'd4 && arburst == 2'b01, "not a burst of whole beats");
        end
        if (frame_begins) answers <= 0;
        if (rvalid && rready) rvalid <= 0;
        if (!rvalid || rready) begin
            if (now.beats == 0 && waiting.size() != 0) now = waiting.pop_front();
            if (now.beats != 0 && cycle >= now.due && ($urandom % 100) >= {25'd0, pause}) begin
                rvalid    <= 1;
                addr      <= now.addr;
                rresp     <= (answers + 1 == error_at) ? 2'b10 : 2'b00;
                answers   <= answers + 1;
                now.addr  = now.addr + 16;
                now.beats = now.beats - 1;
            end
        end
        if (rst) begin
            waiting.delete();
            now = '0;
            rvalid <= 0;
        end
    end
endmodule
`default_nettype wire
