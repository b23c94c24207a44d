// SPDX-License-Identifier: Apache-2.0
// What every bench has in common: settings from the command line, the cycle count, reset, the watchdog, the clocks
// of frame_error and of working lanes, and the end. Progress is a beat taken anywhere. After the last expected beat
// the designs run on, so that surplus ones show.
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
    output reg                     report,          // the run ends: the monitors print their totals

    input  wire [DUTS-1:0]         frame_error,
    input  wire [DUTS-1:0]         fed,             // a beat goes into a design in this clock
    input  wire [EDGES-1:0]        moved,           // a beat moves over an edge in this clock
    input  wire [EDGES-1:0]        done,
    input  wire [ENGINES-1:0]      working          // lanes of an engine work in this clock
);
    int seed, reset_at, reset_for, reset_still, watchdog, drain;
    reg [31:0] still_at = 0;            // in this cycle begins the reset of a design that stands still; 0: not yet
    localparam int SHOWN = 1000;        // clocks of frame_error printed
    int pulses [DUTS] = '{default: 0};

    initial begin
        if (!$value$plusargs("dir=%s", dir)) dir = ".";
        if (!$value$plusargs("stall=%d", stall_percent)) stall_percent = 7'd0;
        if (!$value$plusargs("burst=%d", stall_burst)) stall_burst = 1'b0;
        if (!$value$plusargs("seed=%d", seed)) seed = 1;
        if (!$value$plusargs("reset_at=%d", reset_at)) reset_at = 0;
        if (!$value$plusargs("reset_for=%d", reset_for)) reset_for = 4;
        if (!$value$plusargs("reset_still=%d", reset_still)) reset_still = 0;
        if (!$value$plusargs("watchdog=%d", watchdog)) watchdog = 100000;
        if (!$value$plusargs("drain=%d", drain)) drain = 1000;
        if (!$value$plusargs("block_from=%d", block_from)) block_from = 0;
        if (!$value$plusargs("block_for=%d", block_for)) block_for = 0;
        if (reset_still != 0) block_for = 32'hffffffff;
        void'($urandom(seed));
        cycle = 0;
        report = 1'b0;
    end

    always @(posedge clk) cycle <= cycle + 1;
    wire at_clock = reset_at != 0 && cycle >= reset_at && cycle < reset_at + reset_for;
    wire at_still = still_at != 0 && cycle >= still_at && cycle < still_at + reset_for;
    assign rst = cycle < 4 || at_clock || at_still;

    // With `reset_still` the outputs are blocked until nothing has moved for so many clocks: every cell holds what
    // it can. The block ends behind the reset.
    always @(posedge clk) begin
        if (reset_still != 0 && still_at == 0 && idle > reset_still) still_at <= cycle + 1;
        if (still_at != 0 && cycle == still_at + reset_for) block_for <= 0;
    end

    always @(posedge clk) begin
        if ((reset_at != 0 && cycle == reset_at) || (still_at != 0 && cycle == still_at))
            $display("%s RESET cycle=%0d", nn_report::nonce(), cycle);
        for (int i = 0; i < DUTS; i++)
            if (frame_error[i] && !rst) begin
                pulses[i] = pulses[i] + 1;
                if (pulses[i] <= SHOWN) $display("%s FRAME_ERROR dut=%0d cycle=%0d", nn_report::nonce(), i, cycle);
            end
    end

    for (genvar i = 0; i < ENGINES; i++) begin : g_engine
        longint busy = 0;
        always @(posedge clk) begin
            busy <= rst ? 64'd0 : busy + {63'd0, working[i]};
            if (report) $display("%s BUSY engine=%0d cycles=%0d", nn_report::nonce(), i, busy);
        end
    end

    // A surplus beat is no progress: it may come for ever.
    int idle = 0, over = 0;
    reg reported = 1'b0;
    wire [31:0] last_reset = still_at > reset_at ? still_at : reset_at;
    always @(posedge clk) if (!rst) begin
        idle <= (|fed || |(moved & ~done)) ? 0 : idle + 1;
        over <= (&done && cycle > last_reset + 8) ? over + 1 : 0;
        report <= !report && !reported && (idle > watchdog || over > drain);
        if (report && !(&done)) $display("%s TIMEOUT since=%0d", nn_report::nonce(), cycle - idle);
    end

    // A clock later, so that no report comes behind it.
    always @(posedge clk) begin
        reported <= report;
        if (reported) begin
            $display("%s DONE cycle=%0d edges=%0d engines=%0d", nn_report::nonce(), cycle, EDGES, ENGINES);
            $finish;
        end
    end
endmodule
`default_nettype wire
