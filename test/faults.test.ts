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
  bench = await openSpecimenBench(folder);
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
    expect(bench.expectedErrors.get('good-frames')).toEqual(bench.designs.map(() => 0));
    for (const [name, errors] of bench.expectedErrors)
      if (name !== 'good-frames') for (const bad of errors) expect(bad).toBeGreaterThanOrEqual(4);
    expect(bench.expectedErrors.get('tlast-missing')![0]).toBe(4);
    expect(bench.expectedErrors.get('tlast-early')![0]).toBe(5);
    expect(bench.expectedErrors.get('first-and-last-frame-bad')![0]).toBe(6);
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
    timeout: false,
    differences: [],
    violations: [],
    edges: bench.placed.flatMap((dut) => dut.edges.map(() => ({ taken: 1, faults: 0, done: true }))),
    frames: [],
    busy: [],
    duts: bench.designs.map(() => ({ sent: 1, frameErrors: 2 })),
  });
  const checks = (change: Partial<SimulationResult>, timed = true) =>
    findings(bench.placed, { ...bench.scenarios[0]!, timed }, bench.designs.map(() => 2), { ...clean(), ...change }).map(
      ({ check }) => check,
    );

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
  it('sees a deadlock', () => expect(checks({ timeout: true })).toEqual(['deadlock']));
  it('sees an edge that waits', () =>
    expect(checks({ edges: clean().edges.map((edge, i) => ({ ...edge, done: i !== 3 })) })).toEqual([
      'deadlock',
    ]));
  it('sees a pulse too many and one too few', () => {
    const pulses = (design: number, frameErrors: number) => ({
      duts: bench.designs.map((_, i) => ({ sent: 1, frameErrors: i === design ? frameErrors : 2 })),
    });
    expect(checks(pulses(0, 3))).toEqual(['frame_error']);
    expect(checks(pulses(3, 1))).toEqual(['frame_error']);
  });
  it('sees a lost clock, in the run without stalls only', () => {
    const { index } = bench.placed[1]!.edges.at(-1)!;
    const { interval } = bench.designs[1]!.placement;
    const frames: number[][] = [];
    frames[index] = [0, 1, 2, 3, 4, 5].map((frame) => frame * (interval + 1));
    expect(checks({ frames })).toEqual(['interval']);
    expect(checks({ frames }, false)).toEqual([]);
  });
});
