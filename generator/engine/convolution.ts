/** A convolution as layers of the engine: vectors that are read, weights that each group multiplies them with, and parameters. */
import { fail } from '../errors.ts';
import { dealChannels } from './deal.ts';
import { rowsOf, wordBytes, type EngineLayer } from './layer.ts';
import type { EngineShape, LineMap, Requantisation } from './shape.ts';
import { stepWords, type Step } from './steps.ts';

/** A slice of the input that is read for every line of the output: channel and tap, in stride-1 terms. */
export interface InputVector {
  readonly map: LineMap;
  readonly channel: number;
  /** Bytes from the output position to the input's: ky · pitch + kx, less the padding. */
  readonly offset: number;
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

const last = 0x8000;
const end = 0x4000;
/** Parts of a round in each of which the groups are given about as many weights. */
const stretches = 8;

/** 8-bit parts that sum up to a weight; none of 0. */
function partsOf(weight: number): number[] {
  const parts: number[] = [];
  for (let left = weight; left !== 0; left -= parts.at(-1)!) parts.push(Math.max(-128, Math.min(127, left)));
  return parts;
}

/** Vectors with a weight in these filters; one at least, so that sums begin. */
function usedVectors({ vectors, weights, filters }: Convolution, from: number, to: number): number[] {
  const used = vectors.flatMap((_, v) => (weights.subarray(v * filters + from, v * filters + to).some((w) => w !== 0) ? [v] : []));
  return used.length > 0 ? used : [0];
}

function stepOf({ map, channel, offset }: InputVector, lanes: number): Step {
  const row = Math.floor(offset / lanes);
  return { line: map.line + channel * map.span + row, row, shift: offset - row * lanes };
}

/** Entries of a group for its channels, vector after vector; a vector without weights has one of weight 0. */
function groupList(convolution: Convolution, vectors: readonly number[], channels: readonly number[]): { words: Uint8Array; entries: Uint16Array } {
  const { weights, filters } = convolution;
  const list: number[] = [];
  const counts = new Uint16Array(vectors.length);
  vectors.forEach((v, i) => {
    const before = list.length;
    channels.forEach((channel, slot) => {
      for (const part of partsOf(weights[v * filters + channel]!)) list.push((part & 0xff) | (slot << 8));
    });
    if (list.length === before) list.push(0);
    list[list.length - 1]! |= last;
    counts[i] = list.length - before;
  });
  list[list.length - 1]! |= end;
  const words = new Uint8Array(Math.ceil(list.length / 4) * wordBytes);
  const view = new DataView(words.buffer);
  list.forEach((entry, i) => view.setUint16(2 * i, entry, true));
  return { words, entries: counts };
}

function parameterWords(convolution: Convolution, channels: readonly (readonly number[])[], slots: number): Uint8Array {
  const { a, b, output, firstChannel } = convolution;
  const words = new Uint8Array(channels.length * slots * wordBytes);
  const view = new DataView(words.buffer);
  channels.forEach((owned, group) =>
    owned.forEach((channel, slot) => {
      const at = (group * slots + slot) * wordBytes;
      view.setUint16(at, a[channel]! & 0xffff, true);
      view.setInt32(at + 2, b[channel]!, true);
      view.setUint16(at + 6, 0x8000 | (output.line + (firstChannel + channel) * output.span), true);
    }),
  );
  return words;
}

/** Filters from..to − 1 as one layer. */
function part(convolution: Convolution, shape: EngineShape, from: number, to: number): ConvolutionLayer {
  const { name, weights, filters, signed, output, shift, min, max, vectors } = convolution;
  const used = usedVectors(convolution, from, to);
  const counts = Array.from({ length: to - from }, () => new Uint32Array(stretches));
  used.forEach((v, i) => {
    const stretch = Math.floor((i * stretches) / used.length);
    for (let f = from; f < to; f++) counts[f - from]![stretch]! += partsOf(weights[v * filters + f]!).length;
  });
  const { channels: dealt, slots } = dealChannels(counts, shape.groups);
  const channels = dealt.map((owned) => owned.map((i) => from + i));
  const lists = channels.map((owned) => groupList(convolution, used, owned));
  const { map } = vectors[used[0]!]!;
  return {
    name,
    descriptor: {
      operation: 'convolution', signed, shift, min, max, slots,
      words: Math.max(...lists.map(({ words }) => words.length)) / wordBytes,
      steps: used.length, rounds: output.span, stride: 1, lines: map.span,
      width: output.width, pitch: output.pitch, height: output.height,
    },
    rings: [...lists.map(({ words }) => words), parameterWords(convolution, channels, slots), stepWords(used.map((v) => stepOf(vectors[v]!, shape.lanes)))],
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
 * One layer, or several of fewer filters each where they have no room in the groups' slots or weight memories. Layers that take more than half of the
 * rings are split once more where that makes them fit: the next one then comes in while they run. NN006 where one filter has no room.
 */
export function convolutionLayers(convolution: Convolution, shape: EngineShape): ConvolutionLayer[] {
  const { filters } = convolution;
  const fewest = Math.ceil(filters / (shape.groups * shape.slots));
  const inParts = (parts: number) => {
    const each = Math.ceil(filters / parts);
    return Array.from({ length: Math.ceil(filters / each) }, (_, i) => part(convolution, shape, i * each, Math.min(filters, (i + 1) * each)));
  };
  const rows = (layers: readonly ConvolutionLayer[]) => Math.max(...layers.map(rowsOf));
  for (let parts = fewest; parts <= filters; parts++) {
    const layers = inParts(parts);
    if (rows(layers) > shape.ringWords) continue;
    const halves = rows(layers) > shape.ringWords / 2 && parts < filters ? inParts(parts + 1) : layers;
    return rows(halves) <= shape.ringWords / 2 ? halves : layers;
  }
  return fail({ code: 'NN006', where: convolution.name, got: 'a filter whose weights, or vectors, do not fit the rings', legal: `up to ${2 * shape.ringWords} vectors, and ${shape.ringWords} words of four entries`, fix: 'prune more weights' });
}
