// SPDX-License-Identifier: Apache-2.0
/**
 * Events of a small design against counts by hand, its switching activity read by another reader, and what weights do.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { clocks, measureCounter } from '../activity/counter.fixture.ts';
import type { Elaborated } from '../activity/elaboration.ts';
import type { Measured } from '../activity/measure.ts';
import type { Instance } from '../../generator/hardware/instance.ts';
import { rangeOf, relativeTo, sumOf } from './compare.ts';
import { countEvents } from './count.ts';
import { saifText } from './saif.ts';
import { energyOf, events, weights, type Counts } from '../../generator/report/event-weights.ts';

const instance = (name: string, engine: string, out: string): Instance => ({
  name,
  engine,
  module: name,
  comment: '',
  parameters: {},
  ports: [{ port: 'out', signal: out, direction: 'out' }],
});
const instances = [instance('u_count', 'counting', 'count'), instance('u_store', 'storing', 'out')];

let measured: Measured;
beforeAll(async () => {
  measured = await measureCounter();
});

test('events of a frame, by hand', () => {
  const counts = countEvents(measured, 'counter', instances);
  const frames = clocks / 16;
  const perFrame = (sums: Counts) => Object.fromEntries(events.map((event) => [event, sums[event] / frames]));
  const bits = [clocks, clocks / 2, clocks / 4, clocks / 8];
  const above0 = bits[1]! + bits[2]! + bits[3]!;
  // late[0] and more[0] toggle in every clock, as count[0] does: one net; more[1] is the inverse of late[1]. held
  // follows both where count[3] is 1: to 0 at 8, 1 at 11, 0 at 12, 1 at 15.
  expect(counts.get('counting')).toEqual(
    perFrame({
      register: bits[0]! + above0 + above0 + 4 * frames,
      routed: clocks / 2,
      local: bits[2]! + bits[3]!,
      clocked: 9 * clocks,
      blockRam: 0,
    }),
  );
  // kept[3] is late[3] once more; the memory's words are late's, its output's two lower bits two clocks later count's.
  const kept = (8 + 4 + 2) * frames;
  const s = clocks - bits[2]! + bits[1]! - bits[3]!;
  expect(counts.get('storing')).toEqual(
    perFrame({
      register: kept + bits[2]!,
      routed: 0,
      local: s,
      clocked: 12 * clocks,
      blockRam: 4 * (clocks + clocks / 2),
    }),
  );
});

/** nn_delay of 2 bits: bit 0 toggles 6 times in 100 clocks, bit 1 never. */
function delayed(stages: number): Counts {
  const still = { ones: 0, toggles: 0, wave: '', ahead: '', behind: '' };
  const moving = (at: number) => ({ ones: 100, toggles: 6, wave: `w${at}`, ahead: `w${at + 1}`, behind: `w${at}` });
  const past = Array.from({ length: stages }, (_, at) => [moving(at + 1), still]).flat();
  const module = (name: string, rest: Partial<Elaborated>): Elaborated => ({
    name,
    instances: new Map(),
    ports: new Set(),
    registers: new Set(),
    parameters: new Map(),
    ...rest,
  });
  const modules = new Map([
    ['top', module('top', { instances: new Map([['u_delay', 'delay']]) })],
    [
      'delay',
      module('nn_delay', {
        registers: new Set(['past']),
        parameters: new Map([
          ['DATA_W', '2'],
          ['CLOCKS', String(stages)],
        ]),
      }),
    ],
  ]);
  const top = {
    name: 'top',
    signals: [],
    scopes: [{ name: 'u_delay', signals: [{ name: 'past', bits: past }], scopes: [] }],
  };
  return countEvents({ top, modules, clocks: 100, frames: 1, duration: 200 } as unknown as Measured, 'top', [
    instance('u_delay', 'delay', 'q'),
  ]).get('delay')!;
}

test('a shift register is a LUT a bit: what it shifts stays inside, what it gives is a net', () => {
  expect(delayed(4)).toEqual({ register: 0, routed: 6, local: 3 * 6, clocked: 2 * 100, blockRam: 0 });
  expect(delayed(40)).toEqual({ register: 0, routed: 6, local: 39 * 6, clocked: 2 * 2 * 100, blockRam: 0 });
  expect(delayed(2)).toEqual({ register: 2 * 6, routed: 0, local: 0, clocked: 4 * 100, blockRam: 0 });
});

type Sexp = string | readonly Sexp[];

/** Lists in parentheses, words with backslashes. */
function readLists(text: string): Sexp {
  const path: Sexp[][] = [[]];
  for (const [word] of text.matchAll(/[()]|"[^"]*"|(?:\\.|[^\s()\\])+/g)) {
    if (word === '(') path.push([]);
    else if (word === ')') {
      const list = path.pop()!;
      path.at(-1)!.push(list);
    } else path.at(-1)!.push(word);
  }
  return path[0]![0]!;
}

/** Every net by its path, with its fields. */
function netsOf(list: Sexp, path = ''): Map<string, Record<string, number>> {
  const found = new Map<string, Record<string, number>>();
  if (typeof list === 'string') return found;
  const inside = list[0] === 'INSTANCE' ? `${path}${String(list[1])}/` : path;
  for (const item of list) {
    if (typeof item === 'string') continue;
    if (item[0] === 'NET')
      for (const [name, ...fields] of item.slice(1) as [string, ...[string, string][]][])
        found.set(inside + name, Object.fromEntries(fields.map(([key, value]) => [key, Number(value)])));
    else for (const [name, fields] of netsOf(item, inside)) found.set(name, fields);
  }
  return found;
}

/** Nets whose times at 0 and 1 are not the whole. */
function faultyNets(text: string): string[] {
  const all = readLists(text);
  const duration = Number(/\(DURATION (\d+)\)/.exec(text)![1]);
  return [...netsOf(all)].filter(([, { T0, T1, TX }]) => T0! + T1! + TX! !== duration).map(([name]) => name);
}

describe('the switching activity file', () => {
  const text = () => saifText(measured, 'counter', 200);

  test('says of registers and the ports of the top how often and how long', () => {
    const nets = netsOf(readLists(text()));
    const names = (path: string, name: string) => [0, 1, 2, 3].map((bit) => `${path}${name}\\[${bit}\\]`);
    expect([...nets.keys()].sort()).toEqual(
      [
        'counter/clk',
        ...names('counter/', 'out'),
        ...names('counter/u_count/', 'count'),
        ...names('counter/u_count/', 'late'),
        'counter/u_count/held',
        ...names('counter/u_store/', 'g_one\\[0\\]\\.kept'),
        ...names('counter/u_store/u_ram/', 'word'),
        ...names('counter/u_store/u_ram/', 'q'),
      ].sort(),
    );
    // 64 clocks of 5 ns, in ps.
    expect(text()).toContain('(DURATION 320000)');
    expect(nets.get('counter/u_count/count\\[3\\]')).toEqual({ T0: 160000, T1: 160000, TX: 0, TC: 8, IG: 0 });
    expect(faultyNets(text())).toEqual([]);
  });

  test('with a time that is wrong would be found', () => {
    const wrong = text().replace('(T1 160000)', '(T1 160001)');
    expect(faultyNets(wrong)).toHaveLength(1);
  });
});

describe('weights', () => {
  const only = (event: string): Counts =>
    Object.fromEntries(events.map((one) => [one, one === event ? 1 : 0])) as Counts;

  test('are those of the documentation', () => {
    expect(Object.fromEntries(events.map((event) => [event, weights[event].toFixed(3)]))).toEqual({
      register: '1.000',
      routed: '1.000',
      local: '0.211',
      clocked: '0.046',
      blockRam: '2.162',
    });
    for (const event of events) expect(energyOf(only(event))).toBe(weights[event]);
  });

  test('a ratio moves by no more than its weights', () => {
    const folded = new Map([['a', { register: 10, routed: 10, local: 0, clocked: 100, blockRam: 20 }]]);
    const wired = new Map([['a', { register: 20, routed: 0, local: 30, clocked: 100, blockRam: 0 }]]);
    expect(relativeTo(folded, folded)).toBe(1);
    const [least, greatest] = rangeOf(folded, wired);
    const relative = relativeTo(folded, wired);
    expect(relative).toBeCloseTo(energyOf(sumOf(wired)) / energyOf(sumOf(folded)), 12);
    expect(least).toBeLessThan(relative);
    expect(greatest).toBeGreaterThan(relative);
    expect(greatest / least).toBeLessThanOrEqual(4);
  });
});
