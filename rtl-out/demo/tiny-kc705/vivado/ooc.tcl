# Out-of-context synthesis and implementation of tiny_top for xc7k325tffg900-2.
# Weights: synthetic.
# Syntax-checked with tclsh; NOT YET RUN IN VIVADO.
# Use: vivado -mode batch -source vivado/ooc.tcl      (from any folder; results land in vivado/out)

set here [file dirname [file normalize [info script]]]
set root [file dirname $here]
file mkdir [file join $here out]

create_project -in_memory -part xc7k325tffg900-2
read_verilog [file join $root rtl/nn_at_least.v]
read_verilog [file join $root rtl/nn_conv.v]
read_verilog [file join $root rtl/nn_conv_mvu.v]
read_verilog [file join $root rtl/nn_conv_outside.v]
read_verilog [file join $root rtl/nn_conv_ring.v]
read_verilog [file join $root rtl/nn_conv_walk.v]
read_verilog [file join $root rtl/nn_conv_window.v]
read_verilog [file join $root rtl/nn_decide.v]
read_verilog [file join $root rtl/nn_egress.v]
read_verilog [file join $root rtl/nn_fifo.v]
read_verilog [file join $root rtl/nn_ingress.v]
read_verilog [file join $root rtl/nn_landing.v]
read_verilog [file join $root rtl/nn_loop.v]
read_verilog [file join $root rtl/nn_pool.v]
read_verilog [file join $root rtl/nn_pool_walk.v]
read_verilog [file join $root rtl/nn_popcount.v]
read_verilog [file join $root rtl/nn_quantise.v]
read_verilog [file join $root rtl/nn_ram.v]
read_verilog [file join $root rtl/nn_rom.v]
read_verilog [file join $root rtl/nn_signed_dot.v]
read_verilog [file join $root rtl/nn_skid.v]
read_verilog [file join $root rtl/nn_threshold.v]
read_verilog [file join $root rtl/nn_wired_slide.v]
read_verilog [file join $root rtl/nn_xilinx_add2.v]
read_verilog [file join $root rtl/nn_xilinx_add3.v]
read_verilog [file join $root rtl/nn_xilinx_carry.v]
read_verilog [file join $root rtl/nn_xilinx_compress.v]
read_verilog [file join $root rtl/nn_xilinx_exceeds.v]
read_verilog [file join $root rtl/nn_xilinx_popcount.v]
read_verilog [file join $root rtl/nn_xilinx_sum3.v]
read_verilog [file join $root rtl/nn_xilinx_tap_absorb.v]
read_verilog [file join $root rtl/nn_xilinx_tap_count.v]
read_verilog [file join $root rtl/nn_xilinx_xnor_popcount.v]
read_verilog [file join $root rtl/nn_xnor_popcount.v]
read_verilog [file join $root rtl/conv0_wired.v]
read_verilog [file join $root rtl/conv0_engine.v]
read_verilog [file join $root rtl/conv1_wired.v]
read_verilog [file join $root rtl/conv1_wired_0.v]
read_verilog [file join $root rtl/conv1_wired_1.v]
read_verilog [file join $root rtl/conv1_engine.v]
read_verilog [file join $root rtl/tiny_top.v]
add_files -norecurse [file join $root mem/fc0_weights.mem]
add_files -norecurse [file join $root mem/pool0_and.mem]
add_files -norecurse [file join $root mem/quant_table.mem]
set_property file_type {Memory Initialization Files} [get_files *.mem]
read_xdc -mode out_of_context [file join $here clock.xdc]

synth_design -top tiny_top -part xc7k325tffg900-2 -mode out_of_context
write_checkpoint -force [file join $here out post_synth.dcp]
report_utilization -hierarchical -file [file join $here out utilization_synth.txt]

opt_design
place_design
route_design
write_checkpoint -force [file join $here out post_route.dcp]
report_timing_summary -file [file join $here out timing.txt]
report_utilization -hierarchical -file [file join $here out utilization.txt]
