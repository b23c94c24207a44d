// SPDX-License-Identifier: Apache-2.0
/**
 * Orders of tiles that decide soonest on a set of frames. Everything follows from how often each tap is 1; ties keep
 * their
 * natural order, so that the same frames give the same orders.
 */
import type { BitTensor } from '../../../tensor/tensor.ts';
import type { TileOrders } from '../../../stream-top/engine.ts';
import { counted, fanInOf, outputOf, tilesOf, type EarlyLayer } from './layer.ts';
import { tilesSampled } from './walk.ts';

/** How often each tap of a window is 1, by (ky, kx, channel), 0..1. */
function tapRates(layer: EarlyLayer, maps: readonly BitTensor[]): Float64Array {
  const { height, width, channels, kernel, stride, padSize, padBit } = layer;
  const { rows, columns } = outputOf(layer);
  const ones = new Float64Array(fanInOf(layer));
  for (const map of maps)
    for (let at = 0; at < kernel * kernel; at++)
      for (let window = 0; window < rows * columns; window++) {
        const y = Math.floor(window / columns) * stride - padSize + Math.floor(at / kernel);
        const x = (window % columns) * stride - padSize + (at % kernel);
        const inside = y >= 0 && x >= 0 && y < height && x < width;
        for (let c = 0; c < channels; c++)
          ones[at * channels + c]! += inside
            ? (map.data[(y * width + x) * map.words + (c >>> 5)]! >>> (c & 31)) & 1
            : padBit;
      }
  return ones.map((count) => count / (maps.length * rows * columns));
}

/** Channels that are 1 more often than 0. */
function mostlyOne({ channels }: EarlyLayer, rates: Float64Array): number[] {
  const total = new Float64Array(channels);
  rates.forEach((rate, tap) => (total[tap % channels]! += rate - 0.5));
  return [...total].map((sum) => Number(sum > 0));
}

/** Of each tap (or tile) of each filter, how often a 1 meets a weight of 1, and of 0. */
export interface Ones {
  readonly hits: Float64Array;
  readonly misses: Float64Array;
}

function expectedOnes(
  { channels, filters, weights }: EarlyLayer,
  inverted: readonly number[],
  rates: Float64Array,
): Ones {
  const n = rates.length;
  const hits = new Float64Array(filters * n);
  const misses = new Float64Array(filters * n);
  const flips = rates.map((_, tap) => inverted[tap % channels]!);
  const expected = rates.map((rate, tap) => (flips[tap] ? 1 - rate : rate));
  for (let filter = 0, i = 0; filter < filters; filter++)
    for (let tap = 0; tap < n; tap++, i++) (weights[i]! ^ flips[tap]! ? hits : misses)[i] = expected[tap]!;
  return { hits, misses };
}

/** Weights of hits and misses in a tile's rank. */
const rankings = [
  [0, 1],
  [1, 2],
  [1, 1],
  [1, 0],
] as const;

/** By filter and tile. */
function sumsOf(taps: Float64Array, simd: number): Float64Array {
  const sums = new Float64Array(taps.length / simd);
  for (let tile = 0, tap = 0; tile < sums.length; tile++)
    for (const end = tap + simd; tap < end; tap++) sums[tile]! += taps[tap]!;
  return sums;
}

/** Tiles of a filter by their rank; the one that must be first stays so. */
function ranked(
  tiles: number,
  { hits, misses }: Ones,
  filter: number,
  [hitWeight, missWeight]: (typeof rankings)[number],
): number[] {
  const rank = counted(tiles).map(
    (tile) => hitWeight * hits[filter * tiles + tile]! + missWeight * misses[filter * tiles + tile]!,
  );
  return [tiles - 1, ...counted(tiles - 1).sort((a, b) => rank[b]! - rank[a]! || a - b)];
}

/** How often taps and channels are 1 on some maps: the same for every SIMD. */
export interface Statistics {
  readonly inverted: readonly number[];
  readonly ones: Ones;
}

export function statisticsOf(layer: EarlyLayer, maps: readonly BitTensor[]): Statistics {
  const rates = tapRates(layer, maps);
  const inverted = mostlyOne(layer, rates);
  return { inverted, ones: expectedOnes(layer, inverted, rates) };
}

export interface Calibrated extends TileOrders {
  /** Tiles a frame by filter that are looked at in these orders: an estimate. */
  readonly tiles: Float64Array;
}

/**
 * The orders of `simd` taps that take fewest tiles on these input maps of the layer: for each filter the best ranking.
 * @param most tiles that may be looked at to find them
 */
export function calibrate(
  layer: EarlyLayer,
  simd: number,
  maps: readonly BitTensor[],
  most = Infinity,
  statistics = statisticsOf(layer, maps),
): Calibrated {
  const { inverted, ones } = statistics;
  const filters = counted(layer.filters);
  const sums = { hits: sumsOf(ones.hits, simd), misses: sumsOf(ones.misses, simd) };
  const orders = rankings.map((ranking) =>
    filters.map((filter) => ranked(tilesOf(layer, simd), sums, filter, ranking)),
  );
  const tiles = tilesSampled({ layer, fold: { pe: 1, simd }, inverted }, orders, maps, most);
  const best = filters.map((filter) =>
    orders.reduce((least, _, i) => (tiles[i]![filter]! < tiles[least]![filter]! ? i : least), 0),
  );
  return {
    inverted,
    visits: best.map((i, filter) => orders[i]![filter]!),
    tiles: Float64Array.from(best, (i, filter) => tiles[i]![filter]!),
  };
}
