// SPDX-License-Identifier: Apache-2.0
/**
 * What the lanes of nn_early look at: the tiles of every filter's windows in the order of a plan, until the bit is
 * known: ones
 * that meet a weight of 1 are counted, and the ones that are left bound what may still come.
 * How many they are depends on the data and that order alone, so the registers of the hardware must say the same.
 */
import { popcount } from '../../../tensor/popcount.ts';
import { newBits, type BitTensor } from '../../../tensor/tensor.ts';
import { gcd } from '../../../hardware/divisors.ts';
import {
  bothEarly,
  denseTiles,
  onesThresholds,
  outputOf,
  tilePlaces,
  tilesOf,
  type Early,
  type EarlyPlan,
} from './layer.ts';
import { packMap, packWeights, type PackedTiles } from './pack.ts';

export interface Walk {
  /** The layer's output, where it was walked. */
  readonly output: BitTensor;
  /** Tiles looked at, by filter. */
  readonly tiles: Float64Array;
}

/** Which pixels of a frame's output are walked. */
export type Sample = (pixel: number) => boolean;
const everyPixel: Sample = () => true;

/** A frame as the lanes have it in their rings: tiles, and how many ones are in each word. */
interface Ring {
  readonly data: Int32Array;
  readonly ones: Int32Array;
}

function ringOf(plan: Pick<EarlyPlan, 'layer' | 'fold' | 'inverted'>, map: BitTensor): Ring {
  const { data } = packMap(plan, map);
  return { data, ones: data.map(popcount) };
}

/** The filters as the lanes have them: weights in tiles, and how many ones decide. */
interface Filters {
  readonly weights: PackedTiles;
  readonly k: Int32Array;
}

function filtersOf(plan: Omit<EarlyPlan, 'visits'>): Filters {
  return { weights: packWeights(plan), k: onesThresholds(plan) };
}

/** A frame's walk; the weights are packed once. */
export function walker(plan: EarlyPlan, early: Early): (map: BitTensor) => Walk {
  const walk = ringWalker(plan, early, filtersOf(plan));
  return (map) => walk(ringOf(plan, map), everyPixel);
}

function ringWalker(plan: EarlyPlan, early: Early, filters: Filters): (ring: Ring, sample: Sample) => Walk {
  const { layer } = plan;
  const { height, width } = outputOf(layer);
  const geometry = geometryOf(plan);
  return (ring, sample) => {
    const frame = new FrameWalk(plan, early, filters, geometry, ring, newBits(height, width, layer.filters));
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) if (sample(y * width + x)) frame.pixel(y, x);
    return { output: frame.output, tiles: frame.tiles };
  };
}

/** Where a window's tiles are in the ring. */
interface Geometry {
  /** Tiles of a window. */
  readonly tileCount: number;
  /** Ring words of a pixel, and pixels of a row, padding among them. */
  readonly folds: number;
  readonly columns: number;
  /** Ring word of each tile, from the window's first on. */
  readonly places: Int32Array;
}

function geometryOf({ layer, fold: { simd } }: EarlyPlan): Geometry {
  return {
    tileCount: tilesOf(layer, simd),
    folds: layer.channels / simd,
    columns: layer.width + 2 * layer.padSize,
    places: Int32Array.from(tilePlaces(layer, simd)),
  };
}

/** The walk of one frame, pixel by pixel of the output. */
class FrameWalk {
  readonly tiles: Float64Array;
  /** Of the pixel's windows: their first word in the ring, and their ones, which are the same for all filters. */
  private readonly firsts: Int32Array;
  private readonly windowOnes: Int32Array;

  constructor(
    private readonly plan: EarlyPlan,
    private readonly early: Early,
    private readonly filters: Filters,
    private readonly geometry: Geometry,
    private readonly ring: Ring,
    readonly output: BitTensor,
  ) {
    const { pool, filters: count } = plan.layer;
    this.tiles = new Float64Array(count);
    this.firsts = new Int32Array(pool * pool);
    this.windowOnes = new Int32Array(pool * pool);
  }

  pixel(y: number, x: number): void {
    const { layer } = this.plan;
    const { output } = this;
    this.findWindows(y, x);
    for (let filter = 0; filter < layer.filters; filter++) {
      const bit = this.pooledBit(filter, layer.all[filter] ? 0 : 1);
      output.data[(y * output.width + x) * output.words + (filter >>> 5)]! |= bit << (filter & 31);
    }
  }

  private findWindows(y: number, x: number): void {
    const { pool, stride } = this.plan.layer;
    const { columns, folds, places } = this.geometry;
    for (let window = 0; window < pool * pool; window++) {
      const row = (y * pool + Math.floor(window / pool)) * stride;
      const column = (x * pool + (window % pool)) * stride;
      const first = (row * columns + column) * folds;
      this.firsts[window] = first;
      this.windowOnes[window] = places.reduce((sum, _, tile) => sum + this.onesIn(tile, first), 0);
    }
  }

  /** The pool's bit: `decisive` as soon as one window has it. */
  private pooledBit(filter: number, decisive: 0 | 1): 0 | 1 {
    const { firsts, windowOnes } = this;
    let isDecided = false;
    for (let window = 0; window < firsts.length; window++) {
      if (this.windowBit(filter, firsts[window]!, windowOnes[window]!) !== decisive) continue;
      isDecided = true;
      if (this.early.pools) break;
    }
    return isDecided ? decisive : decisive === 1 ? 0 : 1;
  }

  private windowBit(filter: number, first: number, windowOnes: number): 0 | 1 {
    const { tileCount } = this.geometry;
    const { windows } = this.early;
    const order = this.plan.visits[filter]!;
    let sum = (this.filters.k[filter]! - windowOnes) >> 1;
    let left = windowOnes;
    for (let visit = 0; ; ) {
      sum += this.hitsIn(filter, order[visit]!, first);
      left -= this.onesIn(order[visit]!, first);
      visit++;
      if (visit < tileCount && !(windows && (sum >= 0 || sum < -left))) continue;
      this.tiles[filter]! += visit;
      return sum >= 0 ? 1 : 0;
    }
  }

  private onesIn(tile: number, first: number): number {
    const { ones } = this.ring;
    const { words } = this.filters.weights;
    let sum = 0;
    for (let i = 0, x = (first + this.geometry.places[tile]!) * words; i < words; i++) sum += ones[x + i]!;
    return sum;
  }

  private hitsIn(filter: number, tile: number, first: number): number {
    const { data: weights, words } = this.filters.weights;
    const { data } = this.ring;
    const { tileCount, places } = this.geometry;
    const w = (filter * tileCount + tile) * words;
    const x = (first + places[tile]!) * words;
    let hits = 0;
    for (let i = 0; i < words; i++) hits += popcount(weights[w + i]! & data[x + i]!);
    return hits;
  }
}

/** Tiles looked at over some frames, by filter. */
export function tilesWalked(plan: EarlyPlan, early: Early, maps: readonly BitTensor[]): Float64Array {
  const walk = walker(plan, early);
  const total = new Float64Array(plan.layer.filters);
  for (const map of maps) addTo(total, walk(map).tiles);
  return total;
}

/**
 * Tiles a frame by filter in each of several orders, estimated on so many output pixels that no more than `most` tiles
 * are
 * looked at: every nth of all frames, n prime to the width, so that no column is left out.
 */
export function tilesSampled(
  plan: Omit<EarlyPlan, 'visits'>,
  orders: readonly EarlyPlan['visits'][],
  maps: readonly BitTensor[],
  most: number,
): Float64Array[] {
  const { layer, fold } = plan;
  const { height, width } = outputOf(layer);
  const pixels = height * width;
  let every = Math.max(1, Math.floor((orders.length * maps.length * denseTiles(layer, fold.simd)) / most));
  while (gcd(every, width) > 1) every++;
  const filters = filtersOf(plan);
  const walks = orders.map((visits) => ringWalker({ ...plan, visits }, bothEarly, filters));
  const totals = orders.map(() => new Float64Array(layer.filters));
  maps.forEach((map, frame) => {
    const first = (every - ((frame * pixels) % every)) % every;
    if (first >= pixels) return;
    const ring = ringOf(plan, map);
    walks.forEach((walk, i) => addTo(totals[i]!, walk(ring, (pixel) => pixel % every === first).tiles));
  });
  const share = pixels / Math.ceil((maps.length * pixels) / every);
  return totals.map((total) => total.map((tiles) => tiles * share));
}

function addTo(total: Float64Array, more: Float64Array): void {
  more.forEach((value, i) => (total[i]! += value));
}

export function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
