// SPDX-License-Identifier: Apache-2.0
/** Inverts the weights of channels whose compare is mirrored (γ < 0), so that hardware keeps one kind of compare. */
import { consumersOf, nodeByName, type TypedGraph, type TypedNode } from '../ir/graph.ts';
import { kindOf } from '../layers/index.ts';

export function absorbMirrors(graph: TypedGraph): TypedGraph {
  const replaced = new Map<string, TypedNode>();
  for (const compare of graph.nodes) {
    const kind = kindOf(compare);
    const mirrored = kind.mirrored?.(compare);
    if (!mirrored?.some((m) => m === 1)) continue;
    const producer = nodeByName(graph, compare.inputs[0]!);
    const negate = kindOf(producer).negate;
    if (!negate || consumersOf(graph, producer.name).length !== 1) continue;
    const { node, mirror } = negate(producer, mirrored);
    replaced.set(node.name, node);
    replaced.set(compare.name, kind.unmirror!(compare, mirror));
  }
  return { ...graph, nodes: graph.nodes.map((node) => replaced.get(node.name) ?? node) };
}
