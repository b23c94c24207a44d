/** A binary layer with thresholds, and the max-pool behind it, as nn_early sees it; where its windows and tiles lie. */
import { wordsFor, type BitTensor } from '../../../golden/tensor.ts';

export interface EarlyLayer {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly filters: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padSize: number;
  /** The bit outside the map. */
  readonly padBit: number;
  /** Pooled windows each way; 1 where there is no pool. */
  readonly pool: number;
  /** filters × (ky, kx, channel) bits. */
  readonly weights: ArrayLike<number>;
  /** A window's bit is P ≥ θ. */
  readonly theta: ArrayLike<number>;
  /** 1 where the pool is the AND of its windows. */
  readonly all: ArrayLike<number>;
}

export interface EarlyFold {
  readonly pe: number;
  readonly simd: number;
}

/**
 * Orders, none of which changes a bit: which channel stands where in the input's beats (its producer emits its filters
 * so), which filter stands where in the output's beats, and the order in which a filter's tiles are visited.
 */
export interface EarlyPlan {
  readonly layer: EarlyLayer;
  readonly fold: EarlyFold;
  /** Channel at each place of a pixel. */
  readonly channelAt: readonly number[];
  /** By channel: 1 where it is mostly 1, so that the hardware inverts it and its weights: what counts are ones, the fewer the better. */
  readonly inverted: readonly number[];
  /** Filter at each place of an output pixel; place i is lane i mod PE's. */
  readonly filterAt: readonly number[];
  /** By filter: tile (ky·KERNEL + kx)·FOLD + f of each visit; first the last one, beside which the window's ones are stored. */
  readonly visits: readonly (readonly number[])[];
}

/** What ends early: windows that are known, pools that are decided. */
export interface Early {
  readonly windows: boolean;
  readonly pools: boolean;
}

export const bothEarly: Early = { windows: true, pools: true };
export const nothingEarly: Early = { windows: false, pools: false };

export function counted(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i);
}

export function fanInOf({ kernel, channels }: EarlyLayer): number {
  return kernel * kernel * channels;
}

export function tilesOf(layer: EarlyLayer, simd: number): number {
  return fanInOf(layer) / simd;
}

/** Windows each way, then output pixels each way. */
export function outputOf({ height, width, kernel, stride, padSize, pool }: EarlyLayer) {
  const rows = Math.floor((height + 2 * padSize - kernel) / stride) + 1;
  const columns = Math.floor((width + 2 * padSize - kernel) / stride) + 1;
  return { rows, columns, height: Math.floor(rows / pool), width: Math.floor(columns / pool) };
}

/** Tiles of a frame without early decision. */
export function denseTiles(layer: EarlyLayer, simd: number): number {
  const { height, width } = outputOf(layer);
  return height * width * layer.pool ** 2 * layer.filters * tilesOf(layer, simd);
}

/** Everything in its natural order, but for the tile that must come first. */
export function naturalPlan(layer: EarlyLayer, fold: EarlyFold): EarlyPlan {
  const last = tilesOf(layer, fold.simd) - 1;
  const tiles = [last, ...counted(last)];
  return {
    inverted: counted(layer.channels).map(() => 0), layer,
    fold,
    channelAt: counted(layer.channels),
    filterAt: counted(layer.filters),
    visits: counted(layer.filters).map(() => tiles),
  };
}

/** Weights or a padded map, a tile in `words` words, spare bits 0. */
export interface PackedTiles {
  readonly words: number;
  readonly data: Int32Array;
}

function pack(places: number, bit: (run: number, place: number) => number, runs: number, simd: number): PackedTiles {
  const words = wordsFor(simd);
  const folds = places / simd;
  const data = new Int32Array(runs * folds * words);
  for (let run = 0; run < runs; run++)
    for (let place = 0; place < places; place++) {
      const tap = place % simd;
      if (bit(run, place)) data[(run * folds + Math.floor(place / simd)) * words + (tap >>> 5)]! |= 1 << (tap & 31);
    }
  return { words, data };
}

/** By filter and tile. */
export function packWeights({ layer, fold, channelAt, inverted }: EarlyPlan): PackedTiles {
  const { channels, kernel, filters, weights } = layer;
  const bit = (run: number, place: number) => weights[run * channels + channelAt[place]!]! ^ inverted[channelAt[place]!]!;
  return pack(channels, bit, filters * kernel * kernel, fold.simd);
}

/** By pixel of the padded map and fold. */
export function packMap({ layer, fold, channelAt, inverted }: EarlyPlan, map: BitTensor): PackedTiles {
  const { height, width, channels, padSize, padBit } = layer;
  const columns = width + 2 * padSize;
  const bit = (pixel: number, place: number) => {
    const y = Math.floor(pixel / columns) - padSize;
    const x = (pixel % columns) - padSize;
    const c = channelAt[place]!;
    if (y < 0 || x < 0 || y >= height || x >= width) return padBit ^ inverted[c]!;
    return ((map.data[(y * width + x) * map.words + (c >>> 5)]! >>> (c & 31)) & 1) ^ inverted[c]!;
  };
  return pack(channels, bit, (height + 2 * padSize) * columns, fold.simd);
}

/** Where a window's tiles begin in the padded map, counted in tiles from the window's first. */
export function tilePlaces({ width, channels, kernel, padSize }: EarlyLayer, simd: number): number[] {
  const folds = channels / simd;
  return counted(kernel * kernel * folds).map((tile) => {
    const at = Math.floor(tile / folds);
    return (Math.floor(at / kernel) * (width + 2 * padSize) + (at % kernel)) * folds + (tile % folds);
  });
}

/**
 * P ≥ θ is Q + ((k − A) >> 1) ≥ 0, where A ones are in the window and Q of them meet a weight of 1: k = n − θ − B, B the
 * filter's ones. Clamped so that a threshold that no sum or every sum reaches is known after a tile.
 */
export function onesThresholds(plan: EarlyPlan): Int32Array {
  const { layer, inverted } = plan;
  const n = fanInOf(layer);
  return Int32Array.from({ length: layer.filters }, (_, filter) => {
    const theta = layer.theta[filter]!;
    if (theta <= 0) return n;
    if (theta > n) return -n - 1;
    let ones = 0;
    for (let tap = 0; tap < n; tap++) ones += layer.weights[filter * n + tap]! ^ inverted[tap % layer.channels]!;
    return n - theta - ones;
  });
}
