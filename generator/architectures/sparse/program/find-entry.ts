// SPDX-License-Identifier: Apache-2.0
/** Which coded entry a bit of a list belongs to (entry-class.ts says how entries are coded). */
import { fieldOf } from '../../../contracts/contract.ts';
import { BitReader } from '../../../storage/bits.ts';
import { entryClass } from './contracts.ts';

/** A line of a table, as `classWord` writes it. */
function classOf(word: number) {
  const field = (name: keyof typeof entryClass.fields) => fieldOf(entryClass, name, word);
  return {
    index: field('index'),
    indexBits: field('indexBits'),
    bits: field('length') + 1,
    end: field('ends') === 1,
  };
}

export interface FoundEntry {
  /** Indices of the entries up to this one, itself the last. */
  readonly indices: readonly number[];
  /** It ends the list. */
  readonly end: boolean;
}

/**
 * The entry that bit `at` of `list` is of; undefined behind the end.
 * @param table words of its classes
 * @param prefix bits of a class's number
 */
export function findEntry(
  list: Uint8Array,
  table: readonly number[],
  prefix: number,
  at: number,
): FoundEntry | undefined {
  const classes = table.map(classOf);
  const reader = new BitReader(list);
  const indices: number[] = [];
  for (let from = 0; ; ) {
    const number = reader.peek(prefix);
    const { index, indexBits, bits, end } = classes[number]!;
    indices.push(index + (reader.peek(prefix + indexBits) >>> prefix));
    reader.skip(bits);
    from += bits;
    if (at < from) return { indices, end };
    if (end) return undefined;
  }
}
