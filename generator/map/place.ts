/** Lowered graph + folds → engines, the cells that adapt their beats, and the streams between them. */
import { BitloomError, type Issue } from '../errors.ts';
import { consumersOf, nodeIssue, type TypedGraph, type TypedNode } from '../ir/graph.ts';
import { bitsOf } from '../ir/types.ts';
import { kindOf } from '../layers/index.ts';
import type { Cost, Engine, Fold, Materials } from '../layers/layer-kind.ts';
import { adapt } from './adapt.ts';
import type { Folds } from './choose-folds.ts';
import { engineNodes } from './engine-nodes.ts';
import type { Cell, HardwareStream } from './hardware.ts';

/** An engine in its place: what it computes, its cells and the stream it gives. */
export interface PlacedEngine extends Engine {
  /** The node whose tensor appears on `output`. */
  readonly result: TypedNode;
  readonly title: string;
  readonly cells: readonly Cell[];
  readonly input: HardwareStream;
  readonly output: HardwareStream;
  readonly lanes: number;
  readonly cycles: number;
  readonly macs: number;
  readonly operations: number;
  readonly estimate: Cost;
  /** Layers that take turns in this engine. Absent: it is one layer's own. */
  readonly turns?: readonly Turn[];
}

/** A layer of an engine that many share, and where the bench sees its results. */
export interface Turn {
  readonly name: string;
  readonly title: string;
  readonly macs: number;
  readonly operations: number;
  readonly cycles: number;
  readonly memoryBitsUsed: number;
  /** Signal, in the engine's cell, that is high while the layer works. */
  readonly busySignal: string;
  readonly taps: readonly Tap[];
}

/** Results of a layer as they pass inside an engine's cell. */
export interface Tap {
  readonly node: TypedNode;
  /** Expressions in the cell's scope; `{}` stands for the cell. */
  readonly data: string;
  readonly valid: string;
  readonly bits: number;
  readonly elementBits: number;
  /** Words of a frame. */
  readonly beats: number;
  /** One frame of the node's tensor, hex words in the order in which they pass. */
  words(elementAt: (y: number, x: number, channel: number) => number): string[];
  /** Field i of word n in the network's terms. */
  locate(word: number, field: number): { readonly y: number; readonly x: number; readonly channel: number };
}

export interface Placement {
  readonly engines: readonly PlacedEngine[];
  /** Modelled clocks between frames: the slowest engine. */
  readonly interval: number;
  /** LUTs that a block RAM counted as. */
  readonly lutPerBram: number;
}

/** The dataflow architecture builds chains; forks and joins come with the residual layers. */
function unchained(graph: TypedGraph, node: TypedNode): { got: string; fix: string } | undefined {
  const readers = consumersOf(graph, node.name).length;
  const isLast = node === graph.nodes.at(-1);
  const fix = 'use every layer once, in a chain';
  if (node.inputs.length > 1) return { got: `${node.inputs.length} inputs`, fix };
  return readers === (isLast ? 0 : 1) ? undefined : { got: `a result that ${readers} layers read`, fix };
}

/** NN006 for every node that the architecture cannot build. */
function requireSupported(graph: TypedGraph): void {
  const issues = engineNodes(graph).flatMap((nodes) =>
    nodes.flatMap((node, i): Issue[] => {
      const reason = unchained(graph, node) ?? (i === 0 ? kindOf(node).lowering.unsupported?.(node) : undefined);
      return reason ? [nodeIssue(graph.name, node, 'NN006', reason)] : [];
    }),
  );
  if (issues.length > 0) throw new BitloomError(issues);
}

function plus(a: Cost, b: Cost): Cost {
  const add = (key: keyof Cost) => (a[key] === null || b[key] === null ? null : a[key] + b[key]);
  return { lut: add('lut'), lutRam: add('lutRam'), ff: add('ff'), bram36: add('bram36'), uram: add('uram'), dsp: add('dsp') };
}

/** An engine of a node and its epilogue behind the stream `before`, with the cells that adapt its beats. */
export function placeEngine(nodes: readonly TypedNode[], fold: Fold, before: HardwareStream | undefined, interval: number, materials: Materials): PlacedEngine {
  const [node, result] = [nodes[0]!, nodes.at(-1)!];
  const kind = kindOf(node);
  const engine: Engine = { name: node.name, nodes, fold, ...materials };
  const taken = kind.cost.inputBeat(engine, before ?? { lanes: node.type.channels, pixels: 1 });
  const output: HardwareStream = {
    name: node.name,
    ...kind.cost.outputBeat(engine, taken),
    elementBits: bitsOf(result.type.element),
    type: result.type,
  };
  const adapter = before && adapt(node.name, before, taken, interval);
  const input = adapter?.output ?? output;
  const estimate = kind.cost.estimate(engine, taken);
  return {
    ...engine,
    result,
    title: nodes.map((n) => kindOf(n).title).join(' + '),
    cells: [...(adapter?.cells ?? []), ...kind.lowering.lower(engine, input, output)],
    input,
    output,
    lanes: kind.cost.lanes(engine),
    cycles: Math.max(kind.cost.cycles(engine, taken), adapter?.cycles ?? 0),
    ...(kind.work?.(node) ?? { macs: 0, operations: 0 }),
    estimate: adapter ? plus(adapter.estimate, estimate) : estimate,
  };
}

/** @param interval clocks a frame that converters between engines may take, where the engines themselves take less */
export function place(graph: TypedGraph, folds: Folds, interval: number, materials: Materials): Placement {
  requireSupported(graph);
  const engines: PlacedEngine[] = [];
  for (const nodes of engineNodes(graph))
    engines.push(placeEngine(nodes, folds.get(nodes[0]!.name)!, engines.at(-1)?.output, interval, materials));
  return { engines, interval: Math.max(...engines.map((e) => e.cycles)), lutPerBram: materials.lutPerBram };
}
