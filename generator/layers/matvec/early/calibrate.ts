/**
 * Orders that decide soonest on a set of frames, none of which changes a bit. Everything follows from how often each tap
 * agrees; ties keep their natural order, so that the same frames give the same plan.
 */
import type { BitTensor } from '../../../golden/tensor.ts';
import { bothEarly, counted, fanInOf, naturalPlan, outputOf, type EarlyFold, type EarlyLayer, type EarlyPlan } from './layer.ts';
import { tilesWalked } from './walk.ts';

/** How often each tap of each filter agrees, by filter and tap, 0..1. */
export function agreementRates(layer: EarlyLayer, maps: readonly BitTensor[]): Float64Array {
  const { height, width, channels, kernel, stride, padSize, padBit, filters, weights } = layer;
  const { rows, columns } = outputOf(layer);
  const n = fanInOf(layer);
  const ones = new Float64Array(n);
  for (const map of maps)
    for (let at = 0; at < kernel * kernel; at++)
      for (let window = 0; window < rows * columns; window++) {
        const y = Math.floor(window / columns) * stride - padSize + Math.floor(at / kernel);
        const x = (window % columns) * stride - padSize + (at % kernel);
        const inside = y >= 0 && x >= 0 && y < height && x < width;
        for (let c = 0; c < channels; c++)
          ones[at * channels + c]! += inside ? (map.data[(y * width + x) * map.words + (c >>> 5)]! >>> (c & 31)) & 1 : padBit;
      }
  const windows = maps.length * rows * columns;
  return Float64Array.from({ length: filters * n }, (_, i) => (weights[i] ? ones[i % n]! : windows - ones[i % n]!) / windows);
}

/**
 * Channels in groups of `simd` that lean the same way: the further a tile's expected count is from the middle, the more
 * its place in the order says. Two channels change places as long as the groups' Σ (Σ lean)² grows.
 */
export function groupChannels(layer: EarlyLayer, simd: number, rates: Float64Array): number[] {
  const { channels } = layer;
  const lean = (run: number, channel: number) => rates[run * channels + channel]! - 0.5;
  const runs = rates.length / channels;
  const all = counted(channels);
  const alike = all.map(() => new Float64Array(channels));
  for (let run = 0; run < runs; run++)
    for (const a of all) {
      const leanA = lean(run, a);
      for (let b = a; b < channels; b++) alike[a]![b]! += leanA * lean(run, b);
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
  return [...all].sort((a, b) => groupOf[a]! - groupOf[b]! || a - b);
}

/** Per filter, whichever is best on the frames: tiles by expected agreements, most or fewest first, or as they lie. */
export function orderTiles(plan: EarlyPlan, rates: Float64Array, maps: readonly BitTensor[]): EarlyPlan {
  const { layer, channelAt } = plan;
  const { simd } = plan.fold;
  const { channels, filters } = layer;
  const n = fanInOf(layer);
  const folds = channels / simd;
  const natural = counted(n / simd);
  const expected = (filter: number, tile: number) => {
    const first = filter * n + Math.floor(tile / folds) * channels;
    const places = channelAt.slice((tile % folds) * simd, ((tile % folds) + 1) * simd);
    return places.reduce((sum, channel) => sum + rates[first + channel]!, 0);
  };
  const rising = counted(filters).map((filter) => {
    const counts = natural.map((tile) => expected(filter, tile));
    return [...natural].sort((a, b) => counts[a]! - counts[b]! || a - b);
  });
  const candidates = [counted(filters).map(() => natural), rising, rising.map((order) => [...order].reverse())];
  const tiles = candidates.map((visits) => tilesWalked({ ...plan, visits }, bothEarly, maps));
  const best = (filter: number) => candidates.reduce((least, _, i) => (tiles[i]![filter]! < tiles[least]![filter]! ? i : least), 0);
  return { ...plan, visits: counted(filters).map((filter) => candidates[best(filter)]![filter]!) };
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
  const rates = agreementRates(layer, maps);
  const grouped = { ...naturalPlan(layer, fold), channelAt: channelAt ?? groupChannels(layer, fold.simd, rates) };
  const plan = orderTiles(grouped, rates, maps);
  const load = tilesWalked(plan, bothEarly, maps);
  const { places, block } = wanted ?? { places: plan.filterAt, block: layer.filters };
  return { ...plan, filterAt: balanceLanes(load, fold.pe, block, places) };
}
