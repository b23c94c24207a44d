// SPDX-License-Identifier: Apache-2.0
/**
 * Plans a wired layer: kernels in their order, in groups as equal as can be, constant outputs set aside. The size of
 * the groups and
 * the order in which kernels leave are judged by the first group, for other groups differ by chance only, and the two
 * best sizes by the
 * whole layer. Every group takes the reference that costs it least.
 */
import { costOf, invertersOf } from './costs.ts';
import { wireGroup, type Group, type Kernel, type Leaving } from './group.ts';

export interface WiredWeights {
  readonly taps: number;
  /** Row-major [filters][taps], 0 or 1. */
  readonly weights: Uint8Array;
  /** out = (agreements >= threshold), any integer. */
  readonly thresholds: ArrayLike<number>;
}

export interface WiredLayer {
  readonly taps: number;
  readonly filters: number;
  /** Kernels to a group, at most. */
  readonly groupSize: number;
  readonly groups: readonly Group[];
  /** Filters whose threshold no window reaches, or every one: 0 or 1. */
  readonly constants: ReadonlyMap<number, 0 | 1>;
}

/** Beyond this, classes outnumber taps in every layer worth wiring. */
const MOST_KERNELS = 8;

/** `groupSize` pins what the cost would choose. */
export function wireLayer({ taps, weights, thresholds }: WiredWeights, groupSize?: number): WiredLayer {
  const filters = thresholds.length;
  if (weights.length !== filters * taps) throw new Error(`${weights.length} weights are not ${filters} x ${taps}`);
  const constants = new Map<number, 0 | 1>();
  const kernels: Kernel[] = [];
  for (let filter = 0; filter < filters; filter++) {
    const threshold = thresholds[filter]!;
    if (threshold <= 0 || threshold > taps) constants.set(filter, threshold <= 0 ? 1 : 0);
    else kernels.push({ filter, weights: weights.subarray(filter * taps, (filter + 1) * taps), threshold });
  }
  const orders = new Map<number, Leaving>();
  const orderOf = (members: readonly Kernel[]): Leaving => {
    const known = orders.get(members.length);
    if (known) return known;
    const best = leastBy(leavingOrders(members.length - 1), (leaving) => lutOf(wireGroup(members, leaving)));
    orders.set(members.length, best);
    return best;
  };
  const wire = (members: readonly Kernel[]): Group =>
    leastBy(
      members.map((_, at) => wireGroup(members, orderOf(members), at)),
      lutOf,
    );
  const grouped = (size: number) => ({ groupSize: size, groups: equalParts(kernels, size).map(wire) });
  const sizes = Array.from({ length: Math.min(MOST_KERNELS, kernels.length) }, (_, i) => {
    const members = kernels.slice(0, i + 1);
    return { size: i + 1, perKernel: lutOf(wireGroup(members, orderOf(members))) / members.length };
  });
  const bySize = sizes.sort((a, b) => a.perKernel - b.perKernel).map(({ size }) => size);
  const promising = groupSize ? [groupSize] : kernels.length === 0 ? [1] : bySize.slice(0, 2);
  const best = leastBy(promising.map(grouped), ({ groups }) =>
    groups.reduce((total, group) => total + lutOf(group), 0),
  );
  return { taps, filters, ...best, constants };
}

function lutOf(group: Group): number {
  return group.nodes.reduce((total, node) => total + costOf(node).lut, invertersOf(group));
}

/** All ways to let `count` kernels leave singly or in pairs. */
function leavingOrders(count: number): Leaving[] {
  if (count <= 0) return [[]];
  const after = (first: 1 | 2) =>
    first > count ? [] : leavingOrders(count - first).map((rest): Leaving => [first, ...rest]);
  return [...after(2), ...after(1)];
}

function leastBy<T>(values: readonly T[], cost: (value: T) => number): T {
  return values.map((value) => ({ value, cost: cost(value) })).reduce((a, b) => (b.cost < a.cost ? b : a)).value;
}

/** Parts of at most `most`, in order, that differ by one at most. */
function equalParts<T>(values: readonly T[], most: number): T[][] {
  const count = Math.ceil(values.length / most);
  const start = (part: number) => Math.round((part * values.length) / count);
  return Array.from({ length: count }, (_, part) => values.slice(start(part), start(part + 1)));
}
