// SPDX-License-Identifier: Apache-2.0
/** Frames that fail, of every kind: errors on the buses, streams that are no streams, machines that do not agree. */
import type { DenseLayer } from '../generator/architectures/sparse/compile/dense.ts';
import { mapDescriptor } from '../generator/architectures/sparse/program/contracts.ts';
import { beatsOfRow, wordBytes, type EngineLayer } from '../generator/architectures/sparse/program/layer.ts';
import { mapBeatBytes, vectorBeatBytes, type EngineShape } from '../generator/architectures/sparse/program/shape.ts';
import { mapStream, portParts, vectorStream } from '../generator/architectures/sparse/stream.ts';
import type { VectorLayer } from '../generator/architectures/sparse/program/vector-layer.ts';
import type { DrivenFrame } from './sparse.ts';

/** Layers of an engine, and a frame of theirs that ends well. */
export interface Program {
  readonly shape: EngineShape;
  readonly maps: readonly EngineLayer[];
  readonly vectors: readonly VectorLayer[];
  readonly good: DrivenFrame;
}

/**
 * Other frames, which end with the codes that docs/streams.md lists. The first layer of maps is a convolution; vectors
 * begin with two fully connected layers.
 */
export function failures({
  shape,
  maps,
  vectors,
  good,
}: Program): readonly (readonly [what: string, frame: DrivenFrame])[] {
  const [mapBeat, vectorBeat] = [mapBeatBytes(shape), vectorBeatBytes(shape)];
  const [first, second] = [mapStream(maps, shape), vectorStream(vectors, shape)];
  const failing = (code: number, change: Partial<DrivenFrame>): DrivenFrame => ({ ...good, ...change, code });
  const inMaps = (code: number, bytes: Uint8Array) =>
    failing(code, { maps: { bytes: portParts(bytes, shape.mapPorts), count: bytes.length / mapBeat } });
  const inVectors = (code: number, bytes: Uint8Array) =>
    failing(code, { vectors: { bytes: portParts(bytes, shape.vectorPorts), count: bytes.length / vectorBeat } });
  const edited = (bytes: Uint8Array, edit: (bytes: Uint8Array) => void) => {
    const copy = bytes.slice();
    edit(copy);
    return copy;
  };
  const joined = (...parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
  const without = (bytes: Uint8Array, at: number, beat: number) =>
    joined(bytes.subarray(0, at), bytes.subarray(at + beat));
  /** Beat of a layer's descriptor. */
  const mapAt = (layer: number) => mapStream(maps.slice(0, layer), shape).length / mapBeat - 1;
  /** Where the rows of the first layer begin, and its tables, of two classes a word. */
  const lists = (mapAt(0) + 1) * mapBeat;
  const rowBytes = beatsOfRow(shape) * mapBeat;
  const { table: tableWords, words } = maps[0]!.descriptor;
  const inLists = (edit: (bytes: Uint8Array, at: number) => void) =>
    edited(first, (b) => {
      for (let row = 0; row < tableWords!; row++)
        for (let at = 0; at < shape.groups * 8; at += 4) edit(b, lists + row * rowBytes + at);
    });
  /** A field of the first layer of maps, and the check that goes with it. */
  const withField = (name: 'words' | 'tableWords', value: number) =>
    edited(first, (b) => {
      const view = new DataView(b.buffer);
      const at = mapAt(0) * mapBeat;
      const field = mapDescriptor.fields[name].at / 8;
      view.setUint16(at, view.getUint16(at, true) ^ view.getUint16(at + field, true) ^ value, true);
      view.setUint16(at + field, value, true);
    });
  /** The first layer with the first word of its tables alone. Behind itself, decoders still have the other words. */
  const shorterTable: EngineLayer = {
    ...maps[0]!,
    descriptor: { ...maps[0]!.descriptor, table: 1, words: words! - (tableWords! - 1) },
    rings: maps[0]!.rings.map((ring, i) =>
      i < shape.groups ? joined(ring.subarray(0, wordBytes), ring.subarray(tableWords! * wordBytes)) : ring,
    ),
  };
  const dense = vectors[0] as DenseLayer;
  /** The same of vectors, with a vector that a layer left. */
  const shorterClasses: VectorLayer = {
    ...dense,
    descriptor: { ...dense.descriptor, from: 0, classes: 1 },
    entries: joined(dense.entries.subarray(0, vectorBeat), dense.entries.subarray(dense.tableBeats * vectorBeat)),
  };
  /** Beats of the first layer of vectors: its table's first class, and its first set. */
  const table = 1;
  const set = table + dense.tableBeats;
  const inTable = (edit: (bytes: Uint8Array, at: number) => void) =>
    edited(second, (b) => {
      for (let i = table; i < set; i++) edit(b, i * vectorBeat);
    });
  /** Another layer of vectors, with the check that belongs to it. */
  const descriptor = (layer: number, byte: number, bits: number) =>
    edited(second, (b) => {
      const at = vectorStream(vectors.slice(0, layer), shape).length - vectorBeat;
      b[at + byte]! ^= bits;
      b[at + (byte % 2)]! ^= bits;
    });
  return [
    ['a read that fails at once', failing(1, { readError: { of: 'frame', port: 0, beat: 1 } })],
    [
      'a read of maps that fails',
      failing(1, { readError: { of: 'maps', port: 1, beat: Math.floor(good.maps.count / 2) } }),
    ],
    ['the last read of maps', failing(1, { readError: { of: 'maps', port: 0, beat: good.maps.count } })],
    ['a read of vectors that fails', failing(1, { readError: { of: 'vectors', port: 1, beat: 20 } })],
    ['a write that fails', failing(2, { writeErrorAt: 1 })],
    ['the last write', failing(2, { writeErrorAt: good.result.length })],
    [
      'maps: no descriptor',
      inMaps(
        3,
        edited(first, (b) => {
          b[0]! ^= 1;
        }),
      ),
    ],
    [
      'maps: an unknown operation',
      inMaps(
        3,
        edited(first, (b) => {
          b[2]! ^= 8;
          b[0]! ^= 8;
        }),
      ),
    ],
    [
      'maps: more rows than the rings have',
      inMaps(
        3,
        edited(first, (b) => {
          b[5]! ^= 0x40;
          b[1]! ^= 0x40;
        }),
      ),
    ],
    ['maps: a beat too few', inMaps(3, without(first, lists, mapBeat))],
    ['maps: a stream that stops in its rows', failing(4, { maps: { ...good.maps, count: 3 } })],
    ['maps: a stream without its end', failing(4, { maps: { ...good.maps, count: good.maps.count - 1 } })],
    ['maps: beats behind the end', inMaps(5, new Uint8Array([...first, ...new Uint8Array(mapBeat)]))],
    [
      'lists without an end',
      inMaps(
        6,
        inLists((b, at) => {
          b[at + 3]! &= 0xfb;
        }),
      ),
    ],
    [
      'a list that ends too early',
      inMaps(
        6,
        inLists((b, at) => {
          b[at + 3]! |= 4;
        }),
      ),
    ],
    ['a list whose words are cut off', inMaps(6, withField('words', words! - 1))],
    [
      'vectors that never end',
      inMaps(
        6,
        inLists((b, at) => {
          b[at]! &= 0xfe;
          b[at + 1]! &= 0xf8;
        }),
      ),
    ],
    [
      'vectors that end at once',
      inMaps(
        6,
        inLists((b, at) => {
          b[at]! |= 1;
          b[at + 1]! &= 0xf8;
        }),
      ),
    ],
    [
      'a slot that is not there',
      inMaps(
        6,
        inLists((b, at) => {
          b[at]! |= 0x70;
        }),
      ),
    ],
    [
      'a class that the table of a list does not have',
      inMaps(
        6,
        edited(first, (b) => b.fill(0xff, lists + tableWords! * rowBytes, lists + tableWords! * rowBytes + 8)),
      ),
    ],
    [
      'a class that only the table of the layer before has',
      inMaps(6, mapStream([maps[0]!, shorterTable, ...maps.slice(1)], shape)),
    ],
    ['a list without a table', inMaps(6, withField('tableWords', 0))],
    ['a table without a list', inMaps(6, withField('tableWords', 31))],
    [
      'vectors: no descriptor',
      inVectors(
        3,
        edited(second, (b) => {
          b[0]! ^= 1;
        }),
      ),
    ],
    [
      'vectors: the stream of maps',
      inVectors(
        3,
        new Uint8Array([...first, ...new Uint8Array((2 * vectorBeat - (first.length % vectorBeat)) % vectorBeat)]),
      ),
    ],
    ['vectors: a stream that stops in its entries', failing(4, { vectors: { ...good.vectors, count: 12 } })],
    ['vectors: a stream without its end', failing(4, { vectors: { ...good.vectors, count: good.vectors.count - 1 } })],
    ['vectors: beats behind the end', inVectors(5, new Uint8Array([...second, ...new Uint8Array(vectorBeat)]))],
    [
      'an index beyond the vector',
      inVectors(
        7,
        inTable((b, at) => {
          b[at] = 0xff;
        }),
      ),
    ],
    [
      'a class that the table does not have',
      inVectors(
        7,
        edited(second, (b) => b.fill(0xff, (set + 1) * vectorBeat, (set + 2) * vectorBeat)),
      ),
    ],
    [
      'a class of rows that only the table of the layer before has',
      inVectors(7, vectorStream([dense, shorterClasses, ...vectors.slice(1)], shape)),
    ],
    [
      'rows without an end',
      inVectors(
        7,
        inTable((b, at) => {
          b[at + 3]! &= 0xfb;
        }),
      ),
    ],
    [
      'a set of no beats',
      inVectors(
        7,
        edited(second, (b) => {
          b[set * vectorBeat]! = 0;
          b[set * vectorBeat + 1]! = 0;
        }),
      ),
    ],
    [
      'a set shorter than its rows',
      inVectors(
        7,
        edited(second, (b) => {
          b[set * vectorBeat]! -= 1;
        }),
      ),
    ],
    [
      'a set longer than its layer',
      inVectors(
        7,
        edited(second, (b) => {
          b[set * vectorBeat]! += 100;
        }),
      ),
    ],
    ['more sets than its beats', inVectors(7, descriptor(0, 4, 8))],
    ['fewer sets than its beats', inVectors(7, descriptor(0, 4, 2))],
    ['a vector of another length', inVectors(8, descriptor(0, 6, 8))],
    ['a vector that maps do not hand over', inVectors(8, descriptor(1, 2, 0x20))],
    ['a vector that no layer takes', inVectors(8, descriptor(0, 2, 0x20))],
    [
      'lines that maps do not hand over',
      inVectors(
        8,
        new Uint8Array([
          ...second.subarray(0, second.length - vectorBeat),
          ...vectorStream(
            [{ name: 'more', descriptor: { operation: 'output', sets: 3 }, entries: new Uint8Array(0) }],
            shape,
          ),
        ]),
      ),
    ],
  ];
}
