// SPDX-License-Identifier: Apache-2.0
/** Toggles of a counter, whose bit k toggles every 2^k clocks, against counts by hand. */
import { beforeAll, describe, expect, test } from 'vitest';
import { clocks, counter, measureCounter } from './counter.fixture.ts';
import type { Measured } from './measure.ts';
import { parseActivity, scopeAt, type Scope } from './trace.ts';

const bitsOf = (scope: Scope, name: string) => scope.signals.find((signal) => signal.name === name)!.bits;
const togglesOf = (scope: Scope, name: string) => bitsOf(scope, name).map(({ toggles }) => toggles);
const wavesOf = (scope: Scope, name: string) => bitsOf(scope, name).map(({ wave }) => wave);
const byHand = [clocks, clocks / 2, clocks / 4, clocks / 8];

describe('a counter of four bits, 64 clocks', () => {
  let counted: Measured;
  let counting: Scope;
  beforeAll(async () => {
    counted = await measureCounter();
    counting = scopeAt(counted.top, 'u_count');
  });

  test('every bit toggles as often as it should, and is 1 half of the time', () => {
    expect(counted.duration).toBe(2 * clocks);
    expect(togglesOf(counting, 'count')).toEqual(byHand);
    expect(bitsOf(counting, 'count').map(({ ones }) => ones)).toEqual([clocks, clocks, clocks, clocks]);
    // count[1:0] = 3 in every fourth clock: it rises and falls.
    expect(togglesOf(counting, 'both')).toEqual([clocks / 2]);
    expect(bitsOf(counting, 'both')[0]!.ones).toBe((2 * clocks) / 4);
    // Both edges of each clock but the last one's fall, which comes after it.
    expect(togglesOf(counted.top, 'clk')).toEqual([2 * clocks - 1]);
  });

  test('names of one net, and its inverse, have one wave; other nets have others', () => {
    const waves = wavesOf(counting, 'count');
    expect(new Set(waves).size).toBe(4);
    expect(wavesOf(counting, 'again')).toEqual(waves);
    expect(wavesOf(counting, 'other')).toEqual(waves);
    expect(wavesOf(scopeAt(counted.top, 'u_store'), 'in')).toEqual(waves);
    expect(waves).not.toContain(wavesOf(counting, 'both')[0]);
    expect(wavesOf(counting, 'late').slice(1)).not.toEqual(waves.slice(1));
  });

  test('the input of a register does a clock before what the register does', () => {
    const behind = (name: string) => bitsOf(counting, name).map((bit) => bit.behind);
    const ahead = (name: string) => bitsOf(counting, name).map((bit) => bit.ahead);
    expect(ahead('more')).toEqual(behind('count'));
    expect(ahead('count')).toEqual(behind('late'));
    expect(behind('count')).not.toContain(ahead('both')[0]);
  });

  test('registers and parameters are known by their module, generate blocks or not', () => {
    expect([...counted.modules.get('counting')!.registers]).toEqual(['count', 'late', 'held']);
    const storing = counted.modules.get('storing')!;
    expect([...storing.registers]).toEqual(['kept']);
    const ram = counted.modules.get(storing.instances.get('u_ram')!)!;
    expect([ram.name, ram.parameters.get('STYLE'), ram.parameters.get('DATA_W')]).toEqual(['nn_ram', 'block', '4']);
  });
});

test('a counter that counts otherwise is seen to', async () => {
  const byTwo = counter.replace("STEP = 4'd1", "STEP = 4'd2");
  expect(byTwo).not.toBe(counter);
  expect(togglesOf(scopeAt((await measureCounter(byTwo)).top, 'u_count'), 'count')).toEqual([0, ...byHand.slice(0, 3)]);
});

test('a bit that stands at 1 is 1 all the time', () => {
  const { root, duration } = parseActivity('DURATION 10\nSCOPE TOP\nVAR a 2 x\nUP\nHIGH a 1\n');
  expect(duration).toBe(10);
  expect(bitsOf(scopeAt(root, 'TOP'), 'x').map(({ ones, toggles }) => [ones, toggles])).toEqual([
    [0, 0],
    [10, 0],
  ]);
  expect(() => scopeAt(root, 'TOP', 'absent')).toThrow('TOP.absent');
});
