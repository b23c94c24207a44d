// SPDX-License-Identifier: Apache-2.0
/** What kinds are to the array: one line a kind. Others keep a cell of their own, before or behind it. */
import type { TypedNode } from '../../../ir/graph.ts';
import type { SharedRole } from '../layer/role.ts';
import { sharedArray as add } from '../../../layers/add/shared-array.ts';
import { sharedArray as affine } from '../../../layers/affine/shared-array.ts';
import { sharedArray as averagePool } from '../../../layers/average-pool/shared-array.ts';
import { sharedArray as binaryConv } from '../../../layers/binary-conv/shared-array.ts';
import { sharedArray as binaryDense } from '../../../layers/binary-dense/shared-array.ts';
import { sharedArray as maxPool } from '../../../layers/max-pool/shared-array.ts';
import { sharedArray as threshold } from '../../../layers/threshold/shared-array.ts';

const roles: ReadonlyMap<string, SharedRole> = new Map<string, SharedRole>([
  ['add', add],
  ['affine', affine],
  ['average-pool', averagePool],
  ['binary-conv', binaryConv],
  ['binary-dense', binaryDense],
  ['max-pool', maxPool],
  ['threshold', threshold],
]);

export function sharedRole({ kind }: Pick<TypedNode, 'kind'>): SharedRole | undefined {
  return roles.get(kind);
}
