// SPDX-License-Identifier: Apache-2.0
/** nn_early against sums made tap by tap; its counters against the model's walk. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { earlyBench, type EarlyBench } from '../../../../sim/early.ts';
import { passed } from '../../../../sim/simulator.ts';
import { calibrate } from './calibrate.ts';
import { balanceLanes, channelOrder } from './channel-orders.ts';
import { duts, expectedTiles } from './early.fixture.ts';
import { bothEarly, counted, denseTiles } from './layer.ts';
import { sumOf, tilesSampled, tilesWalked, walker } from './walk.ts';

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

test('the same frames give the same orders, and every order is a permutation', () => {
  const { layer, fold } = duts[0]!.plan;
  const maps = duts[0]!.inputs;
  const orders = calibrate(layer, fold.simd, maps);
  expect(calibrate(layer, fold.simd, maps)).toEqual(orders);
  const channels = channelOrder(layer, fold.simd, maps);
  const filters = balanceLanes(orders.tiles, fold.pe, 4, counted(layer.filters));
  const sorted = (order: readonly number[]) => [...order].sort((a, b) => a - b);
  for (const order of [channels, filters, ...orders.visits]) expect(sorted(order)).toEqual(counted(order.length));
});

test('filters change places within their group alone, and lanes get as much to do', () => {
  const load = Float64Array.of(9, 1, 8, 2, 7, 3, 6, 4);
  const order = balanceLanes(load, 2, 4, counted(8));
  expect(order.slice(0, 4).sort()).toEqual([0, 1, 2, 3]);
  const lane = (p: number) =>
    order.filter((_, place) => place % 2 === p).reduce((sum, filter) => sum + load[filter]!, 0);
  expect([lane(0), lane(1)]).toEqual([20, 20]);
});

test('a sample of the pixels says about as many tiles as all of them', () => {
  for (const { plan, inputs } of duts.filter(({ plan }) => plan.layer.height > 1)) {
    const sampled = (most: number) => sumOf(tilesSampled(plan, [plan.visits], inputs, most)[0]!);
    const all = sumOf(tilesWalked(plan, bothEarly, inputs)) / inputs.length;
    expect(sampled(Infinity)).toBeCloseTo(all, 6);
    expect(Math.abs(sampled((inputs.length * denseTiles(plan.layer, plan.fold.simd)) / 3) / all - 1)).toBeLessThan(0.2);
  }
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

  // Of a single clock: nothing may take longer to forget.
  test.each([90, 700, 1501])('a reset in clock %d', async (resetAt) => {
    const result = await bench.run({ stall: 10, seed: resetAt, resetAt, resetFor: 1 });
    expect(result.differences).toEqual([]);
    expect(passed(result)).toBe(true);
    expect(result.tiles).toEqual(expectedTiles);
  });
});
