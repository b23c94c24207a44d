// SPDX-License-Identifier: Apache-2.0
import type { EngineRole } from '../../architectures/sparse/layer/role.ts';
import type { TypedNode } from '../../ir/graph.ts';

export const sparse = ({ parameters }: TypedNode): EngineRole => ({ role: 'terms', left: parameters['left']!.data });
