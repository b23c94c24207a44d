// SPDX-License-Identifier: Apache-2.0
import type { EngineRole } from '../../architectures/sparse/layer/role.ts';
import type { TypedNode } from '../../ir/graph.ts';
import { poolShape } from './kind.ts';

export const sparse = (node: TypedNode): EngineRole | undefined => {
  const { size, stride } = poolShape(node);
  return node.type.element.type === 'int' ? { role: 'maximum', kernel: size, stride } : undefined;
};
