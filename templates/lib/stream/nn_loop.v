// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * One level of a loop nest: `last` is high during the last of COUNT steps.
 *
 * `last` is a flip-flop, so a nest of loops decides on its innermost or
 * outermost end with a single AND of flags, however long the loops are.
 *
 * Timing: II = 1, latency = 0.
 */
module nn_loop #(
    parameter COUNT = 2   // steps per round, any number from 1
) (
    /* Clock, and synchronous reset. */
    input  wire clk,
    input  wire rst,

    /* Position in a round of COUNT steps. */
    input  wire step,  // a step is done in this clock
    output wire last   // the round's last step comes next or is done now
);

    generate
        if (COUNT < 1) begin : g_check
            nn_loop_COUNT_must_be_positive u_error();
        end

        if (COUNT <= 1) begin : g_single
            wire unused_ports = clk | rst | step;
            assign last = 1'b1;
        end else begin : g_counted
            localparam INDEX_W = $clog2(COUNT);
            localparam [31:0]        MARK_32 = COUNT - 2;
            localparam [INDEX_W-1:0] MARK    = MARK_32[INDEX_W-1:0];

            reg [INDEX_W-1:0] index;
            reg               at_last;

            assign last = at_last;

            always @(posedge clk) begin
                if (step) begin
                    index   <= at_last ? {INDEX_W{1'b0}} : index + 1'b1;
                    at_last <= !at_last && index == MARK;
                end
                if (rst) begin
                    index   <= {INDEX_W{1'b0}};
                    at_last <= 1'b0;
                end
            end
        end
    endgenerate

endmodule

`default_nettype wire
