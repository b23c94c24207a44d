// SPDX-License-Identifier: Apache-2.0
/** What the engines of a placement take together, by estimate. */
import type { Cost } from '../hardware/cost.ts';
import type { Resource } from '../hardware/fit.ts';
import type { Placement } from './placement.ts';

function sum(values: readonly (number | null)[]): number | null {
  return values.includes(null) ? null : (values as number[]).reduce((a, b) => a + b, 0);
}

/** Sum of the engines' estimates; unknown where one is unknown. */
export function totalCost(placement: Placement): Cost {
  const of = (key: keyof Cost) => sum(placement.engines.map((engine) => engine.estimate[key]));
  return { lut: of('lut'), lutRam: of('lutRam'), ff: of('ff'), bram36: of('bram36'), uram: of('uram'), dsp: of('dsp') };
}

/** Share of the bits of the block RAMs that hold weights in which there are any; undefined where none do. */
export function weightBitsUsed({ engines }: Placement): number | undefined {
  const images = engines
    .flatMap(({ cells }) => cells.flatMap((cell) => cell.images))
    .filter(({ bram36 }) => bram36 !== undefined);
  const blocks = images.reduce((sum, { bram36 }) => sum + bram36!, 0);
  return blocks === 0 ? undefined : images.reduce((sum, { usedBits }) => sum + usedBits, 0) / (blocks * 36 * 1024);
}

/** The three engines that take most of a resource: `conv1 41 %`. */
export function worstEngines(placement: Placement, resource: Resource): string[] {
  const total = totalCost(placement)[resource] || 1;
  return [...placement.engines]
    .sort((a, b) => (b.estimate[resource] ?? 0) - (a.estimate[resource] ?? 0))
    .slice(0, 3)
    .map((engine) => `${engine.name} ${Math.round((100 * (engine.estimate[resource] ?? 0)) / total)} %`);
}
