// SPDX-License-Identifier: Apache-2.0
/**
 * Small faults in the cells of the sparse engine, one at a time: each must be caught by lines, results, codes or
 * silence.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { faulty, replaced, unmade } from '../../../sim/mutant.ts';
import { cellFault, withChoice } from '../../../sim/one-of-mutants.ts';
import { libraryCells } from '../../../sim/early.ts';
import { failures } from '../../../sim/sparse-failures.ts';
import { sparsePassed } from '../../../sim/sparse-report.ts';
import { sparseBench, type DrivenFrame, type SparseBench } from '../../../sim/sparse.ts';
import { builders, small } from './programs.fixture.ts';

const cells = libraryCells().filter(({ path }) => /^nn_(sparse|axi|requantise|ram|fifo|delay)/.test(path));
const textOf = (cell: string) => cells.find(({ path }) => path === `nn_${cell}.v`)?.text;
/** Two quads of groups. */
const shape = { ...small, groups: 5 };
const programs = builders(shape);
const good = programs.map((builder) => builder.frame());
const [first, second] = good as [DrivenFrame, DrivenFrame];
/** All of them take half an hour (`make mutants`); the suite has a few, and frames for these. */
const all = process.env['BITLOOM_MUTANTS'] === 'all';
const inSuite = new Set(['the line behind is the line itself', 'a column too many', 'a and b of the set behind']);

const failing = [
  ...failures({ ...programs[0]!, good: good[0]! }).map(([, frame]) => frame),
  { ...second, code: 1, readError: { of: 'frame', port: 0, beat: 2 } } as const,
  { ...second, code: 2, writeErrorAt: second.result.length },
  // Maps hand over lines, vectors wait for a vector.
  { ...second, code: 8, vectors: first.vectors },
];
/**
 * One frame behind another whose lines are still needed: of the same length, and of another program that is not longer.
 */
const [alike, large, late] = [good[2]!, good[5]!, good[8]!];
const frames = [
  large,
  large,
  late,
  alike,
  ...good,
  ...good.toReversed(),
  ...(all ? failing : failing.slice(-3)).flatMap((frame) => [first, frame, second, first]),
];

const mutants: readonly (readonly [cell: string, fault: string, from: string, to: string])[] = [
  ['sparse_lines', 'the line behind is the line itself', "+ {{(BANK_W-1){1'b0}}, s_line[0]}", "+ {BANK_W{1'b0}}"],
  ['sparse_lines', 'the line behind counts though it is outside', 'keep_2[!odd_2]', "1'b1"],
  [
    'sparse_lines',
    'a byte too many of the first line',
    "odd_2 != (j >= {26'd0, shift_2})",
    "odd_2 != (j + 1 >= {26'd0, shift_2})",
  ],
  ['sparse_rotate', 'a step of 3 is one of 2', '(i + 3*STEP)', '(i + 2*STEP)'],
  [
    'sparse_macs',
    'a slot that comes again is read too early',
    'again                 <= add_2 && at_2 == at_1;',
    "again                 <= 1'b0;",
  ],
  ['sparse_macs', 'sums begin with what the bank held', 'if (fresh_1) held', "if (1'b0) held"],
  ['sparse_macs', 'even bytes have no sign', 'signed_0 && pairs_0', "1'b0 && pairs_0"],
  [
    'sparse_macs',
    'odd products are 1 less where even ones are negative',
    '(l % 2 != 0) && product_2',
    "1'b0 && product_2",
  ],
  ['sparse_array', 'odd bytes have no sign', 'x_signed && x[16*p+15]', "1'b0 && x[16*p+15]"],
  ['sparse_array', 'odd bytes are not made good for even ones', " - {8'd0, x_signed && x[16*p+7]}", ''],
  ['sparse_weights', 'half of the table', 'if (class_at[0]) table_left', "if (1'b1) table_left"],
  ['sparse_weights', 'the table is read again', 'at   <= final_at ? list_base : at', 'at   <= final_at ? base : at'],
  [
    'sparse_weights',
    'a list that is one word too short',
    'left <= final_at ? list_words : left',
    "left <= final_at ? list_words - 1'b1 : left",
  ],
  [
    'sparse_weights',
    'words that are skipped go by quarters of the next',
    '(load && (skipping || quarter',
    '(load && (quarter',
  ],
  ['sparse_weights', 'slots are counted on from vector to vector', "entry[15] ? 6'h3f : entry[13:8]", 'entry[13:8]'],
  ['sparse_array', 'lists go on inside the table', 'at + table_wide[ADDR_W-1:0]', 'at'],
  ['sparse_group', 'an entry is added while a sum is read', 'held_valid && !read &&', 'held_valid &&'],
  ['sparse_group', 'a round ends before the bank is read out', '&& !(round && full)', ''],
  ['sparse_group', 'what the bank before held is a sum', 'used_full <= used;', "used_full <= {SLOTS{1'b1}};"],
  ['sparse_group', 'room for any number of vectors', 'room <= level < LIMIT;', "room <= 1'b1;"],
  ['sparse_drain', 'parameters of the slot behind', '.CLOCKS(3)) u_parameters_5', '.CLOCKS(2)) u_parameters_5'],
  ['sparse_drain', 'sums of the next group', '.CLOCKS(3)) u_group', '.CLOCKS(2)) u_group'],
  ['sparse_drain', 'slots without a channel are written', 'going[4] && word_used', 'going[4]'],
  ['sparse_outline', 'a column too many', 'x < width', 'x <= width'],
  ['sparse_outline', 'a row too many', 'y < height', 'y <= height'],
  ['requantise', 'no rounding', "(32'd1 << shift) >> 1", "(32'd0 << shift) >> 1"],
  ['requantise', 'shifts of 8 and more only', '$signed(sum_5[16:0]) >>> shift_5', '$signed(sum_5[16:0])'],
  ['requantise', 'sums beyond 17 bits wrap', 'far || fine', 'fine'],
  ['requantise', 'sums beyond 10 bits wrap', ' || fine[16:9] != {8{fine[16]}}', ''],
  ['sparse_drain', 'a quad that is not read counts', "if (of_quad == 4'd0) quads", "if (1'b0) quads"],
  [
    'sparse_drain',
    'every second group of a quad is the one before',
    'pick[0] ? sums_wide[SUM_W*(4*u+1)',
    "1'b0 ? sums_wide[SUM_W*(4*u+1)",
  ],
  ['sparse_pool', 'the window before counts', 's_first ? s_data', "1'b0 ? s_data"],
  ['sparse_pool', 'bytes have no sign', '{a[7] ^ is_signed', "{a[7] ^ 1'b0"],
  ['sparse_pool', 'windows of 3 are of 2', "(kernel == 2'd3)", "(kernel == 2'd0)"],
  ['sparse_pool', 'results behind the row', "& {8{i < {25'd0, take}}}", ''],
  ['sparse_pack', 'what spills over is lost', 'begun <= over_t ? spills', "begun <= over_t ? {8*LANES{1'b0}}"],
  ['sparse_pack', 'a line is not ended', "(flush_t && fill_t != 7'd0)", "1'b0"],
  ['sparse_steps', 'a row below the map counts', 'row < lines_18}', 'row <= lines_18}'],
  ['sparse_steps', 'a row above the map counts', "row >= 18'sd0 &&", ''],
  ['sparse_steps', 'rounds are a line apart', 'from  <= from + stride;', "from  <= from + 16'd1;"],
  ['sparse_steps', 'every second read of convolutions is the first', 'quarter[0] ? step', "1'b0 ? step"],
  ['sparse_row', 'gaps are one longer', "+ {{(INDEX_W+1){1'b0}}, 1'b1};", "+ {{INDEX_W{1'b0}}, 2'd2};"],
  [
    'sparse_row',
    'a row goes on where the one before ended',
    'wire [INDEX_W:0]  prior = first ?',
    "wire [INDEX_W:0]  prior = 1'b0 ?",
  ],
  ['sparse_row', 'rows go on behind their end', 'ended    <= entry_end;', "ended    <= 1'b0;"],
  ['sparse_row', 'all words are one row', '({s_last, s_data})', "({1'b0, s_data})"],
  ['sparse_sets', 'the next rows begin before all have ended', '!hold && &ended', '!hold && |ended'],
  ['sparse_sets', 'a and b of the set behind', '!(phase[FACTORS] && held)', "1'b1"],
  ['sparse_sets', 'words go where there is no room', '(!phase[WORDS] || &rooms)', "1'b1"],
  ['sparse_sets', 'one line of the table', "if (t_we) t_at <= t_at + 6'd1;", ''],
  ['sparse_dense', 'sums go on', 'first[6] ? {SUM_W', "1'b0 ? {SUM_W"],
  ['sparse_dense', 'results run into those before', '.hold(pending)', ".hold(1'b0)"],
  ['sparse_handover', 'lines lie in the vector with their ends', 'parts <= line_words;', "parts <= line_words + 4'd1;"],
  ['sparse_dense', 'b has no upper half', '{b_high_out[15:0], b_low_out[15:0]}', "{16'd0, b_low_out[15:0]}"],
  ['sparse_loader', 'rows begin one behind', "at        <= at + 1'b1;", "at        <= at + 2'd2;"],
  ['sparse_loader', 'the stream may end anywhere', 'if ((state == HEAD || state == ROWS) && exhausted)', "if (1'b0)"],
  ['sparse_control', 'a layer starts without its rows', 'valid && |ready', 'valid'],
  ['sparse_control', 'rows are not given back', "free   <= 1'b1;", "free   <= 1'b0;"],
  ['sparse_ports', 'errors are not seen', "m_axi_rresp[2*p +: 2] != 2'b00", "1'b0"],
  ['axi_write', 'words lie over each other', 'next          <= next +', 'next          <= next + 0*'],
  [
    'axi_write',
    'data goes on before it was taken',
    'if (m_axi_wvalid && m_axi_wready) begin',
    'if (m_axi_wvalid) begin',
  ],
  ['axi_write', 'an address is withdrawn', "if (m_axi_awready) m_axi_awvalid <= 1'b0;", "m_axi_awvalid <= 1'b0;"],
  ['axi_write', 'errors are not seen', "m_axi_bresp != 2'b00", "1'b0"],
  ['sparse_steps', 'the upper half of a word is the lower one', 'quarter[1] ? word', "1'b0 ? word"],
  ['sparse_steps', 'the last word is always full', 'word_end ? final_quarter[1:0] : ', ''],
  ['sparse_loader', 'a frame comes in while its lines are needed', 'state == IDLE && !occupied &&', 'state == IDLE &&'],
  [
    'sparse_loader',
    'a longer frame comes in over maps',
    '(queued_beats[63:32] <= occupies || maps_turn == turn)',
    "1'b1",
  ],
  ['sparse_loader', 'a line of the frame is lost where a layer writes', '(line_ready || !line_end)', "1'b1"],
  [
    'sparse_control',
    'a vector is handed over before its last words',
    'if (settled == SETTLE_CLOCKS) state <= NEXT;',
    "if (settled == 5'd4) state <= NEXT;",
  ],
  ['sparse_control', 'the frame’s lines are free too early', 'vacate <= its_vacates && !vacant;', 'vacate <= !vacant;'],
  ['sparse_handover', 'a bank is filled while both are full', '&& !full[1]', ''],
  ['sparse_handover', 'both vectors lie in one bank', "bank ? {ADDR_W{1'b0}} : SECOND[ADDR_W-1:0]", "{ADDR_W{1'b0}}"],
  ['sparse_handover', 'a word is lost where a result is written', '!empty_line && !busy', '!empty_line'],
  ['sparse_handover', 'any number of lines of the result', "line_room <= level < 5'd12;", "line_room <= 1'b1;"],
  ['sparse_sequencer', 'the vector in the other bank', ': bank ? BANK_32', ': !bank ? BANK_32'],
  [
    'sparse_sequencer',
    'vectors of two frames mixed up',
    'v_valid ? v_turn != turn || v_bytes != bytes\n',
    "v_valid ? 1'b0\n",
  ],
  ['sparse_sequencer', 'a vector that never comes is waited for', ': all_there || line_here)) fault', ": 1'b0)) fault"],
  [
    'sparse_sequencer',
    'a bank is given back before it is read',
    'START: state <= BEATS;',
    "START: begin state <= BEATS; v_release <= !own; own <= 1'b1; end",
  ],
  ['sparse_sequencer', 'a frame ends before its last word is there', 'else if (written) begin', 'else begin'],
  ['sparse_sequencer', 'what is handed over and not used is kept', 'if (vector_here || line_here)', "if (1'b0)"],
  [
    'sparse_sequencer',
    'the next layer begins before results are there',
    'if (settled == SETTLE_CLOCKS) begin',
    "if (settled == 5'd1) begin",
  ],
  ['sparse_sequencer', 'lines overtake results', '&& !words_wait', ''],
  ['sparse_results', 'results never wait', "hold  <= level > 3'd1;", "hold  <= 1'b0;"],
  ['sparse_results', 'bytes of the result have no sign', 'is_signed && s_byte[7]', "1'b0 && s_byte[7]"],
  ['sparse_results', 'results go behind the last layer’s', 'next  <= to;', ''],
  ['sparse_ports', 'the second job is forgotten', '(jobs == FIRST && !single) ? SECOND : NONE', 'NONE'],
  [
    'sparse_ports',
    'all ports read the first part',
    "skip[ADDR_W-13:0], 12'd0}",
    "skip[ADDR_W-13:0] & {(ADDR_W-12){1'b0}}, 12'd0}",
  ],
  [
    'sparse_ports',
    'a failed read is of the frame before',
    'bad_turn <= turns[TURN_W*q +: TURN_W];',
    "bad_turn <= turns[TURN_W*q +: TURN_W] - 1'b1;",
  ],
  [
    'sparse_ports',
    'answers are all the first frame’s',
    "turn    <= turn + {{(TURN_W-1){1'b0}}, whole};",
    "turn    <= {TURN_W{1'b0}};",
  ],
  [
    'sparse_frames',
    'machines that failed are not cleared',
    'assign reset = rst || state == CLEAR;',
    'assign reset = rst;',
  ],
  [
    'sparse_frames',
    'an aborted frame is reported as good',
    '(oldest == faulty) ? fault : ABORTED',
    "(oldest == faulty) ? fault : 4'd0",
  ],
  ['sparse_frames', 'all frames get the code of the fault', '(oldest == faulty) ? fault : ABORTED', 'fault'],
  ['sparse_frames', 'the oldest frame gets the code of the fault', 'faulty <= found_in;', 'faulty <= oldest;'],
  ['sparse_frames', 'a reset does not wait for reads', 'if (idle) state <= ENDS;', 'state <= ENDS;'],
  ['sparse_frames', 'a frame beside a fault is forgotten', "if (under_way == 3'd0) state <= CLEAR;", 'state <= CLEAR;'],
  ['sparse_frames', 'clocks of the frame before', 'clocks    <= now - begun;', "clocks    <= now - begun - 32'd9;"],
  ['sparse_frames', 'a failed write is reported as good', ': write_bad ? WRITE_FAILED', ": 1'b0 ? WRITE_FAILED"],
  [
    'sparse_registers',
    'the end of a frame overwrites the one before',
    '.m_axis_tready(forget)',
    '.m_axis_tready(forget || ended)',
  ],
  ['sparse_registers', 'any number of frames', 'ready && held != FRAMES_MOST[2:0] && !start', 'ready && !start'],
];

/** Memory that pauses now and then, and one that pauses long, for results longer than these come. */
async function caughtBy(bench: SparseBench, fault = 0): Promise<boolean> {
  for (const memory of [{ pause: 16 }, { pause: 80, pauseVectors: 92 }])
    if (!sparsePassed(await bench.run({ ...memory, fault, seed: memory.pause, watchdog: 30_000 }), frames)) return true;
  return false;
}

test('every fault finds what it changes, in one place', () => {
  const lost = mutants.flatMap(([cell, fault, before, after]) =>
    unmade({ fault, file: `nn_${cell}.v`, change: replaced(before, after) }, textOf(cell)),
  );
  expect(lost).toEqual([]);
});

const chosen = all ? mutants : mutants.filter(([, fault]) => inSuite.has(fault));
/** In the suite, cells that the bench does not look into are in one simulator with their faults. */
const together = all ? [] : chosen.filter(([cell]) => cell === 'sparse_outline' || cell === 'sparse_sets');

describe('in one simulator', () => {
  let bench: SparseBench;
  beforeAll(async () => {
    const faults = together.map(([cell, , from, to]) => cellFault(`nn_${cell}`, from, to));
    bench = await sparseBench({ shape, sources: withChoice(cells, faults) }, frames, { quick: true });
  }, 240_000);
  afterAll(() => bench?.close());

  test('the cells as they are pass', async () => expect(await caughtBy(bench)).toBe(false), 240_000);
  if (together.length > 0)
    test.each(together.map(([cell, fault], i) => [cell, fault, i + 1] as const))(
      'nn_%s: %s',
      async (_cell, _fault, number) => expect(await caughtBy(bench, number)).toBe(true),
      240_000,
    );
});

test.each(chosen.filter((one) => !together.includes(one)))(
  'nn_%s: %s',
  async (cell, _, from, to) => {
    const bench = await sparseBench({ shape, sources: faulty(cells, `nn_${cell}.v`, from, to) }, frames, {
      quick: true,
    });
    try {
      expect(await caughtBy(bench)).toBe(true);
    } finally {
      bench.close();
    }
  },
  240_000,
);
