/**
 * Orders that decide soonest on a set of frames, none of which changes a bit. Everything follows from how often each tap is
 * 1; ties keep their natural order, so that the same frames give the same plan.
 */
import type { BitTensor } from '../../../golden/tensor.ts';
import { bothEarly, counted, fanInOf, naturalPlan, outputOf, type EarlyFold, type EarlyLayer, type EarlyPlan } from './layer.ts';
import { sumOf, tilesWalked } from './walk.ts';

/** How often each tap of a window is 1, by (ky, kx, channel), 0..1. */
export function tapRates(layer: EarlyLayer, maps: readonly BitTensor[]): Float64Array {
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
          ones[at * channels + c]! += inside ? (map.data[(y * width + x) * map.words + (c >>> 5)]! >>> (c & 31)) & 1 : padBit;
      }
  return ones.map((count) => count / (maps.length * rows * columns));
}

/** Channels that are 1 more often than 0. */
export function mostlyOne({ channels }: EarlyLayer, rates: Float64Array): number[] {
  const total = new Float64Array(channels);
  rates.forEach((rate, tap) => (total[tap % channels]! += rate - 0.5));
  return [...total].map((sum) => Number(sum > 0));
}

/** Of each tap of each filter, how often a 1 meets a weight of 1, and of 0. */
interface Ones {
  readonly hits: Float64Array;
  readonly misses: Float64Array;
}

function expectedOnes({ channels, filters, weights }: EarlyLayer, inverted: readonly number[], rates: Float64Array): Ones {
  const n = rates.length;
  const hits = new Float64Array(filters * n);
  const misses = new Float64Array(filters * n);
  for (let i = 0; i < filters * n; i++) {
    const flip = inverted[i % channels]!;
    const rate = flip ? 1 - rates[i % n]! : rates[i % n]!;
    (weights[i]! ^ flip ? hits : misses)[i] = rate;
  }
  return { hits, misses };
}

/**
 * Channels in groups of `simd` that miss alike: a filter that a tile refutes is found in that tile. Two channels change
 * places as long as the groups' Σ (Σ misses)² grows.
 */
function groupAlike({ channels }: EarlyLayer, simd: number, { misses }: Ones): number[] {
  const all = counted(channels);
  const alike = all.map(() => new Float64Array(channels));
  for (let first = 0; first < misses.length; first += channels)
    for (const a of all) {
      const missed = misses[first + a]!;
      if (missed > 0) for (let b = a; b < channels; b++) alike[a]![b]! += missed * misses[first + b]!;
    }
  for (const a of all) for (let b = 0; b < a; b++) alike[a]![b] = alike[b]![a]!;

  const groupOf = all.map((c) => Math.floor(c / simd));
  // toGroup[c][g]: how alike channel c is to group g.
  const toGroup = all.map((c) => {
    const sums = new Float64Array(channels / simd);
    for (const other of all) sums[groupOf[other]!]! += alike[c]![other]!;
    return sums;
  });
  const exchange = (a: number, b: number): boolean => {
    const [from, to] = [groupOf[a]!, groupOf[b]!];
    const gainA = toGroup[a]![to]! - toGroup[a]![from]! + alike[a]![a]!;
    const gainB = toGroup[b]![from]! - toGroup[b]![to]! + alike[b]![b]!;
    if (from === to || gainA + gainB - 2 * alike[a]![b]! <= 1e-9) return false;
    [groupOf[a], groupOf[b]] = [to, from];
    for (const c of all) {
      const change = alike[c]![b]! - alike[c]![a]!;
      toGroup[c]![from]! += change;
      toGroup[c]![to]! -= change;
    }
    return true;
  };
  for (let round = 0, moved = true; moved && round < 100; round++) {
    moved = false;
    for (const a of all) for (let b = a + 1; b < channels; b++) moved = exchange(a, b) || moved;
  }
  // The group with most to say last: the last tile of a window is visited first.
  const says = new Float64Array(channels / simd);
  misses.forEach((missed, i) => (says[groupOf[i % channels]!]! += missed));
  return [...all].sort((a, b) => says[groupOf[a]!]! - says[groupOf[b]!]! || groupOf[a]! - groupOf[b]! || a - b);
}

/** Channels by how often they are 1, most last: the last tile of a window is visited first. */
function byOnes({ channels }: EarlyLayer, { hits, misses }: Ones): number[] {
  const total = new Float64Array(channels);
  hits.forEach((hit, i) => (total[i % channels]! += hit + misses[i]!));
  return counted(channels).sort((a, b) => total[a]! - total[b]! || a - b);
}

/** Weights of hits and misses in a tile's rank. */
const rankings = [
  [0, 1],
  [1, 2],
  [1, 1],
  [1, 0],
] as const;

/** Per filter, the ranking of tiles under which the frames take fewest; the one tile that must be first stays so. */
function orderTiles(plan: EarlyPlan, { hits, misses }: Ones, maps: readonly BitTensor[]): { plan: EarlyPlan; tiles: Float64Array } {
  const { layer, channelAt } = plan;
  const { simd } = plan.fold;
  const { channels, filters } = layer;
  const n = fanInOf(layer);
  const folds = channels / simd;
  const last = n / simd - 1;
  const candidates = rankings.map(([hitWeight, missWeight]) =>
    counted(filters).map((filter) => {
      const rank = counted(last).map((tile) => {
        let sum = 0;
        for (let i = 0; i < simd; i++) {
          const tap = filter * n + Math.floor(tile / folds) * channels + channelAt[(tile % folds) * simd + i]!;
          sum += hitWeight * hits[tap]! + missWeight * misses[tap]!;
        }
        return sum;
      });
      return [last, ...counted(last).sort((a, b) => rank[b]! - rank[a]! || a - b)];
    }),
  );
  const tiles = candidates.map((visits) => tilesWalked({ ...plan, visits }, bothEarly, maps));
  const best = counted(filters).map((filter) => candidates.reduce((least, _, i) => (tiles[i]![filter]! < tiles[least]![filter]! ? i : least), 0));
  return {
    plan: { ...plan, visits: best.map((i, filter) => candidates[i]![filter]!) },
    tiles: Float64Array.from(best, (i, filter) => tiles[i]![filter]!),
  };
}

/**
 * Filters over the lanes so that every lane has as much to do: the slowest first, each to the lane with least.
 * @param block the consumer's SIMD: filters keep their group of `block` places, which the consumer has chosen
 * @param places filters in the order that the consumer wishes
 */
export function balanceLanes(load: Float64Array, pe: number, block: number, places: readonly number[]): number[] {
  const laneLoad = new Float64Array(pe);
  const filterAt = places.map(() => -1);
  const blockOf = new Map(places.map((filter, place) => [filter, Math.floor(place / block)]));
  const heaviest = [...places].sort((a, b) => load[b]! - load[a]! || a - b);
  for (const filter of heaviest) {
    const first = blockOf.get(filter)! * block;
    let chosen = -1;
    for (let place = first; place < Math.min(first + block, places.length); place++)
      if (filterAt[place] === -1 && (chosen === -1 || laneLoad[place % pe]! < laneLoad[chosen % pe]!)) chosen = place;
    filterAt[chosen] = filter;
    laneLoad[chosen % pe]! += load[filter]!;
  }
  return filterAt;
}

export interface Calibration {
  /** How the producer emits the channels; chosen here where it is left out. */
  readonly channelAt?: readonly number[];
  /** How the consumer wants the filters, in groups of `block`; any order will do where it is left out. */
  readonly wanted?: { readonly places: readonly number[]; readonly block: number };
}

/** The plan that decides soonest on these input maps of the layer. */
export function calibrate(layer: EarlyLayer, fold: EarlyFold, maps: readonly BitTensor[], { channelAt, wanted }: Calibration = {}): EarlyPlan {
  const rates = tapRates(layer, maps);
  const inverted = mostlyOne(layer, rates);
  const ones = expectedOnes(layer, inverted, rates);
  const groupings = channelAt ? [channelAt] : [byOnes(layer, ones), groupAlike(layer, fold.simd, ones)];
  const ordered = groupings.map((channels) => orderTiles({ ...naturalPlan(layer, fold), inverted, channelAt: channels }, ones, maps));
  const { plan, tiles } = ordered.reduce((best, one) => (sumOf(one.tiles) < sumOf(best.tiles) ? one : best));
  const { places, block } = wanted ?? { places: plan.filterAt, block: layer.filters };
  return { ...plan, filterAt: balanceLanes(tiles, fold.pe, block, places) };
}
