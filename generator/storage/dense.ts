// SPDX-License-Identifier: Apache-2.0
/**
 * Weights of a fully connected layer, column by column: an input is broadcast once, and every lane adds its weights to
 * those of
 * its own rows. Row r is slot r div L of lane r mod L. Slots are a power of two, so that one adder walks the lane's
 * plane:
 *
 *     position = column · slots + slot, index = gap of zeros before the weight; position += index + 1
 *     a gap of 64 or more holds fillers, index 63 and weight 0
 */
import { CorruptStream, EntryWriter, type Entries } from './entries.ts';

export interface DenseShape {
  readonly rows: number;
  readonly columns: number;
}

const longestGap = 63;

/** Accumulators of a lane. */
export function slotsFor(rows: number, lanes: number): number {
  return 2 ** Math.ceil(Math.log2(Math.ceil(rows / lanes)));
}

/** @param weights [rows, columns] · entries lane by lane */
export function encodeDense(weights: Int8Array, { rows, columns }: DenseShape, lanes: number): Entries[] {
  const slots = slotsFor(rows, lanes);
  return Array.from({ length: lanes }, (_, lane) => {
    const positions: number[] = [];
    for (let row = lane, slot = 0; row < rows; row += lanes, slot++)
      for (let column = 0; column < columns; column++)
        if (weights[row * columns + column] !== 0) positions.push(column * slots + slot);
    const writer = new EntryWriter();
    let before = -1;
    for (const position of Uint32Array.from(positions).sort()) {
      let gap = position - before - 1;
      for (; gap > longestGap; gap -= longestGap + 1) writer.push(longestGap, 0);
      writer.push(gap, weights[((position % slots) * lanes + lane) * columns + Math.floor(position / slots)]!);
      before = position;
    }
    return writer.entries();
  });
}

/** The inverse. Throws CorruptStream for entries that `encodeDense` does not write. */
export function decodeDense(lanes: readonly Entries[], { rows, columns }: DenseShape): Int8Array {
  const slots = slotsFor(rows, lanes.length);
  const weights = new Int8Array(rows * columns);
  lanes.forEach(({ index, weight }, lane) => {
    let position = -1;
    for (let at = 0; at < index.length; at++) {
      position += index[at]! + 1;
      const [row, column] = [(position % slots) * lanes.length + lane, Math.floor(position / slots)];
      if (weight[at] === 0) {
        if (index[at] !== longestGap || at === index.length - 1)
          throw new CorruptStream(`lane ${lane}, entry ${at}: a filler that fills no gap`);
        continue;
      }
      if (row >= rows || column >= columns)
        throw new CorruptStream(`lane ${lane}, entry ${at}: row ${row} of ${rows}, column ${column} of ${columns}`);
      weights[row * columns + column] = weight[at]!;
    }
  });
  return weights;
}
