// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * The sparse engine on its buses: registers and interrupt (nn_sparse_registers), two machines,
 * maps (nn_sparse_maps) and vectors (nn_sparse_vectors), each with read ports of its own
 * (nn_sparse_ports), and one AXI4 write master for results. While the vectors of a frame are
 * computed, the maps of the next one are.
 *
 * Ports 0 to MAP_PORTS - 1 bring frames and maps.bin, the VECTOR_PORTS behind them vectors.bin;
 * nn_sparse_ports says how these lie in memory. A result lies in pieces of 64 bytes: 16 numbers
 * of 32 bits, or the bytes of a line. Addresses are multiples of 4096.
 *
 * A frame that fails ends with its code once all that was asked of the memory has come, and
 * others that are under way with it (nn_sparse_frames).
 *
 * Bits of port p in a bundle of signals: W*p + W-1 .. W*p.
 *
 * Timing: a layer of maps and one of vectors at a time.
 */
module nn_sparse #(
    /* Size of the engine */
    parameter LANES  = 64,          // bytes of a line, a multiple of 8 up to 64
    parameter GROUPS = 24,          // groups of LANES multipliers
    parameter SLOTS  = 32,          // output channels of a group, a power of two up to 32
    parameter ACC_W  = 24,          // width of a group's sums, bits
    parameter LINES  = 16384,       // lines of the activation memory
    parameter WORDS  = 4096,        // words of 8 bytes of each ring, a power of two
    parameter BANK   = 2048,        // words of 8 bytes of a vector that maps hand over
    parameter OWN    = 1024,        // and of all that fully connected layers leave to each other

    /* What it is made of */
    parameter STYLE   = "ultra",    // of lines and weights: "ultra", "block" or "distributed"
    parameter CARRY_W = 0,          // adders of sums: 0 portable, 4 in CARRY4, 8 in CARRY8

    /* Its memory */
    parameter MAP_PORTS    = 2,     // read ports of 128 bits for maps, from 2
    parameter VECTOR_PORTS = 2,     // read ports of 128 bits for vectors, an even number
    parameter PORTS  = MAP_PORTS + VECTOR_PORTS,    // all of them; not to be set
    parameter ADDR_W = 40           // address width, bits, 33 to 43
) (
    input  wire                    clk,
    input  wire                    rst,

    /* AXI4-Lite: registers (nn_sparse_registers) */
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

    /* AXI4 read ports: frames and maps.bin, then vectors.bin */
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

    /* AXI4 write port: results */
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

    localparam TURN_W = 3;

    wire              start, ready, busy, ended, stop, reset, frame_done, write_idle, write_bad;
    wire [3:0]        code, maps_code, vectors_code;
    wire [31:0]       clocks, frame_beats, maps_beats, vectors_beats;
    wire [63:0]       frame, maps, vectors, result;
    wire              maps_free, maps_idle, maps_bad, vectors_free, vectors_idle, vectors_bad;
    wire [TURN_W-1:0] maps_bad_turn, vectors_bad_turn, maps_turn, code_turn;
    wire              unused_bits = ^{frame, maps, vectors, result};

    nn_sparse_registers u_registers (
        .clk(clk), .rst(rst),
        .s_axi_awaddr(s_axi_awaddr), .s_axi_awvalid(s_axi_awvalid), .s_axi_awready(s_axi_awready),
        .s_axi_wdata(s_axi_wdata), .s_axi_wstrb(s_axi_wstrb), .s_axi_wvalid(s_axi_wvalid),
        .s_axi_wready(s_axi_wready), .s_axi_bresp(s_axi_bresp), .s_axi_bvalid(s_axi_bvalid),
        .s_axi_bready(s_axi_bready), .s_axi_araddr(s_axi_araddr), .s_axi_arvalid(s_axi_arvalid),
        .s_axi_arready(s_axi_arready), .s_axi_rdata(s_axi_rdata), .s_axi_rresp(s_axi_rresp),
        .s_axi_rvalid(s_axi_rvalid), .s_axi_rready(s_axi_rready), .irq(irq),
        .start(start), .ready(ready), .busy(busy), .ended(ended), .code(code), .clocks(clocks),
        .frame(frame), .maps(maps), .vectors(vectors), .result(result),
        .frame_beats(frame_beats), .maps_beats(maps_beats), .vectors_beats(vectors_beats)
    );

    nn_sparse_frames #(.TURN_W(TURN_W)) u_frames (
        .clk(clk), .rst(rst), .start(start), .ports_free(maps_free && vectors_free), .ready(ready),
        .busy(busy), .ended(ended), .code(code), .clocks(clocks), .stop(stop), .reset(reset),
        .idle(maps_idle && vectors_idle && write_idle), .frame_done(frame_done),
        .maps_read_bad(maps_bad), .maps_read_turn(maps_bad_turn),
        .vectors_read_bad(vectors_bad), .vectors_read_turn(vectors_bad_turn), .write_bad(write_bad),
        .maps_code(maps_code), .maps_turn(code_turn), .vectors_code(vectors_code)
    );

    // ---- Maps ----

    wire                     maps_valid, maps_ready;
    wire [MAP_PORTS*128-1:0] maps_beat;
    wire                     is_result, reserve, room, hand_valid, handed;
    wire [8*LANES-1:0]       hand_line;
    wire [3:0]               line_words;

    nn_sparse_ports #(.PORTS(MAP_PORTS), .ADDR_W(ADDR_W), .TURN_W(TURN_W)) u_map_ports (
        .clk(clk), .rst(reset), .start(start), .free(maps_free), .addr_1(frame[ADDR_W-1:0]),
        .beats_1(frame_beats), .addr_2(maps[ADDR_W-1:0]), .beats_2(maps_beats), .stop(stop),
        .idle(maps_idle), .bad(maps_bad), .bad_turn(maps_bad_turn),
        .m_axi_araddr(m_axi_araddr[ADDR_W*MAP_PORTS-1:0]),
        .m_axi_arlen(m_axi_arlen[8*MAP_PORTS-1:0]), .m_axi_arsize(m_axi_arsize[3*MAP_PORTS-1:0]),
        .m_axi_arburst(m_axi_arburst[2*MAP_PORTS-1:0]),
        .m_axi_arvalid(m_axi_arvalid[MAP_PORTS-1:0]), .m_axi_arready(m_axi_arready[MAP_PORTS-1:0]),
        .m_axi_rdata(m_axi_rdata[128*MAP_PORTS-1:0]), .m_axi_rresp(m_axi_rresp[2*MAP_PORTS-1:0]),
        .m_axi_rvalid(m_axi_rvalid[MAP_PORTS-1:0]), .m_axi_rready(m_axi_rready[MAP_PORTS-1:0]),
        .m_valid(maps_valid), .m_ready(maps_ready), .m_data(maps_beat)
    );

    nn_sparse_maps #(
        .LANES(LANES), .GROUPS(GROUPS), .SLOTS(SLOTS), .ACC_W(ACC_W), .LINES(LINES), .WORDS(WORDS),
        .BEAT_W(128*MAP_PORTS), .STYLE(STYLE), .TURN_W(TURN_W), .CARRY_W(CARRY_W)
    ) u_maps (
        .clk(clk), .rst(reset), .start(start), .input_beats(frame_beats), .stream_beats(maps_beats),
        .code(maps_code), .code_turn(code_turn), .s_valid(maps_valid), .s_ready(maps_ready),
        .s_data(maps_beat), .turn(maps_turn), .is_result(is_result), .reserve(reserve), .room(room),
        .line_valid(hand_valid), .line(hand_line), .line_words(line_words), .handed(handed)
    );

    // ---- Vectors, and results ----

    wire                        vectors_valid, vectors_ready, begins, word_valid, word_ready;
    wire [VECTOR_PORTS*128-1:0] vectors_beat;
    wire [ADDR_W-1:0]           to;
    wire [511:0]                word;

    nn_sparse_ports #(.PORTS(VECTOR_PORTS), .ADDR_W(ADDR_W), .TURN_W(TURN_W)) u_vector_ports (
        .clk(clk), .rst(reset), .start(start), .free(vectors_free), .addr_1(vectors[ADDR_W-1:0]),
        .beats_1(vectors_beats), .addr_2({ADDR_W{1'b0}}), .beats_2(32'd0), .stop(stop),
        .idle(vectors_idle), .bad(vectors_bad), .bad_turn(vectors_bad_turn),
        .m_axi_araddr(m_axi_araddr[ADDR_W*PORTS-1 : ADDR_W*MAP_PORTS]),
        .m_axi_arlen(m_axi_arlen[8*PORTS-1 : 8*MAP_PORTS]),
        .m_axi_arsize(m_axi_arsize[3*PORTS-1 : 3*MAP_PORTS]),
        .m_axi_arburst(m_axi_arburst[2*PORTS-1 : 2*MAP_PORTS]),
        .m_axi_arvalid(m_axi_arvalid[PORTS-1:MAP_PORTS]),
        .m_axi_arready(m_axi_arready[PORTS-1:MAP_PORTS]),
        .m_axi_rdata(m_axi_rdata[128*PORTS-1 : 128*MAP_PORTS]),
        .m_axi_rresp(m_axi_rresp[2*PORTS-1 : 2*MAP_PORTS]),
        .m_axi_rvalid(m_axi_rvalid[PORTS-1:MAP_PORTS]),
        .m_axi_rready(m_axi_rready[PORTS-1:MAP_PORTS]), .m_valid(vectors_valid),
        .m_ready(vectors_ready), .m_data(vectors_beat)
    );

    nn_sparse_vectors #(
        .LANES(LANES), .OUTPUTS(8*VECTOR_PORTS), .BANK(BANK), .OWN(OWN), .BASE_W(ADDR_W),
        .TURN_W(TURN_W)
    ) u_vectors (
        .clk(clk), .rst(reset), .start(start), .stream_beats(vectors_beats),
        .base(result[ADDR_W-1:0]), .done(frame_done), .code(vectors_code), .s_valid(vectors_valid),
        .s_ready(vectors_ready), .s_data(vectors_beat), .maps_turn(maps_turn),
        .is_result(is_result), .reserve(reserve), .room(room), .line_valid(hand_valid),
        .line(hand_line), .line_words(line_words), .handed(handed), .begins(begins), .result(to),
        .m_valid(word_valid), .m_ready(word_ready), .m_data(word), .m_idle(write_idle)
    );

    nn_axi_write #(.ADDR_W(ADDR_W), .DATA_W(128), .BEATS(4), .WORD_W(512)) u_write (
        .clk(clk), .rst(reset), .start(begins), .base(to), .stop(stop),
        .idle(write_idle), .bad(write_bad),
        .s_axis_tdata(word), .s_axis_tvalid(word_valid), .s_axis_tready(word_ready),
        .m_axi_awaddr(m_axi_awaddr), .m_axi_awlen(m_axi_awlen), .m_axi_awsize(m_axi_awsize),
        .m_axi_awburst(m_axi_awburst), .m_axi_awvalid(m_axi_awvalid), .m_axi_awready(m_axi_awready),
        .m_axi_wdata(m_axi_wdata), .m_axi_wstrb(m_axi_wstrb), .m_axi_wlast(m_axi_wlast),
        .m_axi_wvalid(m_axi_wvalid), .m_axi_wready(m_axi_wready), .m_axi_bresp(m_axi_bresp),
        .m_axi_bvalid(m_axi_bvalid), .m_axi_bready(m_axi_bready)
    );

endmodule

`default_nettype wire
