/** Which nodes share an engine. */
import { consumersOf, type TypedGraph, type TypedNode } from '../ir/graph.ts';
import { kindOf } from '../layers/index.ts';

/** Engines in the graph's order: a node, with the epilogue behind it where its engine absorbs one. */
export function engineNodes(graph: TypedGraph): TypedNode[][] {
  const absorbed = new Set<TypedNode>();
  return graph.nodes.flatMap((node) => {
    if (absorbed.has(node)) return [];
    const [next, ...others] = consumersOf(graph, node.name);
    const absorbs = next !== undefined && others.length === 0 && kindOf(node).lowering.takesEpilogue && kindOf(next).lowering.isEpilogue;
    if (!absorbs) return [[node]];
    absorbed.add(next);
    return [[node, next]];
  });
}
