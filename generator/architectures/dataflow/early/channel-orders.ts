// SPDX-License-Identifier: Apache-2.0
/**
 * Orders of channels: a layer's input channels so that its tiles decide soonest, and its filters so that all lanes have
 * as
 * much to do. The graph is put in these orders (passes/order-channels.ts), and no bit changes.
 */
import type { BitTensor } from '../../../tensor/tensor.ts';
import { calibrate, statisticsOf, type Ones } from './calibrate.ts';
import { counted, fanInOf, type EarlyLayer } from './layer.ts';
import { sumOf } from './walk.ts';

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

/** The layer with channel order[i] in place i. */
function reordered(layer: EarlyLayer, order: readonly number[]): EarlyLayer {
  const { channels, filters } = layer;
  const weights = Uint8Array.from(
    { length: filters * fanInOf(layer) },
    (_, i) => layer.weights[i - (i % channels) + order[i % channels]!]!,
  );
  return { ...layer, weights };
}

/** The same of a map. */
function reorderedMap(map: BitTensor, order: readonly number[]): BitTensor {
  const data = new Int32Array(map.data.length);
  for (let first = 0; first < data.length; first += map.words)
    order.forEach((channel, place) => {
      if ((map.data[first + (channel >>> 5)]! >>> (channel & 31)) & 1)
        data[first + (place >>> 5)]! |= 1 << (place & 31);
    });
  return { ...map, data };
}

/** Of two ways to order the input's channels the one that takes fewer tiles on these maps. */
export function channelOrder(layer: EarlyLayer, simd: number, maps: readonly BitTensor[], most = Infinity): number[] {
  const { ones } = statisticsOf(layer, maps);
  const tried = [byOnes(layer, ones), groupAlike(layer, simd, ones)].map((order) => {
    const tiles = calibrate(
      reordered(layer, order),
      simd,
      maps.map((map) => reorderedMap(map, order)),
      most / 2,
    ).tiles;
    return { order, tiles: sumOf(tiles) };
  });
  return tried.reduce((best, one) => (one.tiles < best.tiles ? one : best)).order;
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
