// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * The list of output pixels that nn_early's lanes work through.
 *
 * Pixels. With POOL, output pixel (py, px) is a window of POOL x POOL convolution
 * windows, rows and columns beyond whole ones are swallowed. Pixel k of all frames is
 * announced in slot k mod 2^JOBS_W as the address of its first word, once the rows below
 * it are complete; `issued` counts them, from 2^JOBS_W on, modulo twice that. No more
 * than 2^JOBS_W pixels are under way: `retired` ends the oldest one, in order, and after
 * a row's last pixel the map's rows that nobody needs any more are free.
 *
 * `freed` rows may be overwritten from the next clock on.
 *
 * Timing: II = 1 pixel, latency = 1.
 */
module nn_early_pixels #(
    parameter HEIGHT = 8,  // rows of the map, padded
    parameter WIDTH  = 8,  // columns of the map, padded
    parameter FOLD   = 1,  // words per pixel
    parameter KERNEL = 3,  // window height and width
    parameter STRIDE = 1,  // step of windows, both ways
    parameter POOL   = 1,  // pooled windows, both ways
    parameter ROWS   = 6,  // rows that the ring holds
    parameter ROWS_W = 4,  // width of a number of rows, up to ROWS + HEIGHT
    parameter RING_W = 9,  // address bits of the rings
    parameter JOBS_W = 4   // 2^JOBS_W pixels under way at most
) (
    /* Clock, and synchronous reset. */
    input  wire clk,
    input  wire rst,

    /* Rows of the map. */
    input  wire            hold,    // announce nothing yet
    input  wire            row_in,  // a row has been written
    output reg  [ROWS_W:0] freed,   // rows that may be overwritten

    /* Pixels for all lanes. */
    output reg               job_we,    // a pixel is announced
    output reg  [JOBS_W-1:0] job_slot,  // its slot
    output reg  [RING_W-1:0] job_base,  // address of its first word
    output reg  [JOBS_W:0]   issued,    // pixels announced, from 2^JOBS_W on
    input  wire              retired    // the oldest pixel has left
);

    localparam OH     = (HEIGHT - KERNEL) / STRIDE + 1;
    localparam OW     = (WIDTH - KERNEL) / STRIDE + 1;
    localparam PH     = OH / POOL;              // output rows
    localparam PW     = OW / POOL;              // output columns
    localparam HOP    = POOL * STRIDE;          // map rows from an output row to the next
    localparam SPAN   = HOP - STRIDE + KERNEL;  // map rows of an output row
    localparam LEFT   = HEIGHT - (PH - 1)*HOP;  // map rows from the last one to the frame's end

    generate
        if (ROWS < SPAN) begin : g_check_ring
            nn_early_pixels_ROWS_must_hold_an_output_row u_error();
        end
    endgenerate

    localparam [31:0]       NEED_32     = -SPAN;
    localparam [31:0]       MOVES_32    = HOP;      // and rows that an output row frees
    localparam [31:0]       MOVES_END_32 = LEFT;
    localparam [31:0]       STEP_32     = HOP * FOLD;
    localparam [31:0]       DOWN_32     = HOP * WIDTH * FOLD;
    localparam [31:0]       DOWN_END_32 = LEFT * WIDTH * FOLD;
    localparam [ROWS_W:0]   NEED        = NEED_32[ROWS_W:0];
    localparam [ROWS_W:0]   MOVES       = MOVES_32[ROWS_W:0];
    localparam [ROWS_W:0]   MOVES_END   = MOVES_END_32[ROWS_W:0];
    localparam [RING_W-1:0] STEP        = STEP_32[RING_W-1:0];
    localparam [RING_W-1:0] DOWN        = DOWN_32[RING_W-1:0];
    localparam [RING_W-1:0] DOWN_END    = DOWN_END_32[RING_W-1:0];
    localparam [JOBS_W:0]   FIRST       = {1'b1, {JOBS_W{1'b0}}};

    reg  [ROWS_W:0]   surplus;          // complete rows beyond this output row's last
    reg  [JOBS_W:0]   free;             // slots without a pixel - 1
    reg  [RING_W-1:0] base, row_base;
    reg               held;
    reg  [JOBS_W:0]   next_job;
    wire              px_last, py_last, gone_last, gone_end;

    wire announce = !surplus[ROWS_W] && !free[JOBS_W] && !held;
    wire down     = announce && px_last;
    wire gone     = retired && gone_last;

    wire [RING_W-1:0] row_next = row_base + (py_last ? DOWN_END : DOWN);

    nn_loop #(.COUNT(PW)) u_px (
        .clk(clk), .rst(rst), .step(announce), .last(px_last)
    );
    nn_loop #(.COUNT(PH)) u_py (
        .clk(clk), .rst(rst), .step(down), .last(py_last)
    );
    nn_loop #(.COUNT(PW)) u_gone (
        .clk(clk), .rst(rst), .step(retired), .last(gone_last)
    );
    nn_loop #(.COUNT(PH)) u_gone_row (
        .clk(clk), .rst(rst), .step(gone), .last(gone_end)
    );

    wire [ROWS_W:0] moves = py_last ? MOVES_END : MOVES;

    always @(posedge clk) begin
        held     <= hold;
        surplus  <= surplus + {{ROWS_W{1'b0}}, row_in} - (down ? moves : {(ROWS_W+1){1'b0}});
        freed    <= !gone ? {(ROWS_W+1){1'b0}} : gone_end ? MOVES_END : MOVES;
        free     <= free + {{JOBS_W{1'b0}}, retired} - {{JOBS_W{1'b0}}, announce};

        if (announce) begin
            base     <= px_last ? row_next : base + STEP;
            next_job <= next_job + 1'b1;
        end
        if (down) row_base <= row_next;

        job_we   <= announce;
        job_slot <= next_job[JOBS_W-1:0];
        job_base <= base;
        issued   <= announce ? next_job + 1'b1 : next_job;

        if (rst) begin
            held     <= 1'b1;
            surplus  <= NEED;
            freed    <= {(ROWS_W+1){1'b0}};
            free     <= ~FIRST;
            base     <= {RING_W{1'b0}};
            row_base <= {RING_W{1'b0}};
            next_job <= FIRST;
            job_we   <= 1'b0;
            issued   <= FIRST;
        end
    end

endmodule

`default_nettype wire
