// SPDX-License-Identifier: Apache-2.0
/** Faults in the cells of residual networks. */
import { cell, flipped, type Mutant } from './mutant.ts';

export const residualMutants: readonly Mutant[] = [
  ...cell('fork', [
    ['forgets which reader has the beat', 'taken  <= done && !done1;', "taken  <= 1'b0;"],
    ['forgets that the second reader has the beat', 'taken1 <= done1 && !done;', "taken1 <= 1'b0;"],
    ['shows a beat again to the faster reader', 'm_axis_tvalid  = valid && !taken;', 'm_axis_tvalid  = valid;'],
    ['waits for both readers', 'm1_axis_tvalid = valid && !taken1;', 'm1_axis_tvalid = valid && !taken1 && done;'],
    ['goes on when one reader has the beat', '(done && done1)', '(done)'],
    ['reset keeps what the first reader has', "taken <= 1'b0; taken1", 'taken1'],
  ]),
  ...cell('queue', [
    ['takes a beat though full', 'push = s_axis_tvalid && !full;', 'push = s_axis_tvalid;'],
    ['says it is full one place late', "level == FULL - 1'b1;", 'level == FULL;'],
    ['reads though nothing is there', 'pop  = some && ok;', 'pop  = ok;'],
    ['reads without a place', 'pop  = some && ok;', 'pop  = some;'],
    ['the head wraps one place early', '(head == LAST)', "(head == LAST - 1'b1)"],
    ['a pop with a push counts as a pop', 'if (pop && !push) begin', 'if (pop) begin'],
    ['reset keeps the level', "level <= {LEVEL_W{1'b0}};", ''],
  ]),
  ...cell('clamp', [
    ['below the range it wraps', 'near <= low ? FLOOR_32[OUT_W-1:0] : high', 'near <= high'],
    ['above the range it wraps', ': high ? CEIL_32[OUT_W-1:0] :', ':'],
    ['the least value is not kept', 'if (value < $signed(MIN_32[OUT_W-1:0])) y', "if (1'b0) y"],
    ['the greatest value is not kept', 'else if (value > $signed(MAX_32[OUT_W-1:0])) y', "else if (1'b0) y"],
    ['unsigned: the greatest value is not kept', 'else if (value > $signed(MAX_32[OUT_W:0])) y', "else if (1'b0) y"],
    [
      'unsigned: negative values are large',
      'low  = x[IN_W-1] && (SIGNED == 0 || !(&above));',
      'low  = x[IN_W-1] && (SIGNED != 0) && !(&above);',
    ],
  ]),
  ...cell('affine', [
    ['constants of the next fold', '.addr(fold), .q(constants)', ".addr(fold + 1'b1), .q(constants)"],
    [
      'inputs a clock early',
      'x_2[e*IN_W +: IN_W];\n            end else',
      'x_1[e*IN_W +: IN_W];\n            end else',
    ],
    [
      'counts as unsigned inputs',
      "assign x = {1'b0, x_2[e*IN_W +: IN_W]};",
      'assign x = {x_2[e*IN_W + IN_W-1], x_2[e*IN_W +: IN_W]};',
    ],
    ['a factor is unsigned', 'product <= a * x;', "product <= $signed({1'b0, a}) * x;"],
    [
      'terms are left out',
      '{{(TOTAL_W-TERM_W){term[TERM_W-1]}}, term}',
      "{TOTAL_W{1'b0}} & {{(TOTAL_W-TERM_W){term[TERM_W-1]}}, term}",
    ],
    ['the second pixel has constants of its own', '(e % LANES)*WORD_W', '((e / PIXELS) % LANES)*WORD_W'],
    ['reset keeps the fold', "if (rst) fold <= {FOLD_W{1'b0}};", ''],
  ]),
  ...cell('add', [
    ['goes without the shortcut', 'both = s_axis_tvalid && s1_axis_tvalid && ok;', 'both = s_axis_tvalid && ok;'],
    ['takes a beat without its partner', 's_axis_tready  = s1_axis_tvalid && ok;', 's_axis_tready  = ok;'],
    ['the sum loses its sign', '{{(SUM_W-ELEM_W){sign1}}, x1', "{{(SUM_W-ELEM_W){1'b0}}, x1"],
    ['the shortcut twice', 'x  <= s_axis_tdata;', 'x  <= s1_axis_tdata;'],
  ]),
  ...cell('compare', [
    ['no channel inverts', 'reached ^ {PIXELS{flips[fold]}}', "reached ^ {PIXELS{flips[fold] & {LANES{1'b0}}}}"],
    ['one fold inverts for all', 'flips[fold]', 'flips[0]'],
    ['takes beats that were not there', 'take = s_axis_tvalid && s_axis_tready;', 'take = s_axis_tready;'],
    ['reset keeps the fold', "if (rst) fold <= {FOLD_W{1'b0}};", ''],
  ]),
  ...cell('accumulate', [
    ['a sum goes on from the last one', 'low_past = first ? from[LOW_W-1:0] : lows[addr];', 'low_past = lows[addr];'],
    ['no carry between the parts', '{addend, carry};', "{addend, 1'b0};"],
    [
      'the upper part starts at 0',
      'high_past = first_1 ? from_1 : highs[addr_1];',
      "high_past = first_1 ? {HIGH_W{1'b0}} : highs[addr_1];",
    ],
    ['the upper part of another sum', 'if (valid_1) highs[addr_1] <=', 'if (valid_1) highs[addr] <='],
    ['addends lose their sign', '{{(SUM_W-ADD_W){add[ADD_W-1]}}, add}', "{{(SUM_W-ADD_W){1'b0}}, add}"],
  ]),
  ...cell('average', [
    ['every beat starts a window', 'first_1 <= first;', "first_1 <= 1'b1;"],
    ['every beat gives a result', 'take && used && last', 'take && used'],
    ['leftover columns count', 'valid_1 <= take && used;', 'valid_1 <= take;'],
  ]),
  ...cell('pool_walk', [
    ['sums start with every row', 'first = first_col && first_row;', 'first = first_col;'],
    ['sums end with every row', 'last  = in_last_col && in_last_row;', 'last  = in_last_col;'],
    ['leftover columns shift the next row', '.rst(rst || line)', '.rst(rst)'],
    ['leftover rows shift the next frame', '.rst(rst || new_frame)', '.rst(rst)'],
    ['reset keeps the address', "addr <= {ADDR_W{1'b0}}; addr_window <= {ADDR_W{1'b0}}; col", 'col'],
  ]),
  ...cell('int_dense', [
    ['an input meets one group of units only', 's_axis_tready = nf_last && ok;', 's_axis_tready = ok;'],
    ['sums leave after the first input too', 'step && tap_last', 'step && (tap_last || first_tap)'],
    ['weights are unsigned', 'wire signed [7:0]     w', 'wire        [7:0]     w'],
    ['biases of the next units', '.clk(clk), .addr(nf_1), .q(biases)', '.clk(clk), .addr(nf), .q(biases)'],
    ['sums of the units two steps on', '.addr  (nf_3)', '.addr  (nf_1)'],
    ['reset keeps the weight address', "addr <= {ADDR_W{1'b0}};", ''],
    ["reset keeps the first input's mark", "first_tap <= 1'b1;", ''],
  ]),
  { fault: 'a bit of a term flipped', file: 'mem/r_bn0_affine.mem', change: flipped(0) },
  { fault: 'a weight bit flipped', file: 'mem/r_fc_weights.mem', change: flipped(4) },
  { fault: 'a bias bit flipped', file: 'mem/r_fc_biases.mem', change: flipped(1, 4) },
  { fault: 'a threshold bit flipped', file: 'mem/r_s1_thresholds.mem', change: flipped(0) },
  { fault: 'an inversion lost', file: 'mem/r_s1_flips.mem', change: flipped(0) },
];
