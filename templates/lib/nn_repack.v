// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Fewer pixels per beat: IN_PIXELS in, OUT_PIXELS out, order kept.
 *
 * In: groups of IN_PIXELS pixels, FOLD beats of LANES channels each. Out: the
 * same pixels in groups of OUT_PIXELS, FOLD beats each. Two groups are stored,
 * one filling while the other empties, so the narrow side moves every clock.
 * FOLD = 1 needs no store: that is a width converter whose elements are pixels.
 *
 * tready depends on registers only. Latency: FOLD + 2 from a group's first beat.
 */
module nn_repack #(
    parameter ELEM_W     = 1,   // element width, bits
    parameter LANES      = 4,   // channels per beat
    parameter FOLD       = 2,   // beats per group of pixels
    parameter IN_PIXELS  = 4,   // pixels per input beat
    parameter OUT_PIXELS = 1    // pixels per output beat; divides IN_PIXELS
) (
    input  wire                                clk,
    input  wire                                rst,

    input  wire [IN_PIXELS*LANES*ELEM_W-1:0]   s_axis_tdata,
    input  wire                                s_axis_tvalid,
    output wire                                s_axis_tready,

    output wire [OUT_PIXELS*LANES*ELEM_W-1:0]  m_axis_tdata,
    output wire                                m_axis_tvalid,
    input  wire                                m_axis_tready
);

    localparam PARTS  = IN_PIXELS / OUT_PIXELS;
    localparam PART_W = OUT_PIXELS * LANES * ELEM_W;

    generate
        if (PARTS * OUT_PIXELS != IN_PIXELS) begin : g_check
            nn_repack_OUT_PIXELS_must_divide_IN_PIXELS u_error();
        end

        if (FOLD == 1) begin : g_width
            nn_width #(.ELEM_W(PART_W), .PIXELS(1), .IN_LANES(PARTS), .OUT_LANES(1)) u_width (
                .clk           (clk),
                .rst           (rst),
                .s_axis_tdata  (s_axis_tdata),
                .s_axis_tvalid (s_axis_tvalid),
                .s_axis_tready (s_axis_tready),
                .m_axis_tdata  (m_axis_tdata),
                .m_axis_tvalid (m_axis_tvalid),
                .m_axis_tready (m_axis_tready)
            );
        end else begin : g_store
            localparam DEPTH  = 2 * FOLD;
            localparam ADDR_W = $clog2(DEPTH);
            localparam [31:0]       LAST_32 = DEPTH - 1;
            localparam [31:0]       BACK_32 = FOLD - 1;
            localparam [ADDR_W-1:0] LAST    = LAST_32[ADDR_W-1:0];
            localparam [ADDR_W-1:0] BACK    = BACK_32[ADDR_W-1:0];

            (* ram_style = "distributed" *)
            reg  [PARTS*PART_W-1:0] store [0:DEPTH-1];
            reg  [ADDR_W-1:0]       waddr, raddr;
            reg  [1:0]              groups;     // whole groups in store
            wire                    in_last, out_last, ready;
            reg  [PARTS-1:0]        part;       // one hot

            wire take   = s_axis_tvalid && s_axis_tready;
            wire give   = groups != 2'd0 && ready;
            wire filled = take && in_last;
            wire freed  = give && out_last && part[PARTS-1];

            assign s_axis_tready = groups != 2'd2;

            nn_loop #(.COUNT(FOLD)) u_in (
                .clk(clk), .rst(rst), .step(take), .last(in_last)
            );
            nn_loop #(.COUNT(FOLD)) u_out (
                .clk(clk), .rst(rst), .step(give), .last(out_last)
            );

            always @(posedge clk) begin
                if (take) begin
                    store[waddr] <= s_axis_tdata;
                    waddr        <= (waddr == LAST) ? {ADDR_W{1'b0}} : waddr + 1'b1;
                end
                if (give) begin
                    if (out_last) part <= {part[PARTS-2:0], part[PARTS-1]};
                    raddr <= (out_last && !part[PARTS-1]) ? raddr - BACK
                           : (raddr == LAST)              ? {ADDR_W{1'b0}}
                           : raddr + 1'b1;
                end
                groups <= groups + {1'b0, filled} - {1'b0, freed};
                if (rst) begin
                    waddr  <= {ADDR_W{1'b0}};
                    raddr  <= {ADDR_W{1'b0}};
                    groups <= 2'd0;
                    part   <= {{(PARTS-1){1'b0}}, 1'b1};
                end
            end

            // AND-OR over the parts of the word on show.
            wire [PARTS*PART_W-1:0] word = store[raddr];
            reg  [PART_W-1:0]       chosen;
            integer i;
            always @* begin
                chosen = {PART_W{1'b0}};
                for (i = 0; i < PARTS; i = i + 1)
                    chosen = chosen | (word[i*PART_W +: PART_W] & {PART_W{part[i]}});
            end

            nn_skid #(.DATA_W(PART_W)) u_skid (
                .clk           (clk),
                .rst           (rst),
                .s_axis_tdata  (chosen),
                .s_axis_tvalid (groups != 2'd0),
                .s_axis_tready (ready),
                .m_axis_tdata  (m_axis_tdata),
                .m_axis_tvalid (m_axis_tvalid),
                .m_axis_tready (m_axis_tready)
            );
        end
    endgenerate

endmodule

`default_nettype wire
