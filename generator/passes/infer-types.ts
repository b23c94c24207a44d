// SPDX-License-Identifier: Apache-2.0
/** Shapes and element ranges of every edge; all faults of a network are reported at once. */
import { BitloomError, type Issue } from '../errors/errors.ts';
import { nodeIssue, type Graph, type Node } from '../ir/graph.ts';
import { elementCount, showType, type TensorType } from '../ir/types.ts';
import { kindOf } from '../layers/index.ts';

export type InferredNode = Node & { readonly inputTypes: readonly TensorType[]; readonly type: TensorType };

/** Elements of one edge, a frame: the golden model has an array of 32-bit integers for them, of 1 GiB at most. */
const mostElements = 2 ** 28;

export function inferTypes(graph: Graph): InferredNode[] {
  const types = new Map<string, TensorType>();
  const issues: Issue[] = [];
  const inferred: InferredNode[] = [];
  for (const node of graph.nodes) {
    const inputTypes = node.inputs.map((name) => types.get(name));
    // An input without a type has been reported already.
    if (inputTypes.some((t) => t === undefined)) continue;
    const type = kindOf(node).infer(node, inputTypes as TensorType[], (code, rest) =>
      issues.push(nodeIssue(graph.name, node, code, rest)),
    );
    if (!type) continue;
    if (elementCount(type) > mostElements) {
      const issue = {
        got: `a result of ${showType(type)}`,
        legal: 'at most 2^28 elements',
        fix: 'make the layer smaller',
      };
      issues.push(nodeIssue(graph.name, node, 'NN005', issue));
      continue;
    }
    types.set(node.name, type);
    inferred.push({ ...node, inputTypes: inputTypes as TensorType[], type });
  }
  if (issues.length > 0) throw new BitloomError(issues);
  return inferred;
}
