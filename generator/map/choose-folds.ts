/** Folding of every engine: the cheapest chain that reaches the wanted interval. */
import { BitloomError, type Issue } from '../errors.ts';
import type { TypedGraph } from '../ir/graph.ts';
import { kindOf } from '../layers/index.ts';
import type { Cost, Engine, Fold, Materials } from '../layers/layer-kind.ts';
import { bitsOf } from '../ir/types.ts';
import { adapt, type Adapter } from './adapt.ts';
import { candidateEngines, unfolded, type Pins } from './candidates.ts';
import { engineNodes } from './engine-nodes.ts';
import type { BeatShape, HardwareStream } from './hardware.ts';

/** By node; those that another's engine takes in are unfolded. */
export type Folds = ReadonlyMap<string, Fold>;

/** A chain up to some engine that ends in these beats: the cheapest way there. */
interface Path {
  readonly beat: HardwareStream | undefined;
  readonly price: number;
  /** Clocks that its engines take beyond the interval, summed. */
  readonly late: number;
  readonly engine: Engine | undefined;
  readonly before: Path | undefined;
}

/** Foldings along a path. */
function foldsOf(path: Path): Folds {
  const folds = new Map<string, Fold>();
  for (let at: Path | undefined = path; at?.engine; at = at.before)
    at.engine.nodes.forEach((node, i) => folds.set(node.name, i === 0 ? at!.engine!.fold : unfolded));
  return folds;
}

/** Price of resources: a block RAM counts as `lutPerBram` LUTs. */
function priceOf({ lut, bram36 }: Cost, lutPerBram: number): number {
  return (lut ?? 0) + lutPerBram * (bram36 ?? 0);
}

/** Keeps the path unless one to the same kind of beat is less late or cheaper: that is all the next engine needs to know. */
function keep(best: Map<string, Path>, path: Path): void {
  const key = path.beat ? `${path.beat.lanes} ${path.beat.pixels}` : '';
  const rival = best.get(key);
  if (!rival || path.late < rival.late || (path.late === rival.late && path.price < rival.price)) best.set(key, path);
}

/** The paths that are least late. */
function fastest(best: ReadonlyMap<string, Path>): Path[] {
  const late = Math.min(...[...best.values()].map((path) => path.late));
  return [...best.values()].filter((path) => path.late === late);
}

/**
 * The foldings of the cheapest chain of engines, the cells between them counted, in which no engine takes more than
 * `interval` clocks a frame. Where no folding is fast enough the fastest is taken; the caller compares intervals.
 *
 * Engines meet only in the beats they exchange: dynamic programming along the chain. An engine that decides early reaches
 * as far as the pool that it takes in, where it meets the engine in lockstep with the pool behind it.
 */
export function chooseFolds(graph: TypedGraph, interval: number, pins: Pins, materials: Materials): Folds {
  const issues: Issue[] = [];
  for (const name of Object.keys(pins))
    if (!graph.nodes.some((n) => n.name === name))
      issues.push({ code: 'NN014', where: `${graph.name} › ${name}`, got: 'a folding for a layer that does not exist', legal: graph.nodes.map((n) => n.name).join(' ') });
  const places = engineNodes(graph);
  const reached = Array.from({ length: places.length + 1 }, () => new Map<string, Path>());
  keep(reached[0]!, { beat: undefined, price: 0, late: 0, engine: undefined, before: undefined });
  for (const [i, nodes] of places.entries()) {
    for (const node of nodes.slice(1)) if (pins[node.name]) candidateEngines(graph, node, materials, pins[node.name], issues);
    const candidates = candidateEngines(graph, nodes[0]!, materials, pins[nodes[0]!.name], issues);
    const paths = fastest(reached[i]!);
    for (const taken of new Set(candidates.map((engine) => engine.nodes.length))) {
      const engines = candidates.filter((engine) => engine.nodes.length === taken);
      extend(paths, engines, interval, materials.lutPerBram, reached[i + 1 + taken - nodes.length]!);
    }
  }
  if (issues.length > 0) throw new BitloomError(issues);
  return foldsOf(fastest(reached[places.length]!).reduce((best, path) => (path.price < best.price ? path : best)));
}

/** Every path by one engine longer, of candidates for the same nodes; into `best`, the cheapest for each kind of beat. */
function extend(paths: readonly Path[], candidates: readonly Engine[], interval: number, lutPerBram: number, best: Map<string, Path>): void {
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
  let least = Infinity;
  for (const [index, engine] of candidates.entries()) {
    for (const path of paths) {
      const input = cost.inputBeat(engine, path.beat ?? { lanes: type.channels, pixels: 1 });
      const { price, ...rest } = known(engine, index, input);
      // Within the interval only the price counts, beyond it speed before price.
      if (Math.max(rest.cycles, interval) > least) continue;
      const between = path.beat && adapter(path.beat, input);
      const cycles = Math.max(rest.cycles, between?.cycles ?? 0, interval);
      if (cycles > least) continue;
      least = cycles;
      const total = path.price + (between ? priceOf(between.estimate, lutPerBram) : 0) + price;
      const beat = { name: '', ...cost.outputBeat(engine, input), elementBits: bitsOf(type.element), type };
      keep(best, { beat, price: total, late: path.late + cycles - interval, engine, before: path });
    }
  }
}
