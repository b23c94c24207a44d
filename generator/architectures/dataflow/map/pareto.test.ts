// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { kc705 } from '../../../boards/kc705.ts';
import { loadNetwork } from '../../../network-file/load-network.ts';
import { buildDataflow } from '../index.ts';
import { typecheck } from '../../../passes/typecheck.ts';
import { paretoSvg } from '../../../report/pareto-chart.ts';
import { publishedDesigns } from '../../../report/published-designs.ts';
import { markFront, sweep } from './pareto.ts';

const options = { board: kc705, clockMhz: 200 } as const;
const typed = typecheck((await loadNetwork('tiny')).graph);
const swept = () => sweep(typed, options, () => {});

test('the front is what no other point beats; the unknown is on none', () => {
  const point = (framesPerSecond: number, lut: number | null) => ({ framesPerSecond, lut });
  const points = [
    point(10, 100),
    point(10, 90),
    point(20, 90),
    point(20, 90),
    point(30, 200),
    point(25, 250),
    point(99, null),
  ];
  expect(markFront(points).map(({ isOnFront }) => isOnFront)).toEqual([false, false, true, true, true, false, false]);
});

test('a point is the design that buildDataflow() makes at its rate', () => {
  const points = swept();
  expect(points.length).toBeGreaterThan(5);
  for (const point of points.filter(({ isOnFront }) => isOnFront)) {
    const { placement, usage } = buildDataflow(typed, { ...options, fps: point.framesPerSecond });
    expect([placement.interval, usage.total.lut, usage.total.bram36, usage.fits]).toEqual([
      point.interval,
      point.lut,
      point.bram36,
      point.fits,
    ]);
  }
});

test('along the front, more frames/s take more LUTs', () => {
  const front = swept().filter(({ isOnFront }) => isOnFront);
  expect(
    front.every(
      (p, i) => i === 0 || (p.framesPerSecond > front[i - 1]!.framesPerSecond && p.lut! > front[i - 1]!.lut!),
    ),
  ).toBe(true);
});

test('progress counts the rates one by one', () => {
  const said: [number, number][] = [];
  const { length } = sweep(typed, options, (...step) => said.push(step));
  expect(said).toEqual(said.map((_, i) => [i + 1, said.length]));
  expect(said.length).toBeGreaterThanOrEqual(length);
});

test('the chart is the same for the same points, and labels what Vivado counted', () => {
  const chart = { title: 'tiny', points: swept(), lutLimit: 1000, published: publishedDesigns };
  const svg = paretoSvg(chart);
  expect(svg).toMatch(/^<svg /);
  expect(svg).toContain('FINN, Vivado LUTs');
  expect(svg).toContain('estimate');
  expect(svg).not.toContain('NaN');
  expect(paretoSvg({ ...chart, published: [] })).not.toContain('FINN');
  expect(paretoSvg(chart)).toBe(svg);
});
