// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * AXI4 read master: jobs of `beats` beats from address `addr` on become a stream.
 *
 * INCR bursts of up to BURST beats that end where an address is a multiple of BURST beats, so
 * none crosses 4 KiB. A burst is asked for as soon as the FIFO has room for all of it, so
 * rready is always high and up to DEPTH/BURST bursts are under way.
 *
 * A request comes every other clock at most, so that bursts of 2 and more come without a gap.
 * Whether answers are OKAY is for others to see (rresp). While `stop`, nothing is asked for any
 * more and what still comes is dropped; `idle`: nothing is under way. Reset only when idle.
 *
 * Timing: II = 1 beat, latency = the memory's.
 */
module nn_axi_read #(
    parameter ADDR_W = 40,   // address width
    parameter DATA_W = 128,  // bus width, bits, a power of two
    parameter BURST  = 16,   // beats, a power of two up to 256; BURST*DATA_W up to 32768 bits
    parameter DEPTH  = 256   // beats of the FIFO, at least BURST
) (
    input  wire              clk,
    input  wire              rst,

    /* Jobs */
    input  wire              job_valid,
    output wire              job_ready,
    input  wire [ADDR_W-1:0] job_addr,   // a multiple of DATA_W/8
    input  wire [31:0]       job_beats,  // from 1

    /* Stop */
    input  wire              stop,  // nothing more is asked for
    output wire              idle,  // nothing is under way

    /* AXI4 read port */
    output wire [ADDR_W-1:0] m_axi_araddr,
    output wire [7:0]        m_axi_arlen,
    output wire [2:0]        m_axi_arsize,
    output wire [1:0]        m_axi_arburst,
    output reg               m_axi_arvalid,
    input  wire              m_axi_arready,
    input  wire [DATA_W-1:0] m_axi_rdata,
    input  wire              m_axi_rvalid,
    output wire              m_axi_rready,

    /* Out: beats of all jobs, one behind the other */
    output wire [DATA_W-1:0] m_axis_tdata,
    output wire              m_axis_tvalid,
    input  wire              m_axis_tready
);

    generate
        if (BURST < 2 || BURST != 1 << $clog2(BURST) || BURST > 256 || BURST*DATA_W > 32768) begin
            : g_check_burst
            nn_axi_read_BURST_must_be_a_power_of_two_within_4_KiB u_error();
        end
        if (DEPTH < BURST) begin : g_check_depth
            nn_axi_read_DEPTH_must_hold_a_burst u_error();
        end
        if (ADDR_W < 18 + $clog2(DATA_W/8)) begin : g_check_address
            nn_axi_read_ADDR_W_must_be_18_bits_beside_those_of_a_beat u_error();
        end
    endgenerate

    localparam BYTE_W  = $clog2(DATA_W/8);
    localparam BURST_W = $clog2(BURST);
    localparam LEVEL_W = $clog2(DEPTH + BURST + 1);
    localparam NEXT_W  = ADDR_W - BYTE_W;
    localparam [31:0]        LIMIT_32 = DEPTH - BURST;
    localparam [LEVEL_W-1:0] LIMIT    = LIMIT_32[LEVEL_W-1:0];
    localparam [31:0]        SIZE_32  = BYTE_W;
    localparam [31:0]        BURST_32 = BURST;
    localparam [BURST_W:0]   WHOLE    = BURST_32[BURST_W:0];

    // ---- The next burst: its address, and what is left of the job, move on in halves ----

    reg  [NEXT_W-1:0]  next;            // first beat that was not asked for, in beats
    reg  [31:0]        left;            // beats not asked for
    reg                carry, borrow;   // on their way to the upper halves
    reg                asked;           // a clock ago for a burst, or a job came
    reg                ready;           // `beats` is the size of a burst to ask for
    reg  [BURST_W:0]   beats;
    reg  [BURST_W-1:0] one_less;
    reg                room;            // in the FIFO for a whole burst
    reg  [ADDR_W-1:0]  addr;
    reg  [7:0]         len;
    wire [BURST_W:0]   to_border = WHOLE - {1'b0, next[BURST_W-1:0]};
    wire [BURST_W:0]   reach     = {1'b0, left[BURST_W-1:0]} + {1'b0, next[BURST_W-1:0]};
    wire               few       = left[31:BURST_W] == {(32-BURST_W){1'b0}} && !reach[BURST_W];
    wire               ask       = ready && room && !stop && !m_axi_arvalid;
    wire               load      = job_valid && job_ready;
    wire               unused_bits = ^job_addr[BYTE_W-1:0];

    assign job_ready     = !ready && !asked;
    assign m_axi_araddr  = addr;
    assign m_axi_arlen   = len;
    assign m_axi_arsize  = SIZE_32[2:0];
    assign m_axi_arburst = 2'b01;
    assign m_axi_rready  = 1'b1;

    // A burst is measured while the upper halves move on: where they will, the lower one holds more
    // than a burst.
    always @(posedge clk) begin
        asked <= ask || load;
        if (m_axi_arready) m_axi_arvalid <= 1'b0;
        if (ask) begin
            m_axi_arvalid <= 1'b1;
            ready         <= 1'b0;
            addr          <= {next, {BYTE_W{1'b0}}};
            len           <= {{(8-BURST_W){1'b0}}, one_less};
            {carry, next[15:0]}  <= {1'b0, next[15:0]} + {{(16-BURST_W){1'b0}}, beats};
            {borrow, left[15:0]} <= {1'b0, left[15:0]} - {{(16-BURST_W){1'b0}}, beats};
        end
        if (asked) begin
            next[NEXT_W-1:16] <= next[NEXT_W-1:16] + {{(NEXT_W-17){1'b0}}, carry};
            left[31:16]       <= left[31:16] - {15'd0, borrow};
            beats             <= few ? left[BURST_W:0] : to_border;
            one_less          <= few ? left[BURST_W-1:0] - 1'b1 : ~next[BURST_W-1:0];
            ready             <= |left;
        end
        if (load) begin
            next   <= job_addr[ADDR_W-1:BYTE_W];
            left   <= job_beats;
            carry  <= 1'b0;
            borrow <= 1'b0;
        end
        if (rst) begin
            m_axi_arvalid <= 1'b0;
            ready         <= 1'b0;
            asked         <= 1'b0;
        end
    end

    // ---- What is under way: counted up at once, down a clock late ----

    reg  [LEVEL_W-1:0] held;            // beats asked for that have not left the FIFO
    reg  [LEVEL_W-1:0] coming;          // beats asked for that have not come
    reg                took, came;
    wire [LEVEL_W-1:0] many  = {{(LEVEL_W-BURST_W-1){1'b0}}, beats};
    wire [LEVEL_W-1:0] fewer = {{(LEVEL_W-BURST_W){1'b0}}, one_less};
    wire               unused_ready;

    assign idle = !m_axi_arvalid && coming == {LEVEL_W{1'b0}};

    always @(posedge clk) begin
        took   <= m_axis_tvalid && m_axis_tready;
        came   <= m_axi_rvalid;
        held   <= held + (ask ? (took ? fewer : many) : {LEVEL_W{took}});
        coming <= coming + (ask ? (came ? fewer : many) : {LEVEL_W{came}});
        room   <= held <= LIMIT;
        if (rst) begin
            held   <= {LEVEL_W{1'b0}};
            coming <= {LEVEL_W{1'b0}};
            took   <= 1'b0;
            came   <= 1'b0;
            room   <= 1'b0;
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
