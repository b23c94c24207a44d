// SPDX-License-Identifier: Apache-2.0
/** The layers of a network that are stored without their zeros. */
import { consumersOf, type TypedGraph } from '../ir/graph.ts';
import { kindOf } from '../layers/index.ts';
import type { SparseLayer } from './layer.ts';

export function storedLayers(graph: TypedGraph): SparseLayer[] {
  return graph.nodes.flatMap((node): SparseLayer[] => {
    const stored = kindOf(node).stored?.(node);
    if (!stored) return [];
    const behind = consumersOf(graph, node.name).find(
      (next) => kindOf(next).requantises?.(next) && next.tensors === node.tensors,
    );
    const { weights, bias } = node.parameters;
    return [
      {
        name: node.tensors,
        ...stored,
        weights: weights!.data as Int8Array,
        biases: bias!.data as Int32Array,
        shift: behind?.parameters['shift']!.data[0],
      },
    ];
  });
}
