// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * Running sums in LUT RAM: sum[addr] = (first ? from : sum[addr]) + add, a step each clock
 * with `valid`, any address after any other. `sum` is the step's result, two clocks later.
 *
 * A sum of more than 16 bits is worked on in two parts, the upper one a clock later with the
 * lower one's carry, so that no carry chain is longer than 16 bits.
 *
 * Timing: II = 1, latency = 2.
 */
module nn_accumulate #(
    parameter WORDS = 4,   // running sums
    parameter ADD_W = 12,  // width of the signed addend, at most SUM_W
    parameter SUM_W = 18   // width of the signed sums, at most 32
) (
    /* Clock. */
    input  wire clk,

    /* One step. */
    input  wire                                         valid,  // a step is done
    // It starts from `from`, not from its sum.
    input  wire                                         first,
    input  wire [SUM_W-1:0]                             from,   // signed
    input  wire [((WORDS > 1) ? $clog2(WORDS) : 1)-1:0] addr,   // which of the WORDS sums
    input  wire [ADD_W-1:0]                             add,    // signed addend

    /* Result of the step of two clocks ago. */
    output wire [SUM_W-1:0] sum  // signed
);

    localparam ADDR_W = (WORDS > 1) ? $clog2(WORDS) : 1;
    localparam LOW_W  = (SUM_W > 16) ? 16 : SUM_W;

    generate
        if (ADD_W > SUM_W || SUM_W > 32) begin : g_check
            nn_accumulate_SUM_W_must_be_ADD_W_to_32 u_error();
        end
    endgenerate

    wire [SUM_W-1:0] wide;

    generate
        if (ADD_W == SUM_W) begin : g_as_it_is
            assign wide = add;
        end else begin : g_extended
            assign wide = {{(SUM_W-ADD_W){add[ADD_W-1]}}, add};
        end
    endgenerate

    (* ram_block = "auto", ram_style = "distributed" *)
    reg  [LOW_W-1:0] lows [0:WORDS-1];
    reg  [LOW_W-1:0] low;
    reg              carry;
    wire [LOW_W-1:0] low_past = first ? from[LOW_W-1:0] : lows[addr];
    wire [LOW_W:0]   low_next = {1'b0, low_past} + {1'b0, wide[LOW_W-1:0]};

    always @(posedge clk) begin
        if (valid) lows[addr] <= low_next[LOW_W-1:0];
        {carry, low} <= low_next;
    end

    generate
        if (SUM_W > LOW_W) begin : g_high
            localparam HIGH_W = SUM_W - LOW_W;

            (* ram_block = "auto", ram_style = "distributed" *)
            reg  [HIGH_W-1:0] highs [0:WORDS-1];
            reg  [HIGH_W-1:0] addend, from_1, high;
            reg  [LOW_W-1:0]  low_1;
            reg  [ADDR_W-1:0] addr_1;
            reg               valid_1, first_1;

            // One chain takes both addend and carry: its lowest place adds the carry to a 1.
            wire [HIGH_W-1:0] high_past = first_1 ? from_1 : highs[addr_1];
            wire [HIGH_W:0]   high_next = {high_past, 1'b1} + {addend, carry};
            wire              unused_place = high_next[0];

            always @(posedge clk) begin
                valid_1 <= valid;
                first_1 <= first;
                addr_1  <= addr;
                from_1  <= from[SUM_W-1:LOW_W];
                addend  <= wide[SUM_W-1:LOW_W];
                if (valid_1) highs[addr_1] <= high_next[HIGH_W:1];
                high    <= high_next[HIGH_W:1];
                low_1   <= low;
            end

            assign sum = {high, low_1};
        end else begin : g_low
            reg  [LOW_W-1:0] low_1;
            wire             unused_carry = carry;

            always @(posedge clk) low_1 <= low;
            assign sum = low_1;
        end
    endgenerate

endmodule

`default_nettype wire
