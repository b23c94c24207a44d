// SPDX-License-Identifier: Apache-2.0
/** A run of the sparse bench counts when it tells of every frame and layer once, and of all that it looked at. */
import { describe, expect, test } from 'vitest';
import { fields } from './report-lines.ts';
import { parseSparse, sparseFaults } from './sparse-report.ts';
import type { DrivenFrame } from './sparse.ts';

const empty = { bytes: new Uint8Array(0), count: 0 };
const line = { line: 0, bytes: new Uint8Array(8) };
const good: DrivenFrame = {
  frame: empty,
  maps: empty,
  vectors: empty,
  code: 0,
  mapLayers: [[line, line], []],
  vectorLayers: [[{ word: 0, bytes: new Uint8Array(8) }]],
  result: [new Uint8Array(64)],
};
const frames = [good, { ...good, code: 3 }, good];

const layer = (machine: string, run: number, number: number, compared: number, faults = 0) =>
  `LAYER machine=${machine} run=${run} frame=${run} layer=${number} waits=1 clocks=9 weights=0 ` +
  `compared=${compared} faults=${faults}`;
const ends = (run: number) => [
  layer('maps', run, 0, 2),
  layer('maps', run, 1, 0),
  `MAPS run=${run} layers=2`,
  layer('vectors', run, 0, 1),
  `VECTORS run=${run} layers=1`,
  `FRAME run=${run} frame=${run} code=0 clocks=90 start=10 end=100 compared=4 faults=0 broken=0`,
];
const failed = 'FRAME run=1 frame=1 code=3 clocks=90 start=10 end=100 compared=0 faults=0 broken=0';
const told = [...ends(0), failed, ...ends(2)];
const judged = (reports: readonly string[]) =>
  sparseFaults(parseSparse({ reports, done: fields('DONE cycle=300') }), frames);
const without = (text: string) => told.filter((report) => !report.startsWith(text));
const twice = (text: string) => told.flatMap((report) => (report.startsWith(text) ? [report, report] : [report]));
const instead = (from: string, to: string) => told.map((report) => report.replace(from, to));

describe('what the bench tells of a run', () => {
  test('all of it, once: nothing is wrong', () => expect(judged(told)).toEqual([]));

  test.each<[what: string, reports: readonly string[], fault: RegExp]>([
    ['nothing', [], /frame 0 did not end/],
    ['a frame less', without('FRAME run=2'), /frame 2 did not end/],
    ['a frame twice', twice('FRAME run=2'), /runs that ended: 0 1 2 2; expected 0 1 2 3/],
    [
      'a frame that ends with 0, then with 3',
      told.flatMap((report) => (report === failed ? [report.replace('code=3', 'code=0'), report] : [report])),
      /runs that ended: 0 1 1 2/,
    ],
    ['frames in another order', [failed, ...ends(0), ...ends(2)], /runs that ended: 1 0 2; expected 0 1 2/],
    [
      'a run that nobody started',
      [...told, ...ends(2).map((report) => report.replace('run=2', 'run=4'))],
      /runs that ended: 0 1 2 4/,
    ],
    [
      'a layer less',
      without('LAYER machine=maps run=2 frame=2 layer=1'),
      /frame 2: of layers of maps, 0:2 were compared, expected 0:2 1:0/,
    ],
    ['a layer twice', twice('LAYER machine=vectors run=0'), /frame 0: of layers of vectors, 0:1 0:1 were compared/],
    [
      'a layer of which nothing was compared',
      instead('compared=2', 'compared=0'),
      /frame 0: of layers of maps, 0:0 1:0 were compared, expected 0:2 1:0/,
    ],
    [
      'no result compared',
      instead('compared=4', 'compared=0'),
      /frame 0: 0 parts of the result were compared, expected 4/,
    ],
    ['a machine that did not end', without('VECTORS run=2'), /frame 2: no layers of vectors ran, expected 1/],
    ['a machine that ended twice', twice('MAPS run=0'), /frame 0: 2, 2 layers of maps ran/],
    ['lines that differ', instead('compared=2 faults=0', 'compared=2 faults=1'), /frame 0, layer 0 of maps: 1 differ/],
    ['a broken rule', instead('broken=0', 'broken=1'), /frame 0: 0 parts of the result differ, 1 rules broken/],
    ['a code stuck at 0', instead('code=3', 'code=0'), /frame 1 ended with code 0 in place of 3/],
    [
      'runs that a reset cut short, which ended',
      [...told, 'RESET cycle=50 from=0 to=3'],
      /runs that ended: 0 1 2; expected 3 4 5/,
    ],
  ])('%s: a fault', (_, reports, fault) => expect(judged(reports).join('\n')).toMatch(fault));

  test('numbers are those of the run, from its first frame on', () => {
    const later = told.map((report) =>
      report.replace(/frame=(\d)/, (_, frame: string) => `frame=${Number(frame) + 7}`),
    );
    expect(sparseFaults(parseSparse({ reports: later, done: fields('DONE cycle=300') }, 7), frames)).toEqual([]);
    const [difference] = parseSparse(
      { reports: ['MISMATCH run=0 frame=9 layer=1 line=4 cycle=5 expected=0f got=00'], done: {} },
      7,
    ).differences;
    expect(difference).toEqual({ run: 0, frame: 2, layer: 1, line: 4, cycle: 5, expected: '0f', got: '00' });
  });
});
