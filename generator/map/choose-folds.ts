/** Folding of every engine: the fewest lanes that reach the wanted interval. */
import { BitloomError, type Issue } from '../errors.ts';
import { nodeIssue, type TypedGraph, type TypedNode } from '../ir/graph.ts';
import { kindOf } from '../layers/index.ts';
import type { Engine, Fold, Primitives } from '../layers/layer-kind.ts';

export type Folds = ReadonlyMap<string, Fold>;
export type Pins = Readonly<Record<string, Partial<Fold>>>;

export const unfolded: Fold = { pe: 1, simd: 1, pixels: 1 };

/** Every legal folding of a node; one entry, 1 × 1, for kinds that follow their stream. */
export function legalFolds(node: TypedNode): Fold[] {
  const axes = kindOf(node).cost.foldAxes?.(node);
  if (!axes) return [unfolded];
  return axes.pe.flatMap((pe) => axes.simd.flatMap((simd) => axes.pixels.map((pixels) => ({ pe, simd, pixels }))));
}

/** A pinned folding, checked against the axes (NN014). */
function pinned(graph: TypedGraph, node: TypedNode, pin: Partial<Fold>, issues: Issue[]): Fold[] {
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

/**
 * The cheapest folding of each engine with at most `interval` clocks a frame. A block RAM counts as the LUTs that the
 * device has per block RAM (`lutPerBram`). Where no folding is fast enough the fastest is taken; the caller compares
 * intervals.
 */
export function chooseFolds(graph: TypedGraph, interval: number, pins: Pins = {}, lutPerBram = 0, primitives?: Primitives): Folds {
  const issues: Issue[] = [];
  for (const name of Object.keys(pins))
    if (!graph.nodes.some((n) => n.name === name))
      issues.push({ code: 'NN014', where: `${graph.name} › ${name}`, got: 'a folding for a layer that does not exist', legal: graph.nodes.map((n) => n.name).join(' ') });
  const folds = new Map<string, Fold>();
  for (const node of graph.nodes) {
    const candidates = pins[node.name] ? pinned(graph, node, pins[node.name]!, issues) : legalFolds(node);
    folds.set(node.name, cheapest(node, candidates, interval, lutPerBram, primitives));
  }
  if (issues.length > 0) throw new BitloomError(issues);
  return folds;
}

function cheapest(node: TypedNode, candidates: readonly Fold[], interval: number, lutPerBram: number, primitives?: Primitives): Fold {
  const { cost } = kindOf(node);
  const timed = candidates.map((fold) => {
    const engine: Engine = { name: node.name, nodes: [node], fold, primitives };
    const arriving = cost.inputLanes(engine, fold.simd);
    return { fold, engine, arriving, cycles: cost.cycles(engine, arriving), lanes: fold.pe * fold.simd * fold.pixels };
  });
  const fastest = Math.min(...timed.map((t) => t.cycles));
  const priced = timed
    .filter((t) => t.cycles <= Math.max(interval, fastest))
    .map((t) => {
      const { lut, bram36 } = cost.estimate(t.engine, t.arriving);
      return { ...t, price: (lut ?? 0) + lutPerBram * (bram36 ?? 0) };
    });
  priced.sort((a, b) => a.price - b.price || a.lanes - b.lanes || a.fold.pixels - b.fold.pixels || a.fold.pe - b.fold.pe);
  return priced[0]!.fold;
}
