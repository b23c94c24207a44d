// SPDX-License-Identifier: Apache-2.0
/**
 * Lowered graph → layers of the shared array: a convolution or dense layer with all that its output stage does to the
 * sums, in an order in which every layer finds what it reads.
 */
import { sharedRole } from './roles/roles.ts';
import { BitloomError, type Issue } from '../../errors/errors.ts';
import { consumersOf, nodeByName, nodeIssue, type TypedGraph, type TypedNode } from '../../ir/graph.ts';
import type { SharedRole, SharedWindow } from './layer/role.ts';

export interface SharedLayer {
  /** The node whose weights the array multiplies. */
  readonly array: TypedNode;
  readonly window: SharedWindow;
  /** All nodes that the layer computes, in order. */
  readonly nodes: readonly TypedNode[];
  /** Node whose tensor the array reads. */
  readonly input: string;
  /** Sums to values: present in layers of the residual stream. */
  readonly affine?: TypedNode;
  /** The node that adds them to `shortcut`, a value tensor. */
  readonly add?: TypedNode;
  readonly shortcut?: string;
  readonly compare?: TypedNode;
  readonly pool?: TypedNode;
  readonly mean?: TypedNode;
}

/** The nodes of the graph that the array computes, between those before it and those behind. */
export interface SharedGraph {
  readonly before: readonly TypedNode[];
  readonly layers: readonly SharedLayer[];
  readonly behind: readonly TypedNode[];
}

/** The node whose tensor is the frame as the array gets it. */
export const frameOf = ({ before }: SharedGraph): TypedNode => before.at(-1)!;

type Part = SharedRole['part'];
type RoleOf<P extends Part> = Extract<SharedRole, { part: P }>;

/** The node's role, where it is this one. */
export function roleOf<P extends Part>(node: TypedNode, part: P): RoleOf<P> | undefined {
  const role = sharedRole(node);
  return role?.part === part ? (role as RoleOf<P>) : undefined;
}

/** The node that the layer's bits are of, and the one that its values are of. */
export const bitsNode = (layer: SharedLayer) => layer.pool ?? layer.compare;
export const valuesNode = (layer: SharedLayer) => layer.add ?? layer.affine;

class Refusal extends Error {
  readonly issue: Issue;
  constructor(issue: Issue) {
    super(issue.got);
    this.issue = issue;
  }
}

export function sharedGraph(graph: TypedGraph): SharedGraph {
  const issues: Issue[] = [];
  const layers = graph.nodes
    .filter((node) => roleOf(node, 'array'))
    .flatMap((node) => {
      try {
        return [layerOf(graph, node)];
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        issues.push(error.issue);
        return [];
      }
    });
  const taken = new Set(layers.flatMap(({ nodes }) => nodes));
  const first = graph.nodes.findIndex((node) => taken.has(node));
  const last = graph.nodes.findLastIndex((node) => taken.has(node));
  const fix = 'use --arch dataflow';
  if (issues.length === 0) {
    for (const node of graph.nodes.slice(Math.max(0, first), last + 1))
      if (!taken.has(node))
        issues.push(nodeIssue(graph.name, node, 'NN006', { got: 'a layer that the shared array does not know', fix }));
    if (first < 0)
      issues.push({ code: 'NN006', where: graph.name, got: 'no convolution or dense layer for the shared array', fix });
  }
  if (issues.length > 0) throw new BitloomError(issues);
  return { before: graph.nodes.slice(0, first), layers: inOrder(graph, layers), behind: graph.nodes.slice(last + 1) };
}

/** The array's node with all that follows it in the output stage. */
function layerOf(graph: TypedGraph, array: TypedNode): SharedLayer {
  const refuse = (node: TypedNode, got: string, fix = 'use --arch dataflow'): never => {
    throw new Refusal(nodeIssue(graph.name, node, 'NN006', { got, fix }));
  };
  const next = <P extends Part>(node: TypedNode, part: P) =>
    consumersOf(graph, node.name).filter((reader) => roleOf(reader, part));
  const only = <P extends Part>(node: TypedNode, part: P) => {
    const found = next(node, part);
    if (found.length > 1) refuse(node, `${found.length} layers that read its result in the same way`);
    return found[0];
  };
  const alone = (node: TypedNode) => {
    if (consumersOf(graph, node.name).length > 1) refuse(node, 'sums that several layers read');
  };
  const base = { array, window: roleOf(array, 'array')!.window(array), input: array.inputs[0]! };
  const affine = only(array, 'scale');
  if (!affine) {
    const compare = only(array, 'compare');
    if (!compare) return { ...base, nodes: [array] };
    alone(array);
    const pool = only(compare, 'pool');
    if (pool) alone(compare);
    return { ...base, compare, ...(pool ? { pool } : {}), nodes: [array, compare, ...(pool ? [pool] : [])] };
  }
  alone(array);
  const add = addedBy(graph, affine);
  const values = add ?? affine;
  const compare = only(values, 'compare');
  if (compare && next(compare, 'pool').length > 0) refuse(compare, 'a max-pool of the residual stream');
  const mean = only(values, 'mean');
  const shortcut = add?.inputs.find((name) => name !== affine.name);
  if (add && shortcut === undefined) refuse(add, 'a sum of a tensor with itself');
  return {
    ...base,
    affine,
    ...(add ? { add, shortcut: shortcut! } : {}),
    ...(compare ? { compare } : {}),
    ...(mean ? { mean } : {}),
    nodes: [array, affine, ...(add ? [add] : []), ...(compare ? [compare] : []), ...(mean ? [mean] : [])],
  };
}

/** The add that takes this affine map's values as they come; of two operands that could, the last one is taken. */
function addedBy(graph: TypedGraph, affine: TypedNode): TypedNode | undefined {
  const [reader, ...others] = consumersOf(graph, affine.name);
  if (!reader || others.length > 0 || !roleOf(reader, 'join')) return undefined;
  const able = reader.inputs.filter(
    (name) => roleOf(nodeByName(graph, name), 'scale') && consumersOf(graph, name).length === 1,
  );
  return able.at(-1) === affine.name ? reader : undefined;
}

/** As written, but for layers whose shortcut comes later: they wait. */
function inOrder(graph: TypedGraph, layers: readonly SharedLayer[]): SharedLayer[] {
  const waiting = [...layers];
  const done = new Set(graph.nodes.map((node) => node.name));
  for (const { nodes } of layers) for (const node of nodes) done.delete(node.name);
  const ordered: SharedLayer[] = [];
  while (waiting.length > 0) {
    const at = waiting.findIndex(
      ({ input, shortcut }) => done.has(input) && (shortcut === undefined || done.has(shortcut)),
    );
    const [layer] = waiting.splice(at, 1);
    ordered.push(layer!);
    for (const node of layer!.nodes) done.add(node.name);
  }
  return ordered;
}
