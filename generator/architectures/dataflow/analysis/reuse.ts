// SPDX-License-Identifier: Apache-2.0
/**
 * What kernel reuse saves in every layer with binary weights: tap operations, as [Kernel-Reuse] (docs/papers.md) counts
 * them, and full adders, as this project does.
 */
import type { TypedGraph, TypedNode } from '../../../ir/graph.ts';
import { bitsOf } from '../../../ir/types.ts';
import { kindOf } from '../../../layers/index.ts';
import { fanIn } from '../../../layers/matvec/model.ts';
import { bestGroup } from '../reuse/group-form.ts';
import { denseCost, spanningTree, treeCost, type Edge, type Kernels } from '../reuse/spanning-tree.ts';

export interface Savings {
  /** Tap operations a frame. */
  readonly operations: number;
  /** Adders of one window with weights as wires; null for layers of integers, whose adders are others. */
  readonly fullAdders: number | null;
}

export interface LayerReuse {
  readonly layer: string;
  readonly filters: number;
  readonly taps: number;
  /** Kernels that differ, complements taken as one. */
  readonly distinct: number;
  readonly dense: Savings;
  /** The spanning tree over whole neurons, and over tiles of their taps. */
  readonly tree: Savings;
  readonly tiled: Savings;
  readonly group: Savings & { readonly size: number };
  readonly edges: readonly Edge[];
}

export function kernelsOf(node: TypedNode): Kernels {
  return { filters: node.type.channels, taps: fanIn(node), weights: node.parameters['weights']!.data };
}

function layerReuse(node: TypedNode, tile: number): LayerReuse {
  const kernels = kernelsOf(node);
  const inputBits = bitsOf(node.inputTypes[0]!.element);
  const windows = node.type.height * node.type.width;
  const savings = ({ tapOperations, fullAdders }: { tapOperations: number; fullAdders: number }): Savings => ({
    operations: windows * inputBits * tapOperations,
    fullAdders: inputBits === 1 ? fullAdders : null,
  });
  const edges = spanningTree(kernels);
  const group = bestGroup(kernels);
  return {
    layer: node.name,
    filters: kernels.filters,
    taps: kernels.taps,
    distinct: edges.filter(({ taps }) => taps > 0).length,
    dense: savings(denseCost(kernels)),
    tree: savings(treeCost(kernels)),
    tiled: savings(treeCost(kernels, tile)),
    group: { size: group.size, ...savings(group) },
    edges,
  };
}

/** @param tile taps to a tile; the last may be shorter */
export function analyseReuse(graph: TypedGraph, tile: number, onLayer: (layer: string) => void): LayerReuse[] {
  return graph.nodes
    .filter((node) => kindOf(node).negate)
    .map((node) => {
      onLayer(node.name);
      return layerReuse(node, tile);
    });
}
