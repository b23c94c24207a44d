// SPDX-License-Identifier: Apache-2.0
// The memory of a board behind all ports of the engine, WORDS words of 16 bytes. Reads of the addresses in `failing`
// are errors, and so is write number `write_error` of a frame, from 1. `broken` counts the rules that the engine
// breaks: those of AXI, and that nothing is written but the frame's result, from `result` on, `slots` times 64 bytes.
`default_nettype none
module nn_sparse_memory #(
    parameter int MAP_PORTS    = 2,
    parameter int VECTOR_PORTS = 2,
    parameter int PORTS        = MAP_PORTS + VECTOR_PORTS,
    parameter int WORDS        = 256
) (
    input  wire                 clk,
    input  wire                 rst,
    input  wire [6:0]           pause,          // percentage of clocks: of the ports of maps
    input  wire [6:0]           pause_vectors,  // and of those of vectors and results
    input  wire                 begins,         // the writes of a frame, from the next clock on
    input  wire [31:0]          write_error,
    input  wire [39:0]          result,
    input  wire [31:0]          slots,
    output reg  [31:0]          broken,

    input  wire [PORTS*40-1:0]  m_axi_araddr,
    input  wire [PORTS*8-1:0]   m_axi_arlen,
    input  wire [PORTS*3-1:0]   m_axi_arsize,
    input  wire [PORTS*2-1:0]   m_axi_arburst,
    input  wire [PORTS-1:0]     m_axi_arvalid,
    output wire [PORTS-1:0]     m_axi_arready,
    output wire [PORTS*128-1:0] m_axi_rdata,
    output wire [PORTS*2-1:0]   m_axi_rresp,
    output wire [PORTS-1:0]     m_axi_rvalid,
    input  wire [PORTS-1:0]     m_axi_rready,
    input  wire [39:0]          m_axi_awaddr,
    input  wire [7:0]           m_axi_awlen,
    input  wire [2:0]           m_axi_awsize,
    input  wire [1:0]           m_axi_awburst,
    input  wire                 m_axi_awvalid,
    output wire                 m_axi_awready,
    input  wire [127:0]         m_axi_wdata,
    input  wire [15:0]          m_axi_wstrb,
    input  wire                 m_axi_wlast,
    input  wire                 m_axi_wvalid,
    output wire                 m_axi_wready,
    output wire [1:0]           m_axi_bresp,
    output wire                 m_axi_bvalid,
    input  wire                 m_axi_bready
);
    reg [127:0] words [0:WORDS-1];
    bit         failing [bit [39:0]];

    wire [31:0] broken_by [0:PORTS];
    for (genvar p = 0; p < PORTS; p++) begin : g_port
        wire [39:0] addr;
        wire [1:0]  good;
        nn_axi_read_memory port (
            .clk(clk), .rst(rst), .pause(p < MAP_PORTS ? pause : pause_vectors), .frame_begins(1'b0), .error_at(32'd0),
            .araddr(m_axi_araddr[40*p +: 40]), .arlen(m_axi_arlen[8*p +: 8]), .arsize(m_axi_arsize[3*p +: 3]),
            .arburst(m_axi_arburst[2*p +: 2]), .arvalid(m_axi_arvalid[p]), .arready(m_axi_arready[p]), .rresp(good),
            .rvalid(m_axi_rvalid[p]), .rready(m_axi_rready[p]), .addr(addr), .broken(broken_by[p]));
        assign m_axi_rdata[128*p +: 128] = words[addr[39:4]];
        assign m_axi_rresp[2*p +: 2] = failing.exists(addr) != 0 ? 2'b10 : good;
    end

    wire        store;
    wire [39:0] addr;
    nn_axi_write_memory write_port (
        .pause(pause_vectors), .frame_begins(begins), .error_at(write_error), .broken(broken_by[PORTS]), .*);

    reg [127:0] stored;
    reg [31:0]  strays = 0;
    always @(posedge clk) begin
        stored <= m_axi_wdata;
        if (store) words[addr[39:4]] = stored;
        if (store && !rst && !(addr >= result && addr < result + 40'(64*slots))) begin
            if (strays < 4) $display("%s RULE write: to %h, no part of the result", nn_report::nonce(), addr);
            strays <= strays + 1;
        end
        broken = strays;
        for (int p = 0; p <= PORTS; p++) broken = broken + broken_by[p];
    end
endmodule
`default_nettype wire
