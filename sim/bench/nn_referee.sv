// SPDX-License-Identifier: Apache-2.0
// What every bench has in common: settings from the command line, the cycle count, reset, the watchdog and the report.
// Progress is a beat taken anywhere. After the last expected beat the designs run on, so that surplus ones show.
`default_nettype none
module nn_referee #(
    parameter int DUTS    = 1,
    parameter int EDGES   = 1,
    parameter int ENGINES = 1
) (
    input  wire                    clk,

    output string                  dir,             // of stimulus_<design>.txt and edge_<i>.txt
    output reg  [6:0]              stall_percent,
    output reg                     stall_burst,
    output reg  [31:0]             block_from,      // the outputs block from this cycle on, for so many clocks
    output reg  [31:0]             block_for,
    output reg  [31:0]             cycle,
    output wire                    rst,

    input  wire [DUTS-1:0][31:0]   sent,            // input beats taken
    input  wire [DUTS-1:0]         frame_error,
    input  wire [EDGES-1:0]        done,
    input  wire [EDGES-1:0][31:0]  taken,
    input  wire [EDGES-1:0][31:0]  faults,
    input  wire [ENGINES-1:0]      working          // lanes of an engine work in this clock
);
    int seed, reset_at, watchdog, drain;

    initial begin
        if (!$value$plusargs("dir=%s", dir)) dir = ".";
        if (!$value$plusargs("stall=%d", stall_percent)) stall_percent = 7'd0;
        if (!$value$plusargs("burst=%d", stall_burst)) stall_burst = 1'b0;
        if (!$value$plusargs("seed=%d", seed)) seed = 1;
        if (!$value$plusargs("reset_at=%d", reset_at)) reset_at = 0;
        if (!$value$plusargs("watchdog=%d", watchdog)) watchdog = 100000;
        if (!$value$plusargs("drain=%d", drain)) drain = 1000;
        if (!$value$plusargs("block_from=%d", block_from)) block_from = 0;
        if (!$value$plusargs("block_for=%d", block_for)) block_for = 0;
        void'($urandom(seed));
        cycle = 0;
    end

    always @(posedge clk) cycle <= cycle + 1;
    assign rst = cycle < 4 || (reset_at != 0 && cycle >= reset_at && cycle < reset_at + 4);

    reg [ENGINES-1:0][63:0] busy;
    reg [DUTS-1:0][31:0]    frame_errors;
    always @(posedge clk) begin
        for (int i = 0; i < ENGINES; i++) busy[i] <= rst ? 0 : busy[i] + {63'd0, working[i]};
        for (int i = 0; i < DUTS; i++) frame_errors[i] <= rst ? 0 : frame_errors[i] + {31'd0, frame_error[i]};
    end

    reg [63:0] moved, moved_before;
    int        idle = 0, over = 0;
    always_comb begin
        moved = 64'd0;
        for (int i = 0; i < DUTS; i++) moved += {32'd0, sent[i]};
        for (int i = 0; i < EDGES; i++) moved += {32'd0, taken[i]};
    end

    always @(posedge clk) if (!rst) begin
        moved_before <= moved;
        idle <= (moved != moved_before) ? 0 : idle + 1;
        over <= (&done && cycle > reset_at + 8) ? over + 1 : 0;
        if (idle > watchdog || over > drain) begin
            if (idle > watchdog && !(&done)) $display("TIMEOUT cycle=%0d", cycle);
            for (int i = 0; i < EDGES; i++)
                $display("EDGE edge=%0d taken=%0d faults=%0d done=%0d", i, taken[i], faults[i], done[i]);
            for (int i = 0; i < ENGINES; i++) $display("BUSY engine=%0d cycles=%0d", i, busy[i]);
            for (int i = 0; i < DUTS; i++) $display("DUT dut=%0d sent=%0d frame_errors=%0d", i, sent[i], frame_errors[i]);
            $display("DONE cycle=%0d", cycle);
            $finish;
        end
    end
endmodule
`default_nettype wire
