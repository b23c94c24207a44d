/** Resources of a wired layer, summed over its netlist: quick enough to be asked for every layer of a network. */
import { costOf } from './costs.ts';
import type { Group } from './group.ts';
import type { WiredLayer } from './layer.ts';
import { unitsOf } from './netlist.ts';
import { groupFlipFlops, latencyOf, readAt, windowFlipFlops } from './schedule.ts';

export interface WiredEstimate {
  /** LUT sites, route-throughs among them. */
  readonly lut: number;
  readonly routeThrough: number;
  readonly carry4: number;
  readonly ff: number;
  /** Clocks from window to outputs. */
  readonly latency: number;
}

export function estimateWired(layer: WiredLayer): WiredEstimate {
  const latency = latencyOf(layer);
  const costs = layer.groups.flatMap((group) => group.nodes.map(costOf));
  const inverters = layer.groups.reduce((total, group) => total + invertersOf(group), 0);
  return {
    lut: costs.reduce((total, { lut }) => total + lut, inverters),
    routeThrough: costs.reduce((total, { routeThrough }) => total + routeThrough, 0),
    carry4: costs.reduce((total, { carry4 }) => total + carry4, 0),
    ff: layer.groups.reduce((total, group) => total + groupFlipFlops(group, latency), windowFlipFlops(layer)),
    latency,
  };
}

/** A carry chain takes its units as they are: inverted taps, and the low bit of T where "T is even" is asked. */
function invertersOf({ nodes }: Group): number {
  const signals = new Set<string>();
  for (const node of nodes) {
    for (const unit of unitsOf(node)) if (unit.inverted) signals.add(`${readAt(node)} ${unit.index}`);
    if (node.op === 'exceeds' && node.unit === 'even') signals.add(`${readAt(node)} T`);
  }
  return signals.size;
}
