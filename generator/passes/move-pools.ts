// SPDX-License-Identifier: Apache-2.0
/**
 * Puts thresholds before the max-pools that feed them: a pool of bits is an OR (or AND where the compare is mirrored)
 * instead of an integer maximum, and the threshold can join its convolution's engine. The function is the same
 * because a threshold is monotone ([FINN], docs/papers.md).
 */
import { consumersOf, nodeByName, type TypedGraph, type TypedNode } from '../ir/graph.ts';
import { kindOf } from '../layers/index.ts';

export function movePools(graph: TypedGraph): TypedGraph {
  for (const compare of graph.nodes) {
    const mirrored = kindOf(compare).mirrored?.(compare);
    if (!mirrored) continue;
    const pool = nodeByName(graph, compare.inputs[0]!);
    const kind = kindOf(pool);
    if (!kind.behindThreshold || consumersOf(graph, pool.name).length !== 1) continue;
    const moved: TypedNode = {
      ...pool,
      ...kind.behindThreshold(pool, mirrored),
      inputs: [compare.name],
      inputTypes: [{ ...pool.inputTypes[0]!, element: compare.type.element }],
      type: compare.type,
    };
    const first: TypedNode = {
      ...compare,
      inputs: pool.inputs,
      inputTypes: pool.inputTypes,
      type: { ...pool.inputTypes[0]!, element: compare.type.element },
    };
    const nodes = graph.nodes
      .map((node) => (node === pool ? first : node === compare ? moved : node))
      .map((node) =>
        node === moved || !node.inputs.includes(compare.name) ? node : renamed(node, compare.name, pool.name),
      );
    return movePools({ ...graph, nodes });
  }
  return graph;
}

function renamed(node: TypedNode, from: string, to: string): TypedNode {
  return { ...node, inputs: node.inputs.map((name) => (name === from ? to : name)) };
}
