// SPDX-License-Identifier: Apache-2.0
// Bench: the sparse engine, its memories, and a driver. Sizes and names are macros, written in front of it. After every layer of maps its lines are compared with
// those of the activation memory, after every layer of vectors its words, after every frame the result. A run is a frame that was started; an aborted one comes again.
`default_nettype none
module bench (input wire clk);
    localparam int MAP_PORTS = `MAP_PORTS, VECTOR_PORTS = `VECTOR_PORTS, PORTS = MAP_PORTS + VECTOR_PORTS, LANES = `LANES, GROUPS = `GROUPS;
    localparam [3:0] ABORTED = 4'd9, HEAD = 4'd1, START = 4'd3, SETTLE = 4'd6, LINES = 4'd7;
    string     dir;
    int        seed, pause, pause_vectors, watchdog, alone, lazy;
    reg [31:0] cycle = 0;
    wire       rst = cycle < 4;

    // One array for all ports; a page is 4 KiB.
    reg [127:0] memory [0:`MEMORY-1];

    wire [PORTS*40-1:0] araddr;
    wire [PORTS*8-1:0]  arlen;
    wire [PORTS*3-1:0]  arsize;
    wire [PORTS*2-1:0]  arburst, rresp;
    wire [PORTS-1:0]    arvalid, arready, rvalid, rready;
    wire [PORTS*128-1:0] rdata;
    wire [39:0]  awaddr, store_addr;
    wire [7:0]   awlen;
    wire [2:0]   awsize;
    wire        awvalid, awready, wlast, wvalid, wready, bvalid, bready, store;
    wire [127:0] wdata;
    wire [15:0]  wstrb;
    wire [5:0]   s_awaddr, s_araddr;
    wire [31:0]  s_wdata, s_rdata, clocks, under_way, read_broken [0:PORTS-1], write_broken;
    wire [1:0]   awburst, bresp, s_bresp, s_rresp;
    wire [3:0]   code;
    wire         s_awvalid, s_awready, s_wready, s_bvalid, s_arvalid, s_arready, s_rvalid, irq, grabs, taken, ended, hangs;

    // ---- What the driver is given: frames in their order, aborted ones again ----
    typedef struct { reg [63:0] frame, maps, vectors, result; reg [31:0] frame_beats, maps_beats, vectors_beats; int slots, code, check, write_error; reg [63:0] read_error; } frame_t;
    frame_t    frames [$];
    int        todo [$], runs [$];          // frames to start; of each run, its frame
    reg [31:0] started_at [$], ended_at [$];
    frame_t    offered;
    reg        given = 0;
    int        current = 0, maps_run = 0, vectors_run = 0, ended_run = 0;

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
        .clk(clk), .rst(rst), .watchdog(watchdog), .alone(alone != 0), .lazy(lazy), .awaddr(s_awaddr), .awvalid(s_awvalid), .awready(s_awready),
        .wdata(s_wdata), .wready(s_wready), .bvalid(s_bvalid), .araddr(s_araddr), .arvalid(s_arvalid), .arready(s_arready),
        .rdata(s_rdata), .rvalid(s_rvalid), .irq(irq), .given(given), .grabs(grabs), .taken(taken), .frame_addr(offered.frame),
        .maps_addr(offered.maps), .vectors_addr(offered.vectors), .result_addr(offered.result), .frame_beats(offered.frame_beats),
        .maps_beats(offered.maps_beats), .vectors_beats(offered.vectors_beats), .ended(ended), .code(code), .clocks(clocks), .under_way(under_way), .hangs(hangs));

    // A frame whose read is to fail has an address of its own for that beat.
    function automatic reg fails(reg [39:0] at);
        fails = 0;
        foreach (frames[i]) if (frames[i].read_error != 0 && frames[i].read_error[39:0] == at) fails = 1;
    endfunction

    for (genvar p = 0; p < PORTS; p++) begin : g_port
        wire [39:0] addr;
        wire [1:0]  good;
        nn_axi_read_memory #(.ADDR_W(40)) port (
            .clk(clk), .rst(rst), .pause(p < MAP_PORTS ? pause[6:0] : pause_vectors[6:0]), .frame_begins(1'b0), .error_at(32'd0),
            .araddr(araddr[40*p +: 40]), .arlen(arlen[8*p +: 8]), .arsize(arsize[3*p +: 3]), .arburst(arburst[2*p +: 2]), .arvalid(arvalid[p]), .arready(arready[p]),
            .rresp(good), .rvalid(rvalid[p]), .rready(rready[p]), .addr(addr), .broken(read_broken[p]));
        assign rdata[128*p +: 128] = memory[addr[39:4]];
        assign rresp[2*p +: 2] = fails(addr) ? 2'b10 : good;
    end
    nn_axi_write_memory #(.ADDR_W(40)) write_port (
        .clk(clk), .rst(rst), .pause(pause_vectors[6:0]), .frame_begins(`ENGINE.begins), .error_at(vectors_run < runs.size() ? frames[runs[vectors_run]].write_error : 0),
        .awaddr(awaddr), .awlen(awlen),
        .awsize(awsize), .awburst(awburst), .awvalid(awvalid), .awready(awready), .wdata(wdata), .wstrb(wstrb), .wvalid(wvalid), .wlast(wlast), .wready(wready), .bresp(bresp), .bvalid(bvalid),
        .bready(bready), .store(store), .addr(store_addr), .broken(write_broken));

    initial begin
        int fd;
        frame_t f;
        if (!$value$plusargs("dir=%s", dir)) dir = ".";
        if (!$value$plusargs("seed=%d", seed)) seed = 1;
        if (!$value$plusargs("pause=%d", pause)) pause = 16;
        if (!$value$plusargs("pause_vectors=%d", pause_vectors)) pause_vectors = pause;
        if (!$value$plusargs("watchdog=%d", watchdog)) watchdog = 100000;
        if (!$value$plusargs("alone=%d", alone)) alone = 0;
        if (!$value$plusargs("lazy=%d", lazy)) lazy = 0;
        void'($urandom(seed));
        $readmemh({dir, "/memory.hex"}, memory);
        fd = $fopen({dir, "/frames.txt"}, "r");
        while ($fscanf(fd, "%h %h %h %h %h %h %h %h %d %d %d %d\n", f.frame, f.maps, f.vectors, f.result, f.frame_beats, f.maps_beats, f.vectors_beats,
                       f.read_error, f.slots, f.code, f.check, f.write_error) == 12) begin
            todo.push_back(frames.size());
            frames.push_back(f);
        end
        $fclose(fd);
    end

    always @(posedge clk) cycle <= cycle + 1;

    reg [127:0] stored;
    always @(posedge clk) begin
        stored <= wdata;
        if (store) memory[store_addr[39:4]] = stored;
    end

    // ---- Weights other than 0 that are multiplied with ----
    wire [GROUPS-1:0]         multiplies;
    wire [8*VECTOR_PORTS-1:0] streams;
    for (genvar g = 0; g < GROUPS; g++) begin : g_group
        assign multiplies[g] = `MAPS.u_array.g_group[g].u_group.take && `MAPS.u_array.g_group[g].u_group.entry[7:0] != 0;
    end
    for (genvar l = 0; l < 8*VECTOR_PORTS; l++) begin : g_lane
        assign streams[l] = `VECTORS.u_dense.g_lane[l].u_row.take && `VECTORS.u_dense.g_lane[l].u_row.weight != 0;
    end

    function automatic [8*LANES-1:0] line_at(int n);
        line_at = n[0] ? `ODD(n >> 1) : `EVEN(n >> 1);
    endfunction

    int faults = 0;
    task automatic compare(input [511:0] expected, input [511:0] got, input int run, input int layer, input int n, input string where);
        if (got !== expected) begin
            if (faults < 4) $display("%s MISMATCH run=%0d frame=%0d layer=%0d %s=%0d cycle=%0d expected=%h got=%h", nn_report::nonce(), run, runs[run], layer, where, n, cycle, expected, got);
            faults = faults + 1;
        end
    endtask

    // ---- Layers of both machines: what has ended is compared ----
    int                  maps_fd = 0, vectors_fd = 0, result_fd = 0, maps_layer = 0, vectors_layer = 0, lines_left, n, broken;
    reg [31:0]           maps_begun, maps_free, vectors_begun, vectors_free, maps_weights = 0, vectors_weights = 0;
    reg [8*LANES-1:0]    wanted_line;
    reg [63:0]           wanted_word;
    reg [511:0]          wanted;
    reg [3:0]            state_before = 0;
    reg [2:0]            turn_before = 0;
    wire [3:0]           state = `VECTORS.u_sequencer.state;
    wire                 maps_ends = `MAPS.turn != turn_before && !`ENGINE.reset;

    function automatic int opened(string kind, int frame);
        opened = $fopen($sformatf("%s/%s_%0d.txt", dir, kind, frame), "r");
    endfunction

    always @(posedge clk) begin
        state_before <= state;
        turn_before  <= `MAPS.turn;
        maps_weights <= `MAPS.begin_layer ? 0 : maps_weights + $countones(multiplies);
        if (`MAPS.begin_layer) maps_begun <= cycle;
        if (state == START) vectors_weights <= 0;
        else vectors_weights <= vectors_weights + $countones(streams);
        if (state == START || (state == LINES && state_before != LINES)) vectors_begun <= cycle;

        if (`MAPS.free && !`ENGINE.reset) begin
            if (frames[runs[maps_run]].check != 0) begin
                faults = 0;
                if (maps_fd == 0) maps_fd = opened("maps", runs[maps_run]);
                void'($fscanf(maps_fd, "%d\n", lines_left));
                for (; lines_left > 0; lines_left--) begin
                    void'($fscanf(maps_fd, "%h %h\n", n, wanted_line));
                    compare(512'(wanted_line), 512'(line_at(n)), maps_run, maps_layer, n, "line");
                end
                $display("%s LAYER machine=maps run=%0d frame=%0d layer=%0d waits=%0d clocks=%0d weights=%0d faults=%0d", nn_report::nonce(), maps_run, runs[maps_run], maps_layer,
                         maps_begun - maps_free, cycle - maps_begun, maps_weights, faults);
            end
            maps_free <= cycle;
            maps_layer = maps_layer + 1;
        end
        if (state == HEAD && (state_before == SETTLE || state_before == LINES) && !`ENGINE.reset) begin
            if (frames[runs[vectors_run]].check != 0) begin
                faults = 0;
                if (vectors_fd == 0) vectors_fd = opened("vectors", runs[vectors_run]);
                void'($fscanf(vectors_fd, "%d\n", lines_left));
                for (; lines_left > 0; lines_left--) begin
                    void'($fscanf(vectors_fd, "%h %h\n", n, wanted_word));
                    compare(512'(wanted_word), 512'(`COPY[`OWN + n]), vectors_run, vectors_layer, n, "word");
                end
                $display("%s LAYER machine=vectors run=%0d frame=%0d layer=%0d waits=%0d clocks=%0d weights=%0d faults=%0d", nn_report::nonce(), vectors_run, runs[vectors_run], vectors_layer,
                         vectors_begun - vectors_free, cycle - vectors_begun, vectors_weights, faults);
            end
            vectors_free <= cycle;
            vectors_layer = vectors_layer + 1;
        end
        if (maps_ends) begin
            if (maps_fd != 0) $fclose(maps_fd);
            maps_fd = 0;
            $display("%s MAPS run=%0d layers=%0d", nn_report::nonce(), maps_run, maps_layer);
            maps_layer = 0;
            maps_run = maps_run + 1;
        end
        if (`ENGINE.frame_done && !`ENGINE.reset) begin
            if (vectors_fd != 0) $fclose(vectors_fd);
            vectors_fd = 0;
            $display("%s VECTORS run=%0d layers=%0d", nn_report::nonce(), vectors_run, vectors_layer);
            vectors_layer = 0;
            vectors_run = vectors_run + 1;
        end
        if (`ENGINE.start && !rst) begin
            if (maps_run == runs.size()) maps_free <= cycle;
            if (vectors_run == runs.size()) vectors_free <= cycle;
            started_at.push_back(cycle);
            runs.push_back(current);
            // A result that is not written is not what lay there before.
            for (int i = 0; i < 4*frames[current].slots; i++) memory[frames[current].result[39:4] + i] = {4{32'hdeadbeef}};
        end
        if (`ENGINE.ended && !rst) ended_at.push_back(cycle);
        // A fault has ended all runs that were under way.
        if (`ENGINE.reset && !rst) begin
            if (maps_fd != 0) $fclose(maps_fd);
            if (vectors_fd != 0) $fclose(vectors_fd);
            {maps_fd, vectors_fd, maps_layer, vectors_layer} = 0;
            maps_run = runs.size();
            vectors_run = runs.size();
        end
    end

    // ---- Frames ----
    always @(posedge clk) begin
        if (grabs) current = todo.pop_front();
        else if (!driver.writes && todo.size() != 0) offered <= frames[todo[0]];
        given <= todo.size() != 0;
        if (ended) begin
            automatic int f = runs[ended_run];
            faults = 0;
            if (code == 0 && frames[f].check != 0) begin
                result_fd = opened("result", f);
                for (int i = 0; i < frames[f].slots; i++) begin
                    void'($fscanf(result_fd, "%h\n", wanted));
                    for (int k = 0; k < 4; k++) compare(512'(wanted[128*k +: 128]), 512'(memory[frames[f].result[39:4] + 4*i + k]), ended_run, i, k, "part");
                end
                $fclose(result_fd);
            end
            broken = write_broken;
            for (int p = 0; p < PORTS; p++) broken = broken + read_broken[p];
            $display("%s FRAME run=%0d frame=%0d code=%0d clocks=%0d start=%0d end=%0d faults=%0d broken=%0d", nn_report::nonce(), ended_run, f, code, clocks, started_at[ended_run], ended_at[ended_run], faults, broken);
            if (code == ABORTED) todo.push_front(f);
            ended_run = ended_run + 1;
        end
        if (hangs) $display("%s HANG run=%0d frame=%0d cycle=%0d", nn_report::nonce(), ended_run, runs[ended_run], cycle);
        if (hangs || (cycle > 100 && todo.size() == 0 && ended_run == runs.size() && under_way == 0 && !driver.writes)) begin
            $display("%s DONE cycle=%0d", nn_report::nonce(), cycle);
            $finish;
        end
    end
endmodule
`default_nettype wire
