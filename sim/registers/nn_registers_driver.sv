// SPDX-License-Identifier: Apache-2.0
// A driver of nn_sparse_registers on all five channels of AXI4-Lite, and the engine behind it. Address and data of a
// write come in either order, or together; answers are stalled; strobes are random; the interrupt is switched on and
// off. Every answer must come once and stay until it is taken, every register must read back what was written, every
// frame must start once, and its end must show in its turn. `seen` has a bit for each register that was compared.
`default_nettype none
module nn_registers_driver (
    input  wire        clk,
    input  wire        rst,

    output reg  [5:0]  s_axi_awaddr,
    output reg         s_axi_awvalid,
    input  wire        s_axi_awready,
    output reg  [31:0] s_axi_wdata,
    output reg  [3:0]  s_axi_wstrb,
    output reg         s_axi_wvalid,
    input  wire        s_axi_wready,
    input  wire [1:0]  s_axi_bresp,
    input  wire        s_axi_bvalid,
    output reg         s_axi_bready,
    output reg  [5:0]  s_axi_araddr,
    output reg         s_axi_arvalid,
    input  wire        s_axi_arready,
    input  wire [31:0] s_axi_rdata,
    input  wire [1:0]  s_axi_rresp,
    input  wire        s_axi_rvalid,
    output reg         s_axi_rready,
    input  wire        irq,

    input  wire        start,
    output reg         ready,
    output wire        busy,
    output reg         ended,
    output reg  [3:0]  code,
    output reg  [31:0] clocks,
    input  wire [63:0] frame,
    input  wire [63:0] maps,
    input  wire [63:0] vectors,
    input  wire [63:0] result,
    input  wire [31:0] frame_beats,
    input  wire [31:0] maps_beats,
    input  wire [31:0] vectors_beats,

    output reg  [31:0] faults,
    output string      first,           // the first of them
    output reg  [15:0] seen,
    output reg  [31:0] orders,          // 16 bits each: writes whose address comes first, whose data do
    output reg  [31:0] stalls,          // 16 bits each: clocks in which an answer to a write, to a read, waited
    output reg  [31:0] silent,          // clocks in which an end showed while the interrupt was off
    output reg  [31:0] full             // starts that waited because four frames were held
);
    localparam int PATIENCE = 60;       // clocks in which something that must happen has happened
    localparam int FIRST = 4, LAST = 14;
    localparam logic [3:0] CONTROL = 0, STATUS = 1, ENABLE = 2, CLOCKS = 3;

    // ---- What the registers must hold ----
    reg [31:0] values [16];
    reg        enabled, asked;
    reg [35:0] ends [$];                // {clocks, code} of frames that ended and were not forgotten
    int        held, under_way, steady, since_write, filled;
    wire       known = filled > LAST;   // all registers have been written

    task automatic fault(input string what);
        if (faults == 0) first = what;
        faults = faults + 1;
    endtask

    function automatic [31:0] expected(input [3:0] at);
        case (at)
            CONTROL: expected = {30'd0, ready && held != 4 && !asked, busy || asked};
            STATUS:  expected = ends.size() != 0 ? {24'd0, ends[0][3:0], 4'd1} : 32'd0;
            ENABLE:  expected = {31'd0, enabled};
            CLOCKS:  expected = ends[0][35:4];
            default: expected = at > LAST ? 32'd0 : values[at];
        endcase
    endfunction

    // ---- Writes ----
    reg        aw_left, w_left;         // of the write under way
    reg [3:0]  w_at, w_strobes;
    reg [31:0] w_data;
    int        aw_wait, w_wait, owed, unanswered, rest;
    wire       aw_now = s_axi_awvalid && s_axi_awready, w_now = s_axi_wvalid && s_axi_wready;

    task automatic next_write();
        {aw_left, w_left} = 2'b11;
        w_data    = $urandom;
        w_strobes = $urandom % 2 == 0 ? 4'hf : 4'($urandom);
        w_at      = $urandom % 3 == 0 ? 4'($urandom % 3) : 4'($urandom);
        if (!known) {w_at, w_strobes} = {4'(filled), 4'hf};
        // A start that waits is not asked for again.
        if (w_at == CONTROL && (asked || !known)) w_data[0] = 0;
        aw_wait = $urandom % 3 == 0 ? 0 : $urandom % 6;
        w_wait  = $urandom % 3 == 0 ? aw_wait : $urandom % 6;
        if (aw_wait < w_wait) orders[31:16] = orders[31:16] + 1;
        if (w_wait < aw_wait) orders[15:0] = orders[15:0] + 1;
    endtask

    task automatic written();
        owed = owed + 1;
        since_write = 0;
        for (int b = 0; b < 4; b++)
            if (w_at >= FIRST && w_at <= LAST && w_strobes[b]) values[w_at][8*b +: 8] = w_data[8*b +: 8];
        if (w_at == CONTROL && w_data[0] && w_strobes[0]) asked = 1;
        if (w_at == ENABLE && w_strobes[0]) enabled = w_data[0];
        if (w_at == STATUS && w_data[0] && w_strobes[0] && ends.size() != 0) begin
            void'(ends.pop_front());
            held = held - 1;
        end
        filled = known ? filled : filled + 1;
    endtask

    // ---- Reads ----
    reg        ar_left, r_sure, r_waiting;
    reg [3:0]  r_at;
    reg [31:0] r_expected, r_before;
    int        ar_wait, unread;

    // ---- The engine ----
    reg ready_before, b_before, r_stalled;
    int waits, ends_in, unasked;
    assign busy = under_way != 0 || ended;

    always @(posedge clk) begin
        steady      = steady + 1;
        since_write = since_write + 1;

        // Answers to writes.
        if (s_axi_bvalid && (owed == 0 || s_axi_bresp != 0)) fault("an answer to no write");
        if (b_before && !s_axi_bvalid) fault("an answer to a write was withdrawn");
        b_before   = s_axi_bvalid && !s_axi_bready;
        unanswered = owed != 0 && !s_axi_bvalid ? unanswered + 1 : 0;
        if (unanswered == PATIENCE) fault("a write without an answer");
        if (b_before) stalls[31:16] = stalls[31:16] + 1;
        if (s_axi_bvalid && s_axi_bready) owed = owed - 1;

        // Reads: what is compared stands as the address is taken.
        if (s_axi_arvalid && s_axi_arready) begin
            if (r_waiting) fault("two reads at a time");
            r_at       = s_axi_araddr[5:2];
            r_expected = expected(r_at);
            r_sure     = known && since_write > 2 && steady > 3 && !(r_at == CLOCKS && ends.size() == 0);
            ar_left    = 0;
        end
        if (s_axi_rvalid) begin
            if (!r_waiting || s_axi_rresp != 0) fault("an answer to no read");
            else if (r_stalled && s_axi_rdata !== r_before) fault("an answer changed before it was taken");
            else if (r_sure && s_axi_rdata !== r_expected) fault($sformatf("register %0d reads %h, not %h", r_at, s_axi_rdata, r_expected));
            else if (r_sure) seen[r_at] = 1;
        end else if (r_stalled) fault("an answer to a read was withdrawn");
        r_stalled = s_axi_rvalid && !s_axi_rready;
        r_before  = s_axi_rdata;
        if (r_stalled) stalls[15:0] = stalls[15:0] + 1;
        if (s_axi_rvalid && s_axi_rready) r_waiting = 0;
        if (s_axi_arvalid && s_axi_arready) r_waiting = 1;
        unread = (s_axi_arvalid || r_waiting) && !s_axi_rvalid ? unread + 1 : 0;
        if (unread == PATIENCE) fault("a read without an answer");

        // Frames.
        if (start) begin
            if (!asked || !ready_before || held == 4) fault("a start that nobody asked for, or without room");
            asked = 0;
            held = held + 1;
            under_way = under_way + 1;
            steady = 0;
        end
        unasked = asked && ready && held != 4 ? unasked + 1 : 0;
        if (unasked == PATIENCE) fault("a frame that does not start");
        if (asked && ready && held == 4) full = full + 1;
        ready_before = ready;
        if (known && since_write > 1 && {frame, maps, result, frame_beats, maps_beats, vectors, vectors_beats} !== {
                values[5], values[4], values[7], values[6], values[9], values[8], values[10], values[11],
                values[13], values[12], values[14]}) fault("a register does not reach the engine");
        if (steady > 3 && since_write > 2) begin
            if (irq !== (enabled && ends.size() != 0)) fault("an interrupt, or none");
            if (ends.size() != 0 && !enabled) silent = silent + 1;
        end

        // A write happens with the later of address and data.
        if ((aw_now && !aw_left) || (w_now && !w_left)) fault("taken twice");
        if ((aw_now || w_now) && (aw_left == aw_now) && (w_left == w_now)) written();
        if (aw_now) aw_left = 0;
        if (w_now) w_left = 0;

        // An end shows in the clock behind it.
        if (ended) begin
            ends.push_back({clocks, code});
            steady = 0;
        end

        // ---- What comes next ----
        if (!aw_left && !w_left && owed < 3 && !rst && rest == 0 && $urandom % 4 != 0) next_write();
        // Now and then the driver rests, until an answer that is lost is missed.
        rest = rest != 0 ? rest - 1 : known && $urandom % 200 == 0 ? PATIENCE + 20 : 0;
        aw_wait = aw_wait - (aw_wait != 0 ? 1 : 0);
        w_wait  = w_wait - (w_wait != 0 ? 1 : 0);
        // What stands there without a valid is noise.
        if (!s_axi_awvalid || aw_now) begin
            s_axi_awvalid <= aw_left && aw_wait == 0 && !rst;
            s_axi_awaddr  <= aw_left && aw_wait == 0 ? {w_at, 2'b00} : 6'($urandom);
        end
        if (!s_axi_wvalid || w_now) begin
            s_axi_wvalid <= w_left && w_wait == 0 && !rst;
            {s_axi_wstrb, s_axi_wdata} <= w_left && w_wait == 0 ? {w_strobes, w_data} : 36'({$urandom, $urandom});
        end
        s_axi_bready <= $urandom % 3 == 0;

        if (!ar_left && $urandom % 3 == 0) begin
            ar_left = 1;
            ar_wait = $urandom % 4;
        end
        if (!s_axi_arvalid || s_axi_arready) begin
            s_axi_arvalid <= ar_left && ar_wait == 0 && !rst;
            s_axi_araddr  <= {4'($urandom), 2'b00};
            ar_wait = ar_wait - (ar_wait != 0 ? 1 : 0);
        end
        s_axi_rready <= $urandom % 3 == 0;

        waits = waits - 1;
        if (waits < 0) begin
            ready <= !ready;
            waits = 10 + $urandom % 60;
            steady = 0;
        end
        ends_in = under_way == 0 ? 20 + $urandom % 60 : ends_in - 1;
        ended  <= under_way != 0 && ends_in == 0;
        code   <= $urandom;
        clocks <= $urandom;
        if (under_way != 0 && ends_in == 0) begin
            under_way = under_way - 1;
            ends_in = 20 + $urandom % 60;
            steady = 0;
        end

        if (rst) begin
            {s_axi_awvalid, s_axi_wvalid, s_axi_bready, s_axi_arvalid, s_axi_rready, ready, ended} <= 0;
            {aw_left, w_left, ar_left, r_sure, r_waiting, enabled, asked, ready_before, b_before, r_stalled} = 0;
            {held, under_way, steady, since_write, waits, owed, unanswered, unasked, unread, rest} = 0;
            {faults, orders, stalls, silent, full, seen} = 0;
            filled = FIRST;
            first = "";
            ends = {};
        end
    end
endmodule
`default_nettype wire
