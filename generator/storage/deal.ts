// SPDX-License-Identifier: Apache-2.0
/** Which lane of the engine computes which filter: dealt out so that all lanes have about as many weights to read. */

/** Lanes that work side by side, and the accumulators that each of them has. */
export interface Lanes {
  readonly lanes: number;
  readonly slots: number;
}

/** Filters that the engine computes together, from one run over the input. */
export interface Pass {
  /** Group of the convolution whose channels are read. */
  readonly group: number;
  /** `filters[lane][slot]`; a lane without filters has no stream in this pass. */
  readonly filters: readonly (readonly number[])[];
}

/**
 * First filter and number of filters of every pass: all of a group's at once, or as many runs as their accumulators
 * need.
 */
export function passRanges(
  filters: number,
  groups: number,
  { lanes, slots }: Lanes,
): { group: number; first: number; count: number }[] {
  const share = filters / groups;
  const runs = Math.ceil(share / (lanes * slots));
  return Array.from({ length: groups * runs }, (_, i) => {
    const [group, run] = [Math.floor(i / runs), i % runs];
    const from = Math.floor((run * share) / runs);
    return { group, first: group * share + from, count: Math.floor(((run + 1) * share) / runs) - from };
  });
}

/**
 * Longest first, each to the lane with the fewest weights so far that has a slot left. Slots of a lane ascend with
 * their filters.
 */
export function deal(nonZeros: ArrayLike<number>, groups: number, engine: Lanes): Pass[] {
  return passRanges(nonZeros.length, groups, engine).map(({ group, first, count }) => {
    const longestFirst = Array.from({ length: count }, (_, i) => first + i).sort(
      (a, b) => nonZeros[b]! - nonZeros[a]! || a - b,
    );
    const lanes = Array.from({ length: engine.lanes }, () => ({ filters: [] as number[], load: 0 }));
    for (const filter of longestFirst) {
      const open = lanes.filter(({ filters }) => filters.length < engine.slots);
      const lane = open.reduce((best, next) =>
        next.load < best.load || (next.load === best.load && next.filters.length < best.filters.length) ? next : best,
      );
      lane.filters.push(filter);
      lane.load += nonZeros[filter]!;
    }
    return { group, filters: lanes.map(({ filters }) => filters.sort((a, b) => a - b)) };
  });
}

/** Lane · slots + slot of every filter: how a dealing is stored. */
export function placesOf(passes: readonly Pass[], filters: number, { slots }: Lanes): Uint16Array {
  const places = new Uint16Array(filters);
  for (const pass of passes)
    pass.filters.forEach((owned, lane) => owned.forEach((filter, slot) => (places[filter] = lane * slots + slot)));
  return places;
}

/**
 * The dealing that is stored so; undefined where two filters of a pass share a place, slots are left out or a lane is
 * none.
 */
export function passesAt(places: Uint16Array, groups: number, engine: Lanes): Pass[] | undefined {
  const passes = passRanges(places.length, groups, engine).map(({ group, first, count }): Pass | undefined => {
    const filters = Array.from({ length: engine.lanes }, (): number[] => []);
    for (let filter = first; filter < first + count; filter++) {
      const owned = filters[Math.floor(places[filter]! / engine.slots)];
      if (!owned || places[filter]! % engine.slots !== owned.length) return undefined;
      owned.push(filter);
    }
    return { group, filters };
  });
  return passes.every((pass): pass is Pass => pass !== undefined) ? passes : undefined;
}
