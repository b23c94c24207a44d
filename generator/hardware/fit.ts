// SPDX-License-Identifier: Apache-2.0
/** Does the design fit the board? By estimate, before anything is generated. */
import type { Board } from '../boards/board.ts';
import type { Cost } from '../layer-kind/layer-kind.ts';
import type { Placement } from '../stream-top/place.ts';

export type Resource = keyof Board['resources'];
const resources: readonly Resource[] = ['lut', 'ff', 'bram36', 'uram', 'dsp'];

/** Beyond this share of a device, placement and routing get hard: the usual planning limit. */
export const limitPercent = 70;

export interface Usage {
  readonly total: Cost;
  readonly percent: Readonly<Partial<Record<Resource, number>>>;
  readonly exceeded: readonly Resource[];
  /** Resources of which nobody knows how much the design takes. */
  readonly unknown: readonly Resource[];
  /** null: unknown, for nothing known is exceeded. */
  readonly fits: boolean | null;
  readonly limitPercent: number;
}

function sum(values: readonly (number | null)[]): number | null {
  return values.includes(null) ? null : (values as number[]).reduce((a, b) => a + b, 0);
}

/** Sum of the engines' estimates; unknown where one is unknown. */
export function totalCost(placement: Placement): Cost {
  const of = (key: keyof Cost) => sum(placement.engines.map((engine) => engine.estimate[key]));
  return { lut: of('lut'), lutRam: of('lutRam'), ff: of('ff'), bram36: of('bram36'), uram: of('uram'), dsp: of('dsp') };
}

export function usage(total: Cost, board: Board): Usage {
  const percent: Partial<Record<Resource, number>> = {};
  for (const resource of resources) {
    const used = total[resource];
    if (used !== null && board.resources[resource] > 0) percent[resource] = (100 * used) / board.resources[resource];
  }
  const exceeded = resources.filter(
    (r) => (percent[r] ?? 0) > limitPercent || (board.resources[r] === 0 && (total[r] ?? 0) > 0),
  );
  const unknown = resources.filter((r) => total[r] === null);
  const fits = exceeded.length > 0 ? false : unknown.length > 0 ? null : true;
  return { total, percent, exceeded, unknown, fits, limitPercent };
}

/** `fits within 70 %`, in words for the terminal. */
export function fitWords({ fits, exceeded, unknown, limitPercent: limit }: Usage): string {
  if (fits === null) return `unknown whether it fits within ${limit} %: no figure for ${unknown.join(', ')}`;
  return fits ? `fits within ${limit} %` : `DOES NOT FIT within ${limit} %: ${exceeded.join(', ')}`;
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
