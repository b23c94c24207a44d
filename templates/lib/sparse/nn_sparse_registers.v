// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * The sparse engine as a driver sees it: 32-bit registers on AXI4-Lite, and an interrupt.
 *
 * The registers are those of the contract below: docs/contracts.md has all bits of them, and
 * docs/nn_sparse.h the same for a driver in C. A register from FRAME_LOW on reads what was
 * written to it. What has no register reads 0, and takes no write.
 *
 * A start takes all addresses and beats, which may be changed while there is room for the next
 * one. Up to FRAMES_MOST frames are under way or have ended and were not forgotten; they end in
 * the order in which they were started, each with a code (0: good).
 *
 * One access at a time; write address and data may come in either order, and a write happens
 * when both are there. Strobes are bytes: one that is low leaves its byte as it is.
 *
 * Timing: no fixed rate: it follows what others do.
 */
module nn_sparse_registers (
    input  wire        clk,
    input  wire        rst,

    /* AXI4-Lite: address and data of a write, its answer */
    input  wire [5:0]  s_axi_awaddr,    // byte address
    input  wire        s_axi_awvalid,
    output wire        s_axi_awready,
    input  wire [31:0] s_axi_wdata,
    input  wire [3:0]  s_axi_wstrb,     // of each byte: it is written
    input  wire        s_axi_wvalid,
    output wire        s_axi_wready,
    output wire [1:0]  s_axi_bresp,     // always OKAY
    output reg         s_axi_bvalid,
    input  wire        s_axi_bready,

    /* AXI4-Lite: address of a read, its answer */
    input  wire [5:0]  s_axi_araddr,    // byte address
    input  wire        s_axi_arvalid,
    output wire        s_axi_arready,
    output reg  [31:0] s_axi_rdata,
    output wire [1:0]  s_axi_rresp,     // always OKAY
    output reg         s_axi_rvalid,
    input  wire        s_axi_rready,

    output wire        irq,             // a frame has ended, and the interrupt is enabled

    /* Frames (nn_sparse_frames) */
    output reg         start,           // a frame; one clock
    input  wire        ready,           // the engine can take one
    input  wire        busy,            // one is under way
    input  wire        ended,           // the oldest one has ended; one clock
    input  wire [3:0]  code,            // how
    input  wire [31:0] clocks,          // from its start

    /* What a frame is started with: addresses in bytes, lengths in beats */
    output wire [63:0] frame,
    output wire [63:0] maps,
    output wire [63:0] vectors,
    output wire [63:0] result,
    output wire [31:0] frame_beats,
    output wire [31:0] maps_beats,
    output wire [31:0] vectors_beats
);

    // contract registers
    localparam [5:0] CONTROL = 6'h0;              // start a frame; is there room
    localparam [5:0] STATUS = 6'h4;               // the oldest frame that has ended; forget it
    localparam [5:0] INTERRUPT = 6'h8;            // irq while a frame has ended
    localparam [5:0] CLOCKS = 6'hc;               // clocks of that frame, from its start
    localparam [5:0] FRAME_LOW = 6'h10;           // address of the frame
    localparam [5:0] FRAME_HIGH = 6'h14;          // its upper half
    localparam [5:0] MAPS_LOW = 6'h18;            // address of maps.bin
    localparam [5:0] MAPS_HIGH = 6'h1c;           // its upper half
    localparam [5:0] RESULT_LOW = 6'h20;          // address of the result
    localparam [5:0] RESULT_HIGH = 6'h24;         // its upper half
    localparam [5:0] FRAME_BEATS = 6'h28;         // beats of the frame
    localparam [5:0] MAPS_BEATS = 6'h2c;          // beats of maps.bin
    localparam [5:0] VECTORS_LOW = 6'h30;         // address of vectors.bin
    localparam [5:0] VECTORS_HIGH = 6'h34;        // its upper half
    localparam [5:0] VECTORS_BEATS = 6'h38;       // beats of vectors.bin
    // end of contract
    // contract engine
    localparam [31:0] FRAMES_MOST = 32'd4;        // frames under way, or ended and not forgotten
    // end of contract

    // A write happens when address and data are both there and the answer before has gone.
    wire       write = s_axi_awvalid && s_axi_wvalid && !s_axi_bvalid;
    wire       read  = s_axi_arvalid && !s_axi_rvalid;
    wire [5:0] at_w  = {s_axi_awaddr[5:2], 2'b00};
    wire [5:0] at_r  = {s_axi_araddr[5:2], 2'b00};
    wire       unused_bits = ^{s_axi_awaddr[1:0], s_axi_araddr[1:0]};

    assign s_axi_awready = write;
    assign s_axi_wready  = write;
    assign s_axi_arready = read;
    assign s_axi_bresp   = 2'b00;
    assign s_axi_rresp   = 2'b00;

    // ---- What is written. Fields of a byte count where its strobe is high ----

    wire byte_written = write && s_axi_wstrb[0];

    // contract controlWrite of s_axi_wdata as write_
    wire write_start = s_axi_wdata[0];            // start a frame, as soon as there is room
    // end of contract
    // contract statusWrite of s_axi_wdata as write_
    // forget the frame that shows; the next one shows, if it has ended
    wire write_forget = s_axi_wdata[0];
    // end of contract
    // contract interrupt of s_axi_wdata as write_
    wire write_enable = s_axi_wdata[0];           // irq while a frame has ended
    // end of contract

    reg  [31:0] values [FRAME_LOW[5:2]:VECTORS_BEATS[5:2]];
    wire [31:0] there = values[at_w[5:2]];
    wire [31:0] written;        // wdata, and what was there where a strobe is low
    reg         enabled, asked;
    reg  [2:0]  held;           // frames that were started and not forgotten
    wire        has_ended, unused_ready;
    wire [3:0]  end_code;
    wire [31:0] end_clocks;
    wire        forget = byte_written && at_w == STATUS && write_forget && has_ended;
    wire        room   = ready && held != FRAMES_MOST[2:0] && !start;

    assign irq           = has_ended && enabled;
    assign frame         = {values[FRAME_HIGH[5:2]], values[FRAME_LOW[5:2]]};
    assign maps          = {values[MAPS_HIGH[5:2]], values[MAPS_LOW[5:2]]};
    assign result        = {values[RESULT_HIGH[5:2]], values[RESULT_LOW[5:2]]};
    assign vectors       = {values[VECTORS_HIGH[5:2]], values[VECTORS_LOW[5:2]]};
    assign frame_beats   = values[FRAME_BEATS[5:2]];
    assign maps_beats    = values[MAPS_BEATS[5:2]];
    assign vectors_beats = values[VECTORS_BEATS[5:2]];

    // Frames that have ended and were not forgotten, the oldest one first.
    nn_fifo #(.DATA_W(36), .DEPTH(FRAMES_MOST)) u_ends (
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

    // ---- What is read ----

    wire       read_busy   = busy || start || asked;
    wire       read_room   = room && !asked;
    wire       read_ended  = has_ended;
    wire [3:0] read_code   = has_ended ? end_code : 4'd0;
    wire       read_enable = enabled;

    // contract controlRead into control as read_
    wire [31:0] control = {
        30'd0, read_room, read_busy
    };
    // end of contract
    // contract statusRead into status as read_
    wire [31:0] status = {
        24'd0, read_code, 3'd0, read_ended
    };
    // end of contract
    // contract interrupt into interrupts as read_
    wire [31:0] interrupts = {
        31'd0, read_enable
    };
    // end of contract

    always @(posedge clk) begin
        start <= asked && room;
        asked <= (asked && !room) || (byte_written && at_w == CONTROL && write_start);
        held  <= held + {2'd0, start} - {2'd0, forget};
        if (byte_written && at_w == INTERRUPT) enabled <= write_enable;
        if (write && at_w >= FRAME_LOW && at_w <= VECTORS_BEATS) values[at_w[5:2]] <= written;

        if (write) s_axi_bvalid <= 1'b1;
        else if (s_axi_bready) s_axi_bvalid <= 1'b0;
        if (read) begin
            s_axi_rvalid <= 1'b1;
            s_axi_rdata  <= (at_r == CONTROL)   ? control
                          : (at_r == STATUS)    ? status
                          : (at_r == INTERRUPT) ? interrupts
                          : (at_r == CLOCKS)    ? end_clocks
                          : (at_r <= VECTORS_BEATS) ? values[at_r[5:2]] : 32'd0;
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
