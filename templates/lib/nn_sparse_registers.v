// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * The sparse engine as a driver sees it: 32-bit registers on AXI4-Lite, and an interrupt.
 *
 *     0x00  w  bit 0: start a frame (only while not busy)   r  bit 0: busy
 *     0x04  r  bit 0: a frame has ended  [7:4] its code, 0 for success
 *           w  bit 0: forget that
 *     0x08  rw bit 0: irq while 0x04 bit 0 is set
 *     0x0c  r  clocks of the last frame
 *     0x10, 0x14  rw address of the frame, low and high half
 *     0x18, 0x1c  rw address of weights.bin
 *     0x20, 0x24  rw address of the result
 *     0x28  rw beats of the frame       0x2c  rw beats of weights.bin
 *
 * Codes: 1 a read failed, 2 a write failed, others as nn_sparse_core has them. One access at a
 * time; write address and data may come in either order.
 */
module nn_sparse_registers (
    input  wire        clk,
    input  wire        rst,

    input  wire [5:0]  s_axi_awaddr,
    input  wire        s_axi_awvalid,
    output wire        s_axi_awready,
    input  wire [31:0] s_axi_wdata,
    input  wire [3:0]  s_axi_wstrb,
    input  wire        s_axi_wvalid,
    output wire        s_axi_wready,
    output wire [1:0]  s_axi_bresp,
    output reg         s_axi_bvalid,
    input  wire        s_axi_bready,
    input  wire [5:0]  s_axi_araddr,
    input  wire        s_axi_arvalid,
    output wire        s_axi_arready,
    output reg  [31:0] s_axi_rdata,
    output wire [1:0]  s_axi_rresp,
    output reg         s_axi_rvalid,
    input  wire        s_axi_rready,
    output wire        irq,

    output reg         start,
    input  wire        busy,
    input  wire        ended,       // one clock
    input  wire [3:0]  code,
    input  wire [31:0] clocks,
    output wire [63:0] frame,
    output wire [63:0] weights,
    output wire [63:0] result,
    output wire [31:0] frame_beats,
    output wire [31:0] weight_beats
);

    // A write happens when address and data are both there and the answer before has gone.
    wire       write = s_axi_awvalid && s_axi_wvalid && !s_axi_bvalid;
    wire       read  = s_axi_arvalid && !s_axi_rvalid;
    wire [3:0] at_w  = s_axi_awaddr[5:2];
    wire [3:0] at_r  = s_axi_araddr[5:2];
    wire       unused_bits = ^{s_axi_awaddr[1:0], s_axi_araddr[1:0]};

    assign s_axi_awready = write;
    assign s_axi_wready  = write;
    assign s_axi_arready = read;
    assign s_axi_bresp   = 2'b00;
    assign s_axi_rresp   = 2'b00;

    reg [31:0] values [4:11];
    wire [31:0] there = values[at_w];
    wire [31:0] written;        // wdata, and what was there where a strobe is low
    reg        has_ended, enabled;
    reg [3:0]  end_code;

    assign irq    = has_ended && enabled;
    assign frame        = {values[5], values[4]};
    assign weights      = {values[7], values[6]};
    assign result       = {values[9], values[8]};
    assign frame_beats  = values[10];
    assign weight_beats = values[11];

    genvar b;
    generate
        for (b = 0; b < 4; b = b + 1) begin : g_written
            assign written[8*b +: 8] = s_axi_wstrb[b] ? s_axi_wdata[8*b +: 8] : there[8*b +: 8];
        end
    endgenerate

    always @(posedge clk) begin
        start <= write && at_w == 4'd0 && s_axi_wdata[0] && s_axi_wstrb[0] && !busy && !start;
        if (write && at_w == 4'd1 && s_axi_wdata[0] && s_axi_wstrb[0]) has_ended <= 1'b0;
        if (write && at_w == 4'd2 && s_axi_wstrb[0]) enabled <= s_axi_wdata[0];
        if (write && at_w >= 4'd4 && at_w <= 4'd11) values[at_w] <= written;
        if (ended) begin
            has_ended <= 1'b1;
            end_code  <= code;
        end

        if (write) s_axi_bvalid <= 1'b1;
        else if (s_axi_bready) s_axi_bvalid <= 1'b0;
        if (read) begin
            s_axi_rvalid <= 1'b1;
            s_axi_rdata  <= (at_r == 4'd0) ? {31'd0, busy || start}
                          : (at_r == 4'd1) ? {24'd0, end_code, 3'd0, has_ended}
                          : (at_r == 4'd2) ? {31'd0, enabled}
                          : (at_r == 4'd3) ? clocks
                          : (at_r <= 4'd11) ? values[at_r] : 32'd0;
        end else if (s_axi_rready) s_axi_rvalid <= 1'b0;

        if (rst) begin
            start        <= 1'b0;
            has_ended    <= 1'b0;
            enabled      <= 1'b0;
            end_code     <= 4'd0;
            s_axi_bvalid <= 1'b0;
            s_axi_rvalid <= 1'b0;
        end
    end

endmodule

`default_nettype wire
