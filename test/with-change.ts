// SPDX-License-Identifier: Apache-2.0
/** A network with one number of its parameters changed. */
import type { TypedGraph } from '../generator/ir/graph.ts';

export function withChange(
  graph: TypedGraph,
  node: string,
  parameter: string,
  at: number,
  change: (value: number) => number,
): TypedGraph {
  const nodes = graph.nodes.map((one) => {
    if (one.name !== node) return one;
    const { shape, data } = one.parameters[parameter]!;
    const changed = data.slice();
    changed[at] = change(changed[at]!);
    return { ...one, parameters: { ...one.parameters, [parameter]: { shape, data: changed } } };
  });
  return { ...graph, nodes };
}
