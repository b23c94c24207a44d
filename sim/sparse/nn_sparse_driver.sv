// SPDX-License-Identifier: Apache-2.0
// Plays a driver: it sets the registers for a frame as soon as the engine has room for one, or with `alone` as soon as
// the one before has ended, or `lazy` clocks later at most; starts it; and for every interrupt reads the status and says
// what came of it.
`default_nettype none
module nn_sparse_driver (
    input  wire        clk,
    input  wire        rst,
    input  wire [31:0] watchdog,        // clocks in which something must end
    input  wire        alone,
    input  wire [31:0] lazy,

    output reg  [5:0]  s_axi_awaddr,
    output reg         s_axi_awvalid,
    input  wire        s_axi_awready,
    output reg  [31:0] s_axi_wdata,
    input  wire        s_axi_wready,
    input  wire        s_axi_bvalid,
    input  wire [1:0]  s_axi_bresp,
    output reg  [5:0]  s_axi_araddr,
    output reg         s_axi_arvalid,
    input  wire        s_axi_arready,
    input  wire [31:0] s_axi_rdata,
    input  wire [1:0]  s_axi_rresp,
    input  wire        s_axi_rvalid,
    input  wire        irq,

    input  wire        given,           // there is a frame to start
    output reg         grabs,           // it is taken from the list; one clock
    output reg         taken,           // its registers are set; one clock
    input  wire [63:0] frame_addr,
    input  wire [63:0] maps_addr,
    input  wire [63:0] vectors_addr,
    input  wire [63:0] result_addr,
    input  wire [31:0] frame_beats,
    input  wire [31:0] maps_beats,
    input  wire [31:0] vectors_beats,
    output reg         ended,           // one clock
    output reg  [3:0]  code,
    output reg  [31:0] clocks,
    output reg  [31:0] under_way,
    output reg  [31:0] wrong,           // registers that say error, and a busy engine with no frame under way
    output reg         hangs
);
    typedef enum {IDLE, ROOM, WRITE, ANSWER, STATUS, VALUE, FORGET, FORGOTTEN} state_t;
    state_t    state;
    int        step, lost;      // frames in a row that were aborted
    reg [31:0] waited, rest;
    localparam int LAST = 12;
    localparam [3:0] ABORTED = 4'd9;
    wire       writes = state == WRITE || state == ANSWER;

    // Registers in the order in which they are written; the start is the last one.
    function automatic [37:0] setting(int i);
        case (i)
            0: setting = {6'h10, frame_addr[31:0]};
            1: setting = {6'h14, frame_addr[63:32]};
            2: setting = {6'h18, maps_addr[31:0]};
            3: setting = {6'h1c, maps_addr[63:32]};
            4: setting = {6'h20, result_addr[31:0]};
            5: setting = {6'h24, result_addr[63:32]};
            6: setting = {6'h28, frame_beats};
            7: setting = {6'h2c, maps_beats};
            8: setting = {6'h30, vectors_addr[31:0]};
            9: setting = {6'h34, vectors_addr[63:32]};
            10: setting = {6'h38, vectors_beats};
            11: setting = {6'h08, 32'd1};
            default: setting = {6'h00, 32'd1};
        endcase
    endfunction

    task automatic read(input [5:0] from, input state_t behind);
        s_axi_araddr  <= from;
        s_axi_arvalid <= 1;
        state   <= behind;
    endtask

    initial begin
        s_axi_awvalid = 0;
        s_axi_arvalid = 0;
        ended = 0;
        taken = 0;
        grabs = 0;
        hangs = 0;
        under_way = 0;
        wrong = 0;
        waited = 0;
        lost = 0;
        rest = 0;
    end

    always @(posedge clk) begin
        ended <= 0;
        taken <= 0;
        grabs <= 0;
        if (s_axi_awvalid && s_axi_awready) s_axi_awvalid <= 0;
        if (s_axi_arvalid && s_axi_arready) s_axi_arvalid <= 0;
        if (rest != 0) rest <= rest - 1;
        // An engine that has no room for a frame, and none under way, stands still too.
        waited <= (ended || taken || (under_way == 0 && !given)) ? 0 : waited + 1;
        // Of four frames under way a fault ends three in front of it or behind it: more than six in a row come again for ever.
        hangs  <= waited == watchdog || lost == 7;
        if ((s_axi_bvalid && s_axi_bresp != 0) || (s_axi_rvalid && s_axi_rresp != 0)) wrong <= wrong + 1;
        case (state)
            IDLE:
                if (irq) read(6'h04, STATUS);
                else if (given && !taken && !grabs && rest == 0 && !(alone && under_way != 0)) read(6'h00, ROOM);
            ROOM: if (s_axi_rvalid && !s_axi_arvalid) begin
                if (under_way == 0 && s_axi_rdata[0]) wrong <= wrong + 1;
                step  <= 0;
                grabs <= s_axi_rdata[1];
                state <= s_axi_rdata[1] ? WRITE : IDLE;
            end
            WRITE: begin
                {s_axi_awaddr, s_axi_wdata} <= setting(step);
                s_axi_awvalid <= 1;
                state <= ANSWER;
            end
            ANSWER: if (s_axi_bvalid) begin
                step  <= step + 1;
                state <= step == LAST ? IDLE : WRITE;
                if (step == LAST) begin
                    taken     <= 1;
                    under_way <= under_way + 1;
                    rest      <= lazy == 0 ? 0 : $urandom % lazy;
                end
            end
            STATUS: if (s_axi_rvalid && !s_axi_arvalid) begin
                code <= s_axi_rdata[7:4];
                read(6'h0c, VALUE);
            end
            VALUE: if (s_axi_rvalid && !s_axi_arvalid) begin
                clocks <= s_axi_rdata;
                ended <= 1;
                lost <= code == ABORTED ? lost + 1 : 0;
                under_way <= under_way - 1;
                state <= FORGET;
            end
            FORGET: begin
                {s_axi_awaddr, s_axi_wdata} <= {6'h04, 32'd1};
                s_axi_awvalid <= 1;
                state <= FORGOTTEN;
            end
            FORGOTTEN: if (s_axi_bvalid) state <= IDLE;
            default: ;
        endcase
        // With the engine, what the driver knew of it is gone.
        if (rst) begin
            state <= IDLE;
            {s_axi_awvalid, s_axi_arvalid, ended, taken, grabs} <= 0;
            {under_way, waited, rest} <= 0;
            lost <= 0;
        end
    end
endmodule
`default_nettype wire
