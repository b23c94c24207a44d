// SPDX-License-Identifier: Apache-2.0
`default_nettype none

/*
 * A row of multipliers with LUT-RAM accumulators: sums[slot] lane l += weight * x lane l.
 *
 * Twice SLOTS sums a lane, so that one bank is read out while the other is added to. `fresh`
 * begins a sum at 0 in place of what the bank held. A slot may come again in the very next
 * clock: the sum then comes from the adder's own register. x is a byte, signed or not.
 *
 * An addition and a read-out share the read port: `read` shows bank and slot on `sums` three
 * clocks later (zeros if fresh). Nothing may be added in the same clock. II = 1; a sum stands
 * in its memory four clocks after `add`.
 */
module nn_sparse_macs #(
    parameter LANES = 56,   // multipliers
    parameter SLOTS = 32,   // sums a lane and bank, a power of two
    parameter ACC_W = 24    // width of a sum, from 17
) (
    input  wire                     clk,
    input  wire                     rst,

    input  wire                     add,
    input  wire                     read,
    input  wire                     fresh,
    input  wire [$clog2(SLOTS):0]   at,         // {bank, slot}
    input  wire [7:0]               weight,     // signed
    input  wire                     x_signed,
    input  wire [8*LANES-1:0]       x,

    output wire [ACC_W*LANES-1:0]   sums
);

    generate
        if (SLOTS < 2 || SLOTS != 1 << $clog2(SLOTS)) begin : g_check_slots
            nn_sparse_macs_SLOTS_must_be_a_power_of_two u_error();
        end
        if (ACC_W < 17) begin : g_check_width
            nn_sparse_macs_ACC_W_must_hold_a_product u_error();
        end
    endgenerate

    localparam AT_W = $clog2(SLOTS) + 1;

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

    // One word holds a slot's sums of all lanes.
    (* ram_style = "distributed" *)
    reg [ACC_W*LANES-1:0] store [0:2*SLOTS-1];
    reg [ACC_W*LANES-1:0] held, latest, sum;
    reg [17*LANES-1:0]    product_1, product_2;
    reg [8*LANES-1:0]     x_0;
    reg signed [7:0]      weight_0;
    reg                   signed_0;
    integer               l, k;

    always @* begin
        sum = {ACC_W*LANES{1'b0}};
        for (l = 0; l < LANES; l = l + 1)
            sum[ACC_W*l +: ACC_W] = {{(ACC_W-17){product_2[17*l+16]}}, product_2[17*l +: 17]}
                                  + (again ? latest[ACC_W*l +: ACC_W] : held[ACC_W*l +: ACC_W]);
    end

    always @(posedge clk) begin
        weight_0  <= weight;
        signed_0  <= x_signed;
        x_0       <= x;
        for (k = 0; k < LANES; k = k + 1)
            product_1[17*k +: 17] <= weight_0 * $signed({signed_0 && x_0[8*k+7], x_0[8*k +: 8]});
        product_2 <= product_1;
        held      <= store[at_1];
        if (fresh_1) held <= {ACC_W*LANES{1'b0}};
        latest    <= sum;
        if (add_2) store[at_2] <= sum;
    end

    assign sums = held;

endmodule

`default_nettype wire
