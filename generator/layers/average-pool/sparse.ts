// SPDX-License-Identifier: Apache-2.0
import type { EngineRole } from '../../architectures/sparse/layer/role.ts';
import type { TypedNode } from '../../ir/graph.ts';

export const sparse = (node: TypedNode): EngineRole | undefined =>
  node.type.height === 1 && node.type.width === 1 ? { role: 'total' } : undefined;
