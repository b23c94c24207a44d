// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * The course of frames through the sparse engine, up to 4 at a time, in their order.
 *
 * A fault of any of them stops both machines: what was asked of the memory is awaited, then the
 * frame of the fault ends with its code and all others that are under way with ABORTED, and
 * everything is reset, so that the next frame starts clean. With several faults in one clock
 * the first of the list counts: reads of maps, reads of vectors, writes, maps, vectors.
 *
 * A frame's number is counted from that reset on, TURN_W bits. `ended` is one clock, with
 * the frame's code and its clocks from `start` on.
 *
 * Timing: no fixed rate: it follows what others do.
 */
module nn_sparse_frames #(
    parameter TURN_W = 3  // width of a frame's number
) (
    input  wire              clk,
    input  wire              rst,

    /* Frames: started and ended in their order */
    input  wire              start,       // a frame, `ready` was high in the clock before
    input  wire              ports_free,  // read ports can take one more
    output wire              ready,       // a frame may be started
    output wire              busy,        // one is under way
    output reg               ended,       // one clock
    output reg  [3:0]        code,        // how it ended
    output reg  [31:0]       clocks,      // from its start

    /* Stop and reset of the machines */
    output wire              stop,        // nothing more is asked of the memory
    output wire              reset,       // of all but this
    input  wire              idle,        // nothing is asked of the memory
    input  wire              frame_done,  // the oldest frame is complete

    /* Faults, and the frames that they are in */
    input  wire              maps_read_bad,     // a read of maps
    input  wire [TURN_W-1:0] maps_read_turn,
    input  wire              vectors_read_bad,  // a read of vectors
    input  wire [TURN_W-1:0] vectors_read_turn,
    input  wire              write_bad,         // a write, of the oldest frame
    input  wire [3:0]        maps_code,         // a code of nn_sparse_maps
    input  wire [TURN_W-1:0] maps_turn,
    input  wire [3:0]        vectors_code       // of nn_sparse_vectors, in the oldest frame
);

    localparam [1:0] RUN = 2'd0, STOP = 2'd1, ENDS = 2'd2, CLEAR = 2'd3;
    // contract codes
    localparam [3:0] GOOD = 4'd0;                 // the result is in memory
    localparam [3:0] READ_FAILED = 4'd1;          // a read was answered with an error
    localparam [3:0] WRITE_FAILED = 4'd2;         // a write was answered with an error
    localparam [3:0] ABORTED = 4'd9;              // a frame beside it failed
    // end of contract
    // contract engine
    localparam [31:0] FRAMES_MOST = 32'd4;        // frames under way, or ended and not forgotten
    // end of contract

    reg  [1:0]        state;
    reg  [2:0]        clear, under_way;
    reg  [TURN_W-1:0] oldest, faulty;
    reg  [3:0]        fault;
    reg  [31:0]       now;
    wire [31:0]       begun;
    wire              unused_valid, unused_ready;
    wire              reads_bad = maps_read_bad || vectors_read_bad;
    wire [3:0]        found     = reads_bad ? READ_FAILED : write_bad ? WRITE_FAILED
                                : (maps_code != GOOD) ? maps_code : vectors_code;
    // What vectors do and what is written is always the oldest frame's.
    wire [TURN_W-1:0] found_in  = maps_read_bad ? maps_read_turn
                                : vectors_read_bad ? vectors_read_turn
                                : (write_bad || maps_code == GOOD) ? oldest : maps_turn;
    wire              ends      = (state == RUN && found == GOOD && frame_done)
                               || (state == ENDS && under_way != 3'd0);

    assign ready = state == RUN && ports_free;
    assign busy  = under_way != 3'd0 || ended;
    assign stop  = state == STOP || state == ENDS;
    assign reset = rst || state == CLEAR;

    nn_fifo #(.DATA_W(32), .DEPTH(FRAMES_MOST)) u_begun (
        .clk(clk), .rst(rst),
        .s_axis_tdata(now), .s_axis_tvalid(start), .s_axis_tready(unused_ready),
        .m_axis_tdata(begun), .m_axis_tvalid(unused_valid), .m_axis_tready(ends)
    );

    always @(posedge clk) begin
        now       <= now + 32'd1;
        ended     <= ends;
        code      <= (state == RUN) ? GOOD : (oldest == faulty) ? fault : ABORTED;
        clocks    <= now - begun;
        under_way <= under_way + {2'd0, start} - {2'd0, ends};
        if (ends) oldest <= oldest + 1'b1;
        case (state)
            RUN:
                if (found != GOOD) begin
                    state  <= STOP;
                    fault  <= found;
                    faulty <= found_in;
                end
            STOP:
                if (idle) state <= ENDS;
            ENDS: begin
                clear <= 3'd0;
                if (under_way == 3'd0) state <= CLEAR;
            end
            default: begin
                clear  <= clear + 3'd1;
                oldest <= {TURN_W{1'b0}};
                if (&clear) state <= RUN;
            end
        endcase
        if (rst) begin
            state     <= RUN;
            ended     <= 1'b0;
            under_way <= 3'd0;
            oldest    <= {TURN_W{1'b0}};
        end
    end

endmodule

`default_nettype wire
