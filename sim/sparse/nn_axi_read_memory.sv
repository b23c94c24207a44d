// SPDX-License-Identifier: Apache-2.0
// A memory behind one AXI4 read port: answers come in order, LATENCY clocks or up to 31 more after their burst was asked
// for, and in `pause` of a hundred clocks none comes. Answer number `error_at` of a frame, from 1, is an error.
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
    reg        asked;
    reg [ADDR_W-1:0] asked_addr;

    initial begin
        rvalid = 0;
        arready = 0;
        broken = 0;
        now = '0;
        asked = 0;
    end

    always @(posedge clk) begin
        cycle <= cycle + 1;
        arready <= ($urandom % 100) >= {25'd0, pause};
        if (asked && (!arvalid || araddr != asked_addr)) broken <= broken + 1;
        asked <= arvalid && !arready && !rst;
        asked_addr <= araddr;
        if (arvalid && arready) begin
            waiting.push_back({araddr, {1'b0, arlen} + 9'd1, cycle + LATENCY + ($urandom % 32)});
            if (araddr[11:0] + 16*({4'd0, arlen} + 1) > 13'd4096) broken <= broken + 1;
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
    end
endmodule
`default_nettype wire
