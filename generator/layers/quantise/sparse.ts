// SPDX-License-Identifier: Apache-2.0
import type { EngineRole } from '../../architectures/sparse/layer/role.ts';
import type { TypedNode } from '../../ir/graph.ts';

export const sparse = (node: TypedNode): EngineRole | undefined =>
  node.attributes['element'] === 'int'
    ? { role: 'table', values: node.attributes['values'] as readonly number[] }
    : undefined;
