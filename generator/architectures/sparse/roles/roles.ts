// SPDX-License-Identifier: Apache-2.0
/** What kinds are to the sparse engine: one line a kind. */
import type { TypedNode } from '../../../ir/graph.ts';
import type { EngineRole } from '../layer/role.ts';
import { sparse as affine } from '../../../layers/affine/sparse.ts';
import { sparse as averagePool } from '../../../layers/average-pool/sparse.ts';
import { sparse as concat } from '../../../layers/concat/sparse.ts';
import { sparse as decide } from '../../../layers/decide/sparse.ts';
import { sparse as input } from '../../../layers/input/sparse.ts';
import { sparse as intConv } from '../../../layers/int-conv/sparse.ts';
import { sparse as intDense } from '../../../layers/int-dense/sparse.ts';
import { sparse as maxPool } from '../../../layers/max-pool/sparse.ts';
import { sparse as quantise } from '../../../layers/quantise/sparse.ts';
import { sparse as sum } from '../../../layers/sum/sparse.ts';

const roles: ReadonlyMap<string, (node: TypedNode) => EngineRole | undefined> = new Map([
  ['affine', affine],
  ['average-pool', averagePool],
  ['concat', concat],
  ['decide', decide],
  ['input', input],
  ['int-conv', intConv],
  ['int-dense', intDense],
  ['max-pool', maxPool],
  ['quantise', quantise],
  ['sum', sum],
]);

/** Undefined where the node cannot run on the engine. */
export function engineRole(node: TypedNode): EngineRole | undefined {
  return roles.get(node.kind)?.(node);
}
