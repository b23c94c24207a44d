// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Fully connected layer from a stream of coded weights: OUTPUTS sums at a time, each with a copy
 * of the input vector of its own.
 *
 *     sum[l] = sum of weight * x[index]      over the entries of lane l (nn_sparse_row)
 *     result = a[l]*sum[l] + b[l], whole and requantised (nn_requantise)
 *
 * Beats: a table of classes, then sets of OUTPUTS results (nn_sparse_sets). A lane goes on to the
 * next set when all are done with theirs.
 *
 * The vector begins at word `from` of a memory of which every lane has a copy, and may be
 * written elsewhere while the layer runs. Results leave one a clock, unless `hold`, lane 0 of
 * the first set first, requantised (m_byte) and whole (m_exact); `done` comes up to 8 clocks
 * before the last one.
 *
 * Sums have 27 bits, which no weights may exceed: a product with a is one DSP48E2 then.
 * `bad`: a weight's index is beyond the vector, words are no list of entries, or n is 0.
 * `starved`: more sets are to come.
 *
 * Timing: OUTPUTS entries a clock.
 */
module nn_sparse_dense #(
    parameter OUTPUTS = 16,      // lanes
    parameter WORDS   = 5120,    // of 8 bytes, of a copy of the vectors
    parameter STYLE   = "block"  // of the copies
) (
    input  wire                  clk,
    input  wire                  rst,

    /* The layer */
    input  wire                  start,     // it begins; one clock
    input  wire [15:0]           sets,      // sets of OUTPUTS results
    input  wire [6:0]            classes,   // lines of the table
    input  wire [$clog2(WORDS)-1:0] from,   // word where its vector begins
    input  wire [15:0]           x_bytes,   // bytes of the vector
    input  wire                  x_signed,  // they have a sign
    input  wire [4:0]            shift,     // right shift of sums
    input  wire [8:0]            least,     // lower clamp, signed
    input  wire [8:0]            most,      // upper clamp

    /* The vector memory of every lane */
    input  wire                  we,
    input  wire [$clog2(WORDS)-1:0] waddr,
    input  wire [63:0]           wdata,

    /* In: beats of entries */
    input  wire                  s_valid,
    output wire                  s_ready,
    input  wire [16*OUTPUTS-1:0] s_data,

    /* Out: results, one a clock */
    input  wire                  hold,     // no more results are to leave
    output reg                   m_valid,
    output wire [7:0]            m_byte,   // requantised
    output wire [31:0]           m_exact,  // as they are

    /* How far it is */
    output wire                  starved,
    output wire                  done,  // all sets are done
    output reg                   bad    // until rst or the next layer
);

    localparam ADDR_W  = $clog2(WORDS);
    localparam LEFT_W  = $clog2(OUTPUTS + 1);
    localparam INDEX_W = ADDR_W + 3;
    localparam SUM_W   = 27;
    // contract engine
    localparam [31:0] ROW_PREFIX = 32'd6;         // bits of a class in a row
    localparam [31:0] REQUANTISE_CLOCKS = 32'd7;  // clocks from a sum to its byte
    // end of contract
    localparam [31:0]       OUTPUTS_32 = OUTPUTS;
    localparam [LEFT_W-1:0] EACH       = OUTPUTS_32[LEFT_W-1:0];

    // ---- Sets: words for the lanes, a and b for their results ----

    wire                  words, word_last, turn, sets_come, held, sets_bad, t_we;
    wire [5:0]            t_at;
    wire [26:0]           t_data;
    wire [OUTPUTS-1:0]    rooms, ended, bads;
    wire [16*OUTPUTS-1:0] a, b_low, b_high;
    reg                   pending;      // results of the set before have not all left

    nn_sparse_sets #(.OUTPUTS(OUTPUTS)) u_sets (
        .clk(clk), .rst(rst), .start(start), .sets(sets), .classes(classes), .s_valid(s_valid),
        .s_ready(s_ready), .s_data(s_data), .t_we(t_we), .t_at(t_at), .t_data(t_data),
        .word_valid(words), .word_last(word_last), .rooms(rooms), .ended(ended), .hold(pending),
        .turn(turn), .a(a), .b_low(b_low), .b_high(b_high), .left(sets_come), .held(held),
        .bad(sets_bad)
    );

    always @(posedge clk) bad <= !rst && !start && (bad || sets_bad || |bads);

    // ---- Lanes ----

    reg  [7:1]               turns;
    // Indices count from the memory's first byte.
    wire [INDEX_W:0]         x_before = {1'b0, from, 3'd0} - 1'b1;
    wire [18:0]              x_behind = {{(19-INDEX_W){1'b0}}, from, 3'd0} + {3'd0, x_bytes};
    wire [SUM_W*OUTPUTS-1:0] totals;

    always @(posedge clk) begin
        turns <= {turns[6:1], turn};
        if (rst) turns <= 7'd0;
    end

    genvar g;
    generate
        for (g = 0; g < OUTPUTS; g = g + 1) begin : g_lane
            wire               valid_1, first_1;
            wire [INDEX_W-1:0] index;
            wire signed [7:0]  weight_1;
            reg  [6:2]         valid, first;
            reg  signed [7:0]  weight_2, weight_3, weight_4;
            reg  [2:0]         byte_2, byte_3;
            wire [63:0]        word;
            wire [7:0]         x = word[8*byte_3 +: 8];
            reg  signed [8:0]  x_4;
            reg  signed [16:0] product_5, product_6;
            reg signed [SUM_W-1:0] total;

            nn_sparse_row #(.PREFIX(ROW_PREFIX), .INDEX_W(INDEX_W)) u_row (
                .clk(clk), .rst(rst || start), .t_we(t_we), .t_at(t_at), .t_data(t_data),
                .classes(classes), .x_before(x_before), .x_behind(x_behind), .s_valid(words),
                .s_ready(rooms[g]), .s_data(s_data[16*g +: 16]), .s_last(word_last), .turn(turn),
                .ended(ended[g]), .m_valid(valid_1), .m_first(first_1), .m_index(index),
                .m_weight(weight_1), .bad(bads[g])
            );

            nn_ram #(.DATA_W(64), .DEPTH(WORDS), .STYLE(STYLE)) u_vector (
                .clk(clk), .we(we), .waddr(waddr), .wdata(wdata),
                .raddr(index[INDEX_W-1:3]), .q(word)
            );

            always @(posedge clk) begin
                valid <= {valid[5:2], valid_1};
                first <= {first[5:2], first_1};
                {byte_3, byte_2} <= {byte_2, index[2:0]};
                {weight_4, weight_3, weight_2} <= {weight_3, weight_2, weight_1};
                x_4       <= {x_signed && x[7], x};
                product_5 <= weight_4 * x_4;
                product_6 <= product_5;
                if (valid[6]) total <= (first[6] ? {SUM_W{1'b0}} : total)
                    + {{(SUM_W-17){product_6[16]}}, product_6};
                if (rst) valid <= 5'd0;
            end

            assign totals[SUM_W*g +: SUM_W] = total;
        end
    endgenerate

    // ---- Results, one a clock ----

    reg  [LEFT_W-1:0]     left;
    reg  [SUM_W*OUTPUTS-1:0] sums;
    reg  [16*OUTPUTS-1:0] a_out, b_low_out, b_high_out;
    reg  [REQUANTISE_CLOCKS-2:0] going;
    wire                  out = |left && !hold;

    assign starved = sets_come;
    assign done    = !sets_come && !held && !pending;

    always @(posedge clk) begin
        if (turn) begin
            pending    <= 1'b1;
            a_out      <= a;
            b_low_out  <= b_low;
            b_high_out <= b_high;
        end
        if (turns[7]) begin
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
            left    <= {LEFT_W{1'b0}};
            going   <= {(REQUANTISE_CLOCKS-1){1'b0}};
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
