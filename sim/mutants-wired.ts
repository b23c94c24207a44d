// SPDX-License-Identifier: Apache-2.0
/** Faults in the cells of wired layers, and in the modules that are generated for one. */
import { cell, firstReplaced, type Mutant } from './mutant.ts';

/** A decimal constant less one; undefined for another one, and for 0. */
function lower(bits: string, value: string): string | undefined {
  const decimal = /^d([1-9]\d*)$/.exec(value);
  return decimal ? `${bits}'d${Number(decimal[1]) - 1}` : undefined;
}

export const wiredMutants: readonly Mutant[] = [
  ...cell('wired_slide', [
    ['windows of the row above the first', 'FIRST_Y_32 = BEFORE - 1;', 'FIRST_Y_32 = BEFORE - 2;'],
    ['windows one group early', 'FIRST_X_32 = FIRST - 1;', 'FIRST_X_32 = FIRST - 2;'],
    ['one group a row too many', 'LAST_X_32  = GROUPS - 1;', 'LAST_X_32  = GROUPS;'],
    ['one row a frame too many', 'LAST_Y_32  = STEPS_Y - 1;', 'LAST_Y_32  = STEPS_Y;'],
    ['takes a beat for the padding', 'takes = in_row && row_ok[KERNEL-1];', 'takes = row_ok[KERNEL-1];'],
    ['steps though no beat came', '(s_axis_tvalid || !takes) && (ok || !gives)', '(ok || !gives)'],
    [
      'gives windows without a place for them',
      '(s_axis_tvalid || !takes) && (ok || !gives);',
      '(s_axis_tvalid || !takes);',
    ],
    ['no padding right and left', '(in_row_2 && row_ok_2[ky]) ? pixel', '(row_ok_2[ky]) ? pixel'],
    ['no padding above and below', '(in_row_2 && row_ok_2[ky]) ? pixel', '(in_row_2) ? pixel'],
    [
      'rows are written back unshifted',
      'wdata (rows[GROUP_W +: (KERNEL-1)*GROUP_W])',
      'wdata (rows[0 +: (KERNEL-1)*GROUP_W])',
    ],
    [
      'kernel transposed',
      'm_data[((p*KERNEL + ky)*KERNEL + kx)*PIXEL_W +: PIXEL_W]',
      'm_data[((p*KERNEL + kx)*KERNEL + ky)*PIXEL_W +: PIXEL_W]',
    ],
    [
      'the second window is the first',
      'window[((p + kx)*KERNEL + ky)*PIXEL_W +: PIXEL_W]',
      'window[((0*p + kx)*KERNEL + ky)*PIXEL_W +: PIXEL_W]',
    ],
    ['reset keeps the column', "x <= {X_W{1'b0}}; y", 'y'],
  ]),
  ...cell('landing', [
    ['results a clock early', 's_axis_tvalid (shifted[LATENCY])', 's_axis_tvalid (shifted[LATENCY-1])'],
    ['one place too many promised', 'ALL_CREDIT_32 = PLACES - 1;', 'ALL_CREDIT_32 = PLACES;'],
    ['always says there is a place', 'assign ok = !credit[CREDIT_W];', "assign ok = 1'b1;"],
    [
      'a place comes back with every beat on show',
      'refund = m_axis_tvalid && m_axis_tready;',
      'refund = m_axis_tvalid;',
    ],
    ['reset forgets no result under way', "underway <= {LATENCY{1'b0}};", ''],
  ]),
  ...cell('at_least', [
    ['> in place of >=', "reached = 1'b1;", "reached = 1'b0;"],
    ['mirror forgotten', '(MIRROR != 0) ? ~reached(count) : reached(count)', 'reached(count)'],
  ]),
  ...cell('xilinx_carry', [
    ['nothing enters', "i == 0 ? enter : 1'b0", "1'b0"],
    ['no carry into the next CARRY4', 'co[(i == 0 ? 0 : 4*i - 1)]', "1'b0"],
  ]),
  ...cell('xilinx_add2', [['OR in place of XOR', '.s(a_wide ^ b_wide)', '.s(a_wide | b_wide)']]),
  ...cell('xilinx_sum3', [
    ['the majority loses a term', 'MAJORITY = (A & B) | (C & (A ^ B));', 'MAJORITY = (A & B) | (C & A);'],
    ['the parity without what comes from below', 'A ^ B ^ C ^ BELOW;', 'A ^ B ^ C;'],
    ['the second unit is lost', '.enter(units[1])', ".enter(1'b0)"],
    ['the first unit is lost', 'majority[0] = units[0];', "majority[0] = 1'b0;"],
  ]),
  ...cell('xilinx_exceeds', [
    ['no unit', '.enter(unit)', ".enter(1'b0)"],
    ['half is added', 'MAJORITY = (A & B) | (~C & (A ^ B));', 'MAJORITY = (A & B) | (C & (A ^ B));'],
    ['mirror forgotten', '(MIRROR != 0) ? ~above : above', 'above'],
  ]),
  ...cell('xilinx_tap_absorb', [
    ['the fifth tap counts nothing', 'COUNT_1 = ABC_ODD ^ D ^ E;', 'COUNT_1 = ABC_ODD ^ D;'],
    ['no unit', '.enter(unit)', ".enter(1'b0)"],
  ]),
  ...cell('xilinx_tap_count', [
    ['the seventh tap counts nothing', '.enter(t[6])', ".enter(1'b0)"],
    ['twos from the wrong table', 'COUNT_2 = ABC_TWO ^ CARRY;', 'COUNT_2 = ABC_TWO | CARRY;'],
  ]),
  {
    fault: 'a threshold one higher',
    file: 'rtl/w_conv1_wired_0.v',
    change: firstReplaced('THRESHOLD(`number)', (n) => `THRESHOLD(${Number(n) + 1})`),
  },
  {
    fault: 'a tap with the wrong sign',
    file: 'rtl/w_conv1_wired_0.v',
    change: firstReplaced("INVERT(7'`word)", (mask) => `INVERT(7'h${(parseInt(mask!.slice(1), 16) ^ 1).toString(16)})`),
  },
  {
    fault: 'a constant one lower',
    file: 'rtl/w_conv1_wired_0.v',
    change: firstReplaced("`number'`word", (bits, value) => lower(bits!, value!)),
  },
  {
    fault: 'a tap of the wrong class',
    file: 'rtl/w_conv1_wired_0.v',
    change: firstReplaced('window[`number]', (n) => `window[${(Number(n) + 7) % 144}]`),
  },
  {
    fault: 'two kernels swapped',
    file: 'rtl/w_conv1_wired.v',
    change: firstReplaced('y[`number], y[`number]', (a, b) => `y[${b}], y[${a}]`),
  },
  {
    fault: 'a first-layer threshold much higher',
    file: 'rtl/w_conv0_wired.v',
    change: firstReplaced('THRESHOLD(`number)', (n) => `THRESHOLD(${Number(n) + 128})`),
  },
  {
    fault: "the second window meets the first one's results",
    file: 'rtl/w_conv1_engine.v',
    change: firstReplaced('result[4 +: 4]', () => 'result[0 +: 4]'),
  },
];
