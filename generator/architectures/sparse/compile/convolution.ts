// SPDX-License-Identifier: Apache-2.0
/**
 * A convolution as layers of the engine: vectors that are read, weights that each group multiplies them with, and
 * parameters.
 */
import { fail } from '../../../errors/errors.ts';
import { pack, wordOf } from '../../../contracts/contract.ts';
import { BitWriter } from '../../../storage/bits.ts';
import { chooseCode, EntryCounts, type EntryFormat } from './choose-classes.ts';
import { dealChannels } from './deal.ts';
import { engine, listIndex, parameter } from '../program/contracts.ts';
import { classWord, type EntryCode, type Entry } from '../program/entry-class.ts';
import { beatsOfRow, rowsOf, wordBytes, type EngineLayer } from '../program/layer.ts';
import { mapBeatBytes, type EngineShape, type LineMap, type Requantisation } from '../program/shape.ts';
import { stepRings, type Step } from '../program/steps.ts';

/** A slice of the input that is read for every line of the output: channel and tap, in stride-1 terms. */
export interface InputVector {
  readonly map: LineMap;
  readonly channel: number;
  /** Bytes from the output position to the input's: ky · pitch + kx, less the padding. */
  readonly offset: number;
  /** Of the convolution's own groups, the one whose filters see it; 0 where all do. */
  readonly group?: number;
  /** In the network's terms: the tap of a filter, and of several terms which one. */
  readonly at?: Readonly<Record<string, number>>;
}

export interface Convolution extends Requantisation {
  readonly name: string;
  readonly vectors: readonly InputVector[];
  /** Weight of filter f for vector v at v · filters + f; beyond 8 bits it takes several entries. */
  readonly weights: Int32Array;
  readonly filters: number;
  /** Input bytes are signed. */
  readonly signed: boolean;
  readonly output: LineMap;
  /** Channel of `output` where filter 0 goes. */
  readonly firstChannel: number;
}

/** Groups' work: entries that each group walks for each vector of a round. */
export interface ConvolutionLayer extends EngineLayer {
  readonly entriesOf: readonly Uint16Array[];
  readonly slots: number;
  readonly rounds: number;
  /** Filters that it computes. */
  readonly filters: number;
  /** Entries of weights that are not 0; each is used once a round. */
  readonly weightsLeft: number;
}

/** Index of an entry: slots since the one before in the vector, 1 for the first slot, and whether the vector ends. */
const indexOf = (slots: number, last: boolean) => wordOf(listIndex, { slots, last });

/** Table words are 32 bits for each group, beside the other words of their rows. */
const formatOf = (shape: EngineShape): EntryFormat => ({
  prefix: engine.numbers.listPrefix.value,
  end: { index: indexOf(0, true), indexBits: 0, magnitude: -1, weightBits: 0, end: true },
  filler: { index: 0, indexBits: 6, magnitude: -1, weightBits: 0, end: false },
  any: { index: 0, indexBits: 2, magnitude: 0, weightBits: 7, end: false },
  split: ({ index, ...rest }) =>
    index < 4
      ? [{ index, ...rest }]
      : [
          { index: (index & 0x7e) - 2, weight: 0, end: false },
          { index: indexOf(1, (index & 1) === 1), ...rest },
        ],
  classBits: 4 * beatsOfRow(shape) * mapBeatBytes(shape),
});

/**
 * Parts of a round, in each of which the groups are given about as many weights, and how many of a convolution's own
 * groups are told apart in it.
 */
const [stretches, mostTold] = [8, 4];

/** Parts of 7 bits and a sign that sum up to a weight; none of 0. */
function partsOf(weight: number): number[] {
  const parts: number[] = [];
  for (let left = weight; left !== 0; left -= parts.at(-1)!) parts.push(Math.max(-127, Math.min(127, left)));
  return parts;
}

/** Vectors with a weight in these filters; one at least, so that sums begin. */
function usedVectors({ vectors, weights, filters }: Convolution, from: number, to: number): number[] {
  const used = vectors.flatMap((_, v) =>
    weights.subarray(v * filters + from, v * filters + to).some((w) => w !== 0) ? [v] : [],
  );
  return used.length > 0 ? used : [0];
}

function stepOf({ map, channel, offset }: InputVector, lanes: number): Step {
  const row = Math.floor(offset / lanes);
  return { line: map.line + channel * map.span + row, row, shift: offset - row * lanes };
}

/**
 * Entries of a group for its channels, vector by vector; a vector without weights has one of weight 0, and so has the
 * last one, to end the list.
 */
function groupEntries(
  { weights, filters }: Convolution,
  vectors: readonly number[],
  channels: readonly number[],
): Entry[][] {
  return vectors.map((v, i) => {
    const final = i === vectors.length - 1;
    const found: { slot: number; weight: number }[] = [];
    channels.forEach((channel, slot) => {
      for (const weight of partsOf(weights[v * filters + channel]!)) found.push({ slot, weight });
    });
    if (found.length === 0) found.push({ slot: 0, weight: 0 });
    const entries = found.map(
      ({ slot, weight }, k): Entry => ({
        index: indexOf(slot - (found[k - 1]?.slot ?? -1), !final && k === found.length - 1),
        weight,
        end: false,
      }),
    );
    return final ? [...entries, { index: indexOf(0, true), weight: 0, end: true }] : entries;
  });
}

/** The list of a group: the layer's table, and its entries. */
function codeList(
  entries: readonly (readonly Entry[])[],
  code: EntryCode,
  { split }: EntryFormat,
): { words: Uint8Array; entries: Uint16Array } {
  const writer = new BitWriter();
  const counts = Uint16Array.from(entries, (vector) => {
    const coded = vector.flatMap((entry) => (code.has(entry) ? [entry] : split(entry)));
    for (const entry of coded) code.write(writer, entry);
    return coded.length;
  });
  const bits = writer.finish();
  const table = tableOf(code);
  const words = new Uint8Array(table.length + Math.ceil(bits.length / wordBytes) * wordBytes);
  words.set(table);
  words.set(bits, table.length);
  return { words, entries: counts };
}

/** Two classes a word. */
function tableOf({ classes, prefix }: EntryCode): Uint8Array {
  const table = new Uint32Array(2 * Math.ceil(classes.length / 2));
  classes.forEach((c, i) => (table[i] = classWord(c, prefix)));
  return new Uint8Array(table.buffer);
}

function parameterWords(convolution: Convolution, channels: readonly (readonly number[])[], slots: number): Uint8Array {
  const { a, b, output, firstChannel } = convolution;
  const words = new Uint8Array(channels.length * slots * wordBytes);
  channels.forEach((owned, group) =>
    owned.forEach((channel, slot) => {
      const to = output.line + (firstChannel + channel) * output.span;
      const values = { a: a[channel]!, b: b[channel]!, to, used: true };
      pack(words, parameter, values, (group * slots + slot) * wordBytes);
    }),
  );
  return words;
}

/** Filters from..to − 1 as one layer. */
function part(convolution: Convolution, shape: EngineShape, from: number, to: number): ConvolutionLayer {
  const { name, weights, filters, signed, output, shift, min, max, vectors } = convolution;
  const used = usedVectors(convolution, from, to);
  const told = 1 + Math.max(...used.map((v) => vectors[v]!.group ?? 0));
  const counts = Array.from({ length: to - from }, () => new Uint32Array(stretches * mostTold));
  used.forEach((v, i) => {
    const stretch =
      Math.floor((i * stretches) / used.length) * mostTold + (told <= mostTold ? (vectors[v]!.group ?? 0) : 0);
    for (let f = from; f < to; f++) counts[f - from]![stretch]! += partsOf(weights[v * filters + f]!).length;
  });
  const { channels: dealt, slots } = dealChannels(counts, shape.groups);
  const channels = dealt.map((owned) => owned.map((i) => from + i));
  const entries = channels.map((owned) => groupEntries(convolution, used, owned));
  const format = formatOf(shape);
  const entryCounts = new EntryCounts();
  for (const list of entries) for (const vector of list) for (const entry of vector) entryCounts.add(entry);
  const code = chooseCode(entryCounts, format);
  const lists = entries.map((list) => codeList(list, code, format));
  const { map } = vectors[used[0]!]!;
  return {
    name,
    descriptor: {
      operation: 'convolution',
      signed,
      shift,
      min,
      max,
      slots,
      words: Math.max(...lists.map(({ words }) => words.length)) / wordBytes,
      table: tableOf(code).length / wordBytes,
      steps: used.length,
      rounds: output.span,
      stride: 1,
      lines: map.span,
      width: output.width,
      pitch: output.pitch,
      height: output.height,
    },
    rings: [
      ...lists.map(({ words }) => words),
      parameterWords(convolution, channels, slots),
      ...stepRings(used.map((v) => stepOf(vectors[v]!, shape.lanes))),
    ],
    weightsAt: { filters: channels, vectors: used.map((v) => vectors[v]!.at ?? { vector: v }) },
    entriesOf: lists.map(({ entries }) => entries),
    slots,
    rounds: output.span,
    filters: to - from,
    weightsLeft: counts.reduce((sum, count) => sum + count.reduce((n, more) => n + more, 0), 0),
  };
}

/** The greatest magnitude that sums of these weights can reach. */
export function reachOf({ weights, filters, vectors, signed }: Convolution): number {
  let reach = 0;
  for (let f = 0; f < filters; f++) {
    let sum = 0;
    for (let v = 0; v < vectors.length; v++) sum += Math.abs(weights[v * filters + f]!);
    reach = Math.max(reach, sum);
  }
  return reach * (signed ? 128 : 255);
}

/**
 * One layer, or several of fewer filters each where they have no room in the groups' slots or weight memories. Layers
 * that take more than half of the
 * rings are split once more where that makes them fit: the next one then comes in while they run. NN006 where one
 * filter has no room.
 */
export function convolutionLayers(convolution: Convolution, shape: EngineShape): ConvolutionLayer[] {
  const { filters } = convolution;
  const fewest = Math.ceil(filters / (shape.groups * shape.slots));
  const inParts = (parts: number) => {
    const each = Math.ceil(filters / parts);
    return Array.from({ length: Math.ceil(filters / each) }, (_, i) =>
      part(convolution, shape, i * each, Math.min(filters, (i + 1) * each)),
    );
  };
  const rows = (layers: readonly ConvolutionLayer[]) => Math.max(...layers.map(rowsOf));
  for (let parts = fewest; parts <= filters; parts++) {
    const layers = inParts(parts);
    if (rows(layers) > shape.ringWords) continue;
    const halves = rows(layers) > shape.ringWords / 2 && parts < filters ? inParts(parts + 1) : layers;
    return rows(halves) <= shape.ringWords / 2 ? halves : layers;
  }
  return fail({
    code: 'NN006',
    where: convolution.name,
    got: 'a filter whose weights, or vectors, do not fit the rings',
    legal: `up to ${4 * shape.ringWords} vectors, and ${shape.ringWords} words of coded entries`,
    fix: 'prune more weights',
  });
}
