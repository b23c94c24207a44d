// SPDX-License-Identifier: Apache-2.0
// Bench: nn_axi_read alone, with jobs of any length at any address of a beat, a memory that pauses, a reader that stands still for long,
// and stops in the middle. Every beat must be that of its address, every job complete, no rule of AXI broken.
`default_nettype none
module bench (input wire clk);
    localparam int ADDR_W = 40, DEPTH = `DEPTH, BURST = `BURST, JOBS = 60;
    int        seed, pause, faults = 0, done = 0, stops = 0;
    reg [31:0] cycle = 0, quiet = 0;
    reg        rst;

    // ---- A job after the other; some are stopped ----
    typedef enum {START, TAKE, RUN, STOP, RESET} state_t;
    state_t          state = RESET;
    reg              job_valid = 0, stop = 0, open = 0, stopped = 0, asking = 0;
    reg [ADDR_W-1:0] job_addr, want;
    reg [31:0]       job_beats, left = 0, stop_at, waits = 0;
    wire             job_ready, idle, valid;
    wire [127:0]     data;
    wire             take = valid && open && !stop;

    wire [ADDR_W-1:0] araddr, addr;
    wire [7:0]        arlen;
    wire [2:0]        arsize;
    wire [1:0]        arburst, unused_rresp;
    wire              arvalid, arready, rvalid, rready;
    wire [31:0]       broken;

    /** What lies at an address. */
    function automatic [127:0] word(input [ADDR_W-1:0] at);
        word = {~at[35:4], at[35:4] * 32'd2654435761, 24'd0, at};
    endfunction

    nn_axi_read #(.ADDR_W(ADDR_W), .DATA_W(128), .BURST(BURST), .DEPTH(DEPTH)) dut (
        .clk(clk), .rst(rst), .job_valid(job_valid), .job_ready(job_ready), .job_addr(job_addr), .job_beats(job_beats),
        .stop(stop), .idle(idle), .m_axi_araddr(araddr), .m_axi_arlen(arlen), .m_axi_arsize(arsize),
        .m_axi_arburst(arburst), .m_axi_arvalid(arvalid), .m_axi_arready(arready), .m_axi_rdata(word(addr)),
        .m_axi_rvalid(rvalid), .m_axi_rready(rready), .m_axis_tdata(data), .m_axis_tvalid(valid), .m_axis_tready(open));

    // Jobs end in a reset of the design alone: what it had asked for when it said idle comes as a beat of the next job.
    nn_axi_read_memory #(.ADDR_W(ADDR_W)) memory (
        .clk(clk), .rst(cycle == 0), .pause(pause[6:0]), .frame_begins(1'b0), .error_at(32'd0), .araddr(araddr), .arlen(arlen),
        .arsize(arsize), .arburst(arburst), .arvalid(arvalid), .arready(arready), .rresp(unused_rresp), .rvalid(rvalid), .rready(rready),
        .addr(addr), .broken(broken));

    initial begin
        if (!$value$plusargs("seed=%d", seed)) seed = 1;
        if (!$value$plusargs("pause=%d", pause)) pause = 16;
        void'($urandom(seed));
        rst = 1;
    end

    task automatic fault(input string what);
        if (faults < 4) $display("%s FAULT cycle=%0d %s", nn_report::nonce(), cycle, what);
        faults = faults + 1;
    endtask

    always @(posedge clk) begin
        cycle <= cycle + 1;
        // Open, or shut for long.
        if (waits == 0) begin
            open  <= !open;
            waits <= open ? ($urandom % 4 == 0 ? 1500 : $urandom % 20) : $urandom % 300;
        end else waits <= waits - 1;

        quiet <= take ? 0 : quiet + 1;
        if (take) begin
            if (left == 0) fault("a beat too many");
            else if (data !== word(want)) fault("a beat of another address");
            want <= want + 16;
            if (left != 0) left <= left - 1;
        end
        if (quiet == 20000) fault("nothing comes");
        asking <= arvalid;
        stopped <= stop;
        if (stopped && arvalid && !asking) fault("a stopped job asks for more");

        case (state)
            RESET: begin
                rst   <= 1;
                stop  <= 0;
                left  <= 0;
                state <= rst ? START : RESET;
                if (rst) rst <= 0;
            end
            START: begin
                job_valid <= 1;
                job_addr  <= {24'd0, $urandom} & ~40'd15;
                // The first job is one whose length borrows from its upper half, to its end.
                job_beats <= done + stops == 0 ? 65600 : $urandom % 5 == 0 ? 1 : $urandom % 20 == 0 ? 65500 + $urandom % 100 : 1 + $urandom % 900;
                stop_at   <= done + stops != 0 && $urandom % 2 == 0 ? $urandom % 1200 : 32'hffffffff;
                state     <= TAKE;
            end
            TAKE: if (job_ready) begin
                job_valid <= 0;
                want      <= job_addr;
                left      <= job_beats;
                state     <= RUN;
            end
            RUN: begin
                stop_at <= stop_at - 1;
                if (left == (take ? 1 : 0)) begin
                    done  <= done + 1;
                    state <= START;
                end else if (stop_at == 0) begin
                    stop  <= 1;
                    stops <= stops + 1;
                    state <= STOP;
                end
            end
            STOP: if (idle && stop) state <= RESET;
            default: ;
        endcase

        if (done + stops == JOBS || faults > 4 || quiet > 20000) begin
            $display("%s DONE jobs=%0d stops=%0d faults=%0d broken=%0d", nn_report::nonce(),
                     done, stops, faults, broken);
            $finish;
        end
    end
endmodule
`default_nettype wire
