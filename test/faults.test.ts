// SPDX-License-Identifier: Apache-2.0
/** Bad frames, resets and stalls on the specimens: one build, many runs. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cacheFolder } from '../sim/cache.ts';
import { findings, scenarios } from '../sim/faults.ts';
import type { SimulationResult } from '../sim/simulator.ts';
import { specimens } from '../sim/specimens.ts';
import { openSpecimenBench, play, type SpecimenBench } from '../sim/try-mutant.ts';

let folder: string;
let bench: SpecimenBench;

beforeAll(async () => {
  folder = mkdtempSync(join(cacheFolder('mutants'), 'faults-'));
  bench = await openSpecimenBench(folder, specimens());
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('frames cut short, overlong and good ones between', () => {
  for (const [index, scenario] of scenarios(specimens()).entries())
    it(scenario.name, async () => {
      expect(await play(bench, index)).toEqual([]);
    });
});

describe('the sequences', () => {
  it('hold bad frames, except the one for good frames', () => {
    expect(bench.badFrames.get('good-frames')).toEqual(bench.designs.map(() => []));
    for (const [name, designs] of bench.badFrames)
      if (name !== 'good-frames') for (const bad of designs) expect(bad.length).toBeGreaterThanOrEqual(4);
    expect(bench.badFrames.get('tlast-missing')![0]).toEqual([1, 3, 5, 6]);
    expect(bench.badFrames.get('tlast-early')![0]).toEqual([1, 3, 5, 7, 8]);
    expect(bench.badFrames.get('first-and-last-frame-bad')![0]).toEqual([0, 1, 2, 4, 5, 7]);
  });

  it('reset in every phase of a frame, under stalls of every kind', () => {
    const resets = bench.scenarios.flatMap(({ ends }) => ends.resetAt ?? []);
    const interval = Math.max(...bench.designs.map((design) => design.placement.interval));
    expect(new Set(resets.map((clock) => Math.floor(((clock % interval) * 4) / interval))).size).toBe(4);
    expect(new Set(bench.scenarios.map(({ ends }) => ends.stall))).toEqual(new Set([0, 30, 80, 95]));
  });
});

describe('each check of a run', () => {
  const clean = (): SimulationResult => ({
    cycles: 1,
    stillSince: null,
    tiles: [],
    differences: [],
    violations: [],
    edges: bench.placed.flatMap((dut) => dut.edges.map(() => ({ taken: 1, faults: 0, done: true }))),
    frames: bench.placed.flatMap((dut) => dut.edges.map(() => [10, 20, 30])),
    busy: [],
    frameErrors: bench.designs.map(() => [11, 31]),
  });
  const checks = (change: Partial<SimulationResult>, timed = true) =>
    findings(
      bench.placed,
      { ...bench.scenarios[0]!, timed },
      bench.designs.map(() => [0, 2]),
      { ...clean(), ...change },
    ).map(({ check }) => check);

  it('passes a clean run', () => expect(checks({})).toEqual([]));
  it('sees a mismatch', () =>
    expect(checks({ differences: [{ edge: 0, beat: 0, expected: '1', got: '0', cycle: 9 }] })).toEqual([
      'edge mismatch',
    ]));
  it('sees surplus beats and broken rules', () =>
    expect(
      checks({
        violations: ['SURPLUS edge=1 beat=3 cycle=9', 'RULE edge=1 rule=tvalid-fell beat=3 cycle=9'],
      }),
    ).toEqual(['surplus', 'stream rule']));
  it('sees a deadlock', () => expect(checks({ stillSince: 5 })).toEqual(['deadlock']));
  it('sees an edge that waits', () =>
    expect(checks({ edges: clean().edges.map((edge, i) => ({ ...edge, done: i !== 3 })) })).toEqual(['deadlock']));
  it.each([
    ['too many', [11, 21, 31]],
    ['too few', [31]],
    ['a clock early', [10, 31]],
    ['a clock late', [11, 32]],
    ['of a good frame', [11, 21]],
  ])('sees a pulse %s', (_, pulses) => {
    const { frameErrors } = clean();
    expect(checks({ frameErrors: [pulses, ...frameErrors.slice(1)] })).toEqual(['frame_error']);
    expect(checks({ frameErrors: [...frameErrors.slice(0, -1), pulses] })).toEqual(['frame_error']);
  });
  it('sees a lost clock, in the run without stalls only', () => {
    const { index } = bench.placed[1]!.edges.at(-1)!;
    const { interval } = bench.designs[1]!.placement;
    const frames = [...clean().frames];
    frames[index] = [0, 1, 2, 3, 4, 5].map((frame) => frame * (interval + 1));
    expect(checks({ frames })).toEqual(['interval']);
    expect(checks({ frames }, false)).toEqual([]);
  });
});
