// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * The sparse engine as a driver sees it: 32-bit registers on AXI4-Lite, and an interrupt.
 *
 *     0x00  w  bit 0: start a frame, as soon as there is room   r  bit 0: busy  bit 1: room for a frame
 *     0x04  r  bit 0: a frame has ended  [7:4] its code, 0 for success
 *           w  bit 0: forget that one; the next one shows, if it has ended too
 *     0x08  rw bit 0: irq while 0x04 bit 0 is set
 *     0x0c  r  clocks of that frame, from its start
 *     0x10, 0x14  rw address of the frame, low and high half
 *     0x18, 0x1c  rw address of maps.bin
 *     0x20, 0x24  rw address of the result
 *     0x28  rw beats of the frame       0x2c  rw beats of maps.bin
 *     0x30, 0x34  rw address of vectors.bin   0x38  rw beats of vectors.bin
 *
 * A start takes all addresses and beats, which may be changed while there is room for the next
 * one. Up to 4 frames are under way or have ended and were not forgotten; they end in the order
 * in which they were started.
 *
 * Codes: 1 a read failed, 2 a write failed, 9 a frame beside it failed, others as nn_sparse_maps
 * and nn_sparse_vectors have them. One access at a time; write address and data may come in
 * either order.
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
    input  wire        ready,
    input  wire        busy,
    input  wire        ended,       // one clock
    input  wire [3:0]  code,
    input  wire [31:0] clocks,
    output wire [63:0] frame,
    output wire [63:0] maps,
    output wire [63:0] vectors,
    output wire [63:0] result,
    output wire [31:0] frame_beats,
    output wire [31:0] maps_beats,
    output wire [31:0] vectors_beats
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

    reg [31:0] values [4:14];
    wire [31:0] there = values[at_w];
    wire [31:0] written;        // wdata, and what was there where a strobe is low
    reg         enabled, asked;
    reg  [2:0]  held;           // frames that were started and not forgotten
    wire        has_ended, unused_ready;
    wire [3:0]  end_code;
    wire [31:0] end_clocks;
    wire        forget = write && at_w == 4'd1 && s_axi_wdata[0] && s_axi_wstrb[0] && has_ended;
    wire        room   = ready && held != 3'd4 && !start;

    assign irq           = has_ended && enabled;
    assign frame         = {values[5], values[4]};
    assign maps          = {values[7], values[6]};
    assign result        = {values[9], values[8]};
    assign vectors       = {values[13], values[12]};
    assign frame_beats   = values[10];
    assign maps_beats    = values[11];
    assign vectors_beats = values[14];

    nn_fifo #(.DATA_W(36), .DEPTH(4)) u_ends (
        .clk(clk), .rst(rst),
        .s_axis_tdata({clocks, code}), .s_axis_tvalid(ended), .s_axis_tready(unused_ready),
        .m_axis_tdata({end_clocks, end_code}), .m_axis_tvalid(has_ended), .m_axis_tready(forget)
    );

    genvar b;
    generate
        for (b = 0; b < 4; b = b + 1) begin : g_written
            assign written[8*b +: 8] = s_axi_wstrb[b] ? s_axi_wdata[8*b +: 8] : there[8*b +: 8];
        end
    endgenerate

    always @(posedge clk) begin
        start <= asked && room;
        asked <= (asked && !room) || (write && at_w == 4'd0 && s_axi_wdata[0] && s_axi_wstrb[0]);
        held  <= held + {2'd0, start} - {2'd0, forget};
        if (write && at_w == 4'd2 && s_axi_wstrb[0]) enabled <= s_axi_wdata[0];
        if (write && at_w >= 4'd4 && at_w <= 4'd14) values[at_w] <= written;

        if (write) s_axi_bvalid <= 1'b1;
        else if (s_axi_bready) s_axi_bvalid <= 1'b0;
        if (read) begin
            s_axi_rvalid <= 1'b1;
            s_axi_rdata  <= (at_r == 4'd0) ? {30'd0, room && !asked, busy || start || asked}
                          : (at_r == 4'd1) ? {24'd0, has_ended ? end_code : 4'd0, 3'd0, has_ended}
                          : (at_r == 4'd2) ? {31'd0, enabled}
                          : (at_r == 4'd3) ? end_clocks
                          : (at_r <= 4'd14) ? values[at_r] : 32'd0;
        end else if (s_axi_rready) s_axi_rvalid <= 1'b0;

        if (rst) begin
            start        <= 1'b0;
            asked        <= 1'b0;
            held         <= 3'd0;
            enabled      <= 1'b0;
            s_axi_bvalid <= 1'b0;
            s_axi_rvalid <= 1'b0;
        end
    end

endmodule

`default_nettype wire
