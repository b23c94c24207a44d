// SPDX-License-Identifier: Apache-2.0
/**
 * A fully connected layer of the engine: a table of classes, then sets of results, each with its beats of coded entries
 * (nn_sparse_sets).
 */
import { BitWriter } from '../../../storage/bits.ts';
import { fail } from '../../../errors/errors.ts';
import { chooseCode, EntryCounts, type EntryFormat } from './choose-classes.ts';
import { engine, setOrder } from '../program/contracts.ts';
import { classWord, type Entry, type EntryCode } from '../program/entry-class.ts';
import { outputsAtOnce, vectorBeatBytes, type EngineShape, type Requantisation } from '../program/shape.ts';
import type { VectorLayer } from '../program/vector-layer.ts';

export interface Dense extends Omit<Requantisation, 'min' | 'max'> {
  readonly name: string;
  readonly min?: number;
  readonly max?: number;
  /** Results go to memory, 32 bits each, in place of the next layer. */
  readonly wide: boolean;
  /** They are requantised bytes, else sums as they are. */
  readonly rounded: boolean;
  /** Word of the input, where another layer left it; absent: maps hand it over. */
  readonly from?: number | undefined;
  /** Of the input. */
  readonly bytes: number;
  readonly signed: boolean;
  /** Weights of result i that are not 0: bytes of the input, ascending, and what they are multiplied with. */
  readonly rows: readonly { readonly index: ArrayLike<number>; readonly weight: ArrayLike<number> }[];
  /** Word where results that are bytes begin. */
  readonly to: number;
}

export interface DenseLayer extends VectorLayer {
  readonly tableBeats: number;
  /** Beats of coded entries of each set. */
  readonly setBeats: readonly number[];
  /** Entries of each set's longest row. */
  readonly setEntries: readonly number[];
  /** Weights that are not 0. */
  readonly weightsLeft: number;
}

/** Beats of a set in their order, and those beside the ones of words. */
const order = setOrder.numbers;
export const setHeaderBeats = order.termsHigh.value + 1 - order.count.value - 1;
/** Beat of a set, behind `words` of its beats of words. */
const beatOf = (which: 'words' | 'factors' | 'termsLow' | 'termsHigh', words: number) =>
  order[which].value - order.count.value + (which === 'words' ? 0 : words - 1);

const end: Entry = { index: 0, weight: 0, end: true };

/** Indices are gaps; those that no class has are filled with weights of 0. */
const formatOf = (shape: EngineShape): EntryFormat => ({
  prefix: engine.numbers.rowPrefix.value,
  end: { index: 0, indexBits: 0, magnitude: -1, weightBits: 0, end: true },
  filler: { index: 0, indexBits: 7, magnitude: -1, weightBits: 0, end: false },
  any: { index: 0, indexBits: 2, magnitude: 0, weightBits: 7, end: false },
  split: ({ index, weight }) => {
    const parts: Entry[] = [];
    let gap = index;
    for (; gap > 3; gap -= parts.at(-1)!.index + 1)
      parts.push({ index: Math.min(127, gap - 1), weight: 0, end: false });
    return [...parts, { index: gap, weight, end: false }];
  },
  classBits: 8 * vectorBeatBytes(shape),
});
const longestGap = 255;

/** The greatest magnitude that the engine's sums can hold. */
const mostSum = 2 ** 26 - 1;

/** Entries of a row; a gap beyond 255 is filled with entries of weight 0. */
function rowEntries({ index, weight }: Dense['rows'][number]): Entry[] {
  const entries: Entry[] = [];
  let before = -1;
  for (let i = 0; i < index.length; i++) {
    let gap = index[i]! - before - 1;
    for (; gap > longestGap; gap -= 128) entries.push({ index: 127, weight: 0, end: false });
    entries.push({ index: gap, weight: weight[i]!, end: false });
    before = index[i]!;
  }
  return entries;
}

/** A row as its lane reads it: words of 16 bits. */
interface CodedRow {
  readonly words: Uint16Array;
  readonly bits: number;
  readonly entries: number;
}

export interface CodedRows {
  readonly code: EntryCode;
  readonly rows: readonly CodedRow[];
}

function codeRow(entries: readonly Entry[], code: EntryCode, split: EntryFormat['split']): CodedRow {
  const writer = new BitWriter();
  const coded = [...entries.flatMap((entry) => (code.has(entry) ? [entry] : split(entry))), end];
  let bits = 0;
  for (const entry of coded) bits += code.write(writer, entry);
  const bytes = writer.finish();
  const words = new Uint8Array(2 * Math.ceil(bytes.length / 2));
  words.set(bytes);
  return { words: new Uint16Array(words.buffer), bits, entries: coded.length };
}

export function codeRows(rows: Dense['rows'], shape: EngineShape): CodedRows {
  const format = formatOf(shape);
  const counts = new EntryCounts();
  const lists = rows.map(rowEntries);
  for (const list of lists) for (const entry of list) counts.add(entry);
  const code = chooseCode(counts, format);
  return { code, rows: lists.map((list) => codeRow(list, code, format.split)) };
}

/** NN006 where weights reach beyond the engine's sums, or the input beyond its vector memory. */
function requireRoom({ name, bytes, rows, signed }: Dense, shape: EngineShape): void {
  const room = shape.vectorWords * 8;
  if (bytes > room)
    fail({
      code: 'NN006',
      where: name,
      got: `an input of ${bytes} bytes, zero columns among them`,
      legal: `up to ${room}`,
    });
  rows.forEach(({ weight }, row) => {
    const reach = Array.from(weight).reduce((sum, w) => sum + Math.abs(w), 0) * (signed ? 128 : 255);
    if (reach > mostSum)
      fail({
        code: 'NN006',
        where: `${name}, result ${row}`,
        got: `sums that can reach ${reach}`,
        legal: `up to ${mostSum}`,
        fix: 'prune more weights, or make them smaller',
      });
  });
}

/** Rows of a set side by side, a lane each; lanes of the last set that have no row get `empty`. */
function inSetsOf(outputs: number, rows: readonly CodedRow[], empty: CodedRow): CodedRow[][] {
  return Array.from({ length: Math.ceil(rows.length / outputs) }, (_, s) =>
    Array.from({ length: outputs }, (_, lane) => rows[s * outputs + lane] ?? empty),
  );
}

/** The layer's beats: its classes, then of each set words, factors and terms. */
function beatsOf(
  { a, b, rows }: Dense,
  code: EntryCode,
  sets: readonly (readonly CodedRow[])[],
  setBeats: readonly number[],
  beat: number,
): Uint8Array {
  const tableBeats = code.classes.length;
  const bytes = new Uint8Array((tableBeats + setBeats.reduce((sum, n) => sum + n + setHeaderBeats, 0)) * beat);
  const view = new DataView(bytes.buffer);
  code.classes.forEach((c, i) => view.setUint32(i * beat, classWord(c, code.prefix), true));
  let at = tableBeats * beat;
  setBeats.forEach((beats, s) => {
    view.setUint16(at, beats, true);
    const place = (which: Parameters<typeof beatOf>[0], lane: number) => at + beatOf(which, beats) * beat + 2 * lane;
    sets[s]!.forEach(({ words }, lane) => {
      const row = s * sets[s]!.length + lane;
      words.forEach((word, i) => view.setUint16(place('words', lane) + i * beat, word, true));
      if (row >= rows.length) return;
      view.setInt16(place('factors', lane), a[row]!, true);
      view.setUint16(place('termsLow', lane), b[row]! & 0xffff, true);
      view.setUint16(place('termsHigh', lane), b[row]! >>> 16, true);
    });
    at += (beats + setHeaderBeats) * beat;
  });
  return bytes;
}

/** NN006 where weights reach beyond the engine's sums, or the input beyond its vector memory. */
export function denseLayer(
  dense: Dense,
  shape: EngineShape,
  { code, rows: coded }: CodedRows = codeRows(dense.rows, shape),
): DenseLayer {
  requireRoom(dense, shape);
  const { name, shift, min = 0, max = 0, wide, rounded, from, bytes, signed, rows, to } = dense;
  const sets = inSetsOf(outputsAtOnce(shape), coded, codeRow([], code, formatOf(shape).split));
  const mostOf = (of: (row: CodedRow) => number) => sets.map((set) => Math.max(...set.map(of)));
  const setBeats = mostOf(({ words }) => words.length);
  return {
    name,
    descriptor: {
      operation: 'dense',
      signed,
      wide,
      rounded,
      shift,
      min,
      max,
      ...(from === undefined ? {} : { from }),
      to,
      sets: sets.length,
      bytes,
      classes: code.classes.length,
    },
    entries: beatsOf(dense, code, sets, setBeats, vectorBeatBytes(shape)),
    tableBeats: code.classes.length,
    setBeats,
    setEntries: mostOf(({ entries }) => entries),
    weightsLeft: rows.reduce((sum, { index }) => sum + index.length, 0),
  };
}
