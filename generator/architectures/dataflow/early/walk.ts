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

function ringWalker(plan: EarlyPlan, early: Early, { weights, k }: Filters): (ring: Ring, sample: Sample) => Walk {
  const { layer, visits } = plan;
  const { simd } = plan.fold;
  const { filters, pool, stride } = layer;
  const tileCount = tilesOf(layer, simd);
  const folds = layer.channels / simd;
  const columns = layer.width + 2 * layer.padSize;
  const places = tilePlaces(layer, simd);
  const { words } = weights;
  const size = outputOf(layer);
  return ({ data, ones }, sample) => {
    const output = newBits(size.height, size.width, filters);
    const tiles = new Float64Array(filters);

    const onesIn = (tile: number, first: number): number => {
      let sum = 0;
      for (let i = 0, x = (first + places[tile]!) * words; i < words; i++) sum += ones[x + i]!;
      return sum;
    };
    const hitsIn = (filter: number, tile: number, first: number): number => {
      let hits = 0;
      const w = (filter * tileCount + tile) * words;
      const x = (first + places[tile]!) * words;
      for (let i = 0; i < words; i++) hits += popcount(weights.data[w + i]! & data[x + i]!);
      return hits;
    };

    /** A window's bit; its ones are the same for all filters. */
    const windowBit = (filter: number, first: number, windowOnes: number): number => {
      const order = visits[filter]!;
      let sum = (k[filter]! - windowOnes) >> 1;
      let left = windowOnes;
      for (let visit = 0; ; ) {
        sum += hitsIn(filter, order[visit]!, first);
        left -= onesIn(order[visit]!, first);
        visit++;
        if (visit < tileCount && !(early.windows && (sum >= 0 || sum < -left))) continue;
        tiles[filter]! += visit;
        return sum >= 0 ? 1 : 0;
      }
    };

    const firsts = new Int32Array(pool * pool);
    const windowOnes = new Int32Array(pool * pool);
    for (let y = 0; y < size.height; y++)
      for (let x = 0; x < size.width; x++) {
        if (!sample(y * size.width + x)) continue;
        for (let window = 0; window < pool * pool; window++) {
          const row = (y * pool + Math.floor(window / pool)) * stride;
          const column = (x * pool + (window % pool)) * stride;
          const first = (row * columns + column) * folds;
          firsts[window] = first;
          windowOnes[window] = places.reduce((sum, _, tile) => sum + onesIn(tile, first), 0);
        }
        for (let filter = 0; filter < filters; filter++) {
          const decisive = layer.all[filter] ? 0 : 1;
          let bit = 1 - decisive;
          for (let window = 0; window < pool * pool; window++) {
            if (windowBit(filter, firsts[window]!, windowOnes[window]!) !== decisive) continue;
            bit = decisive;
            if (early.pools) break;
          }
          output.data[(y * size.width + x) * output.words + (filter >>> 5)]! |= bit << (filter & 31);
        }
      }
    return { output, tiles };
  };
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
