// SPDX-License-Identifier: Apache-2.0
/**
 * The sparse engine in Verilator: lines and words of every layer, results, status codes; frames beside each other;
 * frames that fail leave all others right.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { faulty } from '../../../sim/mutant.ts';
import { libraryCells } from '../../../sim/early.ts';
import { failures } from '../../../sim/sparse-failures.ts';
import { aborted, sparseFaults, sparsePassed, type SparseResult } from '../../../sim/sparse-report.ts';
import { sparseBench, type RunOptions, type SparseBench } from '../../../sim/sparse.ts';
import { builders, odd, small, wide } from './programs.fixture.ts';

const cells = libraryCells();

/** Memories that are as fast, or only one machine's; a driver that comes late, or waits for each frame. */
const memories: readonly RunOptions[] = [
  { pause: 16 },
  { pause: 0 },
  { pause: 90 },
  { pause: 0, pauseVectors: 90 },
  { pause: 80, pauseVectors: 0 },
  { pause: 50, lazy: 3000 },
  { pause: 16, alone: true },
];

/** Most frames that were under way at once. */
function mostAtOnce({ frames }: SparseResult): number {
  return Math.max(
    ...frames.map(({ start, run }) => frames.filter((other) => other.run <= run && other.end > start).length),
  );
}

describe.each([
  ['small', small],
  ['odd', odd],
  ['wide', wide],
] as const)('%s engine', (_, shape) => {
  // Every program behind every other kind: those with few layers of vectors behind those with many, and the other way
  // round.
  const programs = builders(shape).map((builder) => builder.frame());
  const frames = [...programs, ...programs.toReversed(), programs[0]!, programs[0]!, programs[0]!];
  let bench: SparseBench;
  beforeAll(async () => {
    bench = await sparseBench({ shape, sources: cells }, frames);
  }, 240_000);
  afterAll(() => bench?.close());

  test.each(memories)(
    'every layer of every program, frames one behind the other: %o',
    async (memory) => {
      const result = await bench.run({ ...memory, seed: 1 + memory.pause!, watchdog: 60_000 });
      expect(sparseFaults(result, frames)).toEqual([]);
      expect(result.frames.every(({ code }) => code === 0)).toBe(true);
      if (memory.lazy) expect(mostAtOnce(result)).toBeGreaterThan(1);
      else expect(mostAtOnce(result)).toBe(memory.alone ? 1 : 4);
    },
    60_000,
  );
});

describe('in primitives of the device', () => {
  const frames = builders(small).map((builder) => builder.frame());
  const passes = async (sources: typeof cells) => {
    const bench = await sparseBench({ shape: small, sources, carryBits: 8 }, frames, { quick: true, lutLevel: true });
    try {
      return sparsePassed(await bench.run({ pause: 16, seed: 3, watchdog: 60_000 }), frames);
    } finally {
      bench.close();
    }
  };
  test('every layer of every program', async () => expect(await passes(cells)).toBe(true), 240_000);
  test.each([
    ['no carry comes in', '.enter(unit)', ".enter(1'b0)"],
    ['a carry is lost', '.d(wide)', ".d({ACC_W{1'b0}})"],
  ])(
    'mutant: %s',
    async (_, from, to) => {
      expect(await passes(faulty(cells, 'nn_sparse_macs.v', from, to))).toBe(false);
    },
    240_000,
  );
});

describe(
  'a fault ends in a status code; frames beside it end with one of their own, ' + 'and are right when they come again',
  () => {
    const [first, , , , map] = builders(small);
    const good = first!.frame();
    const frames = failures({ ...first!, good });
    const beside = map!.frame();
    const driven = frames.flatMap(([, frame]) => [good, frame, beside, good]);
    let bench: SparseBench;
    beforeAll(async () => {
      bench = await sparseBench({ shape: small, sources: cells }, driven, { quick: true });
    }, 240_000);
    afterAll(() => bench?.close());

    test.each<RunOptions>([
      { pause: 16 },
      { pause: 60 },
      { pause: 0, pauseVectors: 85 },
      { pause: 85, pauseVectors: 0 },
      { pause: 16, lazy: 1500 },
      { pause: 16, alone: true },
    ])(
      'all of them: %o',
      async (memory) => {
        const result = await bench.run({ ...memory, seed: 1 + memory.pause!, watchdog: 20_000 });
        expect(sparseFaults(result, driven)).toEqual([]);
        const lost = result.frames.filter(({ code }) => code === aborted).length;
        if (memory.alone) expect(lost).toBe(0);
        else expect(lost).toBeGreaterThan(memory.lazy ? 0 : frames.length);
      },
      240_000,
    );

    // No simulator gets far in a fiftieth of a second.
    test('a run without an end has one', async () => {
      await expect(bench.run({ seconds: 0.02 })).rejects.toThrow(/^NN044/);
    }, 60_000);
  },
);
