// SPDX-License-Identifier: Apache-2.0
/** Small faults in the cells of early decision, one at a time: each must be caught by bits, tiles or silence. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { earlyBench, libraryCells, type EarlyBench, type EarlyDut } from '../../../../sim/early.ts';
import { faulty } from '../../../../sim/mutant.ts';
import { cellFault, withChoice } from '../../../../sim/one-of-mutants.ts';
import { passed } from '../../../../sim/simulator.ts';
import { duts, expectedTiles } from './early.fixture.ts';

const cells = libraryCells();
// Pools of both kinds, padding and an inverted channel, a table of lines, several filters of a lane.
const chosen = [0, 3, 5];
const some: readonly EarlyDut[] = chosen.map((i) => duts[i]!);
const tiles = chosen.map((i) => expectedTiles[i]!);

const mutants: readonly (readonly [cell: string, fault: string, from: string, to: string])[] = [
  ['nn_early_verdict', 'known 0 one early', 'sum[SUM_W-2:0] <= owed', "sum[SUM_W-2:0] <= owed + 1'b1"],
  ['nn_early_verdict', 'known 0 one late', 'sum[SUM_W-2:0] <= owed', 'sum[SUM_W-2:0] < owed'],
  ['nn_early_verdict', 'the bit inverted', 'assign one = !sum[SUM_W-1];', 'assign one = sum[SUM_W-1];'],
  [
    'nn_early_verdict',
    'the ones left count from one too many',
    'window_owed <= ~window_ones;',
    'window_owed <= -window_ones;',
  ],
  ['nn_early_lane', "another tile's ones", '.CLOCKS(DOT)) u_ones', '.CLOCKS(DOT+1)) u_ones'],
  ['nn_early_turn', "another filter's threshold", '.CLOCKS(DOT+2)) u_fold (', '.CLOCKS(DOT+1)) u_fold ('],
  ['nn_early_verdict', 'the sum is not begun anew', '(start ? sum_first : sum_before)', 'sum_before'],
  ['nn_early_turn', 'a window has one tile less', 'ALL_32  = SF - 1;', 'ALL_32  = SF - 2;'],
  ['nn_early_turn', 'a pool goes on after a decisive window', 'assign decided = one ^ all;', "assign decided = 1'b0;"],
  ['nn_early_turn', 'AND pools are OR', 'assign decided = one ^ all;', 'assign decided = one;'],
  ['nn_early_turn', 'a pool ends a window early', 'last_column && wy == SIDE;', "last_column && wy == SIDE - 1'b1;"],
  [
    'nn_early_lane',
    'a result loses its turn',
    'put_data <= {slot_done[JOBS_W], result};',
    "put_data <= {1'b1, result};",
  ],
  [
    'nn_early_lane',
    'a result stands in the next slot',
    'put_at   <= {slot_done[JOBS_W-1:0], fold_done};',
    "put_at   <= {slot_done[JOBS_W-1:0] + 1'b1, fold_done};",
  ],
  ['nn_early_turn', 'takes a pixel that is not announced', 'available = next_slot != issued;', "available = 1'b1;"],
  ['nn_early_turn', 'a job that ends keeps its turn', '(!turn_active || done)', '!turn_active'],
  ['nn_early_pixels', 'a pixel before its last row', 'NEED_32     = -SPAN;', 'NEED_32     = 1 - SPAN;'],
  ['nn_early_feed', 'rows are freed a row early', 'ALL_ROOM_32 = ROWS - 1;', 'ALL_ROOM_32 = ROWS + POOL*STRIDE;'],
  [
    'nn_early_feed',
    'padding is not inverted',
    '{SIMD{PAD_VALUE}} : s_axis_tdata) ^ flip',
    '{SIMD{PAD_VALUE}} : s_axis_tdata ^ flip)',
  ],
  [
    'nn_early_ones',
    'a pixel keeps the ones of the one before',
    "(pixel_begins ? {SUM_W{1'b0}} : pixel_ones)",
    'pixel_ones',
  ],
  [
    'nn_early_ones',
    'a window of the column to the left',
    'pixel_past[COUNTED+2]) begin',
    'pixel_past[COUNTED+3]) begin',
  ],
  ['nn_early', 'a beat leaves when one lane has it', '&arrived && !clearing', '|arrived && !clearing'],
  [
    'nn_early',
    'a beat leaves before the lanes have seen the head',
    'complete && settled[1] && ready;',
    'complete && ready;',
  ],
  ['nn_early', 'tiles from before a reset', '.rst(clearing), .add(lanes)', '.rst(rst), .add(lanes)'],
  ['nn_early', 'results are not cleared after a reset', 'ALL      = CLEAR_32[CLEAR_W-1:0];', 'ALL      = 4;'],
];

/** A run at full speed, one with stalls, one with a reset. */
async function caughtBy(bench: EarlyBench, fault: number): Promise<boolean> {
  for (const options of [{}, { stall: 60, seed: 2, burst: true }, { stall: 10, seed: 3, resetAt: 900, resetFor: 1 }]) {
    const result = await bench.run({ ...options, fault, watchdog: 3_000, drain: 500 });
    if (!passed(result) || JSON.stringify(result.tiles) !== JSON.stringify(tiles)) return true;
  }
  return false;
}

/** The bench looks into nn_early itself, which can be no choice of copies. */
const inside = mutants.filter(([cell]) => cell !== 'nn_early');
const around = mutants.filter(([cell]) => cell === 'nn_early');

describe('cells of the engine, all faults in one simulator', () => {
  let bench: EarlyBench;
  beforeAll(async () => {
    const faults = inside.map(([cell, , from, to]) => cellFault(cell, from, to));
    bench = await earlyBench(some, withChoice(cells, faults), { quick: true });
  }, 240_000);
  afterAll(() => bench?.close());

  test('the cells as they are pass', async () => expect(await caughtBy(bench, 0)).toBe(false), 120_000);
  test.each(inside.map(([cell, fault], i) => [cell, fault, i + 1] as const))(
    '%s: %s',
    async (_cell, _fault, number) => expect(await caughtBy(bench, number)).toBe(true),
    120_000,
  );
});

test.each(around)(
  '%s: %s',
  async (cell, _, from, to) => {
    const bench = await earlyBench(some, faulty(cells, `${cell}.v`, from, to), { quick: true });
    try {
      expect(await caughtBy(bench, 0)).toBe(true);
    } finally {
      bench.close();
    }
  },
  120_000,
);
