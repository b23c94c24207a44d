// SPDX-License-Identifier: Apache-2.0
import type { EngineRole } from '../../architectures/sparse/layer/role.ts';
import type { TypedNode } from '../../ir/graph.ts';

export const sparse = (node: TypedNode): EngineRole => {
  const { a, b, shift } = node.parameters as Record<string, { data: Int32Array }>;
  const { min, max } = node.attributes as { min: number; max: number };
  return { role: 'bytes', a: a!.data, b: b!.data, shift: shift!.data[0]!, min, max };
};
