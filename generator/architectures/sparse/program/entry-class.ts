// SPDX-License-Identifier: Apache-2.0
/**
 * Coded entries of weight lists: an index (how far from the entry before), a weight of 8 bits, and whether the list
 * ends.
 *
 *     class            `prefix` bits: which line of the layer's table
 *     index − from     `indexBits` of the class
 *     sign             1 bit, absent where all weights of the class are 0
 *     magnitude        `weightBits` of the class: |weight| − 1 − from
 *
 * first bit lowest. A class is a rectangle of indices and magnitudes, so nothing but its number says how long an entry
 * is, and the decoder's
 * loop is one small table and one shift. No entry is longer than 16 bits: a word of 16 bits a clock keeps up with an
 * entry a clock.
 */
import { wordOf } from '../../../contracts/contract.ts';
import type { BitWriter } from '../../../storage/bits.ts';
import { engine, entryClass } from './contracts.ts';

export interface EntryClass {
  readonly index: number;
  readonly indexBits: number;
  /** The least |weight| − 1; −1 for weights of 0. */
  readonly magnitude: number;
  readonly weightBits: number;
  readonly end: boolean;
}

export interface Entry {
  readonly index: number;
  readonly weight: number;
  readonly end: boolean;
}

export const longestEntry = engine.numbers.entryMost.value;
export const [mostIndexBits, mostWeightBits] = [7, 7];

export const magnitudeOf = (weight: number) => Math.abs(weight) - 1;

/** Bits of an entry of the class. */
export const lengthOf = ({ indexBits, weightBits, magnitude }: Omit<EntryClass, 'end' | 'index'>, prefix: number) =>
  prefix + indexBits + (magnitude < 0 && weightBits === 0 ? 0 : 1 + weightBits);

const within = (value: number, from: number, bits: number) => value >= from && value < from + 2 ** bits;

export const covers = (c: EntryClass, { index, weight, end }: Entry) =>
  end === c.end && within(index, c.index, c.indexBits) && within(magnitudeOf(weight), c.magnitude, c.weightBits);

/** A line of the table, as nn_sparse_decode keeps it. */
export const classWord = (c: EntryClass, prefix: number): number =>
  wordOf(entryClass, { ...c, length: lengthOf(c, prefix) - 1, ends: c.end });

/** Writes entries with the shortest class that has them. */
export class EntryCode {
  private readonly shortest = new Map<number, number>();
  constructor(
    readonly classes: readonly EntryClass[],
    readonly prefix: number,
  ) {
    if (classes.length > 2 ** prefix || classes.some((c) => lengthOf(c, prefix) > longestEntry))
      throw new Error('a code that the decoder does not have');
  }

  private classOf(entry: Entry): number {
    const key = (entry.index << 9) | (Number(entry.end) << 8) | (entry.weight & 0xff);
    let best = this.shortest.get(key);
    if (best === undefined) {
      best = -1;
      this.classes.forEach((c, i) => {
        if (covers(c, entry) && (best! < 0 || lengthOf(c, this.prefix) < lengthOf(this.classes[best!]!, this.prefix)))
          best = i;
      });
      this.shortest.set(key, best);
    }
    return best;
  }

  has = (entry: Entry) => this.classOf(entry) >= 0;
  length = (entry: Entry) => lengthOf(this.classes[this.classOf(entry)]!, this.prefix);

  /** @returns its bits */
  write(writer: BitWriter, entry: Entry): number {
    const number = this.classOf(entry);
    const c = this.classes[number];
    if (!c) throw new Error(`no class for index ${entry.index}, weight ${entry.weight}`);
    const length = lengthOf(c, this.prefix);
    writer.push(number, this.prefix);
    writer.push(entry.index - c.index, c.indexBits);
    if (length > this.prefix + c.indexBits) {
      writer.push(Number(entry.weight < 0), 1);
      writer.push(magnitudeOf(entry.weight) - c.magnitude, c.weightBits);
    }
    return length;
  }
}
