// SPDX-License-Identifier: Apache-2.0
// Bench: nn_sparse_registers, and all copies of it that have a fault, side by side. `VARIANTS is their number, and the
// macro REGISTERS(i) the module of variant i.
`default_nettype none
module bench (input wire clk);
    localparam int CYCLES = 6000;
    int        seed;
    reg [31:0] cycle = 0;
    wire       rst = cycle < 4;

    initial begin
        if (!$value$plusargs("seed=%d", seed)) seed = 1;
        void'($urandom(seed));
    end
    always @(posedge clk) cycle <= cycle + 1;

    for (genvar i = 0; i < `VARIANTS; i++) begin : g_variant
        wire [5:0]  s_axi_awaddr, s_axi_araddr;
        wire [31:0] s_axi_wdata, s_axi_rdata, clocks, frame_beats, maps_beats, vectors_beats;
        wire [31:0] faults, orders, stalls, silent, full;
        wire [15:0] seen;
        wire [63:0] frame, maps, vectors, result;
        wire [3:0]  s_axi_wstrb, code;
        wire [1:0]  s_axi_bresp, s_axi_rresp;
        wire        s_axi_awvalid, s_axi_awready, s_axi_wvalid, s_axi_wready, s_axi_bvalid, s_axi_bready;
        wire        s_axi_arvalid, s_axi_arready, s_axi_rvalid, s_axi_rready, irq, start, ready, busy, ended;
        string      first;
        nn_registers_driver driver (.*);
        nn_registers_variant #(.WHICH(i)) dut (.*);
        always @(posedge clk) if (cycle == CYCLES) begin
            $display("%s VARIANT which=%0d faults=%0d seen=%0d address_first=%0d data_first=%0d",
                     nn_report::nonce(), i, faults, seen, orders[31:16], orders[15:0]);
            $display("%s STALLS which=%0d writes=%0d reads=%0d silent=%0d full=%0d",
                     nn_report::nonce(), i, stalls[31:16], stalls[15:0], silent, full);
            if (faults != 0) $display("%s FAULT which=%0d %s", nn_report::nonce(), i, first);
        end
    end
    always @(posedge clk) if (cycle == CYCLES + 1) begin
        $display("%s DONE cycle=%0d", nn_report::nonce(), cycle);
        $finish;
    end
endmodule
`default_nettype wire
