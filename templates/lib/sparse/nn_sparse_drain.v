// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Reads finished sums out of the groups, slot by slot, group after group, and makes lines of
 * bytes of them:
 *
 *     line to[i] + round = requantised sums of slot i mod slots of group i div slots
 *
 * Where lane l of round r lies outside the map, it is 0: position r*LANES + l has the column
 * position mod pitch, which must be less than `width`, and the row position div pitch, less
 * than `height`; nn_sparse_outline walks them. Padding is therefore written like data.
 *
 * Parameters, one word of 64 bits for each i, from word `base` on (addresses wrap), have the
 * fields of the contract below.
 *
 * Other settings stand while a layer runs; a new round begins as soon as the first group is
 * ready.
 *
 * Timing: II = 1 slot, latency = 12.
 */
module nn_sparse_drain #(
    parameter LANES  = 64,    // positions
    parameter GROUPS = 24,    // groups that are read in turn
    parameter SLOTS  = 32,    // of a group, a power of two
    parameter ACC_W  = 24,    // width of a sum
    parameter LINE_W = 14,    // address width of the lines, up to 15
    parameter WORDS  = 4096,  // of the parameter memory
    parameter STYLE  = "block"  // of the parameter memory: "block", "ultra" or "distributed"
) (
    input  wire                     clk,
    input  wire                     rst,

    /* Parameters, a word a slot */
    input  wire                     we,
    input  wire [$clog2(WORDS)-1:0] waddr,
    input  wire [63:0]              wdata,

    /* The layer */
    input  wire                     start,   // it begins; one clock
    input  wire [$clog2(WORDS)-1:0] base,    // its first parameter
    input  wire [5:0]               slots,   // output channels of a group
    input  wire [15:0]              rounds,  // lines of a channel
    input  wire [9:0]               width,   // columns of the map that comes out
    input  wire [9:0]               pitch,   // its bytes from row to row
    input  wire [9:0]               height,  // its rows
    input  wire [4:0]               shift,   // right shift of sums
    input  wire [8:0]               least,   // lower clamp, signed
    input  wire [8:0]               most,    // upper clamp
    output reg                      done,    // the last sum has been read

    /* Sums of the groups */
    input  wire [GROUPS-1:0]        ready,      // groups whose bank is full
    output wire [GROUPS-1:0]        read,       // the group that is read
    output wire [$clog2(SLOTS)-1:0] read_slot,  // and its slot
    output wire [GROUPS-1:0]        drained,    // its last slot is read
    input  wire [GROUPS*ACC_W*LANES-1:0] sums,  // of all groups, LANES each

    /* Out: lines */
    output wire                     line_we,
    output wire [LINE_W-1:0]        line_at,
    output wire [8*LANES-1:0]       line
);

    localparam SLOT_W = $clog2(SLOTS);
    localparam ADDR_W = $clog2(WORDS);
    // contract engine
    localparam [31:0] REQUANTISE_CLOCKS = 32'd7;  // clocks from a sum to its byte
    // end of contract
    localparam REACH  = 5 + REQUANTISE_CLOCKS;      // clocks from read to the line

    // ---- Which slot of which group is read ----

    reg               running;
    reg  [GROUPS-1:0] group;                // one-hot
    reg  [5:0]        slot;
    reg  [ADDR_W-1:0] at;
    reg  [15:0]       round;
    wire              outline_valid;
    wire [LANES-1:0]  mask;
    wire              go        = running && |(ready & group) && outline_valid;
    wire              last_slot = slot + 6'd1 == slots;
    wire              last_one  = last_slot && group[GROUPS-1];
    wire [2*GROUPS-1:0] turned  = {group, group} << 1;

    assign read      = group & {GROUPS{go}};
    assign read_slot = slot[SLOT_W-1:0];
    assign drained   = read & {GROUPS{last_slot}};
    wire   unused    = ^{slot, turned[GROUPS-1:0]};

    always @(posedge clk) begin
        if (go) begin
            slot <= last_slot ? 6'd0 : slot + 6'd1;
            at   <= last_one ? base : at + 1'b1;
            if (last_slot) group <= turned[2*GROUPS-1 -: GROUPS];
            if (last_one) begin
                round   <= round + 16'd1;
                running <= round + 16'd1 != rounds;
                done    <= round + 16'd1 == rounds;
            end
        end
        if (start) begin
            running <= 1'b1;
            slot    <= 6'd0;
            group   <= {{(GROUPS-1){1'b0}}, 1'b1};
            at      <= base;
            round   <= 16'd0;
            done    <= 1'b0;
        end
        if (rst) begin
            running <= 1'b0;
            done    <= 1'b0;
        end
    end

    nn_sparse_outline #(.LANES(LANES)) u_outline (
        .clk    (clk),
        .rst    (rst),
        .start  (start),
        .width  (width),
        .pitch  (pitch),
        .height (height),
        .valid  (outline_valid),
        .mask (mask),
        .take   (go && last_one)
    );

    // ---- Clocks 2 to 5: parameters and sums ----

    localparam QUADS = (GROUPS + 3)/4;
    localparam SUM_W = ACC_W*LANES;

    wire [63:0]              q, parameters;
    wire [GROUPS-1:0]        group_3;
    wire [4*QUADS-1:0]       group_wide = {{(4*QUADS-GROUPS){1'b0}}, group_3};
    wire [4*QUADS*SUM_W-1:0] sums_wide  = {{((4*QUADS-GROUPS)*SUM_W){1'b0}}, sums};
    wire                     go_5;
    reg  [REACH-1:0]         going;
    // the sums read, where they are of this quad, otherwise 0
    reg  [QUADS*SUM_W-1:0]   quads;
    reg  [SUM_W-1:0]         sum_5, either;
    integer                  k;

    nn_ram #(.DATA_W(64), .DEPTH(WORDS), .STYLE(STYLE)) u_parameters (
        .clk(clk), .we(we), .waddr(waddr), .wdata(wdata), .raddr(at), .q(q)
    );
    nn_delay #(.DATA_W(64), .CLOCKS(3)) u_parameters_5 (.clk(clk), .d(q), .q(parameters));
    nn_delay #(.DATA_W(GROUPS), .CLOCKS(3)) u_group (.clk(clk), .d(group), .q(group_3));

    always @* begin
        either = {SUM_W{1'b0}};
        for (k = 0; k < QUADS; k = k + 1) either = either | quads[SUM_W*k +: SUM_W];
    end

    genvar u;
    generate
        for (u = 0; u < QUADS; u = u + 1) begin : g_quad
            wire [3:0]       of_quad = group_wide[4*u +: 4];
            wire [1:0]       pick    = {of_quad[3] || of_quad[2], of_quad[3] || of_quad[1]};
            wire [SUM_W-1:0] low     = pick[0] ? sums_wide[SUM_W*(4*u+1) +: SUM_W]
                : sums_wide[SUM_W*4*u +: SUM_W];
            wire [SUM_W-1:0] high    = pick[0] ? sums_wide[SUM_W*(4*u+3) +: SUM_W]
                : sums_wide[SUM_W*(4*u+2) +: SUM_W];
            always @(posedge clk) begin
                quads[SUM_W*u +: SUM_W] <= pick[1] ? high : low;
                if (of_quad == 4'd0) quads[SUM_W*u +: SUM_W] <= {SUM_W{1'b0}};
            end
        end
    endgenerate

    always @(posedge clk) begin
        sum_5 <= either;
        going <= {going[REACH-2:0], go};
        if (rst) going <= {REACH{1'b0}};
    end

    // contract parameter of parameters as word_
    wire signed [15:0] word_a = parameters[15:0];  // factor
    wire signed [31:0] word_b = parameters[47:16];  // term
    wire [14:0] word_to = parameters[62:48];      // line where the channel begins
    wire word_used = parameters[63];              // the slot holds a channel
    // end of contract
    assign go_5 = going[4] && word_used;

    // ---- Clocks 6 to 12: bytes, and where they go ----

    wire [8*LANES-1:0]  bytes;
    wire [32*LANES-1:0] unused_exact;
    wire [14:0]         to;
    wire [LANES-1:0]    mask_12;
    wire [15:0]         round_12;
    wire                keep;
    integer             l;
    reg  [8*LANES-1:0]  outlined;

    nn_requantise #(.LANES(LANES), .X_W(ACC_W)) u_requantise (
        .clk   (clk),
        .x     (sum_5),
        .a     (word_a),
        .b     (word_b),
        .shift (shift),
        .least (least),
        .most  (most),
        .y     (bytes),
        .exact (unused_exact)
    );
    nn_delay #(.DATA_W(16), .CLOCKS(REQUANTISE_CLOCKS)) u_to (
        .clk(clk), .d({go_5, word_to}), .q({keep, to})
    );
    nn_delay #(.DATA_W(LANES + 16), .CLOCKS(REACH)) u_mask (
        .clk(clk), .d({mask, round}), .q({mask_12, round_12})
    );

    always @*
        for (l = 0; l < LANES; l = l + 1) outlined[8*l +: 8] = bytes[8*l +: 8] & {8{mask_12[l]}};

    wire [15:0] line_at_16 = {1'b0, to} + round_12;
    assign line_we = keep && going[REACH-1];
    assign line_at = line_at_16[LINE_W-1:0];
    assign line    = outlined;
    wire   unused_at = ^line_at_16;

endmodule

`default_nettype wire
