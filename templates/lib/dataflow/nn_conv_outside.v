// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Which of the PIXELS pixels that a window's beat reads lie in the padding.
 *
 * Follows the loop nest of nn_conv_walk by its `last` flags, in coordinates of the
 * padded map. outside[m]: pixel m is padding, for the step of two clocks before.
 *
 * Timing: II = 1, latency = 2.
 */
module nn_conv_outside #(
    parameter HEIGHT = 8,  // input rows
    parameter WIDTH  = 8,  // input columns
    parameter STRIDE = 1,  // window step, both ways
    parameter PAD    = 1,  // padding on all four sides
    parameter PIXELS = 1   // output columns at once
) (
    /* Clock, and synchronous reset. */
    input  wire clk,
    input  wire rst,

    /* A step of the loop nest, and whether it is the last of each level. */
    input  wire step,         // a step is done
    input  wire fold_last,    // of the channel folds
    input  wire kx_last,      // of the kernel columns
    input  wire ky_last,      // of the kernel rows
    input  wire repeat_last,  // of the repetitions
    input  wire group_last,   // of the row's pixel groups
    input  wire frame_last,   // of the frame's rows

    /* Pixels of the step that lie in the padding, two clocks later. */
    output wire [PIXELS-1:0] outside
);

    genvar m;
    generate
        if (PAD == 0) begin : g_no_pad
            wire unused_ports = clk | rst | step | fold_last | kx_last | ky_last | repeat_last
                              | group_last | frame_last;
            assign outside = {PIXELS{1'b0}};
        end else begin : g_pad
            // Position in the padded map: of the window group, and of this beat's leftmost pixel.
            localparam X_W    = $clog2(WIDTH + 2*PAD + 1);
            localparam DOWN_W = $clog2(HEIGHT + 2*PAD);
            localparam [31:0]       STEP_32   = STRIDE * PIXELS;
            localparam [31:0]       TOP_32    = PAD;
            localparam [31:0]       BOTTOM_32 = PAD + HEIGHT;
            localparam [31:0]       STRIDE_32 = STRIDE;
            localparam [X_W-1:0]    GROUP     = STEP_32[X_W-1:0];
            localparam [DOWN_W-1:0] TOP       = TOP_32[DOWN_W-1:0];
            localparam [DOWN_W-1:0] BOTTOM    = BOTTOM_32[DOWN_W-1:0];
            localparam [DOWN_W-1:0] DROP      = STRIDE_32[DOWN_W-1:0];

            wire beat_last = fold_last && kx_last;
            wire dot_last  = beat_last && ky_last;

            wire [PIXELS-1:0] padded;
            reg  [PIXELS-1:0] padded_1, padded_2;
            assign outside = padded_2;
            always @(posedge clk) begin
                padded_1 <= padded;
                padded_2 <= padded_1;
            end

            reg  [X_W-1:0]    x, x_group;
            wire [X_W-1:0]    x_next    = !(repeat_last && ky_last) ? x_group
                                        : group_last               ? {X_W{1'b0}}
                                        : x_group + GROUP;
            // The same walk as the slots', in rows of the padded map.
            reg  [DOWN_W-1:0] down, down_top;
            wire [DOWN_W-1:0] down_next = !(repeat_last && group_last) ? down_top
                                        : frame_last                  ? {DOWN_W{1'b0}}
                                        : down_top + DROP;

            always @(posedge clk) begin
                if (step && fold_last)   x <= kx_last ? x_next : x + 1'b1;
                if (step && dot_last && repeat_last) x_group <= x_next;
                if (step && beat_last)   down <= ky_last ? down_next : down + 1'b1;
                if (step && dot_last)    down_top <= down_next;
                if (rst) begin
                    x        <= {X_W{1'b0}};
                    x_group  <= {X_W{1'b0}};
                    down     <= {DOWN_W{1'b0}};
                    down_top <= {DOWN_W{1'b0}};
                end
            end

            wire above_below = down < TOP || down >= BOTTOM;

            for (m = 0; m < PIXELS; m = m + 1) begin : g_pixel
                localparam [31:0]    RIGHT_32 = (PAD + WIDTH > m) ? PAD + WIDTH - m : 0;
                localparam [X_W-1:0] RIGHT    = RIGHT_32[X_W-1:0];
                if (m < PAD) begin : g_left
                    localparam [31:0]    FIRST_32 = PAD - m;
                    localparam [X_W-1:0] FIRST    = FIRST_32[X_W-1:0];
                    assign padded[m] = above_below || x < FIRST || x >= RIGHT;
                end else begin : g_inner
                    assign padded[m] = above_below || x >= RIGHT;
                end
            end
        end
    endgenerate

endmodule

`default_nettype wire
