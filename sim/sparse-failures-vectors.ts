// SPDX-License-Identifier: Apache-2.0
/** Frames whose stream of vectors is wrong: descriptors, beats, rows and their tables, vectors that nobody leaves. */
import type { DenseLayer } from '../generator/architectures/sparse/compile/dense.ts';
import { vectorBeatBytes } from '../generator/architectures/sparse/program/shape.ts';
import type { VectorLayer } from '../generator/architectures/sparse/program/vector-layer.ts';
import { mapStream, portParts, vectorStream } from '../generator/architectures/sparse/stream.ts';
import { edited, flipped, joined, longer } from './sparse-edits.ts';
import type { Failure, Program } from './sparse-failures.ts';
import type { DrivenFrame } from './sparse.ts';

/** A program's stream of vectors, and what makes a frame with another. */
function layoutOf({ shape, vectors, good }: Program) {
  const beat = vectorBeatBytes(shape);
  const dense = vectors[0] as DenseLayer;
  return {
    beat,
    dense,
    stream: vectorStream(vectors, shape),
    /** Beat of the first layer's first set, behind the descriptor and the table. */
    set: 1 + dense.tableBeats,
    failing: (code: number, bytes: Uint8Array): DrivenFrame => ({
      ...good,
      code,
      vectors: { bytes: portParts(bytes, shape.vectorPorts), count: bytes.length / beat },
    }),
  };
}

/** Descriptors that are none, and streams that stop too early or go on. */
function streamFailures(program: Program): Failure[] {
  const { good, maps, shape } = program;
  const { beat, stream, failing } = layoutOf(program);
  const cutTo = (count: number): DrivenFrame => ({ ...good, code: 4, vectors: { ...good.vectors, count } });
  const other = mapStream(maps, shape);
  return [
    ['vectors: no descriptor', failing(3, flipped(stream, { 0: 1 }))],
    ['vectors: the stream of maps', failing(3, longer(other, (2 * beat - (other.length % beat)) % beat))],
    ['vectors: a stream that stops in its entries', cutTo(12)],
    ['vectors: a stream without its end', cutTo(good.vectors.count - 1)],
    ['vectors: beats behind the end', failing(5, longer(stream, beat))],
  ];
}

/** The first layer with the first class of its table alone, and with a vector that a layer left. */
function shorterClasses(program: Program): VectorLayer {
  const { beat, dense } = layoutOf(program);
  return {
    ...dense,
    descriptor: { ...dense.descriptor, from: 0, classes: 1 },
    entries: joined(dense.entries.subarray(0, beat), dense.entries.subarray(dense.tableBeats * beat)),
  };
}

/** Entries that point beyond their vector or table, and rows and sets that do not end where they must. */
function rowFailures(program: Program): Failure[] {
  const { vectors, shape } = program;
  const { beat, stream, set, failing } = layoutOf(program);
  const inTable = (edit: (b: Uint8Array, at: number) => void) =>
    edited(stream, (b) => {
      for (let i = 1; i < set; i++) edit(b, i * beat);
    });
  const inSet = (edit: (b: Uint8Array, at: number) => void) => edited(stream, (b) => edit(b, set * beat));
  return [
    [
      'an index beyond the vector',
      failing(
        7,
        inTable((b, at) => void (b[at] = 0xff)),
      ),
    ],
    [
      'a class that the table does not have',
      failing(
        7,
        inSet((b, at) => b.fill(0xff, at + beat, at + 2 * beat)),
      ),
    ],
    [
      'a class of rows that only the table of the layer before has',
      failing(7, vectorStream([vectors[0]!, shorterClasses(program), ...vectors.slice(1)], shape)),
    ],
    [
      'rows without an end',
      failing(
        7,
        inTable((b, at) => void (b[at + 3]! &= 0xfb)),
      ),
    ],
    [
      'a set of no beats',
      failing(
        7,
        inSet((b, at) => b.fill(0, at, at + 2)),
      ),
    ],
    [
      'a set shorter than its rows',
      failing(
        7,
        inSet((b, at) => void (b[at]! -= 1)),
      ),
    ],
    [
      'a set longer than its layer',
      failing(
        7,
        inSet((b, at) => void (b[at]! += 100)),
      ),
    ],
  ];
}

/** Layers whose descriptors do not agree with their beats, with each other, or with what maps hand over. */
function handoverFailures(program: Program): Failure[] {
  const { vectors, shape } = program;
  const { beat, stream, failing } = layoutOf(program);
  /** Another layer of vectors, with the check that belongs to it. */
  const descriptor = (layer: number, byte: number, bits: number) => {
    const at = vectorStream(vectors.slice(0, layer), shape).length - beat;
    return flipped(stream, { [at + byte]: bits, [at + (byte % 2)]: bits });
  };
  const more: VectorLayer = {
    name: 'more',
    descriptor: { operation: 'output', sets: 3 },
    entries: new Uint8Array(0),
  };
  return [
    ['more sets than its beats', failing(7, descriptor(0, 4, 8))],
    ['fewer sets than its beats', failing(7, descriptor(0, 4, 2))],
    ['a vector of another length', failing(8, descriptor(0, 6, 8))],
    ['a vector that maps do not hand over', failing(8, descriptor(1, 2, 0x20))],
    ['a vector that no layer takes', failing(8, descriptor(0, 2, 0x20))],
    [
      'lines that maps do not hand over',
      failing(8, joined(stream.subarray(0, stream.length - beat), vectorStream([more], shape))),
    ],
  ];
}

export const vectorFailures = (program: Program): Failure[] => [
  ...streamFailures(program),
  ...rowFailures(program),
  ...handoverFailures(program),
];
