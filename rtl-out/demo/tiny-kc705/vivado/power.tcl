# Vivado's power report of tiny_top, with the switching activity of real frames.
# Syntax-checked with tclsh; NOT YET RUN IN VIVADO.
# Use, after vivado/ooc.tcl and `bitloom energy`: vivado -mode batch -source vivado/power.tcl

set here [file dirname [file normalize [info script]]]
set checkpoint [file join $here out post_route.dcp]
set activity [file join $here activity.saif]
foreach {file made_by} [list $checkpoint vivado/ooc.tcl $activity {bitloom energy}] {
    if {![file exists $file]} { error "$file is not there: $made_by makes it" }
}

open_checkpoint $checkpoint
read_saif -strip_path tiny_top -out_file [file join $here out unmatched_nets.txt] $activity
report_power -file [file join $here out power.txt]
