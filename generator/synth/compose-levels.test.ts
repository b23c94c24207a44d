// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { composeLevels } from './compose-levels.ts';
import type { PortLevels } from './logic-levels.ts';

const stage = (parts: Partial<PortLevels>): PortLevels => ({
  inToFf: {},
  ffToOut: {},
  inToOut: {},
  ffToFf: null,
  worstPath: null,
  ...parts,
});
const wire = (from: string, to: string) => {
  const end = (text: string) => ({ instance: text.split('.')[0]!, port: text.split('.')[1]! });
  return { from: end(from), to: end(to) };
};

const source = {
  name: 'a',
  levels: stage({ ffToOut: { m: 3 }, ffToFf: 4, worstPath: { from: 'x', to: 'y' } }),
};
const through = { name: 'b', levels: stage({ inToOut: { s: { m: 2 } }, ffToOut: { m: 1 } }) };
const sink = { name: 'c', levels: stage({ inToFf: { s: 2 } }) };

test('a path cut at module edges is as deep as uncut, and says where it runs', () => {
  expect(composeLevels([source, through, sink], [wire('a.m', 'b.s'), wire('b.m', 'c.s')])).toEqual({
    ffToFf: 7,
    path: ['a.m', 'b.s', 'b.m', 'c.s'],
    crossing: 7,
    byInstance: new Map([
      ['a', 4],
      ['c', 7],
    ]),
  });
});

test('without the wire only the inside remains', () => {
  expect(composeLevels([source, through, sink], [wire('b.m', 'c.s')])).toEqual({
    ffToFf: 4,
    path: ['a: x', 'a: y'],
    crossing: 3,
    byInstance: new Map([
      ['a', 4],
      ['c', 3],
    ]),
  });
});

test('the module in the middle counts with its own registers where they are later', () => {
  const early = { name: 'a', levels: stage({ ffToOut: { m: 0 } }) };
  const late = { name: 'b', levels: stage({ inToOut: { s: { m: 1 } }, ffToOut: { m: 5 } }) };
  expect(composeLevels([early, late, sink], [wire('a.m', 'b.s'), wire('b.m', 'c.s')])).toEqual({
    ffToFf: 7,
    path: ['b.m', 'c.s'],
    crossing: 7,
    byInstance: new Map([['c', 7]]),
  });
});

test('ready runs against data without making a loop, because ports are kept apart', () => {
  const cellOf = (name: string) => ({
    name,
    levels: stage({
      inToOut: { data: { dataOut: 1 }, readyIn: { ready: 1 } },
      inToFf: { data: 1, readyIn: 1 },
    }),
  });
  const ends = { name: 'e', levels: stage({ ffToOut: { d: 0, r: 0 } }) };
  const wires = [
    wire('e.d', 'p.data'),
    wire('p.dataOut', 'q.data'),
    wire('e.r', 'q.readyIn'),
    wire('q.ready', 'p.readyIn'),
  ];
  expect(composeLevels([cellOf('p'), cellOf('q'), ends], wires).ffToFf).toBe(2);
});

test('a loop through modules and a wire to nowhere are errors', () => {
  const loop = (name: string) => ({ name, levels: stage({ inToOut: { s: { m: 1 } }, inToFf: { s: 0 } }) });
  expect(() => composeLevels([loop('p'), loop('q')], [wire('p.m', 'q.s'), wire('q.m', 'p.s')])).toThrow(/NN041/);
  expect(() => composeLevels([sink], [wire('nobody.m', 'c.s')])).toThrow(/NN004.*nobody\.m/);
});

test('nothing to compose is no path, not zero', () => {
  expect(composeLevels([], [])).toEqual({ ffToFf: null, path: [], crossing: null, byInstance: new Map() });
});
