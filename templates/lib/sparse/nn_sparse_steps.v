// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * The reads of a layer: `steps` slices of the activation memory, over again for each of
 * `rounds` rounds, `stride` lines further each time.
 *
 * A step is a word of 64 bits, two in a word of the memory, from word `base` on (addresses
 * wrap): its fields are those of the contract below, first to count for pools, as they are.
 *
 * Where `bounded`, a step is line, row and shift alone, 32 bits, four in a word, and line
 * `row + round` of the map is asked for: outside 0 .. lines - 1 it counts as zeros, and so does
 * the one behind it.
 *
 * `go` announces each read a fixed time before it; it comes only while `room`.
 *
 * Timing: II = 1, latency = 2.
 */
module nn_sparse_steps #(
    parameter LINE_W = 14,  // address width of the lines, up to 16
    // of the step memory, of 128 bits; its halves are written one by one
    parameter WORDS  = 4096,
    parameter STYLE  = "block"  // of the memory: "block", "ultra" or "distributed"
) (
    input  wire                     clk,
    input  wire                     rst,

    /* The step memory, by halves */
    input  wire [1:0]               we,
    input  wire [$clog2(WORDS)-1:0] waddr,
    input  wire [127:0]             wdata,

    /* The layer */
    input  wire                     start,    // it begins; one clock
    input  wire [$clog2(WORDS)-1:0] base,     // its first word
    input  wire [$clog2(WORDS)+2:0] steps,    // from 1
    input  wire [15:0]              rounds,   // times that they are made
    input  wire [15:0]              stride,   // lines from round to round
    input  wire                     bounded,  // a convolution: lines outside the map are zeros
    input  wire [15:0]              lines,    // of the map
    output reg                      done,     // nothing is left to read

    /* Reads */
    input  wire                     room,  // one more may be made
    output wire                     go,    // one is announced

    /* Out: what is read */
    output reg                      m_valid,
    output reg  [LINE_W-1:0]        m_line,   // line of its first byte
    output reg  [5:0]               m_shift,  // its place there
    output reg  [1:0]               m_keep,   // the line counts, and the one behind it
    output reg  [17:0]              m_tag     // {round ends, flush, last, first, take, count}
);

    localparam ADDR_W = $clog2(WORDS);
    localparam AHEAD  = 8;

    // ---- Words, as many ahead as the FIFO holds ----

    reg               asking;
    reg  [ADDR_W-1:0] at;
    reg  [ADDR_W:0]   left;
    reg  [15:0]       rounds_left;
    reg  [3:0]        ahead;
    reg  [1:0]        coming, ends, finals;
    wire              end_at   = left == {{ADDR_W{1'b0}}, 1'b1};
    wire              final_at = end_at && rounds_left == 16'd1;
    wire              ask      = asking && ahead != AHEAD;
    // The last step, and the word and quarter where it lies.
    wire [ADDR_W+2:0] final_step    = steps - 1'b1;
    wire [ADDR_W+2:0] final_quarter = bounded ? final_step : {final_step[ADDR_W+1:0], 1'b0};
    wire [ADDR_W:0]   words         = final_quarter[ADDR_W+2:2] + 1'b1;
    wire [127:0]      q, word;
    reg  [1:0]        quarter;      // of the word, where its next step lies
    wire              pop      = go && (quarter
        == (word_end ? final_quarter[1:0] : {1'b1, bounded}));
    wire              word_valid, word_end, word_final, unused_ready;

    assign go = word_valid && room;

    always @(posedge clk) begin
        if (ask) begin
            at   <= end_at ? base : at + 1'b1;
            left <= end_at ? words : left - 1'b1;
            if (end_at) rounds_left <= rounds_left - 16'd1;
            if (final_at) asking <= 1'b0;
        end
        coming <= {coming[0], ask};
        ends   <= {ends[0], end_at};
        finals <= {finals[0], final_at};
        if (ask && !pop) ahead <= ahead + 4'd1;
        if (pop && !ask) ahead <= ahead - 4'd1;
        if (go) quarter <= pop ? 2'd0 : quarter + {!bounded, bounded};
        if (start) begin
            asking      <= 1'b1;
            at          <= base;
            left        <= words;
            rounds_left <= rounds;
            quarter     <= 2'd0;
        end
        if (rst) begin
            asking <= 1'b0;
            ahead  <= 4'd0;
            coming <= 2'd0;
        end
    end

    nn_ram #(.DATA_W(64), .DEPTH(WORDS), .STYLE(STYLE)) u_low (
        .clk(clk), .we(we[0]), .waddr(waddr), .wdata(wdata[63:0]), .raddr(at), .q(q[63:0])
    );
    nn_ram #(.DATA_W(64), .DEPTH(WORDS), .STYLE(STYLE)) u_high (
        .clk(clk), .we(we[1]), .waddr(waddr), .wdata(wdata[127:64]), .raddr(at), .q(q[127:64])
    );

    nn_fifo #(.DATA_W(130), .DEPTH(AHEAD)) u_ahead (
        .clk           (clk),
        .rst           (rst),
        .s_axis_tdata  ({finals[1], ends[1], q}),
        .s_axis_tvalid (coming[1]),
        .s_axis_tready (unused_ready),
        .m_axis_tdata  ({word_final, word_end, word}),
        .m_axis_tvalid (word_valid),
        .m_axis_tready (pop)
    );

    // ---- Clock 1: line and row of this round. Clock 2: is the row there ----

    reg        [15:0] from, line;
    reg        [16:0] round;
    reg signed [17:0] row;
    reg        [5:0]  shift;
    reg        [17:0] tag;
    reg               valid;
    wire signed [17:0] lines_18 = {2'b00, lines};
    wire        [63:0] step  = quarter[1] ? word[127:64] : word[63:0];
    wire        [31:0] place = quarter[0] ? step[63:32] : step[31:0];
    wire               unused_bits = ^{place, step, line};

    // contract step of place as at_
    wire [15:0] at_line = place[15:0];            // line of the first byte in the first round
    wire signed [7:0] at_row = place[23:16];      // the same from the channel's first line
    wire [5:0] at_shift = place[29:24];           // first byte in its line
    // end of contract
    // contract step of step as of_
    wire of_first = step[32];                     // begins a window
    wire of_last = step[33];                      // ends a window
    wire of_flush = step[34];                     // ends the line that is written
    wire [6:0] of_take = step[46:40];             // results that count
    wire [6:0] of_count = step[54:48];            // bytes that are written
    // end of contract

    always @(posedge clk) begin
        if (go) begin
            line  <= at_line + from;
            row   <= {{10{at_row[7]}}, at_row} + {1'b0, round};
            shift <= at_shift;
            tag   <= {word_end && pop, of_flush, of_last, of_first, of_take, of_count};
            if (word_end && pop) begin
                from  <= from + stride;
                round <= round + 17'd1;
            end
            if (word_final && pop) done <= 1'b1;
        end
        valid <= go;

        m_valid <= valid;
        m_line  <= line[LINE_W-1:0];
        m_shift <= shift;
        m_tag   <= tag;
        m_keep  <= bounded ? {row >= -18'sd1 && row < lines_18 - 18'sd1, row >= 18'sd0
            && row < lines_18}
                           : 2'b11;
        if (start) begin
            from  <= 16'd0;
            round <= 17'd0;
            done  <= 1'b0;
        end
        if (rst) begin
            valid   <= 1'b0;
            m_valid <= 1'b0;
            done    <= 1'b0;
        end
    end

endmodule

`default_nettype wire
