// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Fully connected layer from a stream of entries: OUTPUTS sums at a time, each with a copy of
 * the input vector of its own.
 *
 *     sum[l] = sum of weight * x[index]      over the entries of lane l
 *     result = a[l]*sum[l] + b[l], whole and requantised (nn_requantise)
 *
 * A set of OUTPUTS results takes 4 + n beats of OUTPUTS 16-bit fields, lane l in field l:
 *     beat 0: n, at least 1, in field 0     beats 1, 2, 3: a; b, low half; b, high half
 *     beats 4 to 3 + n: entries [7:0] weight, signed  [15:8] gap; index = index before + gap + 1,
 *     the first one's index = gap. Weight 0 only moves on.
 *
 * The vector begins at word `from` of a memory of which every lane has a copy, and may be
 * written elsewhere while the layer runs. Results leave one a clock, unless `hold`, lane 0 of
 * the first set first, requantised (m_byte) and whole (m_exact); `done` comes up to 8 clocks
 * before the last one.
 *
 * Sums have 27 bits, which no weights may exceed: a product with a is one DSP48E2 then.
 * `bad`: a weight's index is beyond the vector, or n is 0. `starved`: more sets are to come,
 * and none is on its way.
 */
module nn_sparse_dense #(
    parameter OUTPUTS = 16,     // lanes
    parameter WORDS   = 5120,   // of 8 bytes, of a copy of the vectors
    parameter STYLE   = "block" // of the copies
) (
    input  wire                  clk,
    input  wire                  rst,

    input  wire                  start,
    input  wire [15:0]           sets,
    input  wire [$clog2(WORDS)-1:0] from,
    input  wire [15:0]           x_bytes,
    input  wire                  x_signed,
    input  wire [4:0]            shift,
    input  wire [8:0]            least,
    input  wire [8:0]            most,

    input  wire                  we,
    input  wire [$clog2(WORDS)-1:0] waddr,
    input  wire [63:0]           wdata,

    input  wire                  s_valid,
    output wire                  s_ready,
    input  wire [16*OUTPUTS-1:0] s_data,

    input  wire                  hold,
    output reg                   m_valid,
    output wire [7:0]            m_byte,
    output wire [31:0]           m_exact,

    output wire                  starved,
    output wire                  done,
    output reg                   bad
);

    localparam ADDR_W  = $clog2(WORDS);
    localparam LEFT_W  = $clog2(OUTPUTS + 1);
    localparam INDEX_W = ADDR_W + 3;
    localparam SUM_W   = 27;
    localparam [31:0]       OUTPUTS_32 = OUTPUTS;
    localparam [LEFT_W-1:0] EACH       = OUTPUTS_32[LEFT_W-1:0];

    // ---- Sets: four beats that say what comes, then the entries ----

    reg  [15:0]          sets_left, beats_left;
    reg  [4:0]           phase;         // one-hot: n, a, b low, b high, entries
    reg                  first, pending;    // pending: a set is complete, its results have not all left
    wire                 last = beats_left == 16'd1;
    wire                 take = s_valid && s_ready;
    wire                 multiply = take && phase[4];
    reg  [16*OUTPUTS-1:0] a, b_low, b_high;

    assign s_ready = sets_left != 16'd0 && !(phase[4] && last && pending);

    always @(posedge clk) begin
        if (take) begin
            if (!phase[4] || last) phase <= {phase[3:0], phase[4]};
            if (phase[0]) begin
                beats_left <= s_data[15:0];
                bad        <= bad || s_data[15:0] == 16'd0;
            end
            if (phase[1]) a      <= s_data;
            if (phase[2]) b_low  <= s_data;
            if (phase[3]) b_high <= s_data;
            first <= !phase[4];
            if (phase[4]) beats_left <= beats_left - 16'd1;
            if (multiply && last) sets_left <= sets_left - 16'd1;
        end
        if (|beyond) bad <= 1'b1;
        if (start) begin
            sets_left <= sets;
            phase     <= 5'd1;
        end
        if (rst || start) bad <= 1'b0;
        if (rst) sets_left <= 16'd0;
    end

    // ---- Lanes ----

    reg  [6:1]            valid, firsts, lasts;
    // Indices count from the memory's first byte.
    wire [INDEX_W:0]      x_before = {1'b0, from, 3'd0} - 1'b1;
    wire [18:0]           x_behind = {{(19-INDEX_W){1'b0}}, from, 3'd0} + {3'd0, x_bytes};
    reg  [SUM_W*OUTPUTS-1:0] sums;
    wire [SUM_W*OUTPUTS-1:0] totals;
    wire [OUTPUTS-1:0]    beyond;

    always @(posedge clk) begin
        valid  <= {valid[5:1], multiply};
        firsts <= {firsts[5:1], first};
        lasts  <= {lasts[5:1], last};
        if (rst) valid <= 6'd0;
    end

    genvar g;
    generate
        for (g = 0; g < OUTPUTS; g = g + 1) begin : g_lane
            wire [15:0]        entry = s_data[16*g +: 16];
            reg  [INDEX_W:0]   index;
            reg  signed [7:0]  weight_1, weight_2, weight_3, weight_4;
            reg  [2:0]         byte_2, byte_3;
            wire [63:0]        word;
            wire [7:0]         x = word[8*byte_3 +: 8];
            reg  signed [8:0]  x_4;
            reg  signed [16:0] product_5, product_6;
            reg signed [SUM_W-1:0] total;
            wire [INDEX_W:0]   prior = first ? x_before : index;
            wire [INDEX_W+1:0] next = {1'b0, prior} + {{(INDEX_W-6){1'b0}}, entry[15:8]} + {{(INDEX_W+1){1'b0}}, 1'b1};

            nn_ram #(.DATA_W(64), .DEPTH(WORDS), .STYLE(STYLE)) u_vector (
                .clk(clk), .we(we), .waddr(waddr), .wdata(wdata),
                .raddr(index[INDEX_W-1:3]), .q(word)
            );

            always @(posedge clk) begin
                // The top bit says that the index left the memory, and stays for the set.
                if (multiply) index <= {next[INDEX_W] || (!first && index[INDEX_W]), next[INDEX_W-1:0]};
                {byte_3, byte_2} <= {byte_2, index[2:0]};
                {weight_4, weight_3, weight_2, weight_1} <= {weight_3, weight_2, weight_1, entry[7:0]};
                x_4       <= {x_signed && x[7], x};
                product_5 <= weight_4 * x_4;
                product_6 <= product_5;
                if (valid[6]) total <= (firsts[6] ? {SUM_W{1'b0}} : total) + {{(SUM_W-17){product_6[16]}}, product_6};
            end

            assign beyond[g] = valid[1] && weight_1 != 8'sd0
                && (index[INDEX_W] || {{(19-INDEX_W){1'b0}}, index[INDEX_W-1:0]} >= x_behind);
            assign totals[SUM_W*g +: SUM_W] = total;
            wire unused_carry = next[INDEX_W+1];
        end
    endgenerate

    // ---- Results, one a clock ----

    reg                   total_7;
    reg  [LEFT_W-1:0]     left;
    reg  [16*OUTPUTS-1:0] a_out, b_low_out, b_high_out;
    reg  [5:0]            going;
    wire                  out = |left && !hold;

    assign starved = sets_left != 16'd0 && !pending;
    assign done    = sets_left == 16'd0 && !pending;

    always @(posedge clk) begin
        if (multiply && last) begin
            pending    <= 1'b1;
            a_out      <= a;
            b_low_out  <= b_low;
            b_high_out <= b_high;
        end
        total_7 <= valid[6] && lasts[6];
        if (total_7) begin
            sums <= totals;
            left <= EACH;
        end
        if (out) begin
            sums       <= sums >> SUM_W;
            a_out      <= a_out >> 16;
            b_low_out  <= b_low_out >> 16;
            b_high_out <= b_high_out >> 16;
            left       <= left - 1'b1;
            if (left == {{(LEFT_W-1){1'b0}}, 1'b1}) pending <= 1'b0;
        end
        {m_valid, going} <= {going, out};
        if (rst) begin
            pending <= 1'b0;
            total_7 <= 1'b0;
            left    <= {LEFT_W{1'b0}};
            going   <= 6'd0;
            m_valid <= 1'b0;
        end
    end

    nn_requantise #(.LANES(1), .X_W(SUM_W)) u_requantise (
        .clk   (clk),
        .x     (sums[SUM_W-1:0]),
        .a     (a_out[15:0]),
        .b     ({b_high_out[15:0], b_low_out[15:0]}),
        .shift (shift),
        .least (least),
        .most  (most),
        .y     (m_byte),
        .exact (m_exact)
    );

endmodule

`default_nettype wire
