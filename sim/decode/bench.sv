// SPDX-License-Identifier: Apache-2.0
// Bench: nn_sparse_decode alone. Words come, and entries are taken, with pauses; every entry must be the expected one, and all must come.
`default_nettype none
module bench (input wire clk);
    localparam int PREFIX = `PREFIX, ROOM = 1 << 15;
    string     dir;
    int        seed, pause, drop, count, entry_count, class_count, faults = 0, sent = 0, got = 0, loaded = 0, first = 0;
    reg [31:0] cycle = 0, quiet = 0;
    wire       rst = cycle < 4;

    reg [26:0] lines [0:(1<<PREFIX)-1];
    reg [16:0] words [0:ROOM-1];       // {last, word}
    reg [16:0] entries [0:ROOM-1];   // {end, index, weight}

    reg         offered = 0, open = 0;
    wire        s_ready, skipping, m_valid, m_end, bad;
    wire [7:0]  index, weight;
    wire        s_valid = offered && sent < count;
    wire [16:0] word = words[sent];
    reg  [31:0] noise;                  // what stands there while no word is offered
    wire        loading = cycle >= 4 && loaded < 1 << PREFIX;

    nn_sparse_decode #(.PREFIX(PREFIX)) dut (
        .clk(clk), .rst(rst), .t_we(loading), .t_at(loaded[PREFIX-1:0]), .t_data(lines[loaded[PREFIX-1:0]]), .classes(class_count[PREFIX:0]),
        .s_valid(s_valid), .s_ready(s_ready), .s_data(s_valid ? word[15:0] : noise[15:0]), .s_last(s_valid ? word[16] : noise[16]), .skipping(skipping),
        .m_valid(m_valid), .m_ready(open), .m_index(index), .m_weight(weight), .m_end(m_end), .bad(bad));

    initial begin
        if (!$value$plusargs("dir=%s", dir)) dir = ".";
        if (!$value$plusargs("seed=%d", seed)) seed = 1;
        if (!$value$plusargs("pause=%d", pause)) pause = 0;
        // Words of a list that is skipped may go by fours, as nn_sparse_weights lets them.
        if (!$value$plusargs("drop=%d", drop)) drop = 0;
        if (!$value$plusargs("words=%d", count)) count = 0;
        if (!$value$plusargs("entries=%d", entry_count)) entry_count = 0;
        if (!$value$plusargs("classes=%d", class_count)) class_count = 0;
        void'($urandom(seed));
        $readmemh({dir, "/table.hex"}, lines);
        $readmemh({dir, "/words.hex"}, words);
        $readmemh({dir, "/entries.hex"}, entries);
    end

    int next;
    always @(posedge clk) begin
        cycle   <= cycle + 1;
        noise   <= $urandom;
        offered <= !loading && cycle > 8 && ((s_valid && !s_ready) || $urandom % 100 >= pause);
        open    <= $urandom % 100 >= pause;
        if (loading) loaded <= loaded + 1;
        if (s_valid && s_ready) begin
            next = sent + 1;
            for (int i = 0; i < 3 && drop != 0 && skipping && !word[16] && next < count && !words[next][16]; i++) next = next + 1;
            sent <= next;
        end
        quiet <= (m_valid && open) ? 0 : quiet + 1;
        if (m_valid && open && !rst) begin
            if (got == 0) first <= cycle;
            if (got >= entry_count || {m_end, index, weight} !== entries[got]) begin
                if (faults < 4)
                    $display("%s FAULT entry=%0d expected=%h got=%h", nn_report::nonce(),
                             got, entries[got], {m_end, index, weight});
                faults = faults + 1;
            end
            got <= got + 1;
        end
        if (quiet == 1000 || faults > 3 || (bad && !rst)) begin
            $display("%s DONE entries=%0d clocks=%0d faults=%0d bad=%0d", nn_report::nonce(),
                     got, cycle - first - quiet, faults, bad);
            $finish;
        end
    end
endmodule
`default_nettype wire
