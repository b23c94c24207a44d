// SPDX-License-Identifier: Apache-2.0
/** The engines that the mapper may choose from at a node: forms, and legal foldings of each. */
import { dataflowOf } from '../layers/layers.ts';
import type { Issue } from '../../../errors/errors.ts';
import { nodeIssue, type TypedGraph, type TypedNode } from '../../../ir/graph.ts';
import type { Engine, Fold, Materials } from '../../../stream-top/engine.ts';
import { nodesFrom } from './engine-nodes.ts';

export type Pins = Readonly<Record<string, Partial<Fold>>>;

export const unfolded: Fold = { pe: 1, simd: 1, pixels: 1 };
const axisNames = ['pe', 'simd', 'pixels'] as const;

/** Every legal folding of a node; one entry, 1 × 1, for kinds that follow their stream. */
export function legalFolds(node: TypedNode): Fold[] {
  const axes = dataflowOf(node).cost.foldAxes?.(node);
  if (!axes) return [unfolded];
  return axes.pe.flatMap((pe) => axes.simd.flatMap((simd) => axes.pixels.map((pixels) => ({ pe, simd, pixels }))));
}

/** Foldings of a form, for the nodes of one engine; none where the form cannot be. */
export function formFolds(nodes: readonly TypedNode[], form: Fold['form']): readonly Fold[] {
  const { cost, early } = dataflowOf(nodes[0]!);
  if (form === 'wired') return cost.wiredFolds?.(nodes) ?? [];
  if (form === 'early') return early?.folds(nodes) ?? [];
  return legalFolds(nodes[0]!);
}

/** Engines that may begin with the node, in the forms that the materials allow; with a pin, those that it leaves. */
export function candidateEngines(
  graph: TypedGraph,
  node: TypedNode,
  materials: Materials,
  pin?: Partial<Fold>,
  issues: Issue[] = [],
): Engine[] {
  const engines = (
    form: Fold['form'],
    choose = (_nodes: readonly TypedNode[], folds: readonly Fold[]) => folds,
  ): Engine[] => {
    const nodes = nodesFrom(graph, node, form);
    return choose(nodes, formFolds(nodes, form)).map((fold) => ({ name: node.name, nodes, fold, ...materials }));
  };
  if (pin) return engines(pin.form, (_, folds) => pinned(graph, node, pin, folds, issues));
  const { reuse = 'off', early = 'off' } = materials;
  const wired = reuse === 'off' ? [] : engines('wired');
  if (reuse === 'on' && wired.length > 0) return wired;
  const decided = early === 'off' ? [] : engines('early');
  const lockstep = early === 'on' && decided.length > 0 ? [] : engines(undefined);
  return [...lockstep, ...decided, ...wired];
}

/** The foldings that a pin leaves; NN014 where there is none. */
function pinned(
  { name }: TypedGraph,
  node: TypedNode,
  pin: Partial<Fold>,
  folds: readonly Fold[],
  issues: Issue[],
): readonly Fold[] {
  const report = (rest: Pick<Issue, 'got'> & Partial<Issue>) => void issues.push(nodeIssue(name, node, 'NN014', rest));
  const left = folds.filter((fold) => axisNames.every((axis) => (pin[axis] ?? fold[axis]) === fold[axis]));
  if (pin.form === undefined) reportAxes(node, pin, report);
  else if (left.length === 0) {
    const wanted = axisNames.flatMap((axis) => (pin[axis] === undefined ? [] : `${axis} = ${pin[axis]}`));
    const legal = axisNames.map((axis) => `${axis} ${[...new Set(folds.map((fold) => fold[axis]))].join(' ')}`);
    report({
      got: `the form ${pin.form}${wanted.length > 0 ? ` at ${wanted.join(', ')}` : ''}`,
      legal: folds.length > 0 ? legal.join(', ') : 'folded only',
    });
  }
  return left.length > 0 ? left : [unfolded];
}

/** What a pin of the folded form says that does not divide. */
function reportAxes(
  node: TypedNode,
  pin: Partial<Fold>,
  report: (rest: Pick<Issue, 'got'> & Partial<Issue>) => void,
): void {
  const axes = dataflowOf(node).cost.foldAxes?.(node);
  if (!axes) return report({ got: 'a folding for a layer that has none', fix: 'remove the pin' });
  for (const axis of axisNames) {
    const value = pin[axis];
    if (value !== undefined && !axes[axis].includes(value))
      report({ got: `${axis} = ${value} must divide ${axes[axis].at(-1)}`, legal: axes[axis].join(' ') });
  }
}
