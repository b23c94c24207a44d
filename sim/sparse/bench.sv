// SPDX-License-Identifier: Apache-2.0
// Bench: the sparse engine, its memory, and a driver. Sizes and names are macros, written in front of it. After every
// layer of maps its lines are compared with those of the activation memory, after every layer of vectors its words,
// after every frame the result. A run is a frame that was started; an aborted one comes again, and so do all that a
// reset cuts short. That comes `reset_after` clocks after the first start of frame `reset_in`.
`default_nettype none
module bench (input wire clk);
    import nn_sparse_orders::*;
    localparam int MAP_PORTS = `MAP_PORTS, VECTOR_PORTS = `VECTOR_PORTS, PORTS = MAP_PORTS + VECTOR_PORTS;
    localparam int LANES = `LANES, GROUPS = `GROUPS;
    localparam [3:0] ABORTED = 4'd9, HEAD = 4'd1, START = 4'd3, SETTLE = 4'd6, LINES = 4'd7;
    string     dir;
    int        pause = option("pause", 16), pause_vectors = option("pause_vectors", pause);
    int        watchdog = option("watchdog", 100000), alone = option("alone", 0), lazy = option("lazy", 0);
    int        first = option("first", 0), many = option("frames", 32'h7fffffff);
    int        reset_in = option("reset_in", -1), reset_after = option("reset_after", 0);
    reg [31:0] cycle = 0, reset_at = 0;
    wire       resets = reset_at != 0 && cycle >= reset_at && cycle < reset_at + 4;
    wire       rst = cycle < 4 || resets;

    wire [PORTS*40-1:0] m_axi_araddr;
    wire [PORTS*8-1:0]  m_axi_arlen;
    wire [PORTS*3-1:0]  m_axi_arsize;
    wire [PORTS*2-1:0]  m_axi_arburst, m_axi_rresp;
    wire [PORTS-1:0]    m_axi_arvalid, m_axi_arready, m_axi_rvalid, m_axi_rready;
    wire [PORTS*128-1:0] m_axi_rdata;
    wire [39:0]  m_axi_awaddr;
    wire [7:0]   m_axi_awlen;
    wire [2:0]   m_axi_awsize;
    wire        m_axi_awvalid, m_axi_awready, m_axi_wlast, m_axi_wvalid, m_axi_wready, m_axi_bvalid, m_axi_bready;
    wire [127:0] m_axi_wdata;
    wire [15:0]  m_axi_wstrb;
    wire [5:0]   s_axi_awaddr, s_axi_araddr;
    wire [31:0]  s_axi_wdata, s_axi_rdata, clocks, under_way, broken, wrong;
    wire [1:0]   m_axi_awburst, m_axi_bresp, s_axi_bresp, s_axi_rresp;
    wire [3:0]   code;
    wire         s_axi_awvalid, s_axi_awready, s_axi_wready, s_axi_bvalid, s_axi_arvalid, s_axi_arready, s_axi_rvalid;
    wire         irq, grabs, taken, ended, hangs;

    // ---- What the driver is given: frames in their order, aborted ones again ----
    frame_t frames [$], offered;
    int        todo [$], runs [$];          // frames to start; of each run, its frame
    reg [31:0] started_at [$], ended_at [$];
    reg        given = 0, grabbed = 0;      // a frame was taken from the list and has not started
    int        current = 0, maps_run = 0, vectors_run = 0, ended_run = 0;

    `DUT dut (.s_axi_wstrb(4'hf), .s_axi_wvalid(s_axi_awvalid), .s_axi_bready(1'b1), .s_axi_rready(1'b1), .*);

    nn_sparse_driver driver (
        .alone(alone != 0), .frame_addr(offered.frame), .maps_addr(offered.maps), .vectors_addr(offered.vectors),
        .result_addr(offered.result), .frame_beats(offered.frame_beats), .maps_beats(offered.maps_beats),
        .vectors_beats(offered.vectors_beats), .*);

    // What is written belongs to the oldest frame under way.
    reg     writing = 0;
    frame_t written;
    always @(posedge clk) begin
        writing <= vectors_run < runs.size();
        if (vectors_run < runs.size()) written <= frames[runs[vectors_run]];
    end
    nn_sparse_memory #(.MAP_PORTS(MAP_PORTS), .VECTOR_PORTS(VECTOR_PORTS), .WORDS(`MEMORY)) memory (
        .pause(pause[6:0]), .pause_vectors(pause_vectors[6:0]), .begins(`ENGINE.begins), .result(written.result[39:0]),
        .write_error(written.write_error), .slots(writing ? written.slots : 0), .*);

    initial begin
        int fd;
        frame_t f;
        if (!$value$plusargs("dir=%s", dir)) dir = ".";
        void'($urandom(option("seed", 1)));
        $readmemh({dir, "/memory.hex"}, memory.words);
        fd = $fopen({dir, "/frames.txt"}, "r");
        while (next(fd, f)) begin
            if (frames.size() >= first && frames.size() - first < many) todo.push_back(frames.size());
            frames.push_back(f);
            if (f.read_error != 0) memory.failing[f.read_error[39:0]] = 1;
        end
        $fclose(fd);
    end

    always @(posedge clk) begin
        cycle <= cycle + 1;
        if (`ENGINE.start && !rst && current == reset_in && reset_at == 0) reset_at <= cycle + reset_after;
    end

    // ---- Weights other than 0 that are multiplied with ----
    wire [GROUPS-1:0]         multiplies;
    wire [8*VECTOR_PORTS-1:0] streams;
    for (genvar g = 0; g < GROUPS; g++) begin : g_group
        assign multiplies[g] = `MAPS.u_array.g_group[g].u_group.take
                            && `MAPS.u_array.g_group[g].u_group.entry[7:0] != 0;
    end
    for (genvar l = 0; l < 8*VECTOR_PORTS; l++) begin : g_lane
        assign streams[l] = `VECTORS.u_dense.g_lane[l].u_row.take && `VECTORS.u_dense.g_lane[l].u_row.weight != 0;
    end

    function automatic [8*LANES-1:0] line_at(int n);
        line_at = n[0] ? `ODD(n >> 1) : `EVEN(n >> 1);
    endfunction

    int faults = 0, compared = 0;
    task automatic compare(input [511:0] expected, got, input int run, layer, n, input string where);
        compared = compared + 1;
        if (got !== expected) begin
            if (faults < 4)
                $display("%s MISMATCH run=%0d frame=%0d layer=%0d %s=%0d cycle=%0d expected=%h got=%h",
                         nn_report::nonce(), run, runs[run], layer, where, n, cycle, expected, got);
            faults = faults + 1;
        end
    endtask

    // ---- Layers of both machines: what has ended is compared ----
    int         maps_fd = 0, vectors_fd = 0, result_fd = 0, maps_layer = 0, vectors_layer = 0, lines_left, n;
    reg [31:0]  maps_begun, maps_free, vectors_begun, vectors_free, maps_weights = 0, vectors_weights = 0;
    reg [511:0] wanted;
    reg [3:0]   state_before = 0;
    reg [2:0]   turn_before = 0;
    wire [3:0]  state = `VECTORS.u_sequencer.state;
    wire        maps_ends = `MAPS.turn != turn_before && !`ENGINE.reset;

    function automatic int opened(string kind, int frame);
        opened = $fopen($sformatf("%s/%s_%0d.txt", dir, kind, frame), "r");
    endfunction

    task automatic layer_ends(input string machine, inout int fd, input int run, layer,
                              input reg [31:0] waits, clocks, weights);
        if (frames[runs[run]].check != 0) begin
            {faults, compared} = 0;
            if (fd == 0) fd = opened(machine, runs[run]);
            void'($fscanf(fd, "%d\n", lines_left));
            for (; lines_left > 0; lines_left--) if ($fscanf(fd, "%h %h\n", n, wanted) == 2) begin
                if (machine == "maps") compare(wanted, 512'(line_at(n)), run, layer, n, "line");
                else compare(wanted, 512'(`COPY[`OWN + n]), run, layer, n, "word");
            end
            $write("%s LAYER machine=%s run=%0d frame=%0d layer=%0d ",
                   nn_report::nonce(), machine, run, runs[run], layer);
            $display("waits=%0d clocks=%0d weights=%0d compared=%0d faults=%0d",
                     waits, clocks, weights, compared, faults);
        end
    endtask

    always @(posedge clk) begin
        state_before <= state;
        turn_before  <= `MAPS.turn;
        maps_weights <= `MAPS.begin_layer ? 0 : maps_weights + $countones(multiplies);
        if (`MAPS.begin_layer) maps_begun <= cycle;
        if (state == START) vectors_weights <= 0;
        else vectors_weights <= vectors_weights + $countones(streams);
        if (state == START || (state == LINES && state_before != LINES)) vectors_begun <= cycle;

        if (`MAPS.free && !`ENGINE.reset) begin
            layer_ends("maps", maps_fd, maps_run, maps_layer, maps_begun - maps_free, cycle - maps_begun, maps_weights);
            maps_free <= cycle;
            maps_layer = maps_layer + 1;
        end
        if (state == HEAD && (state_before == SETTLE || state_before == LINES) && !`ENGINE.reset) begin
            layer_ends("vectors", vectors_fd, vectors_run, vectors_layer, vectors_begun - vectors_free,
                       cycle - vectors_begun, vectors_weights);
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
            for (int i = 0; i < 4*frames[current].slots; i++)
                memory.words[frames[current].result[39:4] + i] = {4{32'hdeadbeef}};
        end
        if (`ENGINE.ended && !rst) ended_at.push_back(cycle);
        // A fault, or a reset, has ended all runs that were under way.
        if (`ENGINE.reset || rst) begin
            if (maps_fd != 0) $fclose(maps_fd);
            if (vectors_fd != 0) $fclose(vectors_fd);
            {maps_fd, vectors_fd, maps_layer, vectors_layer} = 0;
            maps_run = runs.size();
            vectors_run = runs.size();
        end
    end

    // ---- Frames ----
    always @(posedge clk) begin
        if (grabs) {grabbed, current} = {1'b1, todo.pop_front()};
        else if (!driver.writes && todo.size() != 0) offered <= frames[todo[0]];
        if (`ENGINE.start && !rst) grabbed = 0;
        given <= todo.size() != 0;
        if (ended) begin
            automatic int f = runs[ended_run];
            {faults, compared} = 0;
            if (code == 0 && frames[f].check != 0) begin
                result_fd = opened("result", f);
                for (int i = 0; i < 4*frames[f].slots; i++) begin
                    if (i % 4 == 0) n = $fscanf(result_fd, "%h\n", wanted);
                    if (n != 1) break;
                    compare(512'(wanted[128*(i % 4) +: 128]), 512'(memory.words[frames[f].result[39:4] + i]),
                            ended_run, i/4, i % 4, "part");
                end
                $fclose(result_fd);
            end
            $write("%s FRAME run=%0d frame=%0d code=%0d clocks=%0d ", nn_report::nonce(), ended_run, f, code, clocks);
            $display("start=%0d end=%0d compared=%0d faults=%0d broken=%0d",
                     started_at[ended_run], ended_at[ended_run], compared, faults, broken + wrong);
            if (code == ABORTED) todo.push_front(f);
            ended_run = ended_run + 1;
        end
        if (resets && cycle == reset_at) begin
            $display("%s RESET cycle=%0d from=%0d to=%0d", nn_report::nonce(), cycle, ended_run, runs.size());
            if (grabbed) todo.push_front(current);
            for (int i = runs.size() - 1; i >= ended_run; i--) todo.push_front(runs[i]);
            grabbed = 0;
            ended_run = runs.size();
            while (ended_at.size() < runs.size()) ended_at.push_back(cycle);
        end
        if (hangs) $display("%s HANG run=%0d cycle=%0d", nn_report::nonce(), ended_run, cycle);
        if (hangs || (cycle > 100 && todo.size() == 0 && !grabbed && ended_run == runs.size() && under_way == 0
                      && !driver.writes)) begin
            $display("%s DONE cycle=%0d", nn_report::nonce(), cycle);
            $finish;
        end
    end
endmodule
`default_nettype wire
