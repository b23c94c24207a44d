// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Frames of pixels into the banks, one at a time: the next one when `used` frees its
 * place. A beat is a pixel of CHANNELS elements.
 *
 * ELEM_W > 1: integers as bit planes, at most four channels: bit 4j + c of a word is a
 * plane's bit of channel c, planes in descending order from word to word and
 * ascending within one; signed elements are raised by 2^(ELEM_W-1). ELEM_W = 1: bits,
 * one pixel a word, or PIXELS of a vector. What no channel fills is PAD: plane by plane, ascending.
 * A word goes when the bank is free (`b_ready`). Latency 3 clocks and more.
 *
 * Timing: II = 1 word, latency = 3.
 */
module nn_shared_load #(
    parameter GROUP    = 16,  // bits of a word
    parameter CHANNELS = 3,   // elements of a beat
    parameter ELEM_W   = 8,   // element width, bits, at most 8
    parameter RAISE    = 1,   // 1: elements are signed
    parameter PIXELS   = 0,   // pixels of a word, where the map is one long vector; 0: it is none
    parameter HEIGHT   = 32,  // rows of the map
    parameter WIDTH    = 32,  // its columns
    parameter PAD      = 0,   // 8 bits, by plane
    parameter BASE     = 0,   // address of the map in the banks
    parameter ADDR_W   = 10   // width of an address in a bank, bits
) (
    input  wire                       clk,
    input  wire                       rst,

    /* In: a pixel a beat */
    input  wire [CHANNELS*ELEM_W-1:0] s_axis_tdata,
    input  wire                       s_axis_tvalid,
    output wire                       s_axis_tready,

    /* Frames */
    input  wire                       used,    // the frame is not needed any more
    output reg                        loaded,  // a whole frame is there

    /* Out: words to the banks */
    output wire                       b_valid,
    output wire [3:0]                 b_bank,  // 0 to 8
    output wire [ADDR_W-1:0]          b_addr,
    output wire [GROUP-1:0]           b_word,
    input  wire                       b_ready
);

    localparam PLANES  = GROUP / 4;                             // of a word
    localparam WORDS   = (ELEM_W > 1) ? (ELEM_W + PLANES - 1) / PLANES : 1;     // of a pixel
    localparam BEATS   = HEIGHT * WIDTH;
    localparam VECTOR  = (PIXELS > 0) ? 1 : 0;
    localparam COUNT_W = $clog2(((HEIGHT > WIDTH) ? HEIGHT : WIDTH) + 1);
    localparam GROUPS  = VECTOR ? (BEATS + PIXELS - 1) / PIXELS : WORDS;

    localparam [31:0] PAD_32     = PAD;
    localparam [31:0] BASE_32    = BASE;
    localparam [31:0] GROUPS_32  = GROUPS;
    localparam [31:0] PITCH_32   = VECTOR ? GROUPS : ((WIDTH + 2) / 3) * GROUPS;
    localparam [31:0] ROWS_32    = VECTOR ? 0 : HEIGHT - 1;
    localparam [31:0] COLUMNS_32 = VECTOR ? 0 : WIDTH - 1;

    generate
        if (ELEM_W > 1 && (CHANNELS > 4 || ELEM_W > 8)) begin : g_check_planes
            nn_shared_load_planes_are_of_four_channels_and_8_bits u_error();
        end
        if (ELEM_W == 1 && CHANNELS*(VECTOR ? PIXELS : 1) > GROUP) begin : g_check_bits
            nn_shared_load_CHANNELS_times_PIXELS_must_fit_GROUP u_error();
        end
    endgenerate

    reg  begun;             // the place's counters are at the first pixel
    reg  taken;             // all of the frame has come
    wire word_valid, word_last, frame_taken, frame_put;
    wire [GROUP-1:0] word;
    wire open = !b_valid || b_ready;
    wire go   = begun && !taken && open;

    generate
        if (ELEM_W > 1) begin : g_planes
            // which word of the pixel, one-hot, first the highest planes
            reg  [WORDS-1:0] turn;
            wire [WORDS*GROUP-1:0] words;
            genvar p, c;
            for (p = 0; p < WORDS*PLANES; p = p + 1) begin : g_plane
                for (c = 0; c < 4; c = c + 1) begin : g_channel
                    if (p < ELEM_W && c < CHANNELS) begin : g_bit
                        assign words[4*p + c] =
                            s_axis_tdata[c*ELEM_W + p] ^ (RAISE != 0 && p == ELEM_W - 1);
                    end else begin : g_fill
                        assign words[4*p + c] = PAD_32[p];
                    end
                end
            end
            if (WORDS == 1) begin : g_one
                always @(posedge clk) turn <= 1'b1;
                assign word = words;
            end else begin : g_several
                always @(posedge clk) begin
                    if (go && s_axis_tvalid) turn <= {turn[0], turn[WORDS-1:1]};
                    if (rst) turn <= {1'b1, {(WORDS-1){1'b0}}};
                end
                reg [GROUP-1:0] chosen;
                integer k;
                always @* begin
                    chosen = {GROUP{1'b0}};
                    for (k = 0; k < WORDS; k = k + 1) chosen = chosen
                        | (words[k*GROUP +: GROUP] & {GROUP{turn[k]}});
                end
                assign word = chosen;
            end
            assign word_valid    = s_axis_tvalid;
            assign word_last     = turn[0];
            assign s_axis_tready = go && word_last;
        end else if (VECTOR != 0) begin : g_vector
            // The beat that completes a word goes with it; those before wait for it.
            wire                      frame_last;
            wire                      take = go && s_axis_tvalid;
            localparam [PIXELS-1:0] FIRST = 1;
            reg  [PIXELS-1:0]         place;    // of the beat, one-hot
            reg  [PIXELS*CHANNELS-1:0] past;
            wire                      completes = place[PIXELS-1] || frame_last;
            nn_loop #(.COUNT(BEATS)) u_beat (.clk(clk), .rst(rst), .step(take), .last(frame_last));
            genvar p;
            for (p = 0; p < PIXELS; p = p + 1) begin : g_place
                assign word[p*CHANNELS +: CHANNELS] = place[p] ? s_axis_tdata
                    : past[p*CHANNELS +: CHANNELS];
            end
            if (GROUP > PIXELS*CHANNELS) begin : g_fill
                assign word[GROUP-1:PIXELS*CHANNELS] = {(GROUP-PIXELS*CHANNELS){PAD_32[0]}};
            end
            always @(posedge clk) begin
                if (take) place <= completes ? FIRST : place << 1;
                if (take) past  <= completes ? {(PIXELS*CHANNELS){PAD_32[0]}}
                    : word[PIXELS*CHANNELS-1:0];
                if (rst) begin
                    place <= FIRST;
                    past  <= {(PIXELS*CHANNELS){PAD_32[0]}};
                end
            end
            assign word_valid    = s_axis_tvalid && completes;
            assign word_last     = frame_last;
            assign s_axis_tready = go;
        end else begin : g_bits
            if (GROUP > CHANNELS) begin : g_fill
                assign word = {{(GROUP-CHANNELS){PAD_32[0]}}, s_axis_tdata};
            end else begin : g_full
                assign word = s_axis_tdata;
            end
            assign word_valid    = s_axis_tvalid;
            assign word_last     = 1'b1;
            assign s_axis_tready = go;
        end
    endgenerate

    nn_shared_place #(.WORD_W(GROUP), .ADDR_W(ADDR_W), .COUNT_W(COUNT_W)) u_place (
        .clk(clk), .rst(rst), .load(!begun), .base(BASE_32[ADDR_W-1:0]),
        .pitch(PITCH_32[ADDR_W-1:0]), .groups(GROUPS_32[ADDR_W-1:0]), .rows(ROWS_32[COUNT_W-1:0]),
        .columns(COLUMNS_32[COUNT_W-1:0]), .open(open), .valid(word_valid && begun && !taken),
        .last(word_last), .word(word), .map_end(frame_taken), .put(b_valid), .put_last(frame_put),
        .put_bank(b_bank), .put_addr(b_addr), .put_word(b_word)
    );

    always @(posedge clk) begin
        begun <= 1'b1;
        if (frame_taken) taken <= 1'b1;
        else if (used) taken <= 1'b0;
        if (b_ready && frame_put) loaded <= 1'b1;
        else if (used) loaded <= 1'b0;
        if (rst) begin
            begun  <= 1'b0;
            taken  <= 1'b0;
            loaded <= 1'b0;
        end
    end

endmodule

`default_nettype wire
