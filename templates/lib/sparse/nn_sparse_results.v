// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Results of fully connected layers, one a clock: bytes become words of the vector memory, from
 * word `to` on (taken with `start`). Those of `wide` layers become words of 16 numbers for the
 * result: the bytes, where `rounded`, with a sign if `is_signed`, else the sums.
 *
 * Layers have a multiple of 16 results, so every word is filled. `hold`: no more results are to
 * leave nn_sparse_dense; 7 may still come.
 *
 * Timing: II = 1, latency = 1.
 */
module nn_sparse_results #(
    parameter ADDR_W = 13  // address width of the vector memory
) (
    input  wire              clk,
    input  wire              rst,

    /* The layer */
    input  wire              start,      // it begins; one clock
    input  wire [ADDR_W-1:0] to,         // its first word in the vector memory
    input  wire              wide,       // results go to memory
    input  wire              rounded,    // as bytes
    input  wire              is_signed,  // that have a sign

    /* In: results, one a clock */
    input  wire              s_valid,
    input  wire [7:0]        s_byte,   // requantised
    input  wire [31:0]       s_exact,  // as they are
    output reg               hold,     // no more are to leave

    /* Out: words of the vector memory */
    output reg               we,
    output reg  [ADDR_W-1:0] waddr,
    output wire [63:0]       wdata,

    /* Out: words of the result */
    output wire              m_valid,
    input  wire              m_ready,
    output wire [511:0]      m_data
);

    reg  [511:0]      word;
    reg  [3:0]        count;
    reg  [ADDR_W-1:0] next;
    reg               push;
    reg  [2:0]        level;
    wire              take = m_valid && m_ready;
    wire              unused_ready;
    wire [31:0]       number = rounded ? {{24{is_signed && s_byte[7]}}, s_byte} : s_exact;

    assign wdata = word[511:448];

    always @(posedge clk) begin
        we   <= s_valid && !wide && (&count[2:0]);
        push <= s_valid && wide && (&count);
        if (s_valid) begin
            word  <= wide ? {number, word[511:32]} : {s_byte, word[511:8]};
            count <= count + 4'd1;
            if (!wide && (&count[2:0])) begin
                waddr <= next;
                next  <= next + 1'b1;
            end
        end
        level <= level + {2'd0, push} - {2'd0, take};
        hold  <= level > 3'd1;
        if (start) begin
            next  <= to;
            count <= 4'd0;
        end
        if (rst) begin
            we    <= 1'b0;
            push  <= 1'b0;
            level <= 3'd0;
            hold  <= 1'b0;
        end
    end

    nn_fifo #(.DATA_W(512), .DEPTH(4)) u_words (
        .clk(clk), .rst(rst),
        .s_axis_tdata(word), .s_axis_tvalid(push), .s_axis_tready(unused_ready),
        .m_axis_tdata(m_data), .m_axis_tvalid(m_valid), .m_axis_tready(m_ready)
    );

endmodule

`default_nettype wire
