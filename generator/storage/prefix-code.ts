// SPDX-License-Identifier: Apache-2.0
/**
 * Canonical Huffman codes of limited length. A code is its lengths alone: codes ascend with length, then with symbol.
 * The limit lets
 * hardware find a code's length by comparing one window of bits with the first code of every length.
 */
import type { BitReader, BitWriter } from './bits.ts';
import { CorruptStream } from './entries.ts';

export const longestCode = 14;

/**
 * Lengths of an optimal code of at most `longestCode` bits for symbols that occur so often; 0 for those that do not
 * (package-merge:
 * Larmore and Hirschberg 1990).
 */
export function codeLengths(counts: ArrayLike<number>): Uint8Array {
  const lengths = new Uint8Array(counts.length);
  const symbols = Array.from(counts, (_, symbol) => symbol).filter((symbol) => counts[symbol]! > 0);
  if (symbols.length === 1) lengths[symbols[0]!] = 1;
  if (symbols.length <= 1) return lengths;
  type Package = { readonly count: number; readonly symbols: readonly number[] };
  const coins = symbols
    .map((symbol): Package => ({ count: counts[symbol]!, symbols: [symbol] }))
    .sort((a, b) => a.count - b.count);
  let packages: Package[] = [];
  for (let bit = 0; bit < longestCode; bit++) {
    const pairs = Array.from({ length: packages.length >> 1 }, (_, i): Package => {
      const [a, b] = [packages[2 * i]!, packages[2 * i + 1]!];
      return { count: a.count + b.count, symbols: [...a.symbols, ...b.symbols] };
    });
    packages = [...coins, ...pairs].sort((a, b) => a.count - b.count);
  }
  for (const { symbols: bought } of packages.slice(0, 2 * symbols.length - 2))
    for (const symbol of bought) lengths[symbol]!++;
  return lengths;
}

/**
 * Codes of the lengths, first bit lowest, as streams hold them. Undefined where no prefix code has these lengths, or a
 * shorter one does.
 */
function codesOf(lengths: Uint8Array): Uint16Array | undefined {
  const codes = new Uint16Array(lengths.length);
  let next = 0;
  for (let length = 1; length <= longestCode; length++, next *= 2)
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] !== length) continue;
      for (let bit = 0; bit < length; bit++) codes[symbol]! |= ((next >> (length - 1 - bit)) & 1) << bit;
      next++;
    }
  const used = lengths.reduce((n, length) => n + (length > 0 ? 1 : 0), 0);
  // The codes of all lengths fill the tree: after the last one `next` stands one level below its end.
  return next === 2 ** (longestCode + 1) || (used === 1 && lengths.includes(1)) || used === 0 ? codes : undefined;
}

export interface PrefixCode {
  write(writer: BitWriter, symbol: number): void;
  /** Throws CorruptStream for bits that are no code. */
  read(reader: BitReader): number;
}

/** Throws CorruptStream where the lengths belong to no complete code. */
export function prefixCode(lengths: Uint8Array): PrefixCode {
  const codes = codesOf(lengths);
  if (!codes || lengths.some((length) => length > longestCode))
    throw new CorruptStream('a table of code lengths that no Huffman code has');
  // Symbol of every window of bits that starts with its code.
  const symbols = new Int16Array(2 ** longestCode).fill(-1);
  lengths.forEach((length, symbol) => {
    if (length > 0)
      for (let window = codes[symbol]!; window < symbols.length; window += 2 ** length) symbols[window] = symbol;
  });
  return {
    write: (writer, symbol) => writer.push(codes[symbol]!, lengths[symbol]!),
    read(reader) {
      const symbol = symbols[reader.peek(longestCode)]!;
      if (symbol < 0) throw new CorruptStream('bits that are no code');
      reader.skip(lengths[symbol]!);
      return symbol;
    },
  };
}
