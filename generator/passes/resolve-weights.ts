// SPDX-License-Identifier: Apache-2.0
/** Opens the weight references and gives every node its integer parameters; `--weights` replaces all references. */
import { resolve } from 'node:path';
import { BitloomError, type Issue } from '../errors/errors.ts';
import { root } from '../project/project.ts';
import { openWeights, type TensorSource } from '../import/index.ts';
import { nodeIssue, type TypedGraph, type TypedNode, type WeightReference, type WeightsInfo } from '../ir/graph.ts';
import { kindOf } from '../layers/index.ts';
import type { ParameterReader } from '../layer-kind/layer-kind.ts';
import { askedBy, keepingReader, type Asked } from './asked-tensors.ts';
import type { InferredNode } from './infer-types.ts';
import { classIssues } from './match-classes.ts';
import { checkpointReader, syntheticReader, TensorFault } from './parameter-readers.ts';

/**
 * @param override path of `--weights`, relative to the working directory: a safetensors file or a BNN-PYNQ folder
 * @param asked gets the tensors that the nodes ask for, where it is given
 */
export function resolveWeights(
  name: string,
  nodes: readonly InferredNode[],
  override?: string,
  asked?: Asked,
): TypedGraph {
  const opened = new Map<string, TensorSource>();
  const open = (path: string) => {
    const source = opened.get(path) ?? openWeights(path, () => askedBy(nodes));
    opened.set(path, source);
    return source;
  };
  const used = new Map<string, WeightsInfo>();
  const readerOf = (node: InferredNode, reference: WeightReference): ParameterReader => {
    if (!override && reference.type === 'synthetic') {
      used.set('synthetic', { source: 'synthetic', describe: 'synthetic (random) weights' });
      return syntheticReader(reference.seed, reference.density, node.tensors);
    }
    const path = override ?? resolve(root, (reference as { url: string }).url);
    const source = open(path);
    const classNames = source.classes?.named?.names;
    used.set(path, { source: source.source, describe: source.describe, ...(classNames ? { classNames } : {}) });
    return checkpointReader(source, node.tensors);
  };
  const none: ParameterReader = syntheticReader(0, 1, '');

  const issues: Issue[] = [];
  const typed = nodes.map((node): TypedNode => {
    const kind = kindOf(node);
    if (!kind.resolve) return { ...node, parameters: {} };
    try {
      const stored = node.weights ? readerOf(node, node.weights) : none;
      const reader = asked && node.weights ? keepingReader(stored, node.tensors, asked) : stored;
      return { ...node, parameters: kind.resolve(node, node.inputTypes, node.type, reader) };
    } catch (error) {
      if (!(error instanceof TensorFault)) throw error;
      const { code, got, legal, fix = 'give the weights this network was trained for' } = error;
      issues.push(nodeIssue(name, node, code, { got, legal, fix }));
      return { ...node, parameters: {} };
    }
  });
  for (const { classes } of opened.values()) if (classes) issues.push(...classIssues(name, nodes, classes));
  if (issues.length > 0) throw new BitloomError(issues);
  // One synthetic tensor makes the whole network synthetic.
  const infos = [...used.values()];
  const weights = infos.find((i) => i.source === 'synthetic') ??
    infos[0] ?? { source: 'synthetic', describe: 'no weights' };
  return { name, nodes: typed, weights };
}
