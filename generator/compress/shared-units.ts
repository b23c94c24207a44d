// SPDX-License-Identifier: Apache-2.0
/**
 * Requantisations whose results meet in one layer, which does not align them itself, must give one unit: which belong
 * together.
 */
import type { InferredNode } from '../passes/infer-types.ts';
import { kindOf } from '../layers/index.ts';

/** For every requantisation, all that share its unit, itself among them, in the network's order. */
export function sharedUnits(nodes: readonly InferredNode[]): Map<string, readonly InferredNode[]> {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const groups = new Map<string, readonly InferredNode[]>();
  for (const node of nodes) if (kindOf(node).requantises?.(node)) groups.set(node.name, [node]);
  /** The requantisations that a tensor's unit comes from. */
  const sources = (name: string): string[] => (groups.has(name) ? [name] : byName.get(name)!.inputs.flatMap(sources));
  for (const { inputs } of nodes.filter((node) => node.inputs.length > 1 && !kindOf(node).alignsUnits)) {
    const members = new Set(inputs.flatMap(sources).flatMap((name) => groups.get(name)!));
    const group = nodes.filter((node) => members.has(node));
    for (const { name } of group) groups.set(name, group);
  }
  return groups;
}
