/** A fully connected layer of the engine: sets of results, each with its header and one beat of entries after the other. */
import { fail } from '../errors.ts';
import { outputsAtOnce, vectorBeatBytes, type EngineShape, type Requantisation } from './shape.ts';
import type { VectorLayer } from './vector-layer.ts';

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
  /** Beats of entries of each set. */
  readonly setBeats: readonly number[];
  /** Weights that are not 0. */
  readonly weightsLeft: number;
}

const longestGap = 255;
/** The greatest magnitude that the engine's sums can hold. */
const mostSum = 2 ** 26 - 1;

/** Entries of a row; a gap beyond 255 is filled with entries of weight 0. */
function rowEntries({ index, weight }: Dense['rows'][number]): number[] {
  const entries: number[] = [];
  let before = -1;
  for (let i = 0; i < index.length; i++) {
    let gap = index[i]! - before - 1;
    for (; gap > longestGap; gap -= longestGap + 1) entries.push(longestGap << 8);
    entries.push((gap << 8) | (weight[i]! & 0xff));
    before = index[i]!;
  }
  return entries;
}

/** NN006 where weights reach beyond the engine's sums, or the input beyond its vector memory. */
export function denseLayer(dense: Dense, shape: EngineShape): DenseLayer {
  const { name, a, b, shift, min = 0, max = 0, wide, rounded, from, bytes, signed, rows, to } = dense;
  const room = shape.vectorWords * 8;
  if (bytes > room) fail({ code: 'NN006', where: name, got: `an input of ${bytes} bytes, zero columns among them`, legal: `up to ${room}` });
  rows.forEach(({ weight }, row) => {
    const reach = Array.from(weight).reduce((sum, w) => sum + Math.abs(w), 0) * (signed ? 128 : 255);
    if (reach > mostSum) fail({ code: 'NN006', where: `${name}, result ${row}`, got: `sums that can reach ${reach}`, legal: `up to ${mostSum}`, fix: 'prune more weights, or make them smaller' });
  });
  const outputs = outputsAtOnce(shape);
  const beat = vectorBeatBytes(shape);
  const sets = Math.ceil(rows.length / outputs);
  const lists = rows.map(rowEntries);
  const setBeats = Array.from({ length: sets }, (_, s) => Math.max(1, ...lists.slice(s * outputs, (s + 1) * outputs).map((list) => list.length)));
  const entries = new Uint8Array(setBeats.reduce((sum, n) => sum + n + 4, 0) * beat);
  const view = new DataView(entries.buffer);
  let at = 0;
  setBeats.forEach((beats, s) => {
    view.setUint16(at, beats, true);
    for (let lane = 0; lane < outputs && s * outputs + lane < rows.length; lane++) {
      const row = s * outputs + lane;
      view.setInt16(at + beat + 2 * lane, a[row]!, true);
      view.setUint16(at + 2 * beat + 2 * lane, b[row]! & 0xffff, true);
      view.setUint16(at + 3 * beat + 2 * lane, b[row]! >>> 16, true);
      lists[row]!.forEach((entry, i) => view.setUint16(at + (4 + i) * beat + 2 * lane, entry, true));
    }
    at += (beats + 4) * beat;
  });
  return {
    name,
    descriptor: { operation: 'dense', signed, wide, rounded, shift, min, max, ...(from === undefined ? {} : { from }), to, sets, bytes },
    entries,
    setBeats,
    weightsLeft: rows.reduce((sum, { index }) => sum + index.length, 0),
  };
}
