// SPDX-License-Identifier: Apache-2.0
/**
 * Puts the channels between two engines in the order that early decision wants: filters of the first, what stands
 * between,
 * columns of the second. The function is the same, and the network's own input and output keep their order.
 */
import { dataflowOf } from './layers/layers.ts';
import { consumersOf, type TypedGraph, type TypedNode } from '../../ir/graph.ts';
import { kindOf } from '../../layers/index.ts';
import type { ChannelOrders, OrdersByNode } from '../../layer-kind/layer-kind.ts';
import type { Engine } from '../../stream-top/engine.ts';

/**
 * Nodes behind the engine's first one that have its order, and the one that reads them in any order; undefined where
 * none does.
 */
function follow(graph: TypedGraph, node: TypedNode): { between: TypedNode[]; reader: TypedNode } | undefined {
  const between: TypedNode[] = [];
  for (let at = node; ; ) {
    const [next, ...others] = consumersOf(graph, at.name);
    if (!next || others.length > 0) return undefined;
    if (!kindOf(next).isChannelwise) return kindOf(next).reorder ? { between, reader: next } : undefined;
    between.push(next);
    at = next;
  }
}

/**
 * The order that the two engines agree on: the reader's wish, changed within its tiles so that the first one's lanes
 * are even.
 */
function agreed(first: Engine, reader: Engine, channels: number): readonly number[] | undefined {
  const wish = dataflowOf(reader.nodes[0]!).early?.channelOrder(reader);
  const natural = Array.from({ length: channels }, (_, i) => i);
  return (
    dataflowOf(first.nodes[0]!).early?.filterOrder(first, wish ?? natural, wish ? reader.fold.simd : channels) ?? wish
  );
}

/** @param engines of the graph, with the calibration that their orders come from */
export function channelOrders(graph: TypedGraph, engines: readonly Engine[]): OrdersByNode {
  const engineOf = new Map(engines.map((engine) => [engine.nodes[0]!.name, engine]));
  const orders = new Map<string, ChannelOrders>();
  for (const first of engines) {
    const node = first.nodes[0]!;
    const way = kindOf(node).reorder && follow(graph, node);
    const order = way && agreed(first, engineOf.get(way.reader.name)!, node.type.channels);
    if (!order) continue;
    orders.set(node.name, { ...orders.get(node.name), output: order });
    for (const { name } of way.between) orders.set(name, { input: order, output: order });
    orders.set(way.reader.name, { input: order });
  }
  return orders;
}

export function orderChannels(graph: TypedGraph, orders: OrdersByNode): TypedGraph {
  return {
    ...graph,
    nodes: graph.nodes.map((node) => (orders.has(node.name) ? inOrder(node, orders.get(node.name)!) : node)),
  };
}

function inOrder(node: TypedNode, orders: ChannelOrders): TypedNode {
  const { isChannelwise, reorder } = kindOf(node);
  if (!isChannelwise) return reorder!(node, orders);
  const parameters = Object.entries(node.parameters).map(([key, { shape, data }]) => [
    key,
    { shape, data: data.map((_, i) => data[orders.output![i]!]!) },
  ]);
  return { ...node, parameters: Object.fromEntries(parameters) };
}
