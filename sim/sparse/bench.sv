// SPDX-License-Identifier: Apache-2.0
// Bench: the sparse engine, its memories, and a driver. Sizes and names are macros, written in front of it. After every layer the lines that it should have
// written are compared with those of the activation memory, after every frame the result.
`default_nettype none
module bench (input wire clk);
    localparam int PORTS = `PORTS, LANES = `LANES, GROUPS = `GROUPS;
    string     dir;
    int        seed, pause, watchdog, fd = 0, layers_fd = 0, at, frame = 0, layer = 0, faults = 0, expected_code = 0, check = 0;
    reg [31:0] cycle = 0, begun, ended_at, frame_at, error_at, error_port, write_error_at, weights = 0;
    wire       rst = cycle < 4;

    // One array for all ports; a page is 4 KiB.
    reg [127:0] memory [0:`MEMORY-1];

    wire [PORTS*40-1:0] araddr;
    wire [PORTS*8-1:0]  arlen;
    wire [PORTS*3-1:0]  arsize;
    wire [PORTS*2-1:0]  arburst, rresp;
    wire [PORTS-1:0]    arvalid, arready, rvalid, rready;
    wire [PORTS*128-1:0] rdata;
    wire [39:0] awaddr, store_addr;
    wire [7:0]  awlen;
    wire [2:0]  awsize;
    wire [1:0]  awburst, bresp;
    wire        awvalid, awready, wlast, wvalid, wready, bvalid, bready, store;
    wire [127:0] wdata;
    wire [15:0]  wstrb;
    wire [5:0]   s_awaddr, s_araddr;
    wire [31:0]  s_wdata, s_rdata, clocks, read_broken [0:PORTS-1], write_broken;
    wire [1:0]   s_bresp, s_rresp;
    wire [3:0]   code;
    wire         s_awvalid, s_awready, s_wready, s_bvalid, s_arvalid, s_arready, s_rvalid, irq, next, begins, ended, hangs;
    reg          given = 0, over = 0;
    reg [63:0]   frame_addr, weight_addr, result_addr;
    reg [31:0]   frame_beats, weight_beats;

    `DUT dut (
        .clk(clk), .rst(rst), .s_axi_awaddr(s_awaddr), .s_axi_awvalid(s_awvalid), .s_axi_awready(s_awready),
        .s_axi_wdata(s_wdata), .s_axi_wstrb(4'hf), .s_axi_wvalid(s_awvalid), .s_axi_wready(s_wready), .s_axi_bresp(s_bresp),
        .s_axi_bvalid(s_bvalid), .s_axi_bready(1'b1), .s_axi_araddr(s_araddr), .s_axi_arvalid(s_arvalid),
        .s_axi_arready(s_arready), .s_axi_rdata(s_rdata), .s_axi_rresp(s_rresp), .s_axi_rvalid(s_rvalid), .s_axi_rready(1'b1),
        .irq(irq), .m_axi_araddr(araddr), .m_axi_arlen(arlen), .m_axi_arsize(arsize), .m_axi_arburst(arburst),
        .m_axi_arvalid(arvalid), .m_axi_arready(arready), .m_axi_rdata(rdata), .m_axi_rresp(rresp), .m_axi_rvalid(rvalid),
        .m_axi_rready(rready), .m_axi_awaddr(awaddr), .m_axi_awlen(awlen), .m_axi_awsize(awsize), .m_axi_awburst(awburst),
        .m_axi_awvalid(awvalid), .m_axi_awready(awready), .m_axi_wdata(wdata), .m_axi_wstrb(wstrb), .m_axi_wlast(wlast),
        .m_axi_wvalid(wvalid), .m_axi_wready(wready), .m_axi_bresp(bresp), .m_axi_bvalid(bvalid), .m_axi_bready(bready));

    nn_sparse_driver driver (
        .clk(clk), .rst(rst), .watchdog(watchdog), .awaddr(s_awaddr), .awvalid(s_awvalid), .awready(s_awready),
        .wdata(s_wdata), .wready(s_wready), .bvalid(s_bvalid), .araddr(s_araddr), .arvalid(s_arvalid), .arready(s_arready),
        .rdata(s_rdata), .rvalid(s_rvalid), .irq(irq), .next(next), .given(given), .over(over), .frame_addr(frame_addr),
        .weight_addr(weight_addr), .result_addr(result_addr), .frame_beats(frame_beats), .weight_beats(weight_beats),
        .begins(begins), .ended(ended), .code(code), .clocks(clocks), .hangs(hangs));

    for (genvar p = 0; p < PORTS; p++) begin : g_port
        wire [39:0] addr;
        nn_axi_read_memory #(.ADDR_W(40)) port (
            .clk(clk), .rst(rst), .pause(pause[6:0]), .frame_begins(begins), .error_at(error_port == p ? error_at : 32'd0),
            .araddr(araddr[40*p +: 40]), .arlen(arlen[8*p +: 8]), .arsize(arsize[3*p +: 3]), .arburst(arburst[2*p +: 2]), .arvalid(arvalid[p]), .arready(arready[p]),
            .rresp(rresp[2*p +: 2]), .rvalid(rvalid[p]), .rready(rready[p]), .addr(addr), .broken(read_broken[p]));
        assign rdata[128*p +: 128] = memory[addr[39:4]];
    end
    nn_axi_write_memory #(.ADDR_W(40)) write_port (
        .clk(clk), .rst(rst), .pause(pause[6:0]), .frame_begins(begins), .error_at(write_error_at), .awaddr(awaddr), .awlen(awlen),
        .awsize(awsize), .awburst(awburst), .awvalid(awvalid), .awready(awready), .wdata(wdata), .wstrb(wstrb), .wvalid(wvalid), .wlast(wlast), .wready(wready), .bresp(bresp), .bvalid(bvalid),
        .bready(bready), .store(store), .addr(store_addr), .broken(write_broken));

    initial begin
        if (!$value$plusargs("dir=%s", dir)) dir = ".";
        if (!$value$plusargs("seed=%d", seed)) seed = 1;
        if (!$value$plusargs("pause=%d", pause)) pause = 16;
        if (!$value$plusargs("watchdog=%d", watchdog)) watchdog = 100000;
        void'($urandom(seed));
        $readmemh({dir, "/memory.hex"}, memory);
    end

    always @(posedge clk) cycle <= cycle + 1;

    reg [127:0] stored;
    always @(posedge clk) begin
        stored <= wdata;
        if (store) memory[store_addr[39:4]] <= stored;
    end

    // ---- Weights other than 0 that are multiplied with ----
    wire [GROUPS-1:0]  multiplies;
    wire [8*PORTS-1:0] streams;
    for (genvar g = 0; g < GROUPS; g++) begin : g_group
        assign multiplies[g] = `CORE.u_array.g_group[g].u_group.take && `CORE.u_array.g_group[g].u_group.entry[7:0] != 0;
    end
    for (genvar l = 0; l < 8*PORTS; l++) begin : g_lane
        assign streams[l] = `CORE.u_dense.g_lane[l].u_row.take && `CORE.u_dense.g_lane[l].u_row.weight != 0;
    end

    function automatic [8*LANES-1:0] line_at(int n);
        line_at = n[0] ? `ODD[n >> 1] : `EVEN[n >> 1];
    endfunction

    task automatic compare(input [8*LANES-1:0] expected, input [8*LANES-1:0] got, input int n, input string where);
        if (got !== expected) begin
            if (faults < 4) $display("MISMATCH frame=%0d layer=%0d %s=%0d cycle=%0d expected=%h got=%h", frame, layer, where, n, cycle, expected, got);
            faults = faults + 1;
        end
    endtask

    reg [8*LANES-1:0] wanted;
    int               n;
    reg [31:0]        lines_left;

    // ---- The frames ----
    always @(posedge clk) begin
        if (next) begin
            // Not one condition with what comes of it: a simulator may call $fscanf more than once.
            if (fd == 0) fd = $fopen({dir, "/frames.txt"}, "r");
            over <= 1;
            if ($fscanf(fd, "%h %h %h %h %h %d %d %d %d %d\n", frame_addr, weight_addr, result_addr, frame_beats, weight_beats,
                        expected_code, check, error_port, error_at, write_error_at) == 10) begin
                over <= 0;
                given <= 1;
            end
            layer = 0;
            if (layers_fd != 0) $fclose(layers_fd);
            layers_fd = $fopen($sformatf("%s/layers_%0d.txt", dir, frame), "r");
        end
        if (begins) begin
            frame_at <= cycle;
            ended_at <= cycle;
        end
        if (`CORE.begin_layer) begun <= cycle;
        weights <= `CORE.begin_layer ? 0 : weights + $countones(multiplies) + $countones(streams);

        // A layer has ended: the lines that it wrote.
        if (`CORE.free) ended_at <= cycle;
        if (`CORE.free && check != 0) begin
            faults = 0;
            void'($fscanf(layers_fd, "%d\n", lines_left));
            while (lines_left != 0) begin
                void'($fscanf(layers_fd, "%h %h\n", n, wanted));
                compare(wanted, line_at(n), n, "line");
                lines_left = lines_left - 1;
            end
            $display("LAYER frame=%0d layer=%0d waits=%0d clocks=%0d weights=%0d faults=%0d", frame, layer, begun - ended_at, cycle - begun, weights, faults);
            layer = layer + 1;
        end

        // The frame has ended: code and result.
        if (ended) begin
            faults = 0;
            if (check != 0) begin
                void'($fscanf(layers_fd, "%d\n", lines_left));
                for (int i = 0; i < lines_left; i++) begin
                    void'($fscanf(layers_fd, "%h\n", wanted));
                    for (int k = 0; k < (LANES + 15)/16; k++)
                        if (memory[result_addr[39:4] + 4*i + k] !== 128'({{128'd0, wanted} >> (128*k)})) begin
                            faults = faults + 1;
                            if (faults < 4) $display("MISMATCH frame=%0d result=%0d part=%0d expected=%h got=%h", frame, i, k, wanted, memory[result_addr[39:4] + 4*i + k]);
                        end
                end
            end
            at = 0;
            for (int p = 0; p < PORTS; p++) at = at + read_broken[p];
            $display("FRAME frame=%0d code=%0d expected=%0d clocks=%0d elapsed=%0d faults=%0d layers=%0d broken=%0d", frame, code, expected_code,
                     clocks, cycle - frame_at, faults, layer, at + write_broken);
            frame = frame + 1;
        end
        if (hangs) $display("HANG frame=%0d layer=%0d cycle=%0d", frame, layer, cycle);
        if (hangs || over) begin
            $display("DONE cycle=%0d", cycle);
            $finish;
        end
    end
endmodule
`default_nettype wire
