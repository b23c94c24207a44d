// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * AXI4 read master: jobs of `beats` beats from address `addr` on become a stream.
 *
 * INCR bursts of up to BURST beats that end where an address is a multiple of BURST beats, so
 * none crosses 4 KiB. A burst is asked for as soon as the FIFO has room for all of it, so
 * rready is always high and up to DEPTH/BURST bursts are under way.
 *
 * `bad` stays high after an answer that is not OKAY. While `stop`, nothing is asked for any
 * more and what still comes is dropped; `idle`: nothing is under way. Reset only when idle.
 */
module nn_axi_read #(
    parameter ADDR_W = 40,      // address width
    parameter DATA_W = 128,     // bus width, bits, a power of two
    parameter BURST  = 16,      // beats, a power of two up to 256; BURST*DATA_W up to 32768 bits
    parameter DEPTH  = 256      // beats of the FIFO, at least BURST
) (
    input  wire              clk,
    input  wire              rst,

    input  wire              job_valid,
    output wire              job_ready,
    input  wire [ADDR_W-1:0] job_addr,      // a multiple of DATA_W/8
    input  wire [31:0]       job_beats,

    input  wire              stop,
    output wire              idle,
    output reg               bad,

    output wire [ADDR_W-1:0] m_axi_araddr,
    output wire [7:0]        m_axi_arlen,
    output wire [2:0]        m_axi_arsize,
    output wire [1:0]        m_axi_arburst,
    output reg               m_axi_arvalid,
    input  wire              m_axi_arready,
    input  wire [DATA_W-1:0] m_axi_rdata,
    input  wire [1:0]        m_axi_rresp,
    input  wire              m_axi_rvalid,
    output wire              m_axi_rready,

    output wire [DATA_W-1:0] m_axis_tdata,
    output wire              m_axis_tvalid,
    input  wire              m_axis_tready
);

    generate
        if (BURST < 2 || BURST != 1 << $clog2(BURST) || BURST > 256 || BURST*DATA_W > 32768) begin : g_check_burst
            nn_axi_read_BURST_must_be_a_power_of_two_within_4_KiB u_error();
        end
        if (DEPTH < BURST) begin : g_check_depth
            nn_axi_read_DEPTH_must_hold_a_burst u_error();
        end
    endgenerate

    localparam BYTE_W  = $clog2(DATA_W/8);
    localparam BURST_W = $clog2(BURST);
    localparam LEVEL_W = $clog2(DEPTH + 1);
    localparam [31:0]        LIMIT_32 = DEPTH - BURST;
    localparam [LEVEL_W-1:0] LIMIT    = LIMIT_32[LEVEL_W-1:0];
    localparam [31:0]        SIZE_32  = BYTE_W;
    localparam [31:0]        BURST_32 = BURST;

    reg  [ADDR_W-1:0]  next;            // address of the first beat that was not asked for
    reg  [31:0]        left;            // beats not asked for
    reg  [LEVEL_W-1:0] held;            // beats asked for that have not left the FIFO
    reg  [31:0]        coming;          // beats asked for that have not come
    reg  [ADDR_W-1:0]  addr;
    reg  [7:0]         len;
    wire [31:0]        to_border = BURST_32 - {{(32-BURST_W){1'b0}}, next[BYTE_W +: BURST_W]};
    wire [31:0]        beats     = (left < to_border) ? left : to_border;
    wire               ask       = left != 32'd0 && !stop && held <= LIMIT && !m_axi_arvalid;
    wire               take      = m_axis_tvalid && m_axis_tready;
    wire               unused_ready;

    assign job_ready     = left == 32'd0;
    assign idle          = !m_axi_arvalid && coming == 32'd0;
    assign m_axi_araddr  = addr;
    assign m_axi_arlen   = len;
    assign m_axi_arsize  = SIZE_32[2:0];
    assign m_axi_arburst = 2'b01;
    assign m_axi_rready  = 1'b1;

    always @(posedge clk) begin
        if (m_axi_arready) m_axi_arvalid <= 1'b0;
        if (ask) begin
            m_axi_arvalid <= 1'b1;
            addr          <= next;
            len           <= beats[7:0] - 8'd1;
            next          <= next + {{(ADDR_W-BYTE_W-BURST_W-1){1'b0}}, beats[BURST_W:0], {BYTE_W{1'b0}}};
            left          <= left - beats;
        end
        if (job_valid && job_ready) begin
            next <= job_addr;
            left <= job_beats;
        end
        held   <= held + (ask ? beats[LEVEL_W-1:0] : {LEVEL_W{1'b0}}) - {{(LEVEL_W-1){1'b0}}, take};
        coming <= coming + (ask ? beats : 32'd0) - {31'd0, m_axi_rvalid};
        if (m_axi_rvalid && m_axi_rresp != 2'b00) bad <= 1'b1;
        if (rst) begin
            m_axi_arvalid <= 1'b0;
            left          <= 32'd0;
            held          <= {LEVEL_W{1'b0}};
            coming        <= 32'd0;
            bad           <= 1'b0;
        end
    end

    nn_fifo #(.DATA_W(DATA_W), .DEPTH(DEPTH)) u_fifo (
        .clk           (clk),
        .rst           (rst || stop),
        .s_axis_tdata  (m_axi_rdata),
        .s_axis_tvalid (m_axi_rvalid),
        .s_axis_tready (unused_ready),
        .m_axis_tdata  (m_axis_tdata),
        .m_axis_tvalid (m_axis_tvalid),
        .m_axis_tready (m_axis_tready)
    );

endmodule

`default_nettype wire
