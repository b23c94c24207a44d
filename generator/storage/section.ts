// SPDX-License-Identifier: Apache-2.0
/**
 * A layer in the image of weights that goes into DRAM: a section of whole 128-bit words, little-endian.
 *
 *     u32 × 12    bytes of the section, format, coding, filters, kernel, depth, groups, shift (2^32 − 1: none), lanes,
 * slots,
 *                 bytes of the name, 0
 *     name        in ASCII, to a multiple of 4
 *     i32         bias of every filter
 *     u16         lane · slots + slot of every filter, to a multiple of 4 bytes (convolutions)
 *     code        136 bytes, a bit for every symbol that occurs; 4 bits of code length for each of those, to a multiple
 * of 4 bytes
 *                 (entropy coding)
 *     u32 × 2     entries and bytes of every lane
 *     lanes       each to a multiple of 16 bytes
 */
import { codings, entropyCoder, fixedCoder, lengthsFor, symbols, type Coding } from './coding.ts';
import type { ConvolutionShape } from './convolution.ts';
import { CorruptStream, type Entries } from './entries.ts';
import { formats, fromLanes, toLanes, type LaneStreams, type SparseLayer } from './layer.ts';

const headerWords = 12;
const wordBytes = 16;
const none = 2 ** 32 - 1;

/** Bytes of a section by what they are for. */
export interface SectionParts {
  readonly entries: number;
  readonly biases: number;
  /** Header, places of the filters, code and table of lanes. */
  readonly tables: number;
  /** What fills lanes up to whole words. */
  readonly padding: number;
}

export interface Section {
  readonly bytes: Uint8Array;
  readonly parts: SectionParts;
  /** Entries, those of weight 0 among them. */
  readonly entries: number;
}

const paddedTo = (bytes: number, unit: number) => Math.ceil(bytes / unit) * unit;

/** The lengths of a code: which symbols occur, and four bits for each of those. */
function packLengths(lengths: Uint8Array): Uint8Array {
  const used = [...lengths.keys()].filter((symbol) => lengths[symbol]! > 0);
  const bytes = new Uint8Array(symbols / 8 + Math.ceil(used.length / 2));
  used.forEach((symbol, i) => {
    bytes[symbol >> 3]! |= 1 << (symbol & 7);
    bytes[symbols / 8 + (i >> 1)]! |= lengths[symbol]! << (4 * (i & 1));
  });
  return bytes;
}

function readLengths(take: (bytes: number) => Uint8Array): Uint8Array {
  const occurs = take(symbols / 8);
  const used = Array.from({ length: symbols }, (_, symbol) => symbol).filter(
    (symbol) => (occurs[symbol >> 3]! >> (symbol & 7)) & 1,
  );
  const nibbles = take(Math.ceil(used.length / 2));
  const lengths = new Uint8Array(symbols);
  used.forEach((symbol, i) => (lengths[symbol] = (nibbles[i >> 1]! >> (4 * (i & 1))) & 15));
  if (used.some((symbol) => lengths[symbol] === 0)) throw new CorruptStream('a symbol that occurs and has no code');
  return lengths;
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView) =>
  new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);

/** Blocks one behind the other, each to a multiple of the unit. */
function joined(blocks: readonly Uint8Array[], unit: number): Uint8Array {
  const bytes = new Uint8Array(blocks.reduce((sum, { length }) => sum + paddedTo(length, unit), 0));
  let at = 0;
  for (const block of blocks) {
    bytes.set(block, at);
    at += paddedTo(block.length, unit);
  }
  return bytes;
}

export function writeSection(layer: SparseLayer, coding: Coding): Section {
  const { engine, lanes, places } = toLanes(layer);
  const lengths = coding === 'entropy' ? lengthsFor(lanes) : undefined;
  const streams = lanes.map((lengths ? entropyCoder(lengths) : fixedCoder).write);
  const name = new TextEncoder().encode(layer.name);
  const { filters, kernel, depth, groups } = layer.shape;
  const header = Uint32Array.of(
    0,
    formats.indexOf(layer.format),
    codings.indexOf(coding),
    filters,
    kernel,
    depth,
    groups,
    layer.shift ?? none,
    engine.lanes,
    engine.slots,
    name.length,
    0,
  );
  const laneTable = Uint32Array.from(lanes.flatMap(({ index }, lane) => [index.length, streams[lane]!.length]));
  const code = lengths ? packLengths(lengths) : new Uint8Array();
  const tables = [header, name, layer.biases, places, code, laneTable].map(bytesOf);
  const bytes = joined([joined(tables, 4), ...streams], wordBytes);
  new DataView(bytes.buffer).setUint32(0, bytes.length, true);
  const size = (blocks: readonly Uint8Array[]) => blocks.reduce((sum, { length }) => sum + length, 0);
  const parts = {
    entries: size(streams),
    biases: layer.biases.byteLength,
    tables: size(tables) - layer.biases.byteLength,
  };
  return {
    bytes,
    parts: { ...parts, padding: bytes.length - parts.entries - parts.biases - parts.tables },
    entries: lanes.reduce((sum, { index }) => sum + index.length, 0),
  };
}

/** Hands out the bytes of a section one block after the other; what fills a block up must be 0. */
function blocksOf(section: Uint8Array) {
  let at = 0;
  const fill = (unit: number) => {
    const end = paddedTo(at, unit);
    if (section.subarray(at, end).some((byte) => byte !== 0))
      throw new CorruptStream(`bytes at ${at} that fill a word and are not 0`);
    at = end;
  };
  const take = (bytes: number, unit = 4): Uint8Array => {
    if (at + bytes > section.length)
      throw new CorruptStream(`a block of ${bytes} bytes at ${at} in a section of ${section.length}`);
    const block = section.slice(at, (at += bytes));
    fill(unit);
    return block;
  };
  return { take, fill, rest: () => section.length - at };
}

const words = (bytes: Uint8Array) => new Uint32Array(bytes.buffer);

/** Limits of what a header may ask for, so that a damaged one asks for no memory. */
const mostWeights = 2 ** 28;

function readHeader(take: (bytes: number) => Uint8Array, bytes: number) {
  const [total, format, coding, filters, kernel, depth, groups, shift, lanes, slots, nameBytes, zero] = words(
    take(4 * headerWords),
  ) as unknown as number[];
  const shape: ConvolutionShape = { filters: filters!, kernel: kernel!, depth: depth!, groups: groups! };
  const positive = [filters, kernel, depth, groups, lanes, slots].every((n) => n! > 0);
  if (
    total !== bytes ||
    zero !== 0 ||
    !formats[format!] ||
    !codings[coding!] ||
    !positive ||
    filters! % groups! !== 0 ||
    lanes! > 1024 ||
    nameBytes! > 64
  )
    throw new CorruptStream(
      'a header of ' +
        `${[total, format, coding, filters, kernel, depth, groups, lanes, slots, nameBytes, zero].join(' ')} for ` +
        `${bytes} bytes`,
    );
  if (filters! * kernel! * kernel! * depth! > mostWeights)
    throw new CorruptStream(`${filters} filters of ${kernel}×${kernel}×${depth}`);
  return {
    format: formats[format!]!,
    coding: codings[coding!]!,
    shape,
    shift: shift === none ? undefined : shift,
    engine: { lanes: lanes!, slots: slots! },
    nameBytes: nameBytes!,
  };
}

/**
 * The layer again, every weight and bias as it was. Throws CorruptStream for anything that `writeSection` does not
 * write.
 */
export function readSection(section: Uint8Array): SparseLayer {
  const { take, fill, rest } = blocksOf(section);
  const { format, coding, shape, shift, engine, nameBytes } = readHeader(take, section.length);
  const name = new TextDecoder().decode(take(nameBytes));
  const biases = new Int32Array(take(4 * shape.filters).buffer);
  const places = new Uint16Array(take(format === 'dense' ? 0 : 2 * shape.filters).buffer);
  const coder = coding === 'entropy' ? entropyCoder(readLengths(take)) : fixedCoder;
  const laneTable = words(take(8 * engine.lanes));
  fill(wordBytes);
  const lanes = Array.from(
    { length: engine.lanes },
    (_, lane): Entries => coder.read(take(laneTable[2 * lane + 1]!, wordBytes), laneTable[2 * lane]!),
  );
  if (rest() !== 0) throw new CorruptStream(`${rest()} bytes behind the last lane`);
  const streams: LaneStreams = { engine, lanes, places };
  return { name, format, shape, weights: fromLanes(format, shape, streams), biases, shift };
}
