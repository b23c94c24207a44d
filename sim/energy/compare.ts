// SPDX-License-Identifier: Apache-2.0
/** Energy of a design relative to another of the same network, and how far that hangs on the weights. */
import { energyOf, events, type Counts } from '../../generator/report/event-weights.ts';

/** Events of a frame by engine. */
export type EngineCounts = ReadonlyMap<string, Counts>;

export function sumOf(counts: EngineCounts): Counts {
  return Object.fromEntries(
    events.map((event) => [event, [...counts.values()].reduce((sum, one) => sum + one[event], 0)]),
  ) as Counts;
}

/** Energy a frame over that of the baseline. */
export function relativeTo(baseline: EngineCounts, counts: EngineCounts, factors: Partial<Counts> = {}): number {
  return energyOf(sumOf(counts), factors) / energyOf(sumOf(baseline), factors);
}

/** The least and the greatest relative energy when any one weight is half or twice as much. */
export function rangeOf(baseline: EngineCounts, counts: EngineCounts): readonly [number, number] {
  const all = events.flatMap((event) => [0.5, 2].map((factor) => relativeTo(baseline, counts, { [event]: factor })));
  return [Math.min(...all), Math.max(...all)];
}
