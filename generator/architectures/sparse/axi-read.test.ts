// SPDX-License-Identifier: Apache-2.0
/**
 * nn_axi_read by itself: jobs of any length and address, a reader that stands still for long, stops in the middle; and
 * mutants.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { cellFault, withChoice } from '../../../sim/one-of-mutants.ts';
import { axiReadBench, type AxiReadBench, type AxiReadResult } from '../../../sim/axi-read.ts';
import { libraryCells } from '../../../sim/early.ts';

const cells = libraryCells().filter(({ path }) => /^nn_(axi_read|fifo)\.v$/.test(path));
const sizes = { depth: 64, burst: 16 };
const right = ({ faults, broken }: AxiReadResult) => faults === 0 && broken === 0;

test.each([sizes, { depth: 24, burst: 8 }, { depth: 300, burst: 256 }])(
  '$depth beats in bursts of $burst',
  async (size) => {
    const bench = await axiReadBench(cells, size);
    for (const pause of [0, 16, 80]) {
      const result = await bench.run(pause, pause + 1);
      expect(result).toMatchObject({ faults: 0, broken: 0, said: [] });
      expect(Math.min(result.jobs, result.stops)).toBeGreaterThan(3);
    }
  },
  240_000,
);

const mutants: readonly (readonly [fault: string, from: string, to: string])[] = [
  ['bursts cross 4 KiB', "WHOLE - {1'b0, next[BURST_W-1:0]}", 'WHOLE'],
  ['more is asked for than there is room', 'ready && room && !stop', 'ready && !stop'],
  ['room for less than a burst is enough', 'held <= LIMIT;', "held <= LIMIT + 1'b1;"],
  ['what leaves the FIFO counts twice', 'many) : {LEVEL_W{took}});', "many) : {{(LEVEL_W-1){took}}, 1'b0});"],
  ['the last burst is too long', 'few ? left[BURST_W:0] : to_border', 'to_border'],
  ['an address that was not taken changes', '&& !stop && !m_axi_arvalid', '&& !stop'],
  ['idle before all has come', "!m_axi_arvalid && coming == {LEVEL_W{1'b0}}", '!m_axi_arvalid'],
  ['a stopped job goes on', 'room && !stop &&', 'room &&'],
  ['bursts lie over each other', "{1'b0, next[15:0]} + {{(16-BURST_W){1'b0}}, beats}", "{1'b0, next[15:0]}"],
  ['an address carries nothing to its upper half', "{{(NEXT_W-17){1'b0}}, carry}", "{(NEXT_W-16){1'b0}}"],
  ['a length borrows nothing from its upper half', "left[31:16] - {15'd0, borrow}", 'left[31:16]'],
];

describe('all in one simulator', () => {
  let bench: AxiReadBench;
  beforeAll(async () => {
    const faults = mutants.map(([, from, to]) => cellFault('nn_axi_read', from, to));
    bench = await axiReadBench(withChoice(cells, faults), sizes);
  }, 240_000);
  const results = (fault: number) => Promise.all([0, 16, 80].map((pause) => bench.run(pause, pause + 1, fault)));

  test('the cell as it is passes', async () => expect((await results(0)).every(right)).toBe(true), 240_000);
  test.each(mutants.map(([fault], i) => [fault, i + 1] as const))(
    'mutant: %s',
    async (_, number) => expect((await results(number)).every(right)).toBe(false),
    240_000,
  );
});
