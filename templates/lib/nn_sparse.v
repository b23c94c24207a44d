// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * The sparse engine on its buses: registers and interrupt (nn_sparse_registers), PORTS AXI4
 * read masters that together bring one beat of the stream a clock, one AXI4 write master for
 * results, and the engine between them (nn_sparse_core).
 *
 * Frame and weights lie in memory as PORTS parts each, one per port: part p holds bits
 * 128*p + 127 .. 128*p of every beat, one beat behind the other, and begins p*S bytes behind
 * the address in the register, S = 16 bytes a beat rounded up to a multiple of 4096. Addresses
 * are multiples of 4096. A line of the result takes 64 bytes.
 *
 * A frame that fails ends with its code once all that was asked of the memory has come; the
 * engine is reset then, so the next frame starts clean.
 *
 * Bits of port p in a bundle of signals: W*p + W-1 .. W*p.
 */
module nn_sparse #(
    parameter LANES  = 56,      // bytes of a line, a multiple of 8 up to 64
    parameter GROUPS = 20,      // of LANES multipliers
    parameter SLOTS  = 32,      // output channels of a group
    parameter ACC_W  = 24,      // width of its sums
    parameter LINES  = 16384,   // of the activation memory
    parameter WORDS  = 4096,    // of the rings
    parameter VECTOR = 2048,    // words of 8 bytes of a fully connected layer's input
    parameter STYLE  = "ultra", // of lines and rings
    parameter PORTS  = 4,       // read ports of 128 bits, a power of two from 4
    parameter ADDR_W = 40       // address width of the memory, 33 to 64
) (
    input  wire                    clk,
    input  wire                    rst,

    input  wire [5:0]              s_axi_awaddr,
    input  wire                    s_axi_awvalid,
    output wire                    s_axi_awready,
    input  wire [31:0]             s_axi_wdata,
    input  wire [3:0]              s_axi_wstrb,
    input  wire                    s_axi_wvalid,
    output wire                    s_axi_wready,
    output wire [1:0]              s_axi_bresp,
    output wire                    s_axi_bvalid,
    input  wire                    s_axi_bready,
    input  wire [5:0]              s_axi_araddr,
    input  wire                    s_axi_arvalid,
    output wire                    s_axi_arready,
    output wire [31:0]             s_axi_rdata,
    output wire [1:0]              s_axi_rresp,
    output wire                    s_axi_rvalid,
    input  wire                    s_axi_rready,
    output wire                    irq,

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

    output wire [ADDR_W-1:0]       m_axi_awaddr,
    output wire [7:0]              m_axi_awlen,
    output wire [2:0]              m_axi_awsize,
    output wire [1:0]              m_axi_awburst,
    output wire                    m_axi_awvalid,
    input  wire                    m_axi_awready,
    output wire [127:0]            m_axi_wdata,
    output wire [15:0]             m_axi_wstrb,
    output wire                    m_axi_wlast,
    output wire                    m_axi_wvalid,
    input  wire                    m_axi_wready,
    input  wire [1:0]              m_axi_bresp,
    input  wire                    m_axi_bvalid,
    output wire                    m_axi_bready
);

    localparam [1:0] IDLE = 2'd0, RUN = 2'd1, STOP = 2'd2, CLEAR = 2'd3;

    // ---- A frame's course ----

    reg  [1:0]       state;
    reg  [2:0]       clear;
    reg              ended;
    reg  [3:0]       end_code;
    reg  [31:0]      clocks;
    wire             start, core_done, write_idle, write_bad;
    wire [3:0]       core_code;
    wire [PORTS-1:0] read_idle, read_bad;
    wire [3:0]       code  = (|read_bad) ? 4'd1 : write_bad ? 4'd2 : core_code;
    wire             stop  = state == STOP;
    wire             reset = rst || state == CLEAR;
    wire [63:0]      frame, weights, result;
    wire [31:0]      frame_beats, weight_beats;

    always @(posedge clk) begin
        ended <= 1'b0;
        case (state)
            IDLE:
                if (start) begin
                    state  <= RUN;
                    clocks <= 32'd0;
                end
            RUN: begin
                clocks <= clocks + 32'd1;
                if (core_done || code != 4'd0) begin
                    state    <= STOP;
                    end_code <= code;
                end
            end
            STOP: begin
                clear <= 3'd0;
                if (end_code == 4'd0) end_code <= code;
                if (&read_idle && write_idle) state <= CLEAR;
            end
            CLEAR: begin
                clear <= clear + 3'd1;
                if (&clear) begin
                    state <= IDLE;
                    ended <= 1'b1;
                end
            end
        endcase
        if (rst) begin
            state <= IDLE;
            ended <= 1'b0;
        end
    end

    nn_sparse_registers u_registers (
        .clk(clk), .rst(rst),
        .s_axi_awaddr(s_axi_awaddr), .s_axi_awvalid(s_axi_awvalid), .s_axi_awready(s_axi_awready),
        .s_axi_wdata(s_axi_wdata), .s_axi_wstrb(s_axi_wstrb), .s_axi_wvalid(s_axi_wvalid),
        .s_axi_wready(s_axi_wready), .s_axi_bresp(s_axi_bresp), .s_axi_bvalid(s_axi_bvalid),
        .s_axi_bready(s_axi_bready), .s_axi_araddr(s_axi_araddr), .s_axi_arvalid(s_axi_arvalid),
        .s_axi_arready(s_axi_arready), .s_axi_rdata(s_axi_rdata), .s_axi_rresp(s_axi_rresp),
        .s_axi_rvalid(s_axi_rvalid), .s_axi_rready(s_axi_rready), .irq(irq),
        .start(start), .busy(state != IDLE || ended), .ended(ended), .code(end_code), .clocks(clocks),
        .frame(frame), .weights(weights), .result(result),
        .frame_beats(frame_beats), .weight_beats(weight_beats)
    );

    // ---- The frame first, then the weights, from all ports side by side ----

    wire [PORTS*128-1:0] beat;
    wire [PORTS-1:0]     part_valid;
    wire                 beat_ready;
    wire                 beat_valid = &part_valid;
    wire [31:0]          frame_pages = (frame_beats + 32'd255) >> 8;
    wire [31:0]          weight_pages = (weight_beats + 32'd255) >> 8;
    wire                 unused_bits = ^{frame, weights, result};

    genvar p;
    generate
        for (p = 0; p < PORTS; p = p + 1) begin : g_port
            reg  [1:0]        jobs;         // to hand out: 2 the frame, 1 the weights
            reg  [ADDR_W-1:0] addr;
            wire              job_ready;
            // Parts are whole pages, so that the page of part p is p parts behind the first.
            wire [31:0]       pages = (jobs == 2'd2) ? frame_pages : weight_pages;
            wire [31:0]       skip  = pages * p;
            wire              unused_skip = ^skip[31:ADDR_W-12];
            wire [ADDR_W-1:0] first = (jobs == 2'd2) ? frame[ADDR_W-1:0] : weights[ADDR_W-1:0];
            reg               ready;        // addr belongs to `jobs`

            always @(posedge clk) begin
                addr  <= first + {skip[ADDR_W-13:0], 12'd0};
                ready <= 1'b1;
                if (jobs != 2'd0 && ready && job_ready) begin
                    jobs  <= jobs - 2'd1;
                    ready <= 1'b0;
                end
                if (start) begin
                    jobs  <= 2'd2;
                    ready <= 1'b0;
                end
                if (reset || stop) jobs <= 2'd0;
            end

            nn_axi_read #(.ADDR_W(ADDR_W), .DATA_W(128), .BURST(16), .DEPTH(256)) u_read (
                .clk(clk), .rst(reset),
                .job_valid(jobs != 2'd0 && ready), .job_ready(job_ready), .job_addr(addr),
                .job_beats((jobs == 2'd2) ? frame_beats : weight_beats),
                .stop(stop), .idle(read_idle[p]), .bad(read_bad[p]),
                .m_axi_araddr(m_axi_araddr[ADDR_W*p +: ADDR_W]), .m_axi_arlen(m_axi_arlen[8*p +: 8]),
                .m_axi_arsize(m_axi_arsize[3*p +: 3]), .m_axi_arburst(m_axi_arburst[2*p +: 2]),
                .m_axi_arvalid(m_axi_arvalid[p]), .m_axi_arready(m_axi_arready[p]),
                .m_axi_rdata(m_axi_rdata[128*p +: 128]), .m_axi_rresp(m_axi_rresp[2*p +: 2]),
                .m_axi_rvalid(m_axi_rvalid[p]), .m_axi_rready(m_axi_rready[p]),
                .m_axis_tdata(beat[128*p +: 128]), .m_axis_tvalid(part_valid[p]),
                .m_axis_tready(beat_valid && beat_ready)
            );
        end
    endgenerate

    // ---- The engine, and its results ----

    wire               line_valid, line_ready;
    wire [8*LANES-1:0] line;

    nn_sparse_core #(
        .LANES(LANES), .GROUPS(GROUPS), .SLOTS(SLOTS), .ACC_W(ACC_W), .LINES(LINES), .WORDS(WORDS),
        .OUTPUTS(8*PORTS), .VECTOR(VECTOR), .STYLE(STYLE)
    ) u_core (
        .clk(clk), .rst(reset), .start(start), .input_beats(frame_beats), .stream_beats(weight_beats),
        .done(core_done), .code(core_code), .s_valid(beat_valid), .s_ready(beat_ready), .s_data(beat),
        .m_valid(line_valid), .m_ready(line_ready), .m_data(line), .m_idle(write_idle)
    );

    nn_axi_write #(.ADDR_W(ADDR_W), .DATA_W(128), .BEATS(4), .WORD_W(8*LANES)) u_write (
        .clk(clk), .rst(reset), .start(start), .base(result[ADDR_W-1:0]), .stop(stop),
        .idle(write_idle), .bad(write_bad),
        .s_axis_tdata(line), .s_axis_tvalid(line_valid), .s_axis_tready(line_ready),
        .m_axi_awaddr(m_axi_awaddr), .m_axi_awlen(m_axi_awlen), .m_axi_awsize(m_axi_awsize),
        .m_axi_awburst(m_axi_awburst), .m_axi_awvalid(m_axi_awvalid), .m_axi_awready(m_axi_awready),
        .m_axi_wdata(m_axi_wdata), .m_axi_wstrb(m_axi_wstrb), .m_axi_wlast(m_axi_wlast),
        .m_axi_wvalid(m_axi_wvalid), .m_axi_wready(m_axi_wready), .m_axi_bresp(m_axi_bresp),
        .m_axi_bvalid(m_axi_bvalid), .m_axi_bready(m_axi_bready)
    );

endmodule

`default_nettype wire
