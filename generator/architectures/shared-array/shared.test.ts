// SPDX-License-Identifier: Apache-2.0
/**
 * Small random networks on arrays of many shapes, in Verilator: every layer's bits and values equal the golden model's.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cacheFolder } from '../../../sim/cache.ts';
import { benchText, buildSimulator, duts, passed, runSimulator, type Dut } from '../../../sim/simulator.ts';
import { intervalOf, timeLimits } from '../../../sim/runs.ts';
import { writeVectors } from '../../../sim/vectors.ts';
import { kc705 } from '../../boards/kc705.ts';
import { planFiles, textsOf } from '../../emit/plan.ts';
import type { Graph } from '../../ir/graph.ts';
import { randomFrom } from '../../passes/random.ts';
import { buildShared } from './index.ts';
import { typecheck } from '../../passes/typecheck.ts';
import type { SharedDesign } from './build.ts';
import { eager, randomBlocks, randomChain, randomVector, talkative } from './random-networks.fixture.ts';

const random = randomFrom('shared');

function designOf(
  graph: Graph,
  units: number,
  group: number,
  { split = true, portable = false, unshared = false } = {},
): SharedDesign {
  return buildShared(typecheck(graph), {
    board: kc705,
    clockMhz: 200,
    fps: 1,
    primitives: portable ? undefined : 'xc7',
    units,
    taps: 9 * group,
    split,
    unshared,
  });
}

const designs = [
  designOf(randomChain(random, 1), 2, 8, { portable: true }),
  designOf(randomChain(random, 2), 4, 16),
  designOf(randomChain(random, 3), 4, 8, { split: false }),
  designOf(randomChain(random, 4), 2, 32),
  designOf(randomVector(random, 5), 4, 16),
  designOf(randomBlocks(random, 6), 2, 8),
  designOf(randomBlocks(random, 7), 8, 8),
  designOf(randomBlocks(random, 8), 4, 16),
  designOf(eager(random, 9), 8, 8),
  designOf(eager(random, 10), 8, 16),
  designOf(talkative(11), 8, 8),
  designOf(talkative(12), 16, 32),
  designOf(randomBlocks(random, 13), 2, 16, { unshared: true }),
  designOf(randomChain(random, 14), 2, 8, { unshared: true }),
];

const frames = 6;
let folder: string;
let program: string;
let placed: Dut[];

beforeAll(async () => {
  folder = mkdtempSync(join(cacheFolder('vectors'), 'shared-'));
  placed = duts(designs);
  const files = new Map(
    designs.flatMap((design) => [...textsOf(planFiles(design, { network: design.name, defaulted: false }))]),
  );
  for (const part of ['mem', 'data']) mkdirSync(join(folder, part));
  for (const [path, text] of files) if (dirname(path) === 'mem') writeFileSync(join(folder, path), text);
  placed.forEach((dut, i) => {
    const { height, width, channels } = dut.design.typed.nodes[0]!.type;
    const pixels = Array.from({ length: frames }, () =>
      Uint8Array.from({ length: height * width * channels }, () => random() * 256),
    );
    writeVectors(dut, pixels, join(folder, 'data'), i);
  });
  const sources = [...files].filter(([path]) => path.startsWith('rtl/')).map(([path, text]) => ({ path, text }));
  program = await buildSimulator(sources, benchText(placed), { little: true });
}, 1_800_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const slowest = designs.reduce((a, b) => (b.placement.interval > a.placement.interval ? b : a));
const run = (options: {
  stall: number;
  burst?: boolean;
  seed: number;
  resetAt?: number;
  blockFrom?: number;
  blockFor?: number;
}) => {
  const { watchdog, drain } = timeLimits(slowest, options.stall, frames);
  return runSimulator(program, {
    memoryFolder: join(folder, 'mem'),
    dataFolder: join(folder, 'data'),
    watchdog: watchdog + (options.blockFor ?? 0),
    drain,
    ...options,
  });
};

describe('every layer of every network', () => {
  test.each([
    { stall: 0, seed: 1 },
    { stall: 30, seed: 2 },
    { stall: 80, seed: 3 },
    { stall: 80, burst: true, seed: 4 },
    { stall: 0, seed: 5, blockFrom: 3000, blockFor: 20_000 },
    { stall: 30, seed: 6, resetAt: 1777 },
  ])(
    '%o',
    async (options) => {
      const result = await run(options);
      expect(result.differences.slice(0, 3)).toEqual([]);
      expect(result.violations).toEqual([]);
      expect(passed(result)).toBe(true);
    },
    1_800_000,
  );
});

test('layers take the clocks that the model says', async () => {
  const result = await run({ stall: 0, seed: 1 });
  for (const { working, firstBusy, design } of placed)
    working.forEach(({ name }, i) => {
      const turn = design.placement.engines.flatMap(({ turns }) => turns ?? []).find((t) => t.name === name);
      if (turn)
        expect([design.name, name, result.busy[firstBusy + i]! / frames]).toEqual([design.name, name, turn.steps]);
    });
});

test('frames take the clocks that the model says', async () => {
  const result = await run({ stall: 0, seed: 1 });
  const measured = placed.map(({ design, edges }) => [design.name, intervalOf(result.frames[edges.at(-1)!.index]!)]);
  expect(measured).toEqual(placed.map(({ design }) => [design.name, design.placement.interval]));
});

test('a baseline has datapaths of several sizes, as fast as the array', () => {
  const baselines = placed
    .filter(({ design }) => (design as SharedDesign).options.unshared)
    .map(({ design: { options, typed, placement } }) => ({
      sizes: ['PIXELS', 'WINDOWS', 'POINTS'].map(
        (type) => placement.engines.find(({ turns }) => turns)!.cells[0]!.parameters[`${type}_UNITS`] as number,
      ),
      clocks: placement.interval,
      shared: buildShared(typed, { ...options, unshared: false }).placement.interval,
    }));
  expect(baselines).toHaveLength(2);
  for (const { clocks, shared } of baselines) expect(clocks).toBeLessThanOrEqual(shared);
  expect(baselines.some(({ sizes }) => new Set(sizes).size > 1)).toBe(true);
});

test('the networks leave half groups to share, and idle lanes', () => {
  const parameters = designs.map(
    ({ placement }) =>
      placement.engines.flatMap(({ cells }) => cells).find(({ module }) => module === 'nn_shared')?.parameters ?? {},
  );
  expect(parameters.filter(({ SPLIT }) => SPLIT === 1).length).toBeGreaterThanOrEqual(3);
  expect(parameters.filter(({ CLAMPS }) => CLAMPS === 1).length).toBeGreaterThanOrEqual(1);
});
