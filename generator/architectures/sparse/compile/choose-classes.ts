// SPDX-License-Identifier: Apache-2.0
/**
 * The table of classes for a layer's entries: rectangles of indices and magnitudes that take the fewest bits in all.
 */
import {
  EntryCode,
  longestEntry,
  magnitudeOf,
  mostIndexBits,
  mostWeightBits,
  type Entry,
  type EntryClass,
} from '../program/entry-class.ts';

/** What a format of entries needs beside the rectangles. */
export interface EntryFormat {
  readonly prefix: number;
  /** Ends a list. */
  readonly end: EntryClass;
  /**
   * Weights of 0 at any index, and any weight at the least indices: together they stand for all that no other class
   * has.
   */
  readonly filler: EntryClass;
  readonly any: EntryClass;
  /** Entries in place of one that no class has; the first may be `filler`, the last is `any`. */
  readonly split: (entry: Entry) => readonly Entry[];
  /** Bits that a class takes in the stream. */
  readonly classBits: number;
}

const magnitudes = 129;
/** Classes of one range of indices. */
const mostInRange = 20;

/** How often each index and magnitude occurs; entries that end a list have a class of their own. */
export class EntryCounts {
  readonly counts = new Float64Array(256 * magnitudes);
  add({ index, weight, end }: Entry): void {
    if (!end) this.counts[index * magnitudes + magnitudeOf(weight) + 1]!++;
  }
}

type Ranges = readonly { readonly from: number; readonly bits: number }[];

/** Magnitudes of a range of indices in up to `mostInRange` classes: bits with k of them, and which they are. */
function weightClasses(
  counts: Float64Array,
  spare: Float64Array,
  prefix: number,
  indexBits: number,
): { bits: Float64Array; ranges: (k: number) => Ranges } {
  const before = new Float64Array(magnitudes + 1);
  for (let m = 0; m < magnitudes; m++) before[m + 1] = before[m]! + counts[m]!;
  // least[k][m]: bits of all from m on with up to k classes; choice: weightBits of the class that begins at m, −1 none.
  const least: Float64Array[] = [new Float64Array(magnitudes + 1)];
  const choice: Int8Array[] = [];
  for (let m = magnitudes - 1; m >= 0; m--) least[0]![m] = least[0]![m + 1]! + spare[m]!;
  const widest = Math.min(mostWeightBits, longestEntry - prefix - indexBits - 1);
  for (let k = 1; k <= mostInRange; k++) {
    const [fewer, now, chosen] = [least[k - 1]!, new Float64Array(magnitudes + 1), new Int8Array(magnitudes).fill(-1)];
    for (let m = magnitudes - 1; m >= 0; m--) {
      let best = now[m + 1]! + spare[m]!;
      if (counts[m]! > 0)
        for (let bits = 0; bits <= (m === 0 ? 0 : widest); bits++) {
          const to = Math.min(magnitudes, m + 2 ** bits);
          const all = (before[to]! - before[m]!) * (prefix + indexBits + (m === 0 ? 0 : 1 + bits)) + fewer[to]!;
          if (all < best) [best, chosen[m]] = [all, bits];
        }
      now[m] = best;
    }
    least.push(now);
    choice.push(chosen);
  }
  return {
    bits: Float64Array.from(least, (row) => row[0]!),
    ranges(k) {
      const found: { from: number; bits: number }[] = [];
      for (let m = 0; m < magnitudes && k > 0; ) {
        const bits = choice[k - 1]![m]!;
        if (bits < 0) m++;
        else {
          found.push({ from: m - 1, bits });
          m = Math.min(magnitudes, m + 2 ** bits);
          k--;
        }
      }
      return found;
    },
  };
}

/**
 * @param spareBits of an entry that no class has ·
 * @returns up to `most` classes, and the bits that entries and table take
 */
function rectangles(
  { counts }: EntryCounts,
  format: EntryFormat,
  most: number,
  spareBits: (entry: Entry) => number,
): { classes: EntryClass[]; bits: number } {
  const { prefix, classBits } = format;
  let used = 256;
  while (used > 0 && counts.subarray((used - 1) * magnitudes, used * magnitudes).every((n) => n === 0)) used--;
  const spare = counts.map((n, i) =>
    n === 0 ? 0 : n * spareBits({ index: Math.floor(i / magnitudes), weight: i % magnitudes, end: false }),
  );
  const options = Array.from({ length: used }, (_, from) => {
    const [sum, spares] = [new Float64Array(magnitudes), new Float64Array(magnitudes)];
    const found: ReturnType<typeof weightClasses>[] = [];
    for (let bits = 0, to = from; bits <= mostIndexBits && (bits === 0 || from + 2 ** (bits - 1) < used); bits++) {
      for (; to < Math.min(used, from + 2 ** bits); to++)
        for (let m = 0; m < magnitudes; m++) {
          sum[m]! += counts[to * magnitudes + m]!;
          spares[m]! += spare[to * magnitudes + m]!;
        }
      found.push(weightClasses(sum, spares, prefix, bits));
    }
    return found;
  });
  const least = Array.from({ length: most + 1 }, () => new Float64Array(used + 1));
  const choice = Array.from({ length: most + 1 }, () => new Int16Array(used));
  for (let from = used - 1; from >= 0; from--)
    for (let k = 0; k <= most; k++) {
      least[k]![from] = Infinity;
      options[from]!.forEach(({ bits }, indexBits) => {
        const rest = Math.min(used, from + 2 ** indexBits);
        for (let here = 0; here <= Math.min(k, mostInRange); here++) {
          const all = bits[here]! + least[k - here]![rest]!;
          if (all < least[k]![from]!) [least[k]![from], choice[k]![from]] = [all, indexBits * (mostInRange + 1) + here];
        }
      });
    }
  let best = 0;
  for (let k = 1; k <= most; k++) if (least[k]![0]! + k * classBits < least[best]![0]! + best * classBits) best = k;
  const classes: EntryClass[] = [];
  for (let from = 0, k = best; from < used; ) {
    const [indexBits, here] = [
      Math.floor(choice[k]![from]! / (mostInRange + 1)),
      choice[k]![from]! % (mostInRange + 1),
    ];
    for (const { from: magnitude, bits } of options[from]![indexBits]!.ranges(here))
      classes.push({ index: from, indexBits, magnitude, weightBits: bits, end: false });
    k -= here;
    from = Math.min(used, from + 2 ** indexBits);
  }
  return { classes, bits: least[best]![0]! + best * classBits };
}

/** The best table for these entries: one whose rectangles have all of them, or one that splits the rare ones. */
export function chooseCode(counts: EntryCounts, format: EntryFormat): EntryCode {
  const { prefix, end, filler, any, split, classBits } = format;
  const spares = new EntryCode([filler, any], prefix);
  const whole = rectangles(counts, format, 2 ** prefix - 1, () => Infinity);
  const parted = rectangles(counts, format, 2 ** prefix - 3, (entry) =>
    (spares.has(entry) ? [entry] : split(entry)).reduce((bits, part) => bits + spares.length(part), 0),
  );
  const classes = parted.bits + 2 * classBits < whole.bits ? [...parted.classes, filler, any] : whole.classes;
  return new EntryCode([...classes, end], prefix);
}
