// SPDX-License-Identifier: Apache-2.0
/**
 * Small faults, one at a time, in the cells, the tops, the memory images and the vectors. Each of them must
 * be caught by a run of the bench; one that is not shows that the bench is blind. Edits that cannot change
 * what a design does are not in the list.
 */
import { arithmetic } from './mutants-arithmetic.ts';
import { cell, flipped, replaced, without, type Mutant } from './mutant.ts';

const streams: readonly Mutant[] = [
  ...cell('loop', [
    ['a round is one step too long', 'COUNT - 2;', 'COUNT - 1;'],
    ['a round is one step too short', 'COUNT - 2;', 'COUNT - 3;'],
    ['reset leaves the loop at its end', "at_last <= 1'b0;", "at_last <= 1'b1;"],
  ]),
  ...cell('skid', [
    ['takes a beat with both places full', 's_axis_tready = !spare_valid;', "s_axis_tready = 1'b1;"],
    ['loses the beat under way when the consumer stops', 'spare_valid <= s_axis_tvalid;', "spare_valid <= 1'b0;"],
    ['the spare beat is never shown', 'spare_valid ? spare : s_axis_tdata', 's_axis_tdata'],
    ['ignores tready', 'if (m_axis_tready || !shown_valid) begin', "if (1'b1) begin"],
    ['the spare beat follows the input', 'if (!spare_valid) spare <=', 'spare <='],
    ['reset keeps the shown beat', "shown_valid <= 1'b0;", 'shown_valid <= shown_valid;'],
  ]),
  ...cell('fifo', [
    ['full one place early', 'DEPTH_32 = DEPTH;', 'DEPTH_32 = DEPTH - 1;'],
    ['the tail wraps one place early', '(tail == LAST)', "(tail == LAST - 1'b1)"],
    ['a push with a pop counts as a push', 'if (push && !pop) level', 'if (push) level'],
    ['valid with nothing inside', 'm_axis_tvalid = |level;', "m_axis_tvalid = 1'b1;"],
    ['reset leaves the head where it was', "head  <= {ADDR_W{1'b0}};", ''],
  ]),
  ...cell('width', [
    ['down: high lanes first', 's_axis_tdata  (shift[OUT_W-1:0])', 's_axis_tdata  (shift[IN_W-1 -: OUT_W])'],
    ['down: one narrow beat too few', 'RATIO_32 = RATIO;', 'RATIO_32 = RATIO - 1;'],
    ['down: the next beat overwrites the last narrow one', '(final_one && next_ready)', 'final_one'],
    ['down: shifts while the consumer waits', 'move = some && next_ready;', 'move = some;'],
    [
      'up: the first beat in the high lanes',
      '{s_axis_tdata, gathered[OUT_W-IN_W-1:IN_W]}',
      '{gathered[OUT_W-2*IN_W-1:0], s_axis_tdata}',
    ],
    ['up: overwrites a word that waits', '!(completes && word_valid)', "1'b1"],
    ['up: the word is shown for one clock only', 'else if (m_axis_tready) begin', 'else begin'],
  ]),
];

const repacking: readonly Mutant[] = cell('repack', [
  ['takes a third group', "s_axis_tready = groups != 2'd2;", "s_axis_tready = 1'b1;"],
  ['shows a group that is not whole', 'filled = DOWN ? wide_end : narrow_end;', 'filled = take;'],
  ['one part of a group too few', 'narrow_step && narrow_last && part[PARTS-1];', 'narrow_step && narrow_last;'],
  ['reads on in place of going back', 'narrow_addr - BACK', "narrow_addr + 1'b1"],
  ['moves on while the consumer waits', "groups != 2'd0 && ready;", "groups != 2'd0;"],
  ["reset keeps the wide side's address", "wide_addr <= {ADDR_W{1'b0}};", ''],
  ["reset keeps the narrow side's address", "narrow_addr <= {ADDR_W{1'b0}};", ''],
  ['every part takes every beat', '(DOWN || part[p])', "(1'b1)"],
  ['takes the first part of every beat', '(DOWN ? p : 0)*PART_W', '0*p*PART_W'],
]);

const edges: readonly Mutant[] = [
  ...cell('ingress', [
    ['pads with what lies on the bus', "padding ? {DATA_W{1'b0}} : s_axis_tdata", 's_axis_tdata'],
    ['does not pad a short frame', "!padding) padding <= 1'b1;", "!padding) padding <= 1'b0;"],
    ['takes beats while padding', '!padding && (swallowing || open)', '(swallowing || open)'],
    ['pads without looking at ready', 'padding ? open : (take', "padding ? 1'b1 : (take"],
    ['does not swallow a long frame', 'swallowing <= !s_axis_tlast;', "swallowing <= 1'b0;"],
    ['swallows one beat only', '!(take && s_axis_tlast);', '!take;'],
    ['passes what it should swallow', '(take && !swallowing)', 'take'],
    ['a short frame counts as good', 'padding || !s_axis_tlast;', '!s_axis_tlast;'],
    ['a long frame counts as good', 'padding || !s_axis_tlast;', 'padding;'],
    ['status inverted', 'bad   = padding || !s_axis_tlast;', 'bad   = !(padding || !s_axis_tlast);'],
    ['reset leaves it padding', "if (rst) begin padding <= 1'b0;", 'if (rst) begin'],
    ['reset leaves it swallowing', "swallowing <= 1'b0;", ''],
  ]),
  ...cell('egress', [
    ['passes a bad frame', '(take && !status_tdata)', '(take)'],
    ['withholds good frames', '(take && !status_tdata)', '(take && status_tdata)'],
    ['does not wait for the status', 'ready && status_tvalid;', 'ready;'],
    ['takes a status with every beat', 'status_tready = take && frame_last;', 'status_tready = take;'],
    ['frame_error with every beat', 'take && frame_last && status_tdata;', 'take && status_tdata;'],
    ['frame_error for good frames too', 'take && frame_last && status_tdata;', 'take && frame_last;'],
    ['no frame_error', 'take && frame_last && status_tdata;', "1'b0;"],
    [
      'frame_error a clock late',
      'always @(posedge clk) frame_error <= !rst && take && frame_last && status_tdata;',
      'reg late; always @(posedge clk) begin late <= take && frame_last && status_tdata; frame_error <= !rst && ' +
        'late; end',
    ],
    ['tlast on every beat', '{frame_last, s_axis_tdata}', "{1'b1, s_axis_tdata}"],
  ]),
];

const windows: readonly Mutant[] = [
  ...cell('ram', [['writes in every clock', 'if (we) store[waddr]', 'store[waddr]', 3]]),
  ...cell('conv_window', [
    ['one row too many in the ring', 'ALL_ROOM_32 = ROWS - 1;', 'ALL_ROOM_32 = ROWS;'],
    ['one row fewer in the ring', 'ALL_ROOM_32 = ROWS - 1;', 'ALL_ROOM_32 = ROWS - 2;'],
    ['takes beats when the ring is full', 's_axis_tready = !room[ROWS_W];', "s_axis_tready = 1'b1;"],
    ['starts a row early', '= -end_of(0);', '= 1 - end_of(0);'],
    ['starts a row late', '= -end_of(0);', '= -end_of(0) - 1;'],
    ['releases a row in the clock of its last step', "{1'b0, freed_2}", "{1'b0, row_out ? frees[oy] : {ROWS_W{1'b0}}}"],
    ['releases one row too few per frame', '(oy >= OH) ? HEIGHT :', '(oy >= OH) ? HEIGHT - 1 :'],
    [
      'the next frame starts a row early',
      'end_of(y + 1) - end_of(y) : end_of(0);',
      'end_of(y + 1) - end_of(y) : end_of(0) - 1;',
    ],
    ['a step without its rows', '!surplus[ROWS_W] && step_ok;', 'step_ok;'],
    ['a step without permission', '!surplus[ROWS_W] && step_ok;', '!surplus[ROWS_W];'],
    ['reset keeps beats in the reader', "if (rst) valid_at <= {LATENCY{1'b0}};", ''],
  ]),
  ...cell('conv_ring', [
    ['the write address wraps with the row', '(row_last && slot_last)', '(row_last)'],
    ['reset keeps the write address', "if (rst) waddr <= {ADDR_W{1'b0}};", ''],
    ['every bank takes every beat', 'take && share[m / IN_PIXELS]', 'take'],
    [
      'a row goes on in the column that the one before it left half full',
      '|| share_last || row_last)',
      '|| share_last)',
    ],
    ['no bank is a column ahead', 'high[m] ? raddr_high : raddr', 'raddr'],
    ['banks in the wrong order', 'PIXELS*PAD - PAD + m', 'PIXELS*PAD + m'],
    ['turned one clock early', 'if (turn_2 == k', 'if (turn_1 == k'],
    ['padding one clock early', 'outside_2[m] ?', 'outside_1[m] ?'],
  ]),
  ...cell('conv_walk', [
    ['every window row starts a sum', 'dot_first <= dot_last;', 'dot_first <= beat_last;'],
    ['stride ignored across', 'HOP_32   = STRIDE * FOLD;', 'HOP_32   = FOLD;'],
    ['stride ignored down', 'ROW_HOP_32    = STRIDE % ROWS;', 'ROW_HOP_32    = 1;'],
    ['the left padding is not before the row', 'LEFT_32  = -(', 'LEFT_32  = 0*('],
    ['no column is crossed', 'CROSS_AT < TURNS && turn_0 == CROSS;', "1'b0;"],
    ['one bank too many a column ahead', '(ONE << BANK) - ONE;', '(ONE << BANK);'],
    ['the ring wraps a slot early', 'LAST_SLOT_32  = ROWS - 1;', 'LAST_SLOT_32  = ROWS - 2;'],
    ["a window top on the ring's edge does not wrap", '(moved >= RING)', '(moved > RING)'],
    ['the next frame starts a row off', '(HEIGHT - PAD - LAST_TOP)', '(HEIGHT - PAD - LAST_TOP + 1)'],
    ['the output row counter does not wrap', "frame_last ? {OY_W{1'b0}} : oy + 1'b1;", "oy + 1'b1;"],
    ['repeated windows move on', 'if (step && window_last) begin', 'if (step && dot_last) begin'],
  ]),
  ...cell('conv_outside', [
    ['left padding one pixel too wide', 'x < FIRST ', 'x <= FIRST '],
    ['right padding one pixel too narrow', 'x >= RIGHT;', 'x > RIGHT;', 2],
    ["every pixel has the first one's right edge", 'PAD + WIDTH - m : 0;', 'PAD + WIDTH : 0;'],
    ['top padding dropped', 'down < TOP || ', ''],
    ['bottom padding one row too narrow', 'down >= BOTTOM', 'down > BOTTOM'],
    ['stride ignored down', 'STRIDE_32 = STRIDE;', 'STRIDE_32 = 1;'],
    ['stride ignored across', 'STEP_32   = STRIDE * PIXELS;', 'STEP_32   = PIXELS;'],
    ['several pixels move one', 'STEP_32   = STRIDE * PIXELS;', 'STEP_32   = STRIDE;'],
  ]),
  ...cell('pool', [
    ['AND in place of OR', '(past | now)', '(past & now)'],
    ['OR in place of AND', '({OUT{all_of}} & past & now)', '({OUT{all_of}} & (past | now))'],
    ['every beat starts a window', 'first ? now', "1'b1 ? now"],
    ['counts beats that were not taken', 'take = s_axis_tvalid && ready;', 'take = s_axis_tvalid;'],
    ['every beat gives a result', 'emit = used && last;', 'emit = used;'],
    ['one mask for all folds', 'image[fold]', 'image[0]'],
    ['OR in place of AND across a beat', '(all_of & all)', '(all_of & any)'],
    ['AND in place of OR across a beat', '(~all_of & any)', '(~all_of & all)'],
    ['windows one pixel apart', 'for (i = o*ACROSS; i < (o + 1)*ACROSS', 'for (i = o; i < o + ACROSS'],
  ]),
  ...cell('pool_walk', [
    ['a window forgets its first row', 'first = first_col && first_row;', 'first = first_col;'],
    ['the odd column shifts the next row', '.rst(rst || line)', '.rst(rst)'],
    ['the odd row shifts the next frame', '.rst(rst || new_frame)', '.rst(rst)'],
    ['every row gives a result', 'last  = in_last_col && in_last_row;', 'last  = in_last_col;'],
  ]),
];

function top(specimen: string, fault: string, before: string, after: string): Mutant {
  return { fault, file: `rtl/${specimen}_top.v`, change: replaced(before, after) };
}

const design: readonly Mutant[] = [
  top('chain', 'wrong 8-bit padding', "PAD_VALUE(8'h80)", "PAD_VALUE(8'h00)"),
  top('chain', 'frames of one beat too few', '.BEATS(49)', '.BEATS(48)'),
  top('chain', 'frames of one beat too many', '.BEATS(49)', '.BEATS(50)'),
  top('chain', 'one score too few', '.CLASSES(4)', '.CLASSES(3)'),
  top('chain', "another layer's thresholds", '"conv1_thresholds.mem"', '"conv0_thresholds.mem"'),
  top('paced', 'another rule of decision', '"highest_bit"', '"first_max"'),
  top('signed', 'signed scores as unsigned ones', '.SIGNED_SCORE(1)', '.SIGNED_SCORE(0)'),
];

const images: readonly Mutant[] = [
  { fault: 'a weight flipped', file: 'mem/conv0_weights.mem', change: flipped(5) },
  { fault: 'a weight flipped', file: 'mem/fc1_weights.mem', change: flipped(700) },
  { fault: 'a threshold off by one', file: 'mem/conv0_thresholds.mem', change: flipped(1) },
  { fault: 'a mask bit flipped', file: 'mem/pool0_and.mem', change: flipped(0, 4) },
  { fault: 'a table entry off by one', file: 'mem/quant_table.mem', change: flipped(77) },
  { fault: 'the first line missing', file: 'mem/conv1_weights.mem', change: without(0) },
  { fault: 'the last line missing', file: 'mem/conv1_thresholds.mem', change: without(3) },
];

const vectors: readonly Mutant[] = [
  { fault: 'an expected bit flipped', file: 'vectors/good-frames/edge_2.txt', change: flipped(500) },
  { fault: 'an expected score flipped', file: 'vectors/good-frames/edge_8.txt', change: flipped(12) },
  { fault: 'an expected beat missing', file: 'vectors/good-frames/edge_4.txt', change: without(40) },
  { fault: 'the last expected beat missing', file: 'vectors/good-frames/edge_8.txt', change: without(79) },
  { fault: 'tlast a beat late', file: 'vectors/good-frames/stimulus_0.txt', change: without(97) },
];

export const mutants: readonly Mutant[] = [
  ...streams,
  ...repacking,
  ...edges,
  ...windows,
  ...arithmetic,
  ...design,
  ...images,
  ...vectors,
];
