// SPDX-License-Identifier: Apache-2.0
/** Resources of a wired layer, summed over its netlist: quick enough to be asked for every layer of a network. */
import { costOf, invertersOf } from './costs.ts';
import { groupFlipFlops, latencyOf, windowFlipFlops, type Timed } from './schedule.ts';

export interface WiredEstimate {
  /** LUT sites, route-throughs among them. */
  readonly lut: number;
  readonly routeThrough: number;
  readonly carry4: number;
  readonly ff: number;
  /** Clocks from window to outputs. */
  readonly latency: number;
}

export function estimateWired(layer: Timed): WiredEstimate {
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
