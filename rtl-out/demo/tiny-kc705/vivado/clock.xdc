# tiny_top: 200 MHz, out of context (the clock comes from outside this module).
create_clock -period 5.000 -name clk [get_ports clk]
# Xilinx KC705 (Kintex-7): 200 MHz reference at AD12/AD11 (DIFF_SSTL15), for the
# design that wraps this one.
