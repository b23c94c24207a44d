// SPDX-License-Identifier: Apache-2.0
import type { EngineRole } from '../../architectures/sparse/layer/role.ts';
import type { TypedNode } from '../../ir/graph.ts';
import { intConvShape } from './kind.ts';

export const sparse = (node: TypedNode): EngineRole => {
  const { kernel, stride, pad, groups } = intConvShape(node);
  const { weights, bias } = node.parameters;
  return { role: 'windows', kernel, stride, pad, groups, weights: weights!.data, bias: bias!.data };
};
