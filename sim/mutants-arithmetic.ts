// SPDX-License-Identifier: Apache-2.0
/** Faults in the cells that compute: tables, dot products, popcounts, thresholds, the decision. */
import { cell, type Mutant } from './mutant.ts';

export const arithmetic: readonly Mutant[] = [
  ...cell('quantise', [['lanes reversed', 'looked_up[e*OUT_W +: OUT_W]', 'looked_up[(ELEMENTS-1-e)*OUT_W +: OUT_W]']]),
  ...cell('conv', [
    ['one credit too many', 'ALL_CREDIT_32 = CREDITS - 1;', 'ALL_CREDIT_32 = CREDITS;'],
    ['three credits too few', 'ALL_CREDIT_32 = CREDITS - 1;', 'ALL_CREDIT_32 = CREDITS - 4;'],
    ['a credit for every beat', 'spend = step && issue_last;', 'spend = step;'],
    ['a credit back before the result has left', 'refund = m_axis_tvalid && m_axis_tready;', 'refund = m_axis_tvalid;'],
    ['credits ignored', '(!issue_last || !credit[CREDIT_W])', "(1'b1)"],
    ['weights one clock early', 'step_at[2])', 'step_at[1])', 2],
    ['the weight address does not wrap', "waddr_last ? {ADDR_W{1'b0}} : waddr + 1'b1;", "waddr + 1'b1;"],
    ['reset keeps the weight address', "waddr   <= {ADDR_W{1'b0}};", ''],
    ['signed sums compared as unsigned', 'SIGNED_IN(IN_W == 1 ? 0 : 1)', 'SIGNED_IN(0)'],
  ]),
  ...cell('conv_mvu', [
    ['the first beat does not start a sum', '(acc & {ACC_W{!dot_first}})', 'acc'],
    ['weights of the lanes reversed', 'weights[(p % PE)*SIMD', 'weights[(PE - 1 - p % PE)*SIMD'],
    ["every pixel gets the first one's window", 'vec[(p / PE)*SIMD', 'vec[0*(p / PE)*SIMD'],
    ['a sum of a complement without its one', '{value ^ {ACC_W{plus}}, plus};', "{value ^ {ACC_W{plus}}, 1'b0};"],
    ['signed sums run on', "if (dot_valid && dot_last) acc <= {ACC_W{1'b0}};", ''],
    ['reset keeps a signed sum', "if (rst) acc <= {ACC_W{1'b0}};", ''],
    ['idle clocks give sums', 'dot_valid && dot_last;', 'dot_last;'],
    ['idle clocks add up', 'if (dot_valid) acc', 'acc', 2],
  ]),
  ...cell('signed_dot', [
    ['OR in place of XNOR of the signs', '~^ g_level', '| g_level'],
    ['a difference without its borrow', '{FROM_W{same}}, same};', "{FROM_W{same}}, 1'b0};"],
    ['no sign extension', "{{GROW{a[FROM_W-1]}}, a, 1'b0}", "{{GROW{1'b0}}, a, 1'b0}"],
    ['every value positive', '!g_level[LEVELS].positive[0];', "1'b0;"],
    ['the root not sign extended', '{(ACC_W-ROOT_W){root[ROOT_W-1]}}', "{(ACC_W-ROOT_W){1'b0}}"],
  ]),
  ...cell('xnor_popcount', [
    ['xor in place of xnor', '~(x ^ w)', '(x ^ w)'],
    ['AND in place of OR in a triple', '(c & (a | b))', '(c & (a & b))'],
    ['OR in place of AND in the rest', 'agree[N-1] & agree[N-2]', 'agree[N-1] | agree[N-2]'],
  ]),
  ...cell('popcount', [
    ['a compressor without its carry', 'two_1 ^ two_2 ^ carry', 'two_1 ^ two_2'],
    ['a compressor with OR in its fours', '(two_1 & two_2) |', '(two_1 | two_2) |'],
    ['AND in place of OR in a full adder', '(f & (d | e))', '(f & (d & e))'],
    ['OR in place of the last adder', 'low + high;', 'low | high;'],
  ]),
  ...cell('xilinx_xnor_popcount', [
    ['pairs of neighbouring vectors swapped', '~(X0 ^ W0)', '~(X0 ^ W1)'],
    ['a chain without its parity', 'AGREE0 ^ AGREE1 ^ PAST;', 'AGREE0 ^ AGREE1;'],
    ['OR in place of AND in a carry', '(AGREE0 & AGREE1) |', '(AGREE0 | AGREE1) |'],
    ['every LUT starts a chain', 'assign past = parity[n-1];', "assign past = 1'b0;"],
  ]),
  ...cell('xilinx_compress', [
    ['a wrong bit in an INIT', 'COUNT_2, COUNT_4}', "COUNT_2 ^ 32'h00000080, COUNT_4}"],
    ['the carry in dropped', '.enter(bits[6])', ".enter(1'b0)"],
    ['another DI', '.d(d)', '.d(s)'],
    ['twos and fours swapped', '.sum({two, one}), .carry(four)', '.sum({four, one}), .carry(two)'],
  ]),
  ...cell('xilinx_popcount', [
    ['a full adder without its carry', "64'h96969696E8E8E8E8", "64'h9696969600000000"],
    ['the last three bits lose one', 'row < HEIGHT)', 'row < HEIGHT && row < 2)'],
  ]),
  ...cell('xilinx_add3', [
    ['AND in place of XOR in the parity', 'A ^ B ^ C ^ BELOW', 'A ^ B ^ C & BELOW'],
    ['a carry enters', ".enter(1'b0)", ".enter(1'b1)"],
    ['DI of the column itself', '.d(majority[W-1:0])', '.d(majority[W:1])'],
  ]),
  ...cell('rom', [['neighbouring words swapped', 'image[addr];', "image[addr ^ 1'b1];", 2]]),
  ...cell('threshold', [
    ['> in place of >=', 'wide >= t;', 'wide > t;'],
    ['signed > in place of >=', 'wide >= $signed(t);', 'wide > $signed(t);'],
    ['signed compare as unsigned', 'wide >= $signed(t);', 'wide >= t;'],
    ['the fold does not wrap', "fold_last ? {FOLD_W{1'b0}} : fold + 1'b1;", "fold + 1'b1;"],
    ['the fold moves one clock late', 'y_valid <= valid_2;', 'y_valid <= valid_1;'],
    ['reset keeps the fold', "fold    <= {FOLD_W{1'b0}};", ''],
  ]),
  ...cell('decide', [
    ['the last of equal scores wins', 'better = s_axis_tdata > best;', 'better = s_axis_tdata >= best;'],
    ['signed scores compared as unsigned', '$signed(s_axis_tdata) > $signed(best)', 's_axis_tdata > best'],
    [
      'scores not sign extended',
      '{{(32-SCORE_W){s_axis_tdata[SCORE_W-1]}}, s_axis_tdata}',
      "{{(32-SCORE_W){1'b0}}, s_axis_tdata}",
    ],
    ["the last frame's best stays", "(better || index == {INDEX_W{1'b0}})", 'better', 2],
    ['an ignored score takes part', 'index <= LAST_CLASS;', "index <= LAST_CLASS + 1'b1;"],
    ['one score too few', 'index <= LAST_CLASS;', 'index < LAST_CLASS;'],
    ['odd scores only', 'better = |s_axis_tdata;', 'better = s_axis_tdata[0];'],
    ['takes a score while it gives the class', 'ready && !announcing;', 'ready;'],
  ]),
];
