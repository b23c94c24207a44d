// SPDX-License-Identifier: Apache-2.0
/**
 * Entries as bits. `fixed`: 14 bits each, index below weight. `entropy`: a Huffman code of what is not evenly spread,
 * then four bits
 * as they are:
 *
 *     symbol = index + 64 · class    class 0: weight 0; class c: magnitudes 8(c − 1) + 1 … 8c
 *     bits 0..2: (|weight| − 1) mod 8, bit 3: sign
 *
 * Either way a lane decodes one entry a clock. For `entropy` it keeps a window of bits, compares its first 14 with the
 * first code of
 * each length (all at once: that is the code's length) and shifts by length + 4; which symbol it was, a table of at
 * most 1,088 words
 * says one clock later. Only compare and shift stand in the loop.
 */
import { BitReader, BitWriter } from './bits.ts';
import { CorruptStream, indexBits, weightBits, type Entries } from './entries.ts';
import { codeLengths, prefixCode } from './prefix-code.ts';

export const codings = ['fixed', 'entropy'] as const;
export type Coding = (typeof codings)[number];

const indices = 2 ** indexBits;
const classBits = 3;
const classes = 1 + 2 ** (weightBits - 1 - classBits);
export const symbols = indices * classes;

const classOf = (weight: number) => (weight === 0 ? 0 : 1 + ((Math.abs(weight) - 1) >> classBits));
const symbolOf = (index: number, weight: number) => index + indices * classOf(weight);

/** Lengths of the code for all lanes of a layer. */
export function lengthsFor(lanes: readonly Entries[]): Uint8Array {
  const counts = new Uint32Array(symbols);
  for (const { index, weight } of lanes)
    for (let i = 0; i < index.length; i++) counts[symbolOf(index[i]!, weight[i]!)]!++;
  return codeLengths(counts);
}

export interface EntryCoder {
  write(entries: Entries): Uint8Array;
  /** Exactly `count` entries. Throws CorruptStream. */
  read(bytes: Uint8Array, count: number): Entries;
}

export const fixedCoder: EntryCoder = coder(
  (writer, index, weight) => writer.push(index | ((weight & 255) << indexBits), indexBits + weightBits),
  (reader) => {
    const entry = reader.take(indexBits + weightBits);
    return { index: entry & (indices - 1), weight: ((entry >> indexBits) << 24) >> 24 };
  },
);

export function entropyCoder(lengths: Uint8Array): EntryCoder {
  const code = prefixCode(lengths);
  const rest = 2 ** classBits - 1;
  return coder(
    (writer, index, weight) => {
      code.write(writer, symbolOf(index, weight));
      writer.push(weight === 0 ? 0 : ((Math.abs(weight) - 1) & rest) | (weight < 0 ? rest + 1 : 0), classBits + 1);
    },
    (reader) => {
      const symbol = code.read(reader);
      const bits = reader.take(classBits + 1);
      const index = symbol % indices;
      const magnitude = ((Math.floor(symbol / indices) - 1) << classBits) + (bits & rest) + 1;
      const weight = symbol < indices ? 0 : bits > rest ? -magnitude : magnitude;
      if ((weight === 0 && bits !== 0) || weight > 127)
        throw new CorruptStream(`an entry with the weight ${weight} and the bits ${bits}`);
      return { index, weight };
    },
  );
}

function coder(
  push: (writer: BitWriter, index: number, weight: number) => void,
  take: (reader: BitReader) => { readonly index: number; readonly weight: number },
): EntryCoder {
  return {
    write({ index, weight }) {
      const writer = new BitWriter();
      for (let i = 0; i < index.length; i++) push(writer, index[i]!, weight[i]!);
      return writer.finish();
    },
    read(bytes, count) {
      // No entry takes less than four bits: a count that the bytes cannot hold must not ask for memory.
      if (count > 2 * bytes.length) throw new CorruptStream(`${count} entries in ${bytes.length} bytes`);
      const entries = { index: new Uint8Array(count), weight: new Int8Array(count) };
      const reader = new BitReader(bytes);
      for (let i = 0; i < count; i++) {
        const { index, weight } = take(reader);
        entries.index[i] = index;
        entries.weight[i] = weight;
      }
      reader.requireEnd();
      return entries;
    },
  };
}
