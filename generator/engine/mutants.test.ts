/** Small faults in the cells of the sparse engine, one at a time: each must be caught by lines, results, codes or silence. */
import { expect, test } from 'vitest';
import { libraryCells } from '../../sim/early.ts';
import { sparseBench, sparsePassed, type DrivenFrame } from '../../sim/sparse.ts';
import { builders, small } from './programs.fixture.ts';

const cells = libraryCells().filter(({ path }) => /^nn_(sparse|axi|requantise|ram|fifo|delay)/.test(path));
const good = builders(small).map((builder) => builder.frame());
const [first] = good as [DrivenFrame];
const failing: readonly DrivenFrame[] = [
  { ...first, code: 1, readError: { port: 2, answer: first.frameBeats + 30 } },
  { ...first, code: 2, writeErrorAt: 2 },
  { ...first, code: 4, streamBeats: first.streamBeats - 1 },
];
const frames = [...good, ...failing.flatMap((frame) => [frame, first])];

const mutants: readonly (readonly [cell: string, fault: string, from: string, to: string])[] = [
  ['sparse_lines', 'the line behind is the line itself', "+ {{(BANK_W-1){1'b0}}, s_line[0]}", "+ {BANK_W{1'b0}}"],
  ['sparse_lines', 'the line behind counts though it is outside', 'keep_2[!odd_2]', "1'b1"],
  ['sparse_lines', 'a byte too many of the first line', 'odd_2 != (j >= {26\'d0, shift_2})', 'odd_2 != (j + 1 >= {26\'d0, shift_2})'],
  ['sparse_rotate', 'a step of 3 is one of 2', '(i + 3*STEP)', '(i + 2*STEP)'],
  ['sparse_macs', 'a slot that comes again is read too early', 'again                 <= add_2 && at_2 == at_1;', "again                 <= 1'b0;"],
  ['sparse_macs', 'sums begin with what the bank held', 'if (fresh_1) held', "if (1'b0) held"],
  ['sparse_macs', 'bytes have no sign', 'signed_0 && x_0', "1'b0 && x_0"],
  ['sparse_weights', 'half of the table', 'if (class_at[0]) table_left', 'if (1\'b1) table_left'],
  ['sparse_weights', 'the table is read again', 'at   <= final_at ? list_base : at', 'at   <= final_at ? base : at'],
  ['sparse_weights', 'a list that is one word too short', 'left <= final_at ? list_words : left', "left <= final_at ? list_words - 1'b1 : left"],
  ['sparse_weights', 'words that are skipped go by quarters of the next', '(load && (skipping || quarter', '(load && (quarter'],
  ['sparse_weights', 'slots are counted on from vector to vector', "entry[15] ? 6'h3f : entry[13:8]", 'entry[13:8]'],
  ['sparse_array', 'lists go on inside the table', 'at + table_wide[ADDR_W-1:0]', 'at'],
  ['sparse_group', 'an entry is added while a sum is read', 'held_valid && !read &&', 'held_valid &&'],
  ['sparse_group', 'a round ends before the bank is read out', '&& !(round && full)', ''],
  ['sparse_group', 'the last slot was never written', "used_full[slot] <= 1'b1;", ''],
  ['sparse_group', 'room for any number of vectors', 'room <= level < LIMIT;', "room <= 1'b1;"],
  ['sparse_drain', 'parameters of the slot behind', '.CLOCKS(3)) u_parameters_5', '.CLOCKS(2)) u_parameters_5'],
  ['sparse_drain', 'sums of the next group', '.CLOCKS(3)) u_group', '.CLOCKS(2)) u_group'],
  ['sparse_drain', 'slots without a channel are written', 'going[4] && parameters[63]', 'going[4]'],
  ['sparse_outline', 'a column too many', 'x < width', 'x <= width'],
  ['sparse_outline', 'a row too many', 'y < height', 'y <= height'],
  ['requantise', 'no rounding', "(32'd1 << shift) >> 1", "(32'd0 << shift) >> 1"],
  ['requantise', 'shifts of 8 and more only', 'sum_5 >>> shift_5', 'sum_5'],
  ['requantise', 'large sums wrap', 'wire                   beyond = ', "wire                   beyond = 1'b0 && "],
  ['sparse_pool', 'the window before counts', 's_first ? s_data', "1'b0 ? s_data"],
  ['sparse_pool', 'bytes have no sign', '{a[7] ^ is_signed', "{a[7] ^ 1'b0"],
  ['sparse_pool', 'windows of 3 are of 2', "(kernel == 2'd3)", "(kernel == 2'd0)"],
  ['sparse_pool', 'results behind the row', '& {8{i < {25\'d0, take}}}', ''],
  ['sparse_pack', 'what spills over is lost', 'begun <= over_t ? spills', 'begun <= over_t ? {8*LANES{1\'b0}}'],
  ['sparse_pack', 'a line is not ended', "(flush_t && fill_t != 7'd0)", "1'b0"],
  ['sparse_steps', 'a row below the map counts', 'row < lines_18}', 'row <= lines_18}'],
  ['sparse_steps', 'a row above the map counts', "row >= 18'sd0 &&", ''],
  ['sparse_steps', 'rounds are a line apart', 'from  <= from + stride;', "from  <= from + 16'd1;"],
  ['sparse_steps', 'every second read of a word is the first', 'second ? word[63:32] : word[31:0]', 'word[31:0]'],
  ['sparse_row', 'gaps are one longer', "+ {{(INDEX_W+1){1'b0}}, 1'b1};", "+ {{INDEX_W{1'b0}}, 2'd2};"],
  ['sparse_row', 'a row goes on where the one before ended', 'wire [INDEX_W:0]  prior = first ?', "wire [INDEX_W:0]  prior = 1'b0 ?"],
  ['sparse_row', 'rows go on behind their end', 'ended    <= entry_end;', "ended    <= 1'b0;"],
  ['sparse_row', 'all words are one row', '({s_last, s_data})', "({1'b0, s_data})"],
  ['sparse_sets', 'the next rows begin before all have ended', '!hold && &ended', '!hold && |ended'],
  ['sparse_sets', 'a and b of the set behind', '!(phase[3] && held)', "1'b1"],
  ['sparse_sets', 'words go where there is no room', '(!phase[2] || &rooms)', "1'b1"],
  ['sparse_sets', 'one line of the table', "if (t_we) t_at <= t_at + 6'd1;", ''],
  ['sparse_dense', 'sums go on', "first[6] ? {SUM_W", "1'b0 ? {SUM_W"],
  ['sparse_dense', 'results run into those before', '.hold(pending)', ".hold(1'b0)"],
  ['sparse_dense', 'lines lie in the vector with their ends', 'parts <= line_words;', "parts <= line_words + 4'd1;"],
  ['sparse_dense', 'b has no upper half', '{b_high_out[15:0], b_low_out[15:0]}', "{16'd0, b_low_out[15:0]}"],
  ['sparse_loader', 'rows begin one behind', "at        <= at + 1'b1;", "at        <= at + 2'd2;"],
  ['sparse_loader', 'the stream may end anywhere', 'if (state != IDLE && state != INPUT && exhausted)', "if (1'b0)"],
  ['sparse_control', 'a layer starts without its rows', 'valid && |ready', 'valid'],
  ['sparse_control', 'rows are not given back', "free  <= 1'b1;", "free  <= 1'b0;"],
  ['axi_read', 'errors are not seen', "m_axi_rresp != 2'b00", "1'b0"],
  ['axi_write', 'words lie over each other', 'next          <= next +', 'next          <= next + 0*'],
  ['axi_write', 'data goes on before it was taken', 'if (m_axi_wvalid && m_axi_wready) begin', 'if (m_axi_wvalid) begin'],
  ['axi_write', 'an address is withdrawn', "if (m_axi_awready) m_axi_awvalid <= 1'b0;", "m_axi_awvalid <= 1'b0;"],
  ['axi_write', 'errors are not seen', "m_axi_bresp != 2'b00", "1'b0"],
  ['sparse', 'a frame that failed is not cleared', "wire             reset = rst || state == CLEAR;", 'wire             reset = rst;'],
  ['sparse', 'all ports read the first part', 'skip[ADDR_W-13:0], 12\'d0}', "skip[ADDR_W-13:0] & {(ADDR_W-12){1'b0}}, 12'd0}"],
];

let like: string | undefined;

/** Memory that pauses now and then, and one that pauses long. */
async function caught(sources: typeof cells): Promise<boolean> {
  const bench = await sparseBench({ shape: small, sources }, frames, like === undefined ? { quick: true } : { like });
  like ??= bench.program;
  try {
    for (const pause of [16, 80]) if (!sparsePassed(await bench.run({ pause, seed: pause, watchdog: 30_000 }), frames)) return true;
    return false;
  } finally {
    bench.close();
  }
}

test('the cells as they are pass', async () => expect(await caught(cells)).toBe(false), 240_000);

test.each(mutants)('nn_%s: %s', async (cell, _, from, to) => {
  const sources = cells.map((source) => (source.path === `nn_${cell}.v` ? { ...source, text: source.text.replace(from, to) } : source));
  expect(sources).not.toEqual(cells);
  expect(await caught(sources)).toBe(true);
}, 240_000);
