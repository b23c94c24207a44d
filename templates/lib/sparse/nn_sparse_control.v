// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Runs the layers of a frame's maps one after another, each as its descriptor says; the fields
 * are those of the contract mapDescriptor (docs/contracts.md).
 *
 * A layer starts when its rows are there (`loaded`) and the one before has written its last
 * line: every pipeline is given SETTLE_CLOCKS to run empty. Its
 * rows begin at `at` in the rings; `free` gives them back. `vacate`: the lines that the frame
 * came in are not needed any more; a layer says so, or else the end does. With END the maps
 * of the frame are done, and those of the next one begin.
 *
 * Timing: no fixed rate: it follows what others do.
 */
module nn_sparse_control #(
    parameter WORDS  = 4096,  // of the rings
    parameter QUEUE  = 4,     // layers that wait
    parameter TURN_W = 3      // width of a frame's number
) (
    input  wire                     clk,
    input  wire                     rst,

    /* Descriptors, and when their rows are there */
    input  wire                     s_valid,
    output wire                     s_ready,
    input  wire [255:0]             s_data,
    input  wire                     loaded,  // the rows of one more; one clock

    /* The layer that runs */
    output wire [255:0]             layer,   // its descriptor
    output reg  [$clog2(WORDS)-1:0] at,      // its first row in the rings
    output reg                      free,    // its rows are given back; one clock
    output reg  [$clog2(WORDS):0]   freed,   // so many
    output reg                      vacate,  // the frame's lines are free; one clock

    /* Its course */
    output reg                      start,       // the layer, its reads included
    output reg                      handed,      // a vector is complete
    input  wire                     steps_done,  // all reads have been made
    input  wire                     drain_done,  // all sums have been read
    output reg  [TURN_W-1:0]        turn         // number of the frame whose layers run
);

    localparam ADDR_W  = $clog2(WORDS);
    localparam LEVEL_W = $clog2(QUEUE + 2);
    localparam [2:0] WAIT = 3'd0, RUN = 3'd1, SETTLE = 3'd2, NEXT = 3'd3, CLOSE = 3'd4;

    // contract mapDescriptor of layer as its_
    wire [3:0] its_operation = layer[19:16];      // what the layer does
    localparam [3:0] CONVOLUTION = 4'd1;
    localparam [3:0] HANDOVER = 4'd3;
    localparam [3:0] END = 4'd5;
    // the lines that the frame came in are not needed behind it
    wire its_vacates = layer[24];
    wire [15:0] its_rows = layer[47:32];          // rows of the rings behind the descriptor
    // end of contract
    // contract engine
    // clocks for pipelines to run empty behind a layer
    localparam [4:0] SETTLE_CLOCKS = 5'h1f;
    // end of contract
    wire       is_conv   = its_operation == CONVOLUTION;
    wire       is_vector = its_operation == HANDOVER;
    wire       is_end    = its_operation == END;
    wire       unused_layer = ^{layer, its_rows};

    reg  [2:0]         state;
    reg  [4:0]         settled;
    reg                vacant;      // of this frame
    reg  [LEVEL_W-1:0] ready;       // layers whose rows are there
    wire               valid;
    wire               pop = state == NEXT || state == CLOSE;

    nn_fifo #(.DATA_W(256), .DEPTH(QUEUE)) u_queue (
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
        start   <= 1'b0;
        free    <= 1'b0;
        handed  <= 1'b0;
        vacate  <= 1'b0;
        settled <= (state == SETTLE) ? settled + 5'd1 : 5'd0;
        if (loaded && !pop) ready <= ready + 1'b1;
        if (pop && !loaded) ready <= ready - 1'b1;

        case (state)
            WAIT:
                if (valid && |ready) begin
                    start <= !is_end;
                    state <= is_end ? CLOSE : RUN;
                end
            RUN:
                if (!start && steps_done && (!is_conv || drain_done)) state <= SETTLE;
            SETTLE:
                if (settled == SETTLE_CLOCKS) state <= NEXT;
            NEXT: begin
                free   <= 1'b1;
                freed  <= its_rows[ADDR_W:0];
                at     <= at + its_rows[ADDR_W-1:0];
                handed <= is_vector;
                vacate <= its_vacates && !vacant;
                vacant <= vacant || its_vacates;
                state  <= WAIT;
            end
            default: begin
                vacate <= !vacant;
                vacant <= 1'b0;
                turn   <= turn + 1'b1;
                state  <= WAIT;
            end
        endcase

        if (rst) begin
            state  <= WAIT;
            ready  <= {LEVEL_W{1'b0}};
            at     <= {ADDR_W{1'b0}};
            start  <= 1'b0;
            free   <= 1'b0;
            handed <= 1'b0;
            vacate <= 1'b0;
            vacant <= 1'b0;
            turn   <= {TURN_W{1'b0}};
        end
    end

endmodule

`default_nettype wire
