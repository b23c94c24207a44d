// SPDX-License-Identifier: Apache-2.0
/** Does what a design takes fit its device? */
import type { Cost } from './cost.ts';

const resources = ['lut', 'ff', 'bram36', 'uram', 'dsp'] as const;
export type Resource = (typeof resources)[number];

/** How many of each a device holds. */
export type DeviceResources = Readonly<Record<Resource, number>>;

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

export function usage(total: Cost, { resources: device }: { readonly resources: DeviceResources }): Usage {
  const percent: Partial<Record<Resource, number>> = {};
  for (const resource of resources) {
    const used = total[resource];
    if (used !== null && device[resource] > 0) percent[resource] = (100 * used) / device[resource];
  }
  const exceeded = resources.filter(
    (r) => (percent[r] ?? 0) > limitPercent || (device[r] === 0 && (total[r] ?? 0) > 0),
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
