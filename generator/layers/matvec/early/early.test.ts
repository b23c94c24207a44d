/** nn_early against sums made tap by tap; its counters against the model's walk. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { earlyBench, type EarlyBench } from '../../../../sim/early.ts';
import { passed } from '../../../../sim/simulator.ts';
import { calibrate } from './calibrate.ts';
import { duts, expectedTiles } from './early.fixture.ts';
import { counted } from './layer.ts';
import { walker } from './walk.ts';

test('the walk gives the layer’s bits', () => {
  for (const { plan, options, inputs, outputs } of duts) {
    const walk = walker(plan, options.early);
    expect(inputs.map((map) => walk(map).output)).toEqual(outputs);
  }
});

test('less is looked at, and never more', () => {
  const shares = expectedTiles.map(({ dense, executed }) => executed / dense);
  expect(shares[1]).toBe(1);
  expect(Math.max(...shares)).toBeLessThanOrEqual(1);
  expect(shares[0]).toBeLessThan(0.9);
});

test('the same frames give the same plan, every order is a permutation', () => {
  const { layer, fold } = duts[0]!.plan;
  const maps = duts[0]!.inputs;
  const plan = calibrate(layer, fold, maps);
  expect(calibrate(layer, fold, maps)).toEqual(plan);
  const sorted = (order: readonly number[]) => [...order].sort((a, b) => a - b);
  for (const order of [plan.channelAt, plan.filterAt, ...plan.visits]) expect(sorted(order)).toEqual(counted(order.length));
});

describe('in Verilator', () => {
  let bench: EarlyBench;
  beforeAll(async () => {
    bench = await earlyBench(duts);
  }, 240_000);
  afterAll(() => bench?.close());

  const runs = [
    { stall: 0 },
    { stall: 30, seed: 2 },
    { stall: 80, seed: 3 },
    { stall: 60, burst: true, seed: 4 },
    { stall: 0, blockFrom: 200, blockFor: 3000, seed: 5 },
  ];
  test.each(runs)('bits and tiles at %j', async (options) => {
    const result = await bench.run(options);
    expect(result.differences).toEqual([]);
    expect(passed(result)).toBe(true);
    expect(result.tiles).toEqual(expectedTiles);
  });

  test.each([90, 700, 1501])('a reset in clock %d', async (resetAt) => {
    const result = await bench.run({ stall: 10, seed: resetAt, resetAt });
    expect(result.differences).toEqual([]);
    expect(passed(result)).toBe(true);
    expect(result.tiles).toEqual(expectedTiles);
  });
});
