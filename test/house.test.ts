// SPDX-License-Identifier: Apache-2.0
/** The house in figures: rooms, arrows between them, circles. `npx vitest run test/house.test.ts` prints them. */
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importsOf, projectFiles } from './sources.ts';

type Graph = ReadonlyMap<string, ReadonlySet<string>>;

/** Sets of places that lead back to themselves (Tarjan's strongly connected components of more than one). */
function circles(graph: Graph): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const found: string[][] = [];
  const visit = (at: string): void => {
    index.set(at, index.size);
    low.set(at, index.get(at)!);
    open.push(at);
    for (const next of graph.get(at) ?? []) {
      if (!index.has(next)) visit(next);
      if (open.includes(next)) low.set(at, Math.min(low.get(at)!, low.get(next)!));
    }
    if (low.get(at) !== index.get(at)) return;
    const circle = open.splice(open.indexOf(at));
    if (circle.length > 1) found.push(circle.sort());
  };
  for (const at of graph.keys()) if (!index.has(at)) visit(at);
  return found;
}

/** Modules of the program, and what each brings in when it runs. */
const modules = projectFiles().filter(
  (file) => /^(cli|generator|sim|networks)\/.*\.ts$/.test(file) && !/\.(test|fixture)\.ts$/.test(file),
);
const files: Graph = new Map(modules.map((file) => [file, new Set(importsOf(file))]));

/** Types among them: what one has to know to read a module. */
const read: Graph = new Map(modules.map((file) => [file, new Set(importsOf(file, undefined, { types: true }))]));

/** A room is a folder. */
function roomsOf(graph: Graph): Graph {
  const rooms = new Map<string, Set<string>>();
  for (const [from, all] of graph) {
    const room = rooms.get(dirname(from)) ?? new Set<string>();
    for (const to of all) if (dirname(to) !== dirname(from)) room.add(dirname(to));
    rooms.set(dirname(from), room);
  }
  return rooms;
}

const rooms = roomsOf(files);
const roomsRead = roomsOf(read);

test('the figures', () => {
  const arrows = [...rooms.values()].reduce((sum, room) => sum + room.size, 0);
  console.log(`${modules.length} modules in ${rooms.size} rooms, ${arrows} arrows between rooms`);
  for (const circle of circles(roomsRead)) console.log(`a circle of ${circle.length} rooms: ${circle.join(' ')}`);
  expect(rooms.size).toBeGreaterThan(40);
});

describe('circles', () => {
  test('are found where there are some', () => {
    const graph = new Map([
      ['a', new Set(['b'])],
      ['b', new Set(['c'])],
      ['c', new Set(['b', 'd'])],
      ['d', new Set<string>()],
    ]);
    expect(circles(graph)).toEqual([['b', 'c']]);
  });

  test('of modules there are none', () => {
    expect(circles(files)).toEqual([]);
  });

  test('of rooms there are none', () => {
    expect(circles(rooms)).toEqual([]);
  });

  // Types of a design, its report and its engines lead from layers to architectures and back. Nothing may join them.
  test('of rooms by types there is one, and it does not grow', () => {
    expect(
      importsOf('a/b.ts', "import type { C } from './c.ts'; type D = import('./d.ts').D;", { types: true }),
    ).toEqual(['a/c.ts', 'a/d.ts']);
    const [known = [], ...others] = circles(roomsRead);
    expect(others).toEqual([]);
    // A kind of layer is no room that anybody could know beforehand.
    expect(known.filter((room) => !room.startsWith('generator/layers/'))).toHaveLength(14);
  });
});

test('nobody below the benches sees them', () => {
  const seen = modules.filter((file) => file.startsWith('generator/')).flatMap((file) => importsOf(file));
  expect(seen.filter((file) => file.startsWith('sim/') || file.startsWith('cli/'))).toEqual([]);
});
