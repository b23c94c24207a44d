// SPDX-License-Identifier: Apache-2.0
/** Which nodes share an engine. */
import { dataflowLayer } from '../layers/layers.ts';
import { consumersOf, type TypedGraph, type TypedNode } from '../../../ir/graph.ts';
import type { Fold } from '../../../stream-top/engine.ts';

/** The one node that reads it, if no other does. */
function onlyReader(graph: TypedGraph, node: TypedNode): TypedNode | undefined {
  const [next, ...others] = consumersOf(graph, node.name);
  return others.length === 0 ? next : undefined;
}

/**
 * The engine of a form that begins with the node: the epilogue behind it, and with early decision the pool behind that.
 */
export function nodesFrom(graph: TypedGraph, node: TypedNode, form: Fold['form']): TypedNode[] {
  const epilogue = onlyReader(graph, node);
  const takes = dataflowLayer(node)?.lowering.takesEpilogue;
  if (!epilogue || !takes || !dataflowLayer(epilogue)?.lowering.isEpilogue) return [node];
  const pool = form === 'early' ? onlyReader(graph, epilogue) : undefined;
  return pool && dataflowLayer(pool)?.lowering.decidesEarly?.(pool) ? [node, epilogue, pool] : [node, epilogue];
}

/** Engines in the graph's order, each in the form of its folding. */
export function engineNodes(graph: TypedGraph, folds?: ReadonlyMap<string, Fold>): TypedNode[][] {
  const absorbed = new Set<TypedNode>();
  return graph.nodes.flatMap((node) => {
    if (absorbed.has(node)) return [];
    const nodes = nodesFrom(graph, node, folds?.get(node.name)?.form);
    for (const other of nodes.slice(1)) absorbed.add(other);
    return [nodes];
  });
}
