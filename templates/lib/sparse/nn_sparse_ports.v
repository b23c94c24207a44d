// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Read ports of one machine of the sparse engine: PORTS AXI4 read masters that together bring
 * one beat a clock. A frame's beats come in two jobs, the second from another address, and
 * frames one behind the other.
 *
 * A job lies in memory as PORTS parts, one per port: part p holds bits 128*p + 127 .. 128*p of
 * every beat, one beat behind the other, and begins p*S bytes behind the address, S = 16 bytes
 * a beat rounded up to a multiple of 4096. Addresses are multiples of 4096.
 *
 * `start` takes addresses and beats, while `free`. `bad`: an answer was an error; `bad_turn` is
 * the number of its frame, counted from rst on, of TURN_W bits. `stop`, `idle`: as nn_axi_read has
 * them.
 *
 * Bits of port p in a bundle of signals: W*p + W-1 .. W*p.
 *
 * Timing: II = 1 beat, latency = the memory's.
 */
module nn_sparse_ports #(
    parameter PORTS  = 2,   // of 128 bits
    parameter ADDR_W = 40,  // address width of the memory, 33 to 43
    parameter TURN_W = 3    // width of a frame's number
) (
    input  wire                    clk,
    input  wire                    rst,

    /* Jobs of a frame: two, the second one may have no beats */
    input  wire                    start,   // one clock
    output reg                     free,    // another frame may be started
    input  wire [ADDR_W-1:0]       addr_1,  // address in bytes
    input  wire [31:0]             beats_1,
    input  wire [ADDR_W-1:0]       addr_2,
    input  wire [31:0]             beats_2,

    /* Stop, and faults */
    input  wire                    stop,      // nothing more is asked for
    output wire                    idle,      // nothing is under way
    output reg                     bad,
    output reg  [TURN_W-1:0]       bad_turn,  // the frame that it is in

    /* AXI4 read ports */
    output wire [PORTS*ADDR_W-1:0] m_axi_araddr,
    output wire [PORTS*8-1:0]      m_axi_arlen,
    output wire [PORTS*3-1:0]      m_axi_arsize,
    output wire [PORTS*2-1:0]      m_axi_arburst,
    output wire [PORTS-1:0]        m_axi_arvalid,
    input  wire [PORTS-1:0]        m_axi_arready,
    input  wire [PORTS*128-1:0]    m_axi_rdata,
    input  wire [PORTS*2-1:0]      m_axi_rresp,
    input  wire [PORTS-1:0]        m_axi_rvalid,
    output wire [PORTS-1:0]        m_axi_rready,

    /* Out: beats of all ports together */
    output wire                    m_valid,
    input  wire                    m_ready,
    output wire [PORTS*128-1:0]    m_data
);

    localparam [1:0] FIRST = 2'd2, SECOND = 2'd1, NONE = 2'd0;

    // ---- The jobs as `start` took them; whole pages a part ----

    reg  [ADDR_W-1:0] base_1, base_2;
    reg  [31:0]       count_1, count_2;
    reg  [31:0]       all;          // beats of all frames until now, modulo 2^32
    reg               started;
    // there is no second job: waiting for it would hold the next frame
    reg               single;
    reg  [31:0]       pages_1, pages_2;
    wire [PORTS-1:0]  port_idle, port_free, part_valid, failed;
    wire [PORTS*TURN_W-1:0] turns;
    integer           q;

    assign idle    = &port_idle;
    assign m_valid = &part_valid;

    always @(posedge clk) begin
        free    <= (&port_free) && !start;
        pages_1 <= (count_1 + 32'd255) >> 8;
        pages_2 <= (count_2 + 32'd255) >> 8;
        started <= start;
        if (start) begin
            base_1  <= addr_1;
            base_2  <= addr_2;
            count_1 <= beats_1;
            count_2 <= beats_2;
            all     <= all + beats_1 + beats_2;
            single  <= beats_2 == 32'd0;
        end
        for (q = 0; q < PORTS; q = q + 1)
            if (failed[q] && !bad) begin
                bad      <= 1'b1;
                bad_turn <= turns[TURN_W*q +: TURN_W];
            end
        if (rst) begin
            free    <= 1'b0;
            bad     <= 1'b0;
            all     <= 32'd0;
            started <= 1'b0;
        end
    end

    genvar p;
    generate
        for (p = 0; p < PORTS; p = p + 1) begin : g_port
            // ---- To hand out: both jobs, the second, none ----

            reg  [1:0]        jobs;
            reg  [ADDR_W-1:0] base, addr;
            reg  [31:0]       skip;         // pages in front of this port's part
            reg  [2:0]        ready;        // pages, then skip, then addr belong to `jobs`
            wire              job_ready;
            wire              unused_skip = ^skip[31:ADDR_W-12];

            assign port_free[p] = jobs == NONE;

            always @(posedge clk) begin
                base  <= (jobs == FIRST) ? base_1 : base_2;
                skip  <= ((jobs == FIRST) ? pages_1 : pages_2) * p;
                addr  <= base + {skip[ADDR_W-13:0], 12'd0};
                ready <= {ready[1:0], 1'b1};
                if (jobs != NONE && ready[2] && job_ready) begin
                    jobs  <= (jobs == FIRST && !single) ? SECOND : NONE;
                    ready <= 3'd0;
                end
                if (start) begin
                    jobs  <= FIRST;
                    ready <= 3'd0;
                end
                if (rst || stop) jobs <= NONE;
            end

            // ---- Which frame's answers come ----

            reg  [31:0]       answers;      // of all frames until now
            reg  [TURN_W-1:0] turn;
            wire [31:0]       total;
            wire              known, unused_ready;
            wire              whole = known && answers == total;

            assign failed[p] = m_axi_rvalid[p] && m_axi_rresp[2*p +: 2] != 2'b00;
            // An answer that comes while the one before completed a frame is of the next.
            assign turns[TURN_W*p +: TURN_W] = turn + {{(TURN_W-1){1'b0}}, whole};

            always @(posedge clk) begin
                answers <= answers + {31'd0, m_axi_rvalid[p]};
                turn    <= turn + {{(TURN_W-1){1'b0}}, whole};
                if (rst) begin
                    answers <= 32'd0;
                    turn    <= {TURN_W{1'b0}};
                end
            end

            nn_fifo #(.DATA_W(32), .DEPTH(4)) u_totals (
                .clk(clk), .rst(rst),
                .s_axis_tdata(all), .s_axis_tvalid(started), .s_axis_tready(unused_ready),
                .m_axis_tdata(total), .m_axis_tvalid(known), .m_axis_tready(whole)
            );

            nn_axi_read #(.ADDR_W(ADDR_W), .DATA_W(128), .BURST(16), .DEPTH(256)) u_read (
                .clk(clk), .rst(rst), .job_valid(jobs != NONE && ready[2]), .job_ready(job_ready),
                .job_addr(addr), .job_beats((jobs == FIRST) ? count_1 : count_2), .stop(stop),
                .idle(port_idle[p]), .m_axi_araddr(m_axi_araddr[ADDR_W*p +: ADDR_W]),
                .m_axi_arlen(m_axi_arlen[8*p +: 8]), .m_axi_arsize(m_axi_arsize[3*p +: 3]),
                .m_axi_arburst(m_axi_arburst[2*p +: 2]), .m_axi_arvalid(m_axi_arvalid[p]),
                .m_axi_arready(m_axi_arready[p]), .m_axi_rdata(m_axi_rdata[128*p +: 128]),
                .m_axi_rvalid(m_axi_rvalid[p]), .m_axi_rready(m_axi_rready[p]),
                .m_axis_tdata(m_data[128*p +: 128]), .m_axis_tvalid(part_valid[p]),
                .m_axis_tready(m_valid && m_ready)
            );
        end
    endgenerate

endmodule

`default_nettype wire
