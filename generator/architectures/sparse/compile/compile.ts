// SPDX-License-Identifier: Apache-2.0
/** From a network to the engine's layers, its size, and where everything lies. */
import type { TypedGraph } from '../../../ir/graph.ts';
import type { MapLayer, VectorsLayer, CompiledLayer } from './compiled-layer.ts';
import { LayerList } from './layer-list.ts';
import { layOut, type FixedShape, type Layout } from './layout.ts';
import type { Operations } from './operation.ts';
import { operationsOf } from './operations.ts';
import { linesOf, type EngineShape } from '../program/shape.ts';

export interface CompiledNetwork {
  readonly shape: EngineShape;
  readonly network: Operations;
  readonly layout: Layout;
  readonly maps: readonly MapLayer[];
  readonly vectors: readonly VectorsLayer[];
  /** Unit at each place of a vector, where they do not stand in order. */
  readonly orders: ReadonlyMap<string, Int32Array>;
}

/** Every layer of the network, those of maps first. */
export const layersOf = ({ maps, vectors }: Pick<CompiledNetwork, 'maps' | 'vectors'>): readonly CompiledLayer[] => [
  ...maps,
  ...vectors,
];

/** Lines come in steps of two banks of URAM. */
const lineStep = 8192;

const linesInSteps = (lines: number) => Math.max(lineStep, Math.ceil(lines / lineStep) * lineStep);

/** The frame keeps its lines where that takes no more memory. */
function layoutOf(network: Operations, fixed: FixedShape): Layout {
  const [shared, kept] = [false, true].map((keepFrame) => layOut(network, fixed, keepFrame));
  return linesInSteps(kept!.lines) > linesInSteps(shared!.lines) ? shared! : kept!;
}

/** Bits of accumulators that hold sums up to `reach`; 24 at least. */
const accumulatorBitsFor = (reach: number) => Math.max(24, Math.ceil(Math.log2(reach + 1)) + 1);

/** NN006 for all that the engine cannot do. */
export function compile(graph: TypedGraph, fixed: Omit<EngineShape, 'lines' | 'accumulatorBits'>): CompiledNetwork {
  const network = operationsOf(graph);
  const layout = layoutOf(network, fixed);
  const shape = { ...fixed, lines: linesInSteps(layout.lines) };
  // Layers do not depend on the width of the accumulators; it depends on them.
  const list = new LayerList(network, layout, { ...shape, accumulatorBits: accumulatorBitsFor(0) });
  for (const operation of network.operations) list.add(operation);
  list.addResultMap();
  return {
    shape: { ...shape, accumulatorBits: accumulatorBitsFor(list.reach) },
    network,
    layout,
    maps: list.mapsBehindFrame(linesOf(layout.maps.get(network.frame.value)!)),
    vectors: list.vectors,
    orders: list.orders,
  };
}
