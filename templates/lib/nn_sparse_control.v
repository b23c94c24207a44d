// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Runs the layers of a frame one after another, each as its descriptor says:
 *
 *     [15:0]   check             [19:16]  operation: 1 convolution, 2 pool, 3 fully connected,
 *                                         4 output, 5 end
 *     [20] x_signed  [21] halve  [23:22] kernel  [24] wide  [29:25] shift
 *     [47:32]  rows of the rings [63:48]  words of a group's list, or of
 *                                         each line that a vector is made of
 *     [79:64]  steps             [95:80]  rounds
 *     [111:96] stride            [127:112] lines of a map
 *     [137:128] width  [153:144] pitch  [169:160] height, of the map that comes out
 *     [181:176] slots  [200:192] least  [216:208] most
 *     [239:224] to, the line where pools and fully connected layers begin to write
 *     [255:240] sets   [271:256] bytes of the vector   [287:272] table: its words in a group's
 *                      list, or classes of a fully connected layer   [319:288] beats
 *
 * A layer starts when its rows are there (`loaded`) and the one before has written its last
 * line: every pipeline is given 31 clocks to run empty. Its
 * rows begin at `at` in the rings; `free` gives them back. With END the frame is done.
 */
module nn_sparse_control #(
    parameter WORDS  = 4096,    // of the rings
    parameter DESC_W = 320,
    parameter QUEUE  = 4        // layers that wait
) (
    input  wire                     clk,
    input  wire                     rst,

    input  wire                     s_valid,
    output wire                     s_ready,
    input  wire [DESC_W-1:0]        s_data,
    input  wire                     loaded,

    output wire [DESC_W-1:0]        layer,
    output reg  [$clog2(WORDS)-1:0] at,
    output reg                      free,
    output reg  [$clog2(WORDS):0]   freed,

    output reg                      start,      // the layer, its reads included
    output reg                      flush,      // the line that has begun
    output reg                      streaming,  // fully connected: the vector is there

    input  wire                     steps_done,
    input  wire                     drain_done,
    input  wire                     dense_done,
    input  wire                     dense_starved,
    input  wire                     beats_end,  // the last beat of the layer goes to it
    input  wire                     output_done,

    output reg                      frame_done,
    output reg                      bad         // beats and sets of a layer do not agree
);

    localparam ADDR_W  = $clog2(WORDS);
    localparam LEVEL_W = $clog2(QUEUE + 2);
    localparam [2:0] WAIT = 3'd0, RUN = 3'd1, SETTLE = 3'd2, STREAM = 3'd3, SETTLE_2 = 3'd4,
                     FLUSH = 3'd5, NEXT = 3'd6, END = 3'd7;

    wire [3:0] operation = layer[19:16];
    wire       is_conv   = operation == 4'd1;
    wire       is_dense  = operation == 4'd3;
    wire       is_output = operation == 4'd4;
    wire       is_end    = operation == 4'd5;

    reg  [2:0]         state;
    reg  [4:0]         settled;
    reg                ended;       // the layer has had its last beat
    reg  [LEVEL_W-1:0] ready;       // layers whose rows are there
    wire               valid;
    wire               pop = state == NEXT;

    nn_fifo #(.DATA_W(DESC_W), .DEPTH(QUEUE)) u_queue (
        .clk           (clk),
        .rst           (rst),
        .s_axis_tdata  (s_data),
        .s_axis_tvalid (s_valid),
        .s_axis_tready (s_ready),
        .m_axis_tdata  (layer),
        .m_axis_tvalid (valid),
        .m_axis_tready (pop)
    );

    always @(posedge clk) begin
        start <= 1'b0;
        flush <= 1'b0;
        free  <= 1'b0;
        if (state == SETTLE || state == SETTLE_2) settled <= settled + 5'd1;
        else settled <= 5'd0;
        if (beats_end) ended <= 1'b1;
        if (loaded && !pop) ready <= ready + 1'b1;
        if (pop && !loaded) ready <= ready - 1'b1;

        case (state)
            WAIT:
                if (valid && |ready) begin
                    start <= !is_end;
                    state <= is_end ? END : RUN;
                end
            RUN:
                if (!start && steps_done && (is_conv ? drain_done : is_output ? output_done : 1'b1))
                    state <= SETTLE;
            SETTLE:
                if (&settled) begin
                    streaming <= is_dense;
                    state     <= STREAM;
                end
            STREAM:
                if (!is_dense || dense_done) begin
                    streaming <= 1'b0;
                    state     <= SETTLE_2;
                    bad       <= bad || (is_dense && !ended);
                end else if (dense_starved && ended)
                    bad <= 1'b1;
            SETTLE_2:
                if (!is_dense || &settled) begin
                    flush <= is_dense;
                    state <= FLUSH;
                end
            FLUSH:
                begin
                    settled <= settled + 5'd1;
                    if (!is_dense || settled[3]) state <= NEXT;
                end
            NEXT:
                begin
                    free  <= 1'b1;
                    ended <= 1'b0;
                    freed <= layer[32 +: ADDR_W+1];
                    at    <= at + layer[32 +: ADDR_W];
                    state <= WAIT;
                end
            default:
                frame_done <= 1'b1;
        endcase

        if (rst) begin
            state      <= WAIT;
            ended      <= 1'b0;
            ready      <= {LEVEL_W{1'b0}};
            at         <= {ADDR_W{1'b0}};
            start      <= 1'b0;
            flush      <= 1'b0;
            free       <= 1'b0;
            streaming  <= 1'b0;
            frame_done <= 1'b0;
            bad        <= 1'b0;
        end
    end

endmodule

`default_nettype wire
