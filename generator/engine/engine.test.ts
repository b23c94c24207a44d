/** The sparse engine in Verilator: lines of every layer, results, status codes; frames that fail leave the next one right. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { libraryCells } from '../../sim/early.ts';
import { sparseBench, sparsePassed, type DrivenFrame, type SparseBench } from '../../sim/sparse.ts';
import { builders, odd, small } from './programs.fixture.ts';
import type { DenseLayer } from './dense.ts';
import { beatBytes } from './shape.ts';
import { portParts, streamOf } from './stream.ts';

const cells = libraryCells();

describe.each([['small', small], ['odd', odd]] as const)('%s engine', (_, shape) => {
  const frames = builders(shape).map((builder) => builder.frame());
  let bench: SparseBench;
  beforeAll(async () => {
    bench = await sparseBench({ shape, sources: cells }, frames);
  }, 240_000);
  afterAll(() => bench?.close());

  // 16 %: all ports together bring at most 84 % of a beat a clock, 70 % of 19.2 GB/s at 250 MHz.
  test.each([16, 0, 50, 90])('every layer of every program, memory that pauses %i %% of the clocks', async (pause) => {
    const result = await bench.run({ pause, seed: pause + 1, watchdog: 100_000 });
    expect(result.mismatches).toEqual([]);
    expect(sparsePassed(result, frames)).toBe(true);
  }, 60_000);
});

describe('faults end in a status code, and the next frame is right', () => {
  const shape = small;
  const [builder] = builders(shape);
  const good = builder!.frame();
  const beat = beatBytes(shape);
  const stream = streamOf(builder!.layers, shape);

  const failing = (code: number, change: Partial<DrivenFrame>): DrivenFrame => ({ ...good, ...change, code });
  const streamed = (code: number, bytes: Uint8Array) => failing(code, { stream: portParts(bytes, shape), streamBeats: bytes.length / beat });
  const edited = (edit: (bytes: Uint8Array) => void) => {
    const bytes = stream.slice();
    edit(bytes);
    return bytes;
  };
  /** Beat of a layer's descriptor. */
  const beatOf = (layer: number) => streamOf(builder!.layers.slice(0, layer), shape).length / beat - 1;
  /** Where the rows of the first layer begin, of a beat each, and its tables, of two classes a word. */
  const lists = (beatOf(0) + 1) * beat;
  const tableWords = builder!.layers[0]!.descriptor.table!;
  const inLists = (edit: (bytes: Uint8Array, at: number) => void) =>
    edited((b) => { for (let row = 0; row < tableWords; row++) for (let at = 0; at < shape.groups * 8; at += 4) edit(b, lists + row * beat + at); });
  /** A field of a descriptor, and the checksum that goes with it. */
  const withField = (layer: number, field: number, value: number) =>
    edited((b) => {
      const view = new DataView(b.buffer);
      const at = beatOf(layer) * beat;
      view.setUint16(at, view.getUint16(at, true) ^ view.getUint16(at + field, true) ^ value, true);
      view.setUint16(at + field, value, true);
    });
  const dense = builder!.layers[2] as DenseLayer;
  /** Beat of the table's first class, and of the first set. */
  const table = beatOf(2) + 2;
  const set = table + dense.tableBeats;
  const inTable = (edit: (bytes: Uint8Array, at: number) => void) => edited((b) => { for (let i = table; i < set; i++) edit(b, i * beat); });

  const frames: readonly (readonly [string, DrivenFrame])[] = [
    ['a read that fails at once', failing(1, { readError: { port: 0, answer: 1 } })],
    ['a read of weights that fails', failing(1, { readError: { port: 3, answer: good.frameBeats + 40 } })],
    ['a write that fails', failing(2, { writeErrorAt: 3 })],
    ['no descriptor', streamed(3, edited((b) => { b[0]! ^= 1; }))],
    ['an unknown operation', streamed(3, edited((b) => { b[2]! ^= 8; b[0]! ^= 8; }))],
    ['more rows than the rings have', streamed(3, edited((b) => { b[5]! ^= 0x40; b[1]! ^= 0x40; }))],
    ['a beat too few', streamed(3, new Uint8Array([...stream.subarray(0, lists), ...stream.subarray(lists + beat)]))],
    ['a stream that stops in its rows', failing(4, { streamBeats: 3 })],
    ['a stream without its end', failing(4, { streamBeats: good.streamBeats - 1 })],
    ['beats behind the end', streamed(5, new Uint8Array([...stream, ...new Uint8Array(beat)]))],
    ['lists without an end', streamed(6, inLists((b, at) => { b[at + 3]! &= 0xfb; }))],
    ['a list that ends too early', streamed(6, inLists((b, at) => { b[at + 3]! |= 4; }))],
    ['a list whose words are cut off', streamed(6, withField(0, 6, builder!.layers[0]!.descriptor.words! - 1))],
    ['vectors that never end', streamed(6, inLists((b, at) => { b[at]! &= 0xfe; b[at + 1]! &= 0xf8; }))],
    ['vectors that end at once', streamed(6, inLists((b, at) => { b[at]! |= 1; b[at + 1]! &= 0xf8; }))],
    ['a slot that is not there', streamed(6, inLists((b, at) => { b[at]! |= 0x70; }))],
    ['a class that the table of a list does not have', streamed(6, edited((b) => b.fill(0xff, lists + tableWords * beat, lists + tableWords * beat + 8)))],
    ['a list without a table', streamed(6, withField(0, 34, 0))],
    ['a table without a list', streamed(6, withField(0, 34, 31))],
    ['an index beyond the vector', streamed(7, inTable((b, at) => { b[at] = 0xff; }))],
    ['a class that the table does not have', streamed(7, edited((b) => b.fill(0xff, (set + 1) * beat, (set + 2) * beat)))],
    ['rows without an end', streamed(7, inTable((b, at) => { b[at + 3]! &= 0xfb; }))],
    ['a row cut off in its last word', streamed(7, inTable((b, at) => { if ((b[at + 3]! & 4) !== 0) b[at + 3]! |= 3; }))],
    ['a set of no beats', streamed(7, edited((b) => { b[set * beat]! = 0; b[set * beat + 1]! = 0; }))],
    ['a set shorter than its rows', streamed(7, edited((b) => { b[set * beat]! -= 1; }))],
    ['a set longer than its layer', streamed(7, edited((b) => { b[set * beat]! += 100; }))],
  ];
  const driven = frames.flatMap(([, frame]) => [frame, good]);

  test('all of them', async () => {
    const bench = await sparseBench({ shape, sources: cells }, driven);
    try {
      for (const pause of [16, 60]) {
        const result = await bench.run({ pause, seed: pause, watchdog: 20_000 });
        const codes = result.frames.map(({ code }) => code);
        expect(codes).toEqual(driven.slice(0, codes.length).map(({ code }) => code));
        expect(sparsePassed(result, driven)).toBe(true);
      }
    } finally {
      bench.close();
    }
  }, 240_000);
});
