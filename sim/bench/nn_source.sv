// SPDX-License-Identifier: Apache-2.0
// Plays a file of beats, one line each: hex data, then 0 or 1 for tlast. Starts over after a reset. Once tvalid is
// up it stays, data held, until tready: stalls come between beats. In a stall tdata and tlast are inverted clock by
// clock: without tvalid they mean nothing, and a design that looks at them shows it.
`default_nettype none
module nn_source #(
    parameter int DATA_W = 8
) (
    input  wire              clk,
    input  wire              rst,
    input  wire string       file,
    input  wire [6:0]        stall_percent,
    input  wire              stall_burst,

    output reg  [DATA_W-1:0] m_axis_tdata,
    output reg               m_axis_tvalid,
    input  wire              m_axis_tready,
    output reg               m_axis_tlast
);
    int              fd = 0;
    wire             stall;
    reg [DATA_W-1:0] data;
    reg              last;

    nn_random_stall u_stall (.clk(clk), .percent(stall_percent), .burst(stall_burst), .stall(stall));

    initial m_axis_tvalid = 1'b0;

    always @(posedge clk) begin
        if (rst) begin
            if (fd != 0) $fclose(fd);
            fd = $fopen(file, "r");
            if (fd == 0) begin
                $display("%s FILE name=%s", nn_report::nonce(), file);
                $finish;
            end
            m_axis_tvalid <= 1'b0;
        end else begin
            if (!m_axis_tvalid || m_axis_tready) begin
                m_axis_tvalid <= 1'b0;
                m_axis_tdata  <= ~m_axis_tdata;
                m_axis_tlast  <= !m_axis_tlast;
            end
            // Not one condition with &&: a simulator may call $fscanf whatever stands before it.
            if ((!m_axis_tvalid || m_axis_tready) && !stall) begin
                if ($fscanf(fd, "%h %b\n", data, last) == 2) begin
                    m_axis_tdata  <= data;
                    m_axis_tlast  <= last;
                    m_axis_tvalid <= 1'b1;
                end
            end
        end
    end
endmodule
`default_nettype wire
