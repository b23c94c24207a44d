// SPDX-License-Identifier: Apache-2.0
/**
 * Forks and joins: a series-parallel graph of engines as a chain, with shorter chains that leave it and join it again.
 */
import type { TypedGraph, TypedNode } from '../../../ir/graph.ts';
import type { Fold } from '../../../stream-top/engine.ts';
import { engineNodes } from './engine-nodes.ts';

type Nodes = readonly TypedNode[];

/** Engines one behind the other, each reading the one before. */
export interface Chain {
  readonly engines: readonly Nodes[];
  /** By the name of an engine that joins two streams: the chain by which the other one comes. */
  readonly shortcuts: ReadonlyMap<string, Shortcut>;
}

export interface Shortcut extends Chain {
  /** The node whose result it starts from. */
  readonly from: string;
  /** Which input of the join it gives. */
  readonly input: number;
}

export const resultOf = (engine: Nodes) => engine.at(-1)!.name;
export const inputsOf = (engine: Nodes) => engine[0]!.inputs;

/**
 * The chain of most engines from the input to the last node, and those beside it; engines in the forms of their
 * foldings.
 */
export function chainsOf(graph: TypedGraph, folds?: ReadonlyMap<string, Fold>): Chain {
  const engines = engineNodes(graph, folds);
  const producers = new Map<string, Nodes>(engines.map((engine) => [resultOf(engine), engine]));
  const depths = new Map<string, number>();
  for (const engine of engines)
    depths.set(resultOf(engine), 1 + Math.max(0, ...inputsOf(engine).map((name) => depths.get(name)!)));
  const deepest = (names: readonly string[]) =>
    names.reduce((best, name, i) => (depths.get(name)! > depths.get(names[best]!)! ? i : best), 0);

  /** Back from `result` to the first result that is known, which is the start. */
  const chainTo = (result: string, known: ReadonlySet<string>): Chain & { from: string } => {
    const chain: Nodes[] = [];
    let from: string | undefined = result;
    while (from !== undefined && !known.has(from)) {
      const engine: Nodes = producers.get(from)!;
      chain.unshift(engine);
      from = inputsOf(engine)[deepest(inputsOf(engine))];
    }
    const all = new Set([...known, ...chain.map(resultOf)]);
    const shortcuts = new Map<string, Shortcut>();
    for (const engine of chain.filter((e) => inputsOf(e).length > 1)) {
      const input = 1 - deepest(inputsOf(engine));
      shortcuts.set(engine[0]!.name, { ...chainTo(inputsOf(engine)[input]!, all), input });
    }
    return { engines: chain, from: from ?? '', shortcuts };
  };
  return chainTo(resultOf(engines.at(-1)!), new Set());
}

/** A shortcut, and the engines between the same fork and join on the longer way. */
export interface Detour {
  readonly join: string;
  readonly shortcut: Shortcut;
  readonly main: readonly Nodes[];
}

/** Every shortcut, however nested. @param before engines that lead to the chain's first */
export function detoursOf(chain: Chain, before: readonly Nodes[] = []): Detour[] {
  const way = [...before, ...chain.engines];
  return [...chain.shortcuts].flatMap(([join, shortcut]) => {
    const start = way.findIndex((engine) => resultOf(engine) === shortcut.from) + 1;
    const main = way.slice(
      start,
      way.findIndex(([node]) => node!.name === join),
    );
    return [{ join, shortcut, main }, ...detoursOf(shortcut, way.slice(0, start))];
  });
}
