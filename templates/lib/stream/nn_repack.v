// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Other groups of pixels: IN_PIXELS per beat in, OUT_PIXELS out, order kept.
 * One of the two must be a multiple of the other.
 *
 * In: groups of IN_PIXELS pixels, FOLD beats of LANES channels each. Out: the
 * same pixels in groups of OUT_PIXELS, FOLD beats each. Two wide groups are
 * stored, one filling while the other empties, so the narrow side moves every
 * clock. A stored word is one wide beat; its parts, one per narrow group, lie in
 * banks of their own.
 * FOLD = 1 needs no store: that is a width converter whose elements are pixels.
 *
 * tready depends on registers only.
 *
 * Timing: the narrow side moves every clock, latency = the beats of a wide group and 2.
 */
module nn_repack #(
    parameter ELEM_W     = 1,  // element width, bits
    parameter LANES      = 4,  // channels per beat
    parameter FOLD       = 2,  // beats per group of pixels
    parameter IN_PIXELS  = 4,  // pixels per input beat
    parameter OUT_PIXELS = 1   // pixels per output beat
) (
    /* Clock, and synchronous reset. */
    input  wire clk,
    input  wire rst,

    /* IN_PIXELS pixels of LANES channels a beat, pixel 0 in the low bits. */
    input  wire [IN_PIXELS*LANES*ELEM_W-1:0] s_axis_tdata,
    input  wire                              s_axis_tvalid,
    output wire                              s_axis_tready,

    /* OUT_PIXELS pixels of LANES channels a beat, pixel 0 in the low bits. */
    output wire [OUT_PIXELS*LANES*ELEM_W-1:0] m_axis_tdata,
    output wire                               m_axis_tvalid,
    input  wire                               m_axis_tready
);

    localparam DOWN   = (IN_PIXELS > OUT_PIXELS) ? 1 : 0;
    localparam NARROW = DOWN ? OUT_PIXELS : IN_PIXELS;
    localparam PARTS  = (DOWN ? IN_PIXELS : OUT_PIXELS) / NARROW;
    localparam PART_W = NARROW * LANES * ELEM_W;
    localparam OUT_W  = OUT_PIXELS * LANES * ELEM_W;

    generate
        if (IN_PIXELS % OUT_PIXELS != 0 && OUT_PIXELS % IN_PIXELS != 0) begin : g_check
            nn_repack_one_of_IN_PIXELS_and_OUT_PIXELS_must_divide_the_other u_error();
        end else if (FOLD == 1 || PARTS == 1) begin : g_width
            nn_width #(
                .ELEM_W(PART_W), .PIXELS(1),
                .IN_LANES(IN_PIXELS/NARROW), .OUT_LANES(OUT_PIXELS/NARROW)
            ) u_width (
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

            // The narrow side passes a group's words once for each part.
            reg  [ADDR_W-1:0] narrow_addr, wide_addr;
            reg  [PARTS-1:0]  part;         // one hot
            reg  [1:0]        groups;       // whole groups in store
            wire              narrow_last, wide_last, ready;

            wire take = s_axis_tvalid && s_axis_tready;
            wire give = groups != 2'd0 && ready;
            wire narrow_step = DOWN ? give : take;
            wire wide_step   = DOWN ? take : give;
            wire narrow_end  = narrow_step && narrow_last && part[PARTS-1];
            wire wide_end    = wide_step && wide_last;
            wire filled = DOWN ? wide_end : narrow_end;
            wire freed  = DOWN ? narrow_end : wide_end;

            assign s_axis_tready = groups != 2'd2;

            nn_loop #(.COUNT(FOLD)) u_narrow (
                .clk(clk), .rst(rst), .step(narrow_step), .last(narrow_last)
            );
            nn_loop #(.COUNT(FOLD)) u_wide (
                .clk(clk), .rst(rst), .step(wide_step), .last(wide_last)
            );

            always @(posedge clk) begin
                if (wide_step)
                    wide_addr <= (wide_addr == LAST) ? {ADDR_W{1'b0}} : wide_addr + 1'b1;
                if (narrow_step) begin
                    if (narrow_last) part <= {part[PARTS-2:0], part[PARTS-1]};
                    narrow_addr <= (narrow_last && !part[PARTS-1]) ? narrow_addr - BACK
                                 : (narrow_addr == LAST)           ? {ADDR_W{1'b0}}
                                 : narrow_addr + 1'b1;
                end
                groups <= groups + {1'b0, filled} - {1'b0, freed};
                if (rst) begin
                    wide_addr   <= {ADDR_W{1'b0}};
                    narrow_addr <= {ADDR_W{1'b0}};
                    groups      <= 2'd0;
                    part        <= {{(PARTS-1){1'b0}}, 1'b1};
                end
            end

            wire [ADDR_W-1:0]       waddr = DOWN ? wide_addr : narrow_addr;
            wire [ADDR_W-1:0]       raddr = DOWN ? narrow_addr : wide_addr;
            wire [PARTS*PART_W-1:0] word;
            wire [OUT_W-1:0]        shown;

            genvar p;
            for (p = 0; p < PARTS; p = p + 1) begin : g_bank
                (* ram_block = "auto", ram_style = "distributed" *)
                reg [PART_W-1:0] store [0:DEPTH-1];
                always @(posedge clk)
                    if (take && (DOWN || part[p]))
                        store[waddr] <= s_axis_tdata[(DOWN ? p : 0)*PART_W +: PART_W];
                assign word[p*PART_W +: PART_W] = store[raddr];
            end

            if (DOWN) begin : g_one_part
                // AND-OR over the parts of the word on show.
                reg [PART_W-1:0] chosen;
                integer i;
                always @* begin
                    chosen = {PART_W{1'b0}};
                    for (i = 0; i < PARTS; i = i + 1)
                        chosen = chosen | (word[i*PART_W +: PART_W] & {PART_W{part[i]}});
                end
                assign shown = chosen;
            end else begin : g_all_parts
                assign shown = word;
            end

            nn_skid #(.DATA_W(OUT_W)) u_skid (
                .clk           (clk),
                .rst           (rst),
                .s_axis_tdata  (shown),
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
