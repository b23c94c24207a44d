/** Folding of every engine: the cheapest chain that reaches the wanted interval. */
import { BitloomError, type Issue } from '../errors.ts';
import { nodeIssue, type TypedGraph, type TypedNode } from '../ir/graph.ts';
import { kindOf } from '../layers/index.ts';
import type { Cost, Engine, Fold, Materials } from '../layers/layer-kind.ts';
import { bitsOf } from '../ir/types.ts';
import { adapt, type Adapter } from './adapt.ts';
import { chainsOf, type Chain, type Shortcut } from './chains.ts';
import { engineNodes } from './engine-nodes.ts';
import type { BeatShape, HardwareStream } from './hardware.ts';

export type Folds = ReadonlyMap<string, Fold>;
export type Pins = Readonly<Record<string, Partial<Fold>>>;

export const unfolded: Fold = { pe: 1, simd: 1, pixels: 1 };

/** Every legal folding of a node; one entry, 1 × 1, for kinds that follow their stream. */
export function legalFolds(node: TypedNode): Fold[] {
  const axes = kindOf(node).cost.foldAxes?.(node);
  if (!axes) return [unfolded];
  return axes.pe.flatMap((pe) => axes.simd.flatMap((simd) => axes.pixels.map((pixels) => ({ pe, simd, pixels }))));
}

/** Foldings of an engine's wired form; none for most kinds. */
export function wiredFolds(nodes: readonly TypedNode[]): readonly Fold[] {
  return kindOf(nodes[0]!).cost.wiredFolds?.(nodes) ?? [];
}

/** Foldings to choose from: those with weights in memory, those with wired weights, or both. */
export function candidateFolds(nodes: readonly TypedNode[], { reuse = 'off' }: Pick<Materials, 'reuse'>): readonly Fold[] {
  const wired = reuse === 'off' ? [] : wiredFolds(nodes);
  return reuse === 'on' && wired.length > 0 ? wired : [...legalFolds(nodes[0]!), ...wired];
}

/** A pinned folding, checked against the axes (NN014). */
function pinned(graph: TypedGraph, nodes: readonly TypedNode[], pin: Partial<Fold>, issues: Issue[]): Fold[] {
  const node = nodes[0]!;
  if (pin.form === 'wired') {
    const wired = wiredFolds(nodes).filter(({ pixels }) => (pin.pixels ?? pixels) === pixels);
    if (wired.length > 0) return [...wired];
    const legal = wiredFolds(nodes).map(({ pixels }) => pixels);
    issues.push(nodeIssue(graph.name, node, 'NN014', { got: `wired weights at pixels = ${pin.pixels}`, legal: legal.length > 0 ? legal.join(' ') : 'folded only' }));
    return [unfolded];
  }
  const axes = kindOf(node).cost.foldAxes?.(node);
  if (!axes) {
    issues.push(nodeIssue(graph.name, node, 'NN014', { got: 'a folding for a layer that has none', fix: 'remove the pin' }));
    return [unfolded];
  }
  for (const axis of ['pe', 'simd', 'pixels'] as const) {
    const value = pin[axis];
    if (value !== undefined && !axes[axis].includes(value))
      issues.push(
        nodeIssue(graph.name, node, 'NN014', {
          got: `${axis} = ${value} must divide ${axes[axis].at(-1)}`,
          legal: axes[axis].join(' '),
        }),
      );
  }
  const folds = legalFolds(node).filter(
    (f) => (pin.pe ?? f.pe) === f.pe && (pin.simd ?? f.simd) === f.simd && (pin.pixels ?? f.pixels) === f.pixels,
  );
  return folds.length > 0 ? folds : [unfolded];
}

/** A chain up to some engine that ends in these beats: the cheapest way there. */
interface Path {
  readonly beat: HardwareStream | undefined;
  readonly price: number;
  readonly cycles: number;
  /** Its last engine; absent at the start of a chain. */
  readonly engine?: Engine;
  readonly before: Path | undefined;
  /** Shortcuts that end in the last engine. */
  readonly shortcuts: readonly Path[];
}

/** Foldings of all engines along a path and its shortcuts, by their nodes; what an engine absorbs has none of its own. */
function foldsOf(path: Path): [string, Fold][] {
  const folds: [string, Fold][] = [];
  for (let at: Path | undefined = path; at?.engine; at = at.before) {
    const { nodes, fold } = at.engine;
    folds.push(...nodes.map((node, i): [string, Fold] => [node.name, i === 0 ? fold : unfolded]), ...at.shortcuts.flatMap(foldsOf));
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
 * The foldings of the cheapest graph of engines, the cells between them counted, in which no engine takes more than
 * `interval` clocks a frame. Where no folding is fast enough the fastest is taken; the caller compares intervals.
 *
 * Engines meet only in the beats they exchange, so the cheapest path to each kind of beat is all that the next engine
 * needs to know: dynamic programming along the chain. A shortcut is a chain of its own between the beats of its fork and
 * those of its join, which the longer way has chosen. Forks and their queues, alike for all foldings, are left out.
 */
export function chooseFolds(graph: TypedGraph, interval: number, pins: Pins, materials: Materials): Folds {
  const issues: Issue[] = [];
  for (const name of Object.keys(pins))
    if (!graph.nodes.some((n) => n.name === name))
      issues.push({ code: 'NN014', where: `${graph.name} › ${name}`, got: 'a folding for a layer that does not exist', legal: graph.nodes.map((n) => n.name).join(' ') });
  const candidates = new Map(
    engineNodes(graph).map((nodes): [string, readonly Engine[]] => {
      const [folds] = nodes.map((node, i) => (pins[node.name] ? pinned(graph, nodes.slice(i), pins[node.name]!, issues) : candidateFolds(nodes, materials)));
      return [nodes[0]!.name, folds!.map((fold): Engine => ({ name: nodes[0]!.name, nodes, fold, ...materials }))];
    }),
  );
  if (issues.length > 0) throw new BitloomError(issues);
  const along = (chain: Chain, start: Path): Path[] =>
    chain.engines.reduce<Path[]>((paths, [node]) => {
      const shortcut = chain.shortcuts.get(node!.name);
      return extend(paths, candidates.get(node!.name)!, interval, materials.lutPerBram, shortcut && shortcutEnds(shortcut, along));
    }, [start]);
  const paths = along(chainsOf(graph), { beat: undefined, price: 0, cycles: 0, before: undefined, shortcuts: [] });
  return new Map(foldsOf(paths.reduce((best, path) => (path.price < best.price ? path : best))));
}

/** Ends of a shortcut by the path that it leaves: foldings depend on the beats at the fork alone. */
function shortcutEnds(shortcut: Shortcut, along: (chain: Chain, start: Path) => Path[]): (path: Path) => readonly Path[] {
  const known = new Map<string, Path[]>();
  return (path) => {
    const fork = pathTo(shortcut.from, path);
    const key = `${fork.beat!.lanes} ${fork.beat!.pixels}`;
    const ends = known.get(key) ?? along(shortcut, { beat: fork.beat, price: 0, cycles: 0, before: fork, shortcuts: [] });
    known.set(key, ends);
    return ends;
  };
}

/** Every path by one engine longer, the cheapest for each kind of beat. @param ends where a join's shortcut may end */
function extend(paths: readonly Path[], candidates: readonly Engine[], interval: number, lutPerBram: number, ends?: (path: Path) => readonly Path[]): Path[] {
  const { nodes } = candidates[0]!;
  const { cost } = kindOf(nodes[0]!);
  const { type } = nodes.at(-1)!;
  // What an engine costs depends on its folding and its input's beats, which few paths change.
  const engines = new Map<string, { price: number; cycles: number }>();
  const known = (engine: Engine, fold: number, input: BeatShape) => {
    const key = `${fold} ${input.lanes} ${input.pixels}`;
    const found = engines.get(key) ?? { price: priceOf(cost.estimate(engine, input), lutPerBram), cycles: cost.cycles(engine, input) };
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
    return { path, price: path.price + (between ? priceOf(between.estimate, lutPerBram) : 0), cycles: Math.max(path.cycles, between?.cycles ?? 0) };
  };
  const best = new Map<string, Path>();
  let fastest = Infinity;
  for (const [index, engine] of candidates.entries()) {
    for (const path of paths) {
      const input = cost.inputBeat(engine, path.beat ?? { lanes: type.channels, pixels: 1 });
      const { price, ...rest } = known(engine, index, input);
      // Within the interval only the price counts, beyond it speed before price.
      if (Math.max(rest.cycles, interval) > fastest) continue;
      const main = adapted({ ...path, cycles: 0 }, input);
      const shortcut = ends?.(path).map((end) => adapted(end, input)).sort((a, b) => Math.max(a.cycles, interval) - Math.max(b.cycles, interval) || a.price - b.price)[0];
      const cycles = Math.max(rest.cycles, main.cycles, shortcut?.cycles ?? 0, interval);
      if (cycles > fastest) continue;
      fastest = cycles;
      const total = main.price + (shortcut?.price ?? 0) + price;
      const output = cost.outputBeat(engine, input);
      const key = `${output.lanes} ${output.pixels}`;
      const rival = best.get(key);
      if (rival && (rival.cycles < cycles || (rival.cycles === cycles && rival.price <= total))) continue;
      const beat: HardwareStream = { name: '', ...output, elementBits: bitsOf(type.element), type };
      best.set(key, { beat, price: total, cycles, engine, before: path, shortcuts: shortcut ? [shortcut.path] : [] });
    }
  }
  return [...best.values()].filter((path) => path.cycles === fastest);
}
