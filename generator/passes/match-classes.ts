// SPDX-License-Identifier: Apache-2.0
/** Weights that say which classes they tell apart belong to a network that decides between as many. */
import type { Issue } from '../errors/errors.ts';
import type { SourceClasses } from '../import/index.ts';
import { classCount, lastNode, nodeIssue } from '../ir/graph.ts';
import { elementCount } from '../ir/types.ts';
import type { InferredNode } from './infer-types.ts';

/** NN012 at the decision; none where the classes agree. @param name the network's */
export function classIssues(
  name: string,
  nodes: readonly InferredNode[],
  { where, outputs, named }: SourceClasses,
): Issue[] {
  const classes = classCount(nodes);
  const decision = lastNode({ nodes });
  const values = elementCount(decision.inputTypes[0]!);
  const issue = (got: string, count: number) => {
    const change =
      count > values
        ? `a last layer of ${count} values`
        : `{ classes: ${count}${count < values ? `, ignore: ${values - count}` : ''} }`;
    return nodeIssue(name, decision, 'NN012', {
      got,
      legal: `weights of ${classes} classes`,
      fix: `give weights of ${classes} classes, or ${change} here`,
    });
  };
  if (named && named.names.length !== classes)
    return [issue(`${named.file} names ${named.names.length} classes, the network has ${classes}`, named.names.length)];
  return outputs > classes
    ? [issue(`${where} has ${outputs} outputs that are no padding, the network ${classes} classes`, outputs)]
    : [];
}
