// SPDX-License-Identifier: Apache-2.0
// Watches one edge without touching it: every taken beat against the next line of a file of expected beats (hex),
// surplus beats, the stream rules, and the cycle in which each frame is complete. Prints its totals when asked:
// gathered in one vector, the totals of hundreds of edges would be copied whole for each one's change.
`default_nettype none
module nn_monitor #(
    parameter int EDGE            = 0,
    parameter int DATA_W          = 8,
    parameter int BEATS_PER_FRAME = 1
) (
    input  wire              clk,
    input  wire              rst,
    input  wire [31:0]       cycle,
    input  wire              report,    // print the totals in this clock
    input  wire string       file,

    input  wire [DATA_W-1:0] tdata,
    input  wire              tvalid,
    input  wire              tready,

    output reg               done       // every expected beat has come
);
    localparam int REPORTED = 8;        // faults printed per edge; the rest is counted

    int              fd = 0;
    reg [DATA_W-1:0] expected;
    reg              ahead;             // `expected` holds the next beat
    reg              held;
    reg [DATA_W-1:0] held_data;
    reg [31:0]       taken, faults;     // beats
    reg [31:0]       beat_of_frame, frame;

    task automatic fault();
        faults <= faults + 32'd1;
    endtask

    // Reads one line ahead, so that `done` is known as soon as the last beat has come.
    task automatic read_ahead();
        ahead = ($fscanf(fd, "%h\n", expected) == 1);
        done  <= !ahead;
    endtask

    initial begin
        done   = 1'b0;
        faults = 32'd0;
        taken  = 32'd0;
    end

    always @(posedge clk)
        if (report)
            $display("%s EDGE edge=%0d taken=%0d faults=%0d done=%0d", nn_report::nonce(), EDGE, taken, faults, done);

    always @(posedge clk) begin
        if (rst) begin
            if (fd != 0) $fclose(fd);
            fd = $fopen(file, "r");
            if (fd == 0) begin
                $display("%s FILE name=%s", nn_report::nonce(), file);
                $finish;
            end
            read_ahead();
            held          <= 1'b0;
            beat_of_frame <= 32'd0;
            frame         <= 32'd0;
            taken         <= 32'd0;
        end else begin
            if (held && !tvalid) begin
                fault();
                if (faults < REPORTED)
                    $display("%s RULE edge=%0d rule=tvalid-fell beat=%0d cycle=%0d", nn_report::nonce(),
                             EDGE, taken, cycle);
            end
            if (held && tvalid && tdata !== held_data) begin
                fault();
                if (faults < REPORTED)
                    $display("%s RULE edge=%0d rule=tdata-changed beat=%0d cycle=%0d", nn_report::nonce(),
                             EDGE, taken, cycle);
            end
            held      <= tvalid && !tready;
            held_data <= tdata;

            if (tvalid && tready) begin
                taken <= taken + 32'd1;
                if (!ahead) begin
                    fault();
                    if (faults < REPORTED)
                        $display("%s SURPLUS edge=%0d beat=%0d cycle=%0d", nn_report::nonce(), EDGE, taken, cycle);
                end else begin
                    if (tdata !== expected) begin
                        fault();
                        if (faults < REPORTED)
                            $display("%s MISMATCH edge=%0d beat=%0d expected=%h got=%h cycle=%0d", nn_report::nonce(),
                                     EDGE, taken, expected, tdata, cycle);
                    end
                    read_ahead();
                end
                beat_of_frame <= beat_of_frame + 32'd1;
                if (beat_of_frame == BEATS_PER_FRAME - 1) begin
                    $display("%s FRAME edge=%0d frame=%0d cycle=%0d", nn_report::nonce(), EDGE, frame, cycle);
                    beat_of_frame <= 32'd0;
                    frame         <= frame + 32'd1;
                end
            end
        end
    end
endmodule
`default_nettype wire
