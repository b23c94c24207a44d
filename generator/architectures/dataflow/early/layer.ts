// SPDX-License-Identifier: Apache-2.0
/** A binary layer with thresholds, and the max-pool behind it, as nn_early sees it; where its windows and tiles lie. */
import type { TileOrders } from '../../../stream-top/engine.ts';

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

/** What the lanes walk through: tiles in orders that change no bit. */
export interface EarlyPlan extends TileOrders {
  readonly layer: EarlyLayer;
  readonly fold: EarlyFold;
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

/**
 * Everything in its natural order, but for the tile that must come first: beside the last one the window's ones are
 * stored.
 */
export function naturalOrders(layer: EarlyLayer, simd: number): TileOrders {
  const last = tilesOf(layer, simd) - 1;
  const tiles = [last, ...counted(last)];
  return { inverted: counted(layer.channels).map(() => 0), visits: counted(layer.filters).map(() => tiles) };
}

/** Tiles from a window's first to its last in the padded map, both counted. */
export function windowReach({ width, channels, kernel, padSize }: EarlyLayer, simd: number): number {
  return (((kernel - 1) * (width + 2 * padSize) + kernel) * channels) / simd;
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
 * P ≥ θ is Q + ((k − A) >> 1) ≥ 0, where A ones are in the window and Q of them meet a weight of 1: k = n − θ − B, B
 * the
 * filter's ones. Clamped so that a threshold that no sum or every sum reaches is known after a tile.
 */
export function onesThresholds({ layer, inverted }: Omit<EarlyPlan, 'visits'>): Int32Array {
  const n = fanInOf(layer);
  return Int32Array.from({ length: layer.filters }, (_, filter) => {
    const theta = layer.theta[filter]!;
    if (theta <= 0) return n;
    if (theta > n) return -n - 1;
    let ones = 0;
    for (let tap = filter * n; tap < (filter + 1) * n; )
      for (let c = 0; c < layer.channels; c++, tap++) ones += layer.weights[tap]! ^ inverted[c]!;
    return n - theta - ones;
  });
}
