// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { kc705 } from '../boards/kc705.ts';
import { zcu104 } from '../boards/zcu104.ts';
import type { Cost } from './cost.ts';
import { fitWords, usage } from './fit.ts';
import { totalCost, worstEngines } from '../stream-top/placed-cost.ts';
import type { Placement, PlacedEngine } from '../stream-top/placement.ts';

const nothing: Cost = { lut: 0, lutRam: 0, ff: 0, bram36: 0, uram: 0, dsp: 0 };

/** A placement of which only names and estimates are read. */
function placement(estimates: Readonly<Record<string, Partial<Cost>>>): Placement {
  const engines = Object.entries(estimates).map(
    ([name, cost]) => ({ name, estimate: { ...nothing, ...cost } }) as PlacedEngine,
  );
  return { engines, interval: 1, intervalAtMost: 1, lutPerBram: 0 };
}

describe('usage', () => {
  test('adds engines up and compares with 70 % of each resource', () => {
    const total = totalCost(placement({ a: { lut: 100_000, bram36: 200 }, b: { lut: 42_660, bram36: 111.5 } }));
    expect(total).toEqual({ ...nothing, lut: 142_660, bram36: 311.5 });
    expect(usage(total, kc705)).toMatchObject({ fits: true, exceeded: [], percent: { lut: 70, bram36: 70 } });
    expect(usage({ ...total, lut: 142_661 }, kc705)).toMatchObject({ fits: false, exceeded: ['lut'] });
    expect(usage({ ...total, bram36: 312 }, kc705).exceeded).toEqual(['bram36']);
  });

  test('what a device has none of does not fit', () => {
    expect(usage({ ...nothing, uram: 1 }, kc705).exceeded).toEqual(['uram']);
    expect(usage({ ...nothing, uram: 1 }, zcu104).fits).toBe(true);
  });

  test('unknown is not zero', () => {
    const total = totalCost(placement({ a: { lut: 5 }, b: { lut: null } }));
    expect(total.lut).toBeNull();
    const used = usage(total, kc705);
    expect(used.percent).not.toHaveProperty('lut');
    expect(used).toMatchObject({ fits: null, exceeded: [], unknown: ['lut'] });
    expect(fitWords(used)).toBe('unknown whether it fits within 70 %: no figure for lut');
    expect(usage({ ...total, bram36: 400 }, kc705)).toMatchObject({ fits: false, exceeded: ['bram36'] });
  });
});

test('the three worst engines come with their share', () => {
  const four = placement({ a: { lut: 10 }, b: { lut: 50 }, c: { lut: 30 }, d: { lut: 110 } });
  expect(worstEngines(four, 'lut')).toEqual(['d 55 %', 'b 25 %', 'c 15 %']);
});
