// SPDX-License-Identifier: Apache-2.0
/** Frames whose stream of maps is wrong: descriptors, beats, lists and their tables. */
import { mapDescriptor } from '../generator/architectures/sparse/program/contracts.ts';
import { beatsOfRow, wordBytes, type EngineLayer } from '../generator/architectures/sparse/program/layer.ts';
import { mapBeatBytes } from '../generator/architectures/sparse/program/shape.ts';
import { mapStream, portParts } from '../generator/architectures/sparse/stream.ts';
import { edited, flipped, joined, longer } from './sparse-edits.ts';
import type { Failure, Program } from './sparse-failures.ts';
import type { DrivenFrame } from './sparse.ts';

/** A program's stream of maps, and where its parts lie. */
function layoutOf({ shape, maps, good }: Program) {
  const beat = mapBeatBytes(shape);
  /** Byte at which the first layer's descriptor begins; its rows are behind it. */
  const descriptor = mapStream([], shape).length - beat;
  return {
    beat,
    descriptor,
    /** Where the rows of the first layer begin, and its tables, of two classes a word. */
    lists: descriptor + beat,
    rowBytes: beatsOfRow(shape) * beat,
    stream: mapStream(maps, shape),
    /** The good frame with another stream of maps. */
    failing: (code: number, bytes: Uint8Array): DrivenFrame => ({
      ...good,
      code,
      maps: { bytes: portParts(bytes, shape.mapPorts), count: bytes.length / beat },
    }),
  };
}

/** Descriptors that are none, and streams that stop too early or go on. */
function streamFailures(program: Program): Failure[] {
  const { good } = program;
  const { beat, lists, stream, failing } = layoutOf(program);
  const cutTo = (count: number): DrivenFrame => ({ ...good, code: 4, maps: { ...good.maps, count } });
  const without = joined(stream.subarray(0, lists), stream.subarray(lists + beat));
  return [
    ['maps: no descriptor', failing(3, flipped(stream, { 0: 1 }))],
    ['maps: an unknown operation', failing(3, flipped(stream, { 2: 8, 0: 8 }))],
    ['maps: more rows than the rings have', failing(3, flipped(stream, { 5: 0x40, 1: 0x40 }))],
    ['maps: a beat too few', failing(3, without)],
    ['maps: a stream that stops in its rows', cutTo(3)],
    ['maps: a stream without its end', cutTo(good.maps.count - 1)],
    ['maps: beats behind the end', failing(5, longer(stream, beat))],
  ];
}

/** The stream with a field of the first layer changed, and the check that goes with it. */
function withField(program: Program, name: 'words' | 'tableWords', value: number): Uint8Array {
  const { stream, descriptor: at } = layoutOf(program);
  return edited(stream, (b) => {
    const view = new DataView(b.buffer);
    const field = mapDescriptor.fields[name].at / 8;
    view.setUint16(at, view.getUint16(at, true) ^ view.getUint16(at + field, true) ^ value, true);
    view.setUint16(at + field, value, true);
  });
}

/** The first layer with the first word of its tables alone. Behind itself, decoders still have the other words. */
function shorterTable({ shape, maps }: Program): EngineLayer {
  const [layer] = maps;
  const { table, words } = layer!.descriptor;
  return {
    ...layer!,
    descriptor: { ...layer!.descriptor, table: 1, words: words! - (table! - 1) },
    rings: layer!.rings.map((ring, i) =>
      i < shape.groups ? joined(ring.subarray(0, wordBytes), ring.subarray(table! * wordBytes)) : ring,
    ),
  };
}

/** Lists that end too early or never, and classes that their tables do not have. */
function listFailures(program: Program): Failure[] {
  const { shape, maps } = program;
  const { lists, rowBytes, stream, failing } = layoutOf(program);
  const { table, words } = maps[0]!.descriptor;
  /** Edits every entry of the first layer's tables, of four bytes. */
  const inLists = (edit: (b: Uint8Array, at: number) => void) =>
    edited(stream, (b) => {
      for (let row = 0; row < table!; row++)
        for (let at = 0; at < shape.groups * 8; at += 4) edit(b, lists + row * rowBytes + at);
    });
  /** Where the words behind the tables begin. */
  const behind = lists + table! * rowBytes;
  /** Every entry with this bit for the end of its vector, and with bits 8 to 10 clear. */
  const withLow = (end: number) =>
    inLists((b, at) => {
      b[at] = (b[at]! & 0xfe) | end;
      b[at + 1]! &= 0xf8;
    });
  const foreign = mapStream([maps[0]!, shorterTable(program), ...maps.slice(1)], shape);
  return [
    [
      'lists without an end',
      failing(
        6,
        inLists((b, at) => void (b[at + 3]! &= 0xfb)),
      ),
    ],
    [
      'a list that ends too early',
      failing(
        6,
        inLists((b, at) => void (b[at + 3]! |= 4)),
      ),
    ],
    ['a list whose words are cut off', failing(6, withField(program, 'words', words! - 1))],
    ['vectors that never end', failing(6, withLow(0))],
    ['vectors that end at once', failing(6, withLow(1))],
    [
      'a slot that is not there',
      failing(
        6,
        inLists((b, at) => void (b[at]! |= 0x70)),
      ),
    ],
    [
      'a class that the table of a list does not have',
      failing(
        6,
        edited(stream, (b) => b.fill(0xff, behind, behind + 8)),
      ),
    ],
    ['a class that only the table of the layer before has', failing(6, foreign)],
    ['a list without a table', failing(6, withField(program, 'tableWords', 0))],
    ['a table without a list', failing(6, withField(program, 'tableWords', 31))],
  ];
}

export const mapFailures = (program: Program): Failure[] => [...streamFailures(program), ...listFailures(program)];
