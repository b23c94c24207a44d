// SPDX-License-Identifier: Apache-2.0
/** Rows of weights of fully connected layers and averages, by the bytes of the vector that they multiply. */
import type { Dense } from './dense.ts';
import type { Value } from './operation.ts';
import type { RoleOf } from '../layer/role.ts';
import { wordsOfLine, type EngineShape, type LineMap } from '../program/shape.ts';

/** Bytes of the vector that channels of a map become. */
export const bytesHandedOver = (map: LineMap, shape: EngineShape, channels = map.channels) =>
  channels * map.span * 8 * wordsOfLine(map, shape);

/**
 * Byte of the input at each of a vector's taps, in the order (y, x, channel): of a map's lines, or of a vector of this
 * order of units.
 */
export function placesOf(
  input: Value,
  shape: EngineShape,
  from: LineMap | undefined,
  order: Int32Array | undefined,
): Int32Array {
  if (order) {
    const places = new Int32Array(order.length);
    order.forEach((unit, place) => (places[unit] = place));
    return places;
  }
  const { height, width, channels } = input;
  const pitch = from!.pitch;
  const channelBytes = bytesHandedOver(from!, shape, 1);
  return Int32Array.from({ length: height * width * channels }, (_, i) => {
    const pixel = Math.floor(i / channels);
    return (i % channels) * channelBytes + Math.floor(pixel / width) * pitch + (pixel % width);
  });
}

/** Weights from `at` on that are not 0, in the order of the bytes that they multiply. */
function rowOf(weights: ArrayLike<number>, at: number, byPlace: Int32Array, places: Int32Array): Dense['rows'][number] {
  const index: number[] = [];
  const weight: number[] = [];
  for (const tap of byPlace) {
    const w = weights[at + tap]!;
    if (w === 0) continue;
    index.push(places[tap]!);
    weight.push(w);
  }
  return { index, weight };
}

/** What a fully connected layer computes: each result's row of weights. */
export interface Rows {
  readonly rows: Dense['rows'];
  readonly bias: Int32Array;
  readonly macs: number;
}

export function connected({ weights, bias }: RoleOf<'vector'>, places: Int32Array): Rows {
  const byPlace = Int32Array.from(places.keys()).sort((p, q) => places[p]! - places[q]!);
  return {
    rows: Array.from(bias, (_, unit) => rowOf(weights, unit * places.length, byPlace, places)),
    bias: Int32Array.from(bias),
    macs: weights.length,
  };
}

/** The sums of a map's first channels: rows of ones. */
export function averaged(channels: number, { height, width }: Value, from: LineMap, shape: EngineShape): Rows {
  const { pitch } = from;
  const channelBytes = bytesHandedOver(from, shape, 1);
  const bytes = Int32Array.from({ length: height * width }, (_, i) => Math.floor(i / width) * pitch + (i % width));
  const weight = new Int8Array(bytes.length).fill(1);
  return {
    rows: Array.from({ length: channels }, (_, c) => ({ index: bytes.map((at) => c * channelBytes + at), weight })),
    bias: new Int32Array(channels),
    macs: 0,
  };
}
