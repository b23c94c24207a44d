// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Where nn_early_lane finds a tile: the pixel's first word, from the list that the feed
 * announces, the window's place in its pool, the tile's place in the window; and the line
 * of its weights, fold*PITCH + rest. ORDER_FILE: nn_early_lane. With
 * GATE both addresses stand still while `active` was 0.
 *
 * Timing: II = 1, latency = 3.
 */
module nn_early_place #(
    parameter WIDTH      = 8,   // columns of a row in the ring
    parameter FOLD       = 1,   // words of a pixel
    parameter NF         = 2,   // filters
    parameter STRIDE     = 1,   // step of windows, both ways
    parameter POOL       = 1,   // pooled windows, both ways
    parameter GATE       = 0,   // 1: idle turns do not toggle
    parameter RING_W     = 9,   // width of a ring address
    parameter JOBS_W     = 4,   // width of a slot
    parameter NF_W       = 1,   // width of a fold
    parameter PITCH      = 9,   // lines from a filter to the next
    parameter SIDE_W     = 1,   // width of a window's place in its pool, each way
    parameter REST_W     = 4,   // width of rest
    parameter LINE_W     = 5,   // width of a line's number
    parameter PLACE_W    = 5,   // width of a tile's place in its window
    parameter ORDER_FILE = ""   // $readmemh image, required
) (
    /* Clock. */
    input  wire clk,

    /* Pixels. */
    input  wire              job_we,    // a pixel is announced
    input  wire [JOBS_W-1:0] job_slot,  // its slot
    input  wire [RING_W-1:0] job_base,  // address of its first word

    /* The tile that is asked for. */
    input  wire                active,  // one is
    input  wire [JOBS_W-1:0]   slot,    // slot of its pixel
    input  wire [NF_W-1:0]     fold,    // filter fold
    input  wire [2*SIDE_W-1:0] window,  // window in its pool: {down, across}
    input  wire [REST_W-1:0]   rest,    // tiles that follow in the window

    /* Where it lies, 3 clocks later. */
    output reg  [RING_W-1:0] raddr,  // address in the ring
    output reg  [LINE_W-1:0] line    // line of its weights
);

    localparam LINES = NF * PITCH;

    generate
        if (ORDER_FILE == "") begin : g_check_order
            nn_early_place_ORDER_FILE_is_required u_error();
        end
        if (PLACE_W > RING_W) begin : g_check_ring
            nn_early_place_RING_W_must_hold_a_window u_error();
        end
    endgenerate

    (* ram_block = "auto", ram_style = "distributed" *)
    reg  [RING_W-1:0]  bases [0:(1 << JOBS_W)-1];
    (* rom_style = "distributed", ram_style = "logic" *)
    reg  [PLACE_W-1:0] places [0:LINES-1];
    initial $readmemh(ORDER_FILE, places);

    reg  [RING_W-1:0]  base_2, base_3;
    reg  [PLACE_W-1:0] place_3;
    reg  [LINE_W-1:0]  line_3;
    wire [LINE_W-1:0]  line_2;
    wire [RING_W-1:0]  window_2;
    reg                active_2, active_3;

    always @(posedge clk) begin
        if (job_we) bases[job_slot] <= job_base;

        base_2   <= bases[slot];
        active_2 <= active;

        base_3   <= base_2 + window_2;
        place_3  <= places[line_2];
        line_3   <= line_2;
        active_3 <= active_2;

        if (GATE == 0 || active_3) begin
            raddr  <= base_3 + {{(RING_W-PLACE_W){1'b0}}, place_3};
            line <= line_3;
        end
    end

    genvar i;
    generate
        // A window's place in its pool, from a table.
        if (POOL > 1) begin : g_place
            reg [2*SIDE_W-1:0] window_1;
            reg [RING_W-1:0]   window_of [0:(1 << (2*SIDE_W))-1];
            always @(posedge clk) window_1 <= window;
            assign window_2 = window_of[window_1];
            for (i = 0; i < (1 << (2*SIDE_W)); i = i + 1) begin : g_window
                localparam [31:0] AT = (i / (1 << SIDE_W))*STRIDE*WIDTH*FOLD
                                     + (i % (1 << SIDE_W))*STRIDE*FOLD;
                initial window_of[i] = AT[RING_W-1:0];
            end
        end else begin : g_no_place
            wire unused_window = ^window;
            assign window_2 = {RING_W{1'b0}};
        end

        // The line: fold after fold, PITCH apart.
        if (NF == 1) begin : g_one_filter
            wire unused_fold = ^fold;
            reg [LINE_W-1:0] line_1;
            always @(posedge clk) line_1 <= {{(LINE_W-REST_W){1'b0}}, rest};
            assign line_2 = line_1;
        end else begin : g_filters
            reg [LINE_W-1:0] first_of [0:(1 << NF_W)-1];
            reg [LINE_W-1:0] line_1;
            for (i = 0; i < (1 << NF_W); i = i + 1) begin : g_fold
                localparam [31:0] AT = i*PITCH;
                initial first_of[i] = AT[LINE_W-1:0];
            end
            if ((PITCH & (PITCH - 1)) == 0) begin : g_joined
                always @(posedge clk) line_1 <= first_of[fold] | {{(LINE_W-REST_W){1'b0}}, rest};
            end else begin : g_added
                always @(posedge clk) line_1 <= first_of[fold] + {{(LINE_W-REST_W){1'b0}}, rest};
            end
            assign line_2 = line_1;
        end
    endgenerate

endmodule

`default_nettype wire
