// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * A row of multipliers with LUT-RAM accumulators: sums[slot] lane l += weight * x lane l.
 *
 * Two lanes share a multiplier of 8 x 27 bits, a DSP48E2, as the weight is the same for both:
 *
 *     weight * (x1 * 2^18 + x0) = weight * x1 * 2^18 + weight * x0
 *
 * The upper product comes out less 1 where the lower one is negative; the adder's carry input
 * puts that right. (Fu et al., Deep Learning with INT8 Optimization on Xilinx Devices, WP486.)
 * `pairs` holds {x1 - 1 where x0 is negative, else x1; x0}, 9 and 8 bits, for every two lanes.
 *
 * Twice SLOTS sums a lane, so that one bank is read out while the other is added to. `fresh`
 * begins a sum at 0 in place of what the bank held. A slot may come again in the very next
 * clock: the sum then comes from the adder's own register.
 *
 * An addition and a read-out share the read port: `read` shows bank and slot on `sums` three
 * clocks later (zeros if fresh). Nothing may be added in the same clock. II = 1; a sum stands
 * in its memory four clocks after `add`.
 *
 * Synthesis tools, which define SYNTHESIS, see an adder in primitives where CARRY_W says so:
 * a LUT and a position of the carry chain per bit, the choice of the addend in the same LUT.
 *
 * Timing: II = 1, latency = 4.
 */
module nn_sparse_macs #(
    parameter LANES   = 64,  // products, an even number
    parameter SLOTS   = 32,  // sums a lane and bank, a power of two
    parameter ACC_W   = 24,  // width of a sum, from 17
    parameter CARRY_W = 0    // 8: the adder's chain in CARRY8, 4: in CARRY4, 0: portable
) (
    input  wire                     clk,
    input  wire                     rst,

    /* The step */
    input  wire                     add,       // adds a product
    input  wire                     read,      // shows a slot
    input  wire                     fresh,     // the slot has no sum yet
    input  wire [$clog2(SLOTS):0]   at,        // {bank, slot}
    input  wire [7:0]               weight,    // signed
    input  wire                     x_signed,  // x0 is
    input  wire [17*LANES/2-1:0]    pairs,     // positions, two by two: 17 bits

    /* Sums of the slot that was read three clocks ago */
    output wire [ACC_W*LANES-1:0]   sums
);

    generate
        if (LANES < 2 || LANES % 2 != 0) begin : g_check_lanes
            nn_sparse_macs_LANES_must_be_even u_error();
        end
        if (SLOTS < 2 || SLOTS != 1 << $clog2(SLOTS)) begin : g_check_slots
            nn_sparse_macs_SLOTS_must_be_a_power_of_two u_error();
        end
        if (ACC_W < 17) begin : g_check_width
            nn_sparse_macs_ACC_W_must_hold_a_product u_error();
        end
    endgenerate

    localparam AT_W  = $clog2(SLOTS) + 1;
    localparam PAIRS = LANES/2;
`ifdef SYNTHESIS
    localparam CHAIN = CARRY_W != 0;
`else
    localparam CHAIN = 0;
    wire unused_carry_w = CARRY_W[0];
`endif

    reg [AT_W-1:0] at_0, at_1, at_2;
    reg            add_0, add_1, add_2;
    reg            fresh_0, fresh_1;
    reg            again;
    wire           unused_read = read;      // a read is a step of the pipeline that adds nothing

    always @(posedge clk) begin
        {at_2, at_1, at_0}    <= {at_1, at_0, at};
        {add_2, add_1, add_0} <= {add_1, add_0, add};
        {fresh_1, fresh_0}    <= {fresh_0, fresh};
        again                 <= add_2 && at_2 == at_1;
        if (rst) {add_2, add_1, add_0} <= 3'd0;
    end

    // ---- Products, of two lanes each ----

    reg [35*PAIRS-1:0] product_1, product_2;
    reg [17*PAIRS-1:0] pairs_0;
    reg signed [7:0]   weight_0;
    reg                signed_0;
    integer            k;

    always @(posedge clk) begin
        weight_0 <= weight;
        signed_0 <= x_signed;
        pairs_0  <= pairs;
        for (k = 0; k < PAIRS; k = k + 1)
            product_1[35*k +: 35] <= weight_0 * $signed({pairs_0[17*k+8 +: 9],
                {10{signed_0 && pairs_0[17*k+7]}}, pairs_0[17*k +: 8]});
        product_2 <= product_1;
    end

    // ---- Sums; one word holds a slot's of all lanes ----

    (* ram_block = "auto", ram_style = "distributed" *)
    reg  [ACC_W*LANES-1:0] store [0:2*SLOTS-1];
    reg  [ACC_W*LANES-1:0] held, latest;
    wire [ACC_W*LANES-1:0] sum;

    genvar l;
    generate
        for (l = 0; l < LANES; l = l + 1) begin : g_lane
            wire [16:0]      term = product_2[35*(l/2) + 18*(l%2) +: 17];
            wire             unit = (l % 2 != 0) && product_2[35*(l/2) + 17];
            wire [ACC_W-1:0] wide = {{(ACC_W-17){term[16]}}, term};
            wire [ACC_W-1:0] prior = again ? latest[ACC_W*l +: ACC_W] : held[ACC_W*l +: ACC_W];
            if (CHAIN) begin : g_chain
                wire unused_carry;
                nn_xilinx_carry #(.W(ACC_W), .CARRY_W(CARRY_W)) u_sum (
                    .enter(unit), .s(prior ^ wide), .d(wide), .sum(sum[ACC_W*l +: ACC_W]),
                    .carry(unused_carry)
                );
            end else begin : g_portable
                assign sum[ACC_W*l +: ACC_W] = prior + wide + {{(ACC_W-1){1'b0}}, unit};
            end
        end
    endgenerate

    always @(posedge clk) begin
        held   <= store[at_1];
        if (fresh_1) held <= {ACC_W*LANES{1'b0}};
        latest <= sum;
        if (add_2) store[at_2] <= sum;
    end

    assign sums = held;

endmodule

`default_nettype wire
