// SPDX-License-Identifier: Apache-2.0
// Plays a driver: for every line of frames.txt it sets the registers, starts the frame, waits for the interrupt, reads
// the status, and says what came of it. A line: addresses of frame and weights, their beats, address of the result (hex).
`default_nettype none
module nn_sparse_driver (
    input  wire        clk,
    input  wire        rst,
    input  wire [31:0] watchdog,        // clocks that a frame may take

    output reg  [5:0]  awaddr,
    output reg         awvalid,
    input  wire        awready,
    output reg  [31:0] wdata,
    input  wire        wready,
    input  wire        bvalid,
    output reg  [5:0]  araddr,
    output reg         arvalid,
    input  wire        arready,
    input  wire [31:0] rdata,
    input  wire        rvalid,
    input  wire        irq,

    output reg         next,            // the next line is wanted
    input  wire        given,           // it is there, or there is none
    input  wire        over,
    input  wire [63:0] frame_addr,
    input  wire [63:0] weight_addr,
    input  wire [63:0] result_addr,
    input  wire [31:0] frame_beats,
    input  wire [31:0] weight_beats,
    output reg         begins,
    output reg         ended,           // one clock
    output reg  [3:0]  code,
    output reg  [31:0] clocks,
    output reg         hangs
);
    typedef enum {NEXT, WAIT, WRITE, ANSWER, RUN, READ, VALUE} state_t;
    state_t    state;
    int        step;
    reg [31:0] waited;
    reg        wpending;

    // Registers in the order in which they are written; the start is the last one.
    function automatic [37:0] setting(int i);
        case (i)
            0: setting = {6'h10, frame_addr[31:0]};
            1: setting = {6'h14, frame_addr[63:32]};
            2: setting = {6'h18, weight_addr[31:0]};
            3: setting = {6'h1c, weight_addr[63:32]};
            4: setting = {6'h20, result_addr[31:0]};
            5: setting = {6'h24, result_addr[63:32]};
            6: setting = {6'h28, frame_beats};
            7: setting = {6'h2c, weight_beats};
            8: setting = {6'h08, 32'd1};
            9: setting = {6'h00, 32'd1};
            default: setting = {6'h04, 32'd1};
        endcase
    endfunction

    initial begin
        awvalid = 0;
        arvalid = 0;
        next = 0;
        ended = 0;
        begins = 0;
        hangs = 0;
    end

    always @(posedge clk) begin
        next <= 0;
        ended <= 0;
        begins <= 0;
        if (awvalid && awready) awvalid <= 0;
        if (arvalid && arready) arvalid <= 0;
        case (state)
            NEXT: begin
                next <= 1;
                state <= WAIT;
                step <= 0;
            end
            WAIT: if (given && !next && !over) state <= WRITE;
            WRITE: begin
                {awaddr, wdata} <= setting(step);
                awvalid <= 1;
                begins <= step == 9;
                waited <= 0;
                state <= ANSWER;
            end
            ANSWER: if (bvalid) begin
                step <= step + 1;
                state <= step == 9 ? RUN : step == 10 ? NEXT : WRITE;
            end
            RUN: begin
                waited <= waited + 1;
                hangs <= waited == watchdog;
                if (irq) begin
                    araddr <= 6'h04;
                    arvalid <= 1;
                    state <= READ;
                end
            end
            READ: if (rvalid) begin
                code <= rdata[7:4];
                araddr <= 6'h0c;
                arvalid <= 1;
                state <= VALUE;
            end
            VALUE: if (rvalid && !arvalid) begin
                clocks <= rdata;
                ended <= 1;
                state <= WRITE;
            end
            default: ;
        endcase
        if (rst) begin
            state <= NEXT;
            next <= 0;
            awvalid <= 0;
            arvalid <= 0;
        end
    end
endmodule
`default_nettype wire
