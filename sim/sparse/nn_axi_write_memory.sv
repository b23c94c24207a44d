// SPDX-License-Identifier: Apache-2.0
// A memory behind an AXI4 write port: addresses, data and answers pause in `pause` of a hundred clocks each; answers come
// LATENCY clocks after their burst. Answer number `error_at` of a frame, from 1, is an error.
`default_nettype none
module nn_axi_write_memory #(
    parameter int ADDR_W  = 40,
    parameter int LATENCY = 100
) (
    input  wire              clk,
    input  wire [6:0]        pause,
    input  wire              frame_begins,
    input  wire [31:0]       error_at,

    input  wire [ADDR_W-1:0] awaddr,
    input  wire [7:0]        awlen,
    input  wire              awvalid,
    output reg               awready,
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
    reg        ready;

    initial begin
        awready = 0;
        wready = 0;
        bvalid = 0;
        store = 0;
        broken = 0;
        now = '0;
    end

    always @(posedge clk) begin
        cycle <= cycle + 1;
        awready <= ($urandom % 100) >= {25'd0, pause};
        if (awvalid && awready) asked.push_back({awaddr, {1'b0, awlen} + 9'd1});

        store <= 0;
        ready = wready;
        if (wvalid && ready) begin
            store <= 1;
            addr  <= now.addr;
            now.addr  = now.addr + 16;
            now.beats = now.beats - 1;
            if (wlast != (now.beats == 0)) broken <= broken + 1;
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
