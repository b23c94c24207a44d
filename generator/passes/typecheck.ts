// SPDX-License-Identifier: Apache-2.0
import type { Graph, TypedGraph } from '../ir/graph.ts';
import type { Asked } from './asked-tensors.ts';
import { inferTypes } from './infer-types.ts';
import { resolveWeights } from './resolve-weights.ts';

/** Types and weights: all that the golden model needs. */
export function typecheck(graph: Graph, weights?: string, asked?: Asked): TypedGraph {
  return resolveWeights(graph.name, inferTypes(graph), weights, asked);
}
