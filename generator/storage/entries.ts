// SPDX-License-Identifier: Apache-2.0
/**
 * What a lane of the sparse engine reads: one entry a clock, an index of 6 bits and a weight of 8. Both formats share
 * it; a weight
 * of 0 never multiplies: it fills a gap, or stands for a vector without weights.
 */
export const indexBits = 6;
export const weightBits = 8;

/** Entries of one lane in the order it reads them; both arrays have one length. */
export interface Entries {
  readonly index: Uint8Array;
  readonly weight: Int8Array;
}

/** A stream that no encoder wrote; says in words what is wrong with it. */
export class CorruptStream extends Error {}

/** Grows by doubling, so that a lane of unknown length costs no pass of its own. */
export class EntryWriter {
  private index = new Uint8Array(256);
  private weight = new Int8Array(256);
  private length = 0;

  push(index: number, weight: number): void {
    if (this.length === this.index.length) {
      const [index, weight] = [new Uint8Array(2 * this.length), new Int8Array(2 * this.length)];
      index.set(this.index);
      weight.set(this.weight);
      [this.index, this.weight] = [index, weight];
    }
    this.index[this.length] = index;
    this.weight[this.length++] = weight;
  }

  entries(): Entries {
    return { index: this.index.slice(0, this.length), weight: this.weight.slice(0, this.length) };
  }
}
