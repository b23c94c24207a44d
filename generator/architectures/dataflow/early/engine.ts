// SPDX-License-Identifier: Apache-2.0
/** Engines with early decision: which can be, the layer that they see, and their plan. */
import type { TypedNode } from '../../../ir/graph.ts';
import { divisors } from '../../../hardware/divisors.ts';
import type { Engine, Fold } from '../../../stream-top/engine.ts';
import { convEngine } from '../layer/engine.ts';
import { naturalOrders, tilesOf, type EarlyLayer, type EarlyPlan } from './layer.ts';

/** Three digits name a lane's images. */
const mostLanes = 1000;
/** Lanes of fewer taps, where there are more, are mostly state. */
const leastTaps = 8;
/** nn_early_tally adds 16 bits. */
const mostTilesOfBeat = 2 ** 16 - 1;

/** The weighted node, its threshold, and the pool that is taken in. */
export function earlyLayer([node, compare, pool]: readonly TypedNode[]): EarlyLayer {
  const { height, width, channels, filters, kernel, stride, padSize, padValue } = convEngine(node!);
  return {
    height,
    width,
    channels,
    filters,
    kernel,
    stride,
    padSize,
    padBit: Number(padValue > 0),
    pool: (pool?.attributes['size'] as number | undefined) ?? 1,
    weights: node!.parameters['weights']!.data,
    theta: compare!.parameters['theta']!.data,
    all: pool?.parameters['minimum']!.data ?? new Uint8Array(filters),
  };
}

/** Binary inputs and compares of one kind only, as absorb-mirrors leaves them. */
export function earlyFolds(nodes: readonly TypedNode[]): Fold[] {
  const [node, compare] = nodes;
  if (
    !compare ||
    node!.inputTypes[0]!.element.type !== 'bipolar' ||
    compare.parameters['mirrored']!.data.some((m) => m !== 0)
  )
    return [];
  const layer = earlyLayer(nodes);
  const fits = (pe: number, simd: number) =>
    pe <= mostLanes && pe * layer.pool ** 2 * tilesOf(layer, simd) <= mostTilesOfBeat;
  const all = divisors(layer.channels);
  const wide = all.filter((simd) => simd >= leastTaps);
  const simds = wide.length > 0 ? wide : all;
  return divisors(layer.filters).flatMap((pe) =>
    simds.filter((simd) => fits(pe, simd)).map((simd): Fold => ({ form: 'early', pe, simd, pixels: 1 })),
  );
}

/** In the engine's orders, or in the natural ones. */
export function earlyPlan({ nodes, fold, orders }: Engine): EarlyPlan {
  const layer = earlyLayer(nodes);
  return { layer, fold, ...(orders ?? naturalOrders(layer, fold.simd)) };
}
