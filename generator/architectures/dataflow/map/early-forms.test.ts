// SPDX-License-Identifier: Apache-2.0
/**
 * Early decision among the forms that the mapper chooses from: what it takes in, what it costs, what is expected of it.
 */
import { describe, expect, test } from 'vitest';
import type { BitloomError } from '../../../errors/errors.ts';
import {
  batchNormSign,
  binaryConv2d,
  binaryDense,
  decide,
  input,
  maxPool,
  network,
  quantise,
  signedPixels,
  synthetic,
} from '../../../index.ts';
import type { Fold, Materials } from '../../../stream-top/engine.ts';
import { kc705 } from '../../../boards/kc705.ts';
import { randomFrom } from '../../../passes/random.ts';
import { buildDataflow } from '../index.ts';
import { lower } from '../../../passes/lower.ts';
import { typecheck } from '../../../passes/typecheck.ts';
import { type CalibrationFrames, calibrationOf } from './calibration.ts';
import type { Pins } from './candidates.ts';
import { chooseFolds } from './choose-folds.ts';
import { place } from './place.ts';
import type { Placement } from '../../../stream-top/placement.ts';

const weights = synthetic(11);
const typed = typecheck(
  network('forms', () => {
    const pixels = quantise('quant', input('pixels', { height: 10, width: 10, channels: 2 }), signedPixels());
    const a0 = batchNormSign('norm0', binaryConv2d('conv0', pixels, { filters: 8, kernel: 3, weights }), { weights });
    const a1 = batchNormSign(
      'norm1',
      maxPool('pool1', binaryConv2d('conv1', a0, { filters: 8, kernel: 3, weights }), { size: 2 }),
      { weights },
    );
    const a2 = batchNormSign('norm2', binaryConv2d('conv2', a1, { filters: 12, kernel: 2, weights }), { weights });
    return decide(
      'class',
      binaryDense('fc0', batchNormSign('norm3', binaryDense('hidden', a2, { units: 10, weights }), { weights }), {
        units: 4,
        weights,
      }),
      { classes: 4 },
    );
  }),
);
const graph = lower(typed);
const random = randomFrom('calibration of forms');
const frames: CalibrationFrames = {
  frames: Array.from({ length: 8 }, () => Uint8Array.from({ length: 200 }, () => random() * 256)),
  path: undefined,
};
const calibration = calibrationOf(graph, frames, { frames: Infinity, tiles: 1e6 });

const able = ['conv1', 'conv2', 'hidden'];
const materials = (change: Partial<Materials>): Materials => ({ lutPerBram: 100, calibration, ...change });

function placed(interval: number, pins: Pins, change: Partial<Materials> = {}): Placement {
  const all = materials(change);
  return place(graph, chooseFolds(graph, interval, pins, all), interval, all);
}

const price = ({ engines }: Placement) =>
  engines.reduce((sum, { estimate }) => sum + estimate.lut! + 100 * estimate.bram36!, 0);
const forms = ({ engines }: Placement) =>
  Object.fromEntries(engines.filter(({ fold }) => fold.form).map(({ name, fold }) => [name, fold.form]));

describe('--early', () => {
  test('on takes every layer that can, with the pool behind it', () => {
    const { engines } = placed(20_000, {}, { early: 'on' });
    expect(
      engines.filter(({ fold }) => fold.form === 'early').map(({ nodes }) => nodes.map(({ name }) => name)),
    ).toEqual([
      ['conv1', 'norm1', 'pool1'],
      ['conv2', 'norm2'],
      ['hidden', 'norm3'],
    ]);
    for (const engine of engines.filter(({ fold }) => fold.form === 'early')) {
      expect(engine.cells.at(-1)!.module).toBe('nn_early');
      expect(engine.cycles).toBeLessThan(engine.cyclesAtMost);
    }
  });

  test('off and nothing said take none', () => {
    expect(forms(placed(20_000, {}))).toEqual({});
    expect(forms(placed(20_000, {}, { early: 'off' }))).toEqual({});
  });

  test('where layers are wired, it takes the rest', () => {
    expect(forms(placed(100, {}, { early: 'on', reuse: 'on' }))).toEqual({
      conv0: 'wired',
      conv1: 'wired',
      conv2: 'wired',
      hidden: 'early',
    });
  });

  test.each([100, 700, 5000])('auto is as cheap as the cheapest choice of forms within %i clocks', (interval) => {
    const auto = placed(interval, {}, { early: 'auto' });
    const choices = Array.from(
      { length: 2 ** able.length },
      (_, bits): Pins =>
        Object.fromEntries(
          able.map((name, i): [string, Partial<Fold>] => [name, (bits >> i) & 1 ? { form: 'early' } : {}]),
        ),
    );
    const others = choices.map((pins) => placed(interval, pins)).filter((placement) => placement.interval <= interval);
    expect(others.length).toBeGreaterThan(1);
    expect(price(auto)).toBeCloseTo(Math.min(...others.map(price)), 6);
  });

  test('a rate that early decision cannot reach is refused with what it can', () => {
    const options = {
      board: kc705,
      clockMhz: 200,
      early: 'on',
      calibration: frames,
    } as const;
    expect(() => buildDataflow(typed, { ...options, fps: 5_000_000 })).toThrow(/NN015/);
  });
});

test('a pinned form that cannot be names what can', () => {
  const wrong = { conv0: { form: 'early' }, conv1: { form: 'early', pe: 3 } } as const;
  let issues: string[] = [];
  try {
    chooseFolds(graph, 1000, wrong, materials({}));
  } catch (error) {
    issues = (error as BitloomError).issues.map(({ where, got, legal }) => `${where}: ${got}; ${legal}`);
  }
  expect(issues).toEqual([
    'forms › conv0 (binary-conv): the form early; folded only',
    'forms › conv1 (binary-conv): the form early at pe = 3; pe 1 2 4 8, simd 8, pixels 1',
  ]);
});

test('without a calibration, all tiles are expected and stand in their natural order', () => {
  const { engines } = placed(20_000, {}, { early: 'on', calibration: undefined });
  for (const { fold, cycles, cyclesAtMost, orders } of engines)
    if (fold.form) expect([cycles, orders]).toEqual([cyclesAtMost, undefined]);
});

test('built twice it is the same, and the channels are in the orders that it says', () => {
  const options = {
    board: kc705,
    clockMhz: 200,
    fps: 20_000,
    early: 'on',
    calibration: frames,
  } as const;
  const [one, two] = [buildDataflow(typed, options), buildDataflow(typed, options)];
  expect(two.placement.engines.map(({ orders, cycles }) => ({ orders, cycles }))).toEqual(
    one.placement.engines.map(({ orders, cycles }) => ({ orders, cycles })),
  );
  expect([...one.channelOrders]).toEqual([...two.channelOrders]);
  expect(one.channelOrders.size).toBeGreaterThan(0);
});
