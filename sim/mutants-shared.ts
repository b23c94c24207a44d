// SPDX-License-Identifier: Apache-2.0
/** Small faults in the cells, tables and images of the shared array; each must be caught on its specimens. */
import { cell, flipped, without, type Mutant } from './mutant.ts';

const control: readonly Mutant[] = [
  ...cell('shared_count', [
    ['a round is one step too short', 'last <= left == ONE;', "last <= left == ONE + 1'b1;"],
    ['a round of one step is not its last', 'last <= most == ZERO;', "last <= 1'b0;"],
  ]),
  ...cell('shared_thirds', [
    ['a crossed third keeps the address', 'over ? add_next : add_same;', 'add_same;'],
    ['the third does not wrap', "4'b00_00, 4'b01_10, 4'b10_01: sum = 2'd0;", "4'b00_00: sum = 2'd0;"],
    ['does not go back', '(step && back)', "(step && 1'b0)"],
  ]),
  ...cell('shared_sequence', [
    ['every pass of a split layer is as long', "{{(STEP_W-1){1'b0}}, split}", "{STEP_W{1'b0}}"],
    ['pairs go on from pixel to pixel', '(split && !odd && !last_pass)', '(split && !odd)'],
    ['weights go on with the next pixel', 'again = pixel_end && !dense;', "again = 1'b0;"],
    ['a pool has other weights in every window', 'else if (window_end && !pass_end) weight <= pass_weight;', ''],
    ['a dense sum begins anew with every pixel', '!begun : index', "(index == {STEP_W{1'b0}}) : index"],
    ['the second of a pair starts from zero', "odd ? 2'd3 : 2'd0;", "2'd0;"],
    ['planes are added unshifted', "planes ? 2'd2 : 2'd1", "2'd1"],
    ['no half steps', 'half = split && !odd && last_step;', "half = 1'b0;"],
    ['does not wait for the frame', '(!waits_input || loaded) &&', ''],
    ['does not wait for the last result to have gone', '&& (!waits_result || result_free)', ''],
    ['the next layer begins before the results are there', 'timer <= FULL;', "timer <= FETCH + 2'd2;"],
    ['a layer settles a clock late', 'FULL  = DRAIN_32[TIMER_W-1:0];', "FULL  = DRAIN_32[TIMER_W-1:0] + 1'b1;"],
    ['the layers do not begin again', "final_layer ? {LAYER_W{1'b0}} : layer + 1'b1;", "layer + 1'b1;"],
    ['reset keeps the layer', "layer <= {LAYER_W{1'b0}};", ''],
  ]),
  ...cell('shared_reach', [
    ['no window crosses a row of thirds', "y_over ? y_unit : {ADDR_W{1'b0}};", "{ADDR_W{1'b0}};"],
    ['no window crosses a column of thirds', "x_over ? x_unit : {ADDR_W{1'b0}};", "{ADDR_W{1'b0}};"],
    ['groups are not skewed across', "skew_right <= plus(skew_right, 2'd1);", "skew_right <= 2'd0;"],
    ['groups are not skewed down', "if (skew_right == 2'd2) skew_down <= plus(skew_down, 2'd1);", ''],
    ['nothing is outside on the left or above', 'at[POSITION_W-1] || at >= size', '(!at[POSITION_W-1] && at >= size)'],
    ['nothing is outside on the right or below', 'at[POSITION_W-1] || at >= size', 'at[POSITION_W-1]'],
    ['the kernel is always three wide', 'at >= size || tap >= taps;', 'at >= size;'],
    ['surplus groups count', '(last_2 && surplus[t])', "1'b0"],
    ['nine groups of a point are one', 'of_point ? place :', "of_point ? 2'd0 :"],
    ['the third group of a point is the second', 'unit : unit << 1;', 'unit : unit;'],
    ['points are as far apart as groups', '(point ? NINE : ONE)', 'ONE'],
    ['rows turn the other way', 'plus(y_turn, i[1:0])', "plus(i[1:0], 2'd0)"],
  ]),
];

const memory: readonly Mutant[] = [
  ...cell('shared_banks', [
    ['pixels overwrite what the layer writes', 'b_ready = !a_valid;', "b_ready = 1'b1;"],
    ['padding is zero', '+ 2)*GROUP +: GROUP], column_fill);', "+ 2)*GROUP +: GROUP], {GROUP{1'b0}});"],
    ['columns are not turned', 'turned[3*(t/3)*GROUP +: GROUP],', 'turned[t*GROUP +: GROUP],'],
  ]),
  ...cell('shared_gather', [
    ['the half group is there once', 'doubled ? {2{gathered[GROUP/2-1:0]}} : gathered', 'gathered'],
    [
      'a word of few bits keeps those of the one before',
      'gathered[p*UNITS +: UNITS] <= {UNITS{fill}};',
      'gathered[p*UNITS +: UNITS] <= gathered[p*UNITS +: UNITS];',
    ],
    ["a pixel's last word waits until it is full", 'valid && (last || full) && !rst', 'valid && full && !rst'],
  ]),
  ...cell('shared_place', [
    ['groups are not skewed across', 'plus(x_at, skew_right);', "plus(x_at, 2'd0);"],
    ['groups are not skewed down', 'plus(y_at, skew_down);', "plus(y_at, 2'd0);"],
    ['all groups at one address', 'x_addr + group;', 'x_addr;'],
    ['moves while the bank is taken', 'take      = valid && open;', 'take      = valid;'],
  ]),
  ...cell('shared_load', [
    ['planes in ascending order', "turn <= {1'b1, {(WORDS-1){1'b0}}};", "turn <= {{(WORDS-1){1'b0}}, 1'b1};"],
    ['signed pixels are not raised', '^ (RAISE != 0 && p == ELEM_W - 1)', ''],
    ['unused channels are zero', 'assign words[4*p + c] = PAD_32[p];', "assign words[4*p + c] = 1'b0;"],
    ['the next frame comes in at once', "if (frame_taken) taken <= 1'b1;", "if (frame_taken) taken <= 1'b0;"],
    [
      'a vector loses the bits before the last',
      'place[p] ? s_axis_tdata : past[p*CHANNELS +: CHANNELS]',
      's_axis_tdata',
    ],
    ['reset keeps the frame', "taken <= 1'b0; loaded", 'loaded'],
  ]),
  ...cell('shared_results', [
    ['totals of the frame before go on', "(first ? {OUT_W{1'b0}} : word[u*OUT_W +: OUT_W])", 'word[u*OUT_W +: OUT_W]'],
    ['values are unsigned', 'SIGNED != 0 && value[VALUE_W-1]', "1'b0"],
    ['every pass in one place', "pass <= pass + 1'b1;", 'pass <= pass;'],
    ['moves on while the consumer waits', 'sending && (!filled || m_axis_tready)', 'sending'],
  ]),
];

const arithmetic: readonly Mutant[] = [
  ...cell('shared_unit', [
    ['planes count alike', "planes ? {{(WIDTH-BELOW){1'b0}}, high} << SHIFT", "planes ? {{(WIDTH-BELOW){1'b0}}, high}"],
    ['the upper planes are not weighted', '(PLANES != 0 && planes) ? wide << (LEAVES/2) : wide;', 'wide;'],
    [
      "a half step counts the other filter's half",
      "(SPLIT != 0 && half)    ? {TOTAL_W{1'b0}}",
      "(1'b0) ? {TOTAL_W{1'b0}}",
    ],
    ["the other filter's half is lost", 'if (half) b <= upper;', "b <= {HALF_W{1'b0}};"],
    ['planes of a word are not shifted', 'acc << LEAVES', 'acc'],
    ['sums go on', "(take == 2'd0) ? {ACC_W{1'b0}}", "(take == 2'd0) ? acc"],
  ]),
  ...cell('shared_lanes', [
    ['zero is negative', 'assign bit_now = !p[SUM_W-1];', 'assign bit_now = !p[SUM_W-1] && |p;'],
    ['at the level is below it', 'wide_value >= level', 'wide_value > level'],
    ['the shortcut is not added', '+ {{(TOTAL_W-VALUE_W){past[VALUE_W-1]}}, past};', "+ {TOTAL_W{1'b0}};"],
    ['the shortcut is unsigned', '{{(TOTAL_W-VALUE_W){past[VALUE_W-1]}}, past};', "{{(TOTAL_W-VALUE_W){1'b0}}, past};"],
    ['sums wrap', 'fits ? total[VALUE_W-1:0] :', "1'b1 ? total[VALUE_W-1:0] :"],
    ['quotients wrap', 'whole ? quotient[VALUE_W-1:0] :', "1'b1 ? quotient[VALUE_W-1:0] :"],
    ['OR where a pool is AND', 'minima[u] ? y[u] && bit_now : y[u] || bit_now', 'y[u] || bit_now'],
    ['a pool goes on with the next one', 'window_first ? bit_now : joined', 'joined'],
    ['a pool joins bits that are none', 'if (window_valid) y[u]', 'y[u]'],
  ]),
  ...cell('shared_output', [
    ['terms come a clock late', '.CLOCKS(2)) u_param (', '.CLOCKS(3)) u_param ('],
    ['values are added a clock late', 'ended[ADD_AT-3]', 'ended[ADD_AT-2]'],
  ]),
  ...cell('shared_values', [
    ['values are read a place too late', 'read_at <= base;', "read_at <= base + 1'b1;"],
    ['every layer adds', 'alone <= !adds;', "alone <= 1'b0;"],
  ]),
  ...cell('shared_array', [
    ['half steps a clock early', '.CLOCKS(SUMS_AT - 2)) u_half', '.CLOCKS(SUMS_AT - 3)) u_half'],
    ['starts a clock early', '.CLOCKS(SUMS_AT - 1)) u_take', '.CLOCKS(SUMS_AT - 2)) u_take'],
  ]),
  ...cell('shared_padding', [
    ['padding of the first planes everywhere', 'pad[turn*(GROUP/4) +: GROUP/4] :', 'pad[GROUP/4-1:0] :'],
  ]),
  ...cell('shared_front', [
    ['windows of a pool at one place', 'window_stride ? window_row << 1 : window_row', "2'd0"],
    ['the next frame while this one is read', '.used(settled && frees_input)', '.used(load && frees_input)'],
  ]),
];

const tops: readonly Mutant[] = [
  ...cell('delay', [['a clock too few', 'all[CLOCKS*DATA_W +: DATA_W]', 'all[(CLOCKS-1)*DATA_W +: DATA_W]']]),
  ...cell('shared_datapath', [
    ["a pixel's last bits wait for the next one's", '.last(y_last), .fill(fill)', ".last(1'b0), .fill(fill)"],
  ]),
  ...cell('shared', [
    ['every layer gives a result', '.deliver(settled && gives_result)', '.deliver(settled)'],
    ['nothing is kept of the values', '.keep(of_values)', ".keep(1'b0)"],
  ]),
];

const images: readonly Mutant[] = [
  { fault: 'a weight flipped', file: 'mem/turns__array_weights.mem', change: flipped(40) },
  { fault: 'a term off by one', file: 'mem/blocks__array_terms.mem', change: flipped(9) },
  { fault: 'a level off by one', file: 'mem/blocks__array_levels.mem', change: flipped(0) },
  { fault: 'a line of the table missing', file: 'mem/turns__array_layers.mem', change: without(1) },
];

export const sharedMutants: readonly Mutant[] = [...control, ...memory, ...arithmetic, ...tops, ...images];
