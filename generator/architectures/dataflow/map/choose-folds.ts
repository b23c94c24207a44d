// SPDX-License-Identifier: Apache-2.0
/** Folding of every engine: the cheapest chain that reaches the wanted interval. */
import { dataflowOf } from '../layers/layers.ts';
import { BitloomError, type Issue } from '../../../errors/errors.ts';
import type { TypedGraph } from '../../../ir/graph.ts';
import type { Cost } from '../../../hardware/cost.ts';
import type { Engine, Fold, Materials } from '../../../stream-top/engine.ts';
import { bitsOf } from '../../../ir/types.ts';
import { adapt, type Adapter } from './adapt.ts';
import { candidateEngines, unfolded, type Pins } from './candidates.ts';
import { chainsOf, type Chain, type Shortcut } from './chains.ts';
import { engineNodes } from './engine-nodes.ts';
import type { BeatShape, HardwareStream } from '../../../hardware/hardware.ts';

export type Folds = ReadonlyMap<string, Fold>;

/** A chain up to some engine that ends in these beats: the cheapest way there. */
interface Path {
  readonly beat: HardwareStream | undefined;
  readonly price: number;
  /** Clocks that its engines take beyond the interval, summed. */
  readonly late: number;
  /** Its last engine; absent at the start of a chain. */
  readonly engine?: Engine;
  readonly before: Path | undefined;
  /** The shortcut that ends in the last engine. */
  readonly shortcut?: Path | undefined;
}

/**
 * Foldings of all engines along a path and its shortcuts, by their nodes; what an engine absorbs has none of its own.
 */
function foldsOf(path: Path): [string, Fold][] {
  const folds: [string, Fold][] = [];
  for (let at: Path | undefined = path; at?.engine; at = at.before) {
    const { nodes, fold } = at.engine;
    folds.push(
      ...nodes.map((node, i): [string, Fold] => [node.name, i === 0 ? fold : unfolded]),
      ...(at.shortcut ? foldsOf(at.shortcut) : []),
    );
  }
  return folds;
}

/** The path up to the engine whose result has this name, on this chain or the one that it leaves. */
function pathTo(result: string, path: Path): Path {
  let at = path;
  while (at.engine?.nodes.at(-1)!.name !== result) at = at.before!;
  return at;
}

/** Price of resources: a block RAM counts as `lutPerBram` LUTs. */
function priceOf({ lut, bram36 }: Cost, lutPerBram: number): number {
  return (lut ?? 0) + lutPerBram * (bram36 ?? 0);
}

/**
 * Paths by the beats in which they end: the cheapest of those that are least late is all that the next engine needs to
 * know.
 */
type Reached = Map<string, Path>;

const keyOf = (beat: BeatShape | undefined) => (beat ? `${beat.lanes} ${beat.pixels}` : '');

function isBetter({ late, price }: Pick<Path, 'late' | 'price'>, rival: Path | undefined): boolean {
  return !rival || late < rival.late || (late === rival.late && price < rival.price);
}

function keep(best: Reached, path: Path): void {
  const key = keyOf(path.beat);
  if (isBetter(path, best.get(key))) best.set(key, path);
}

/** The paths that are least late. */
function fastest(best: Reached): Path[] {
  const late = Math.min(...[...best.values()].map((path) => path.late));
  return [...best.values()].filter((path) => path.late === late);
}

const cheapest = (paths: readonly Path[]) => paths.reduce((best, path) => (path.price < best.price ? path : best));

/**
 * The foldings of the cheapest graph of engines, the cells between them counted, in which no engine takes more than
 * `interval` clocks a frame. Where no folding is fast enough the fastest is taken; the caller compares intervals.
 *
 * Engines meet only in the beats they exchange: dynamic programming along the chain. An engine that decides early
 * reaches
 * as far as the pool that it takes in, where it meets the engine in lockstep with the pool behind it. A shortcut is a
 * chain
 * of its own between the beats of its fork and those of its join, which the longer way has chosen. Forks and their
 * queues,
 * alike for all foldings, are left out.
 */
export function chooseFolds(graph: TypedGraph, interval: number, pins: Pins, materials: Materials): Folds {
  const issues: Issue[] = [];
  const pinned = new Map(Object.entries(pins));
  for (const name of pinned.keys())
    if (!graph.nodes.some((n) => n.name === name))
      issues.push({
        code: 'NN014',
        where: `${graph.name} › ${name}`,
        got: 'a folding for a layer that does not exist',
        legal: graph.nodes.map((n) => n.name).join(' '),
      });
  const candidates = new Map(
    engineNodes(graph).map(([node, ...absorbed]): [string, readonly Engine[]] => {
      for (const other of absorbed)
        if (pinned.has(other.name)) candidateEngines(graph, other, materials, pinned.get(other.name), issues);
      return [node!.name, candidateEngines(graph, node!, materials, pinned.get(node!.name), issues)];
    }),
  );
  if (issues.length > 0) throw new BitloomError(issues);
  const along = ({ engines, shortcuts }: Chain, start: Path): Path[] => {
    const reached: Reached[] = Array.from({ length: engines.length + 1 }, () => new Map());
    keep(reached[0]!, start);
    const steps = engines.flatMap((nodes, from) => {
      const all = candidates.get(nodes[0]!.name)!;
      const shortcut = shortcuts.get(nodes[0]!.name);
      const ends = shortcut && shortcutEnds(shortcut, along);
      return [...new Set(all.map((engine) => engine.nodes.length))].map((taken) => {
        const alike = all.filter((engine) => engine.nodes.length === taken);
        return { from, to: from + 1 + taken - nodes.length, alike, ends };
      });
    });
    // The shorter steps to a place first: what they reach cheaply spares the clocks of engines in other forms.
    for (const { from, to, alike, ends } of steps.sort((a, b) => a.to - b.to || b.from - a.from))
      extend(fastest(reached[from]!), alike, interval, materials.lutPerBram, reached[to]!, ends);
    return fastest(reached[engines.length]!);
  };
  return new Map(foldsOf(cheapest(along(chainsOf(graph), { beat: undefined, price: 0, late: 0, before: undefined }))));
}

/** Ends of a shortcut by the path that it leaves: foldings depend on the beats at the fork alone. */
function shortcutEnds(
  shortcut: Shortcut,
  along: (chain: Chain, start: Path) => Path[],
): (path: Path) => readonly Path[] {
  const known = new Map<string, Path[]>();
  return (path) => {
    const fork = pathTo(shortcut.from, path);
    const key = `${fork.beat!.lanes} ${fork.beat!.pixels}`;
    const ends = known.get(key) ?? along(shortcut, { beat: fork.beat, price: 0, late: 0, before: fork });
    known.set(key, ends);
    return ends;
  };
}

/**
 * Every path by one engine longer, of candidates for the same nodes; into `best`, the cheapest for each kind of beat.
 * @param ends where a join's shortcut may end
 */
function extend(
  paths: readonly Path[],
  candidates: readonly Engine[],
  interval: number,
  lutPerBram: number,
  best: Reached,
  ends?: (path: Path) => readonly Path[],
): void {
  const { nodes } = candidates[0]!;
  const { cost } = dataflowOf(nodes[0]!);
  const { type } = nodes.at(-1)!;
  // What an engine costs depends on its folding and its input's beats, which few paths change.
  const engines = new Map<string, { readonly price: number; cycles?: number }>();
  const known = (engine: Engine, fold: number, input: BeatShape) => {
    const key = `${fold} ${input.lanes} ${input.pixels}`;
    const found = engines.get(key) ?? { price: priceOf(cost.estimate(engine, input), lutPerBram) };
    engines.set(key, found);
    return found;
  };
  const adapters = new Map<string, Adapter>();
  const adapter = (from: HardwareStream, to: BeatShape) => {
    const key = `${from.lanes} ${from.pixels} ${to.lanes} ${to.pixels}`;
    const found = adapters.get(key) ?? adapt('', from, to, interval);
    adapters.set(key, found);
    return found;
  };
  const adapted = (path: Path, input: BeatShape) => {
    const between = path.beat && adapter(path.beat, input);
    return {
      path,
      price: path.price + (between ? priceOf(between.estimate, lutPerBram) : 0),
      cycles: Math.max(between?.cycles ?? 0, interval),
    };
  };
  let least = Infinity;
  for (const [index, engine] of candidates.entries()) {
    for (const path of paths) {
      const input = cost.inputBeat(engine, path.beat ?? { lanes: type.channels, pixels: 1 });
      const costs = known(engine, index, input);
      const main = adapted(path, input);
      const [shortcut] = (ends?.(path) ?? [])
        .map((end) => adapted(end, input))
        .sort((a, b) => a.cycles - b.cycles || a.price - b.price);
      const price = costs.price + main.price + (shortcut?.price ?? 0);
      const lateBefore = path.late + (shortcut?.path.late ?? 0);
      const shape = cost.outputBeat(engine, input);
      // Clocks may be dear to know: not those of an engine that would not be taken if it were in time.
      if (!isBetter({ late: lateBefore, price }, best.get(keyOf(shape)))) continue;
      costs.cycles ??= cost.cycles(engine, input);
      const cycles = Math.max(costs.cycles, main.cycles, shortcut?.cycles ?? 0);
      // Within the interval only the price counts, beyond it speed before price.
      if (cycles > least) continue;
      least = cycles;
      const beat: HardwareStream = { name: '', ...shape, elementBits: bitsOf(type.element), type };
      keep(best, { beat, price, late: lateBefore + cycles - interval, engine, before: path, shortcut: shortcut?.path });
    }
  }
}
