// SPDX-License-Identifier: Apache-2.0
/**
 * Weights of a convolution in the order in which the engine broadcasts activations. One vector is a channel of the
 * input at one
 * tap (ky, kx); vectors come channel by channel, then ky, then kx. For each of them a lane reads the weights of its own
 * filters:
 *
 *     index = last · 32 + gap    gap: slots between this filter and the one before it in the vector; last: the vector
 * ends
 *     a vector without weights is one entry, last, of weight 0
 */
import { deal, type Lanes, type Pass } from './deal.ts';
import { CorruptStream, EntryWriter, type Entries } from './entries.ts';

export interface ConvolutionShape {
  readonly filters: number;
  readonly kernel: number;
  /** Channels that a filter sees. */
  readonly depth: number;
  readonly groups: number;
}

/** A gap of 5 bits reaches every slot. */
export const mostSlots = 32;
const last = 32;

export const tapsOf = ({ kernel, depth }: ConvolutionShape) => kernel * kernel * depth;

/** Calls `visit` with the offset of every vector within a filter's weights [ky, kx, channel]. */
function forVectors({ kernel, depth }: ConvolutionShape, visit: (tap: number) => void): void {
  for (let channel = 0; channel < depth; channel++)
    for (let k = 0; k < kernel * kernel; k++) visit(k * depth + channel);
}

/**
 * @param weights [filters, kernel, kernel, depth] · entries lane by lane, pass after pass, and how filters were dealt
 * out
 */
export function encodeConvolution(
  weights: Int8Array,
  shape: ConvolutionShape,
  engine: Lanes,
): { passes: Pass[]; lanes: Entries[] } {
  const taps = tapsOf(shape);
  const nonZeros = Uint32Array.from({ length: shape.filters }, (_, f) =>
    weights.subarray(f * taps, (f + 1) * taps).reduce((n, w) => n + (w === 0 ? 0 : 1), 0),
  );
  const passes = deal(nonZeros, shape.groups, engine);
  const writers = Array.from({ length: engine.lanes }, () => new EntryWriter());
  for (const { filters } of passes)
    filters.forEach((owned, lane) => {
      if (owned.length > 0)
        forVectors(shape, (tap) =>
          writeVector(
            writers[lane]!,
            owned.map((filter) => weights[filter * taps + tap]!),
          ),
        );
    });
  return { passes, lanes: writers.map((writer) => writer.entries()) };
}

function writeVector(writer: EntryWriter, weights: readonly number[]): void {
  let end = weights.length;
  while (end > 0 && weights[end - 1] === 0) end--;
  if (end === 0) writer.push(last, 0);
  let before = -1;
  for (let slot = 0; slot < end; slot++) {
    if (weights[slot] === 0) continue;
    writer.push(slot - before - 1 + (slot === end - 1 ? last : 0), weights[slot]!);
    before = slot;
  }
}

/** The inverse. Throws CorruptStream for entries that `encodeConvolution` does not write. */
export function decodeConvolution(
  lanes: readonly Entries[],
  passes: readonly Pass[],
  shape: ConvolutionShape,
): Int8Array {
  const taps = tapsOf(shape);
  const weights = new Int8Array(shape.filters * taps);
  lanes.forEach(({ index, weight }, lane) => {
    let at = 0;
    for (const owned of passes.map(({ filters }) => filters[lane]!).filter(({ length }) => length > 0))
      forVectors(shape, (tap) => {
        for (let slot = -1, ended = false; !ended; at++) {
          if (at >= index.length)
            throw new CorruptStream(`lane ${lane} ends after ${at} entries, before its last vector`);
          ended = index[at]! >= last;
          const first = slot < 0;
          slot += (index[at]! % last) + 1;
          if (weight[at] === 0) {
            if (!first || index[at] !== last)
              throw new CorruptStream(`lane ${lane}, entry ${at}: a weight of 0 in a vector with others`);
            continue;
          }
          if (slot >= owned.length)
            throw new CorruptStream(`lane ${lane}, entry ${at}: slot ${slot} of ${owned.length}`);
          weights[owned[slot]! * taps + tap] = weight[at]!;
        }
      });
    if (at !== index.length)
      throw new CorruptStream(`lane ${lane} has ${index.length - at} entries behind its last vector`);
  });
  return weights;
}
