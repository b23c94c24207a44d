// SPDX-License-Identifier: Apache-2.0
/** The IR: a graph of named nodes in topological order, first without types and weights, then with both. */
import type { Issue, IssueCode } from '../errors/errors.ts';
import type { TensorType } from './types.ts';

/** JSON values only, so that a graph prints and hashes canonically. */
export type Attributes = Readonly<Record<string, number | string | boolean | readonly number[]>>;

/** An integer tensor of a layer: weight bits 0/1, 8-bit weights, thresholds, tables. `shape` is row-major. */
export interface Parameter {
  readonly shape: readonly number[];
  readonly data: Uint8Array | Int8Array | Int32Array;
}

/** Where a node's parameters come from; inert until the resolve-weights pass opens it. */
export type WeightReference =
  | { readonly type: 'checkpoint'; readonly url: string }
  | { readonly type: 'synthetic'; readonly seed: number; readonly density: number };

export interface Node {
  readonly name: string;
  /** Key into the layer registry. */
  readonly kind: string;
  readonly inputs: readonly string[];
  readonly attributes: Attributes;
  readonly weights?: WeightReference;
  /** Prefix of this node's tensors in the checkpoint; the node's own name unless the DSL says otherwise. */
  readonly tensors: string;
  /** `networks/cnv.ts:12`, the DSL call. */
  readonly place: string;
}

export interface Graph {
  readonly name: string;
  readonly nodes: readonly Node[];
}

/** A node after infer-types and resolve-weights: it can be evaluated. */
export interface TypedNode extends Node {
  readonly inputTypes: readonly TensorType[];
  readonly type: TensorType;
  readonly parameters: Readonly<Record<string, Parameter>>;
}

export interface WeightsInfo {
  readonly source: 'trained' | 'imported' | 'synthetic';
  readonly describe: string;
  /** Names of the classes in their order, where the weights bring them. */
  readonly classNames?: readonly string[];
}

export interface TypedGraph {
  readonly name: string;
  readonly nodes: readonly TypedNode[];
  readonly weights: WeightsInfo;
}

export function nodeByName<N extends Node>(graph: { readonly nodes: readonly N[] }, name: string): N {
  const node = graph.nodes.find((n) => n.name === name);
  if (!node) throw new Error(`graph has no node ${name}`);
  return node;
}

export function consumersOf<N extends Node>(graph: { readonly nodes: readonly N[] }, name: string): N[] {
  return graph.nodes.filter((n) => n.inputs.includes(name));
}

export function firstNode<N extends Node>(graph: { readonly nodes: readonly N[] }): N {
  return graph.nodes[0]!;
}

export function lastNode<N extends Node>(graph: { readonly nodes: readonly N[] }): N {
  return graph.nodes[graph.nodes.length - 1]!;
}

/** Classes that a network decides between: a decision carries the class behind their scores. */
export function classCount(nodes: readonly { readonly type: TensorType }[]): number {
  return nodes.at(-1)!.type.channels - 1;
}

/** An issue about a node, with its path and source line filled in. */
export function nodeIssue(
  graphName: string,
  node: Node,
  code: IssueCode,
  rest: Pick<Issue, 'got'> & Partial<Pick<Issue, 'legal' | 'fix'>>,
): Issue {
  return { code, where: `${graphName} › ${node.name} (${node.kind})`, source: node.place, ...rest };
}
