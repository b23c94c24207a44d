/** Lowered graph + folds → engines, width converters and the streams between them. */
import { BitloomError, type Issue } from '../errors.ts';
import { consumersOf, nodeIssue, type TypedGraph, type TypedNode } from '../ir/graph.ts';
import { bitsOf } from '../ir/types.ts';
import { kindOf } from '../layers/index.ts';
import type { Cost, Engine, Primitives } from '../layers/layer-kind.ts';
import type { Folds } from './choose-folds.ts';
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
}

export interface Placement {
  readonly engines: readonly PlacedEngine[];
  /** Modelled clocks between frames: the slowest engine. */
  readonly interval: number;
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

/** nn_repack from several pixels a beat to one: what every consumer takes today. */
function singlePixels(name: string, from: HardwareStream): { cells: Cell[]; output: HardwareStream } {
  if (from.pixels === 1) return { cells: [], output: from };
  const output: HardwareStream = { ...from, name: `${name}__p1`, pixels: 1 };
  const cell: Cell = {
    module: 'nn_repack',
    instance: `u_${output.name}`,
    comment: `${from.pixels} pixels a beat to 1`,
    parameters: {
      ELEM_W: from.elementBits,
      LANES: from.lanes,
      FOLD: from.type.channels / from.lanes,
      IN_PIXELS: from.pixels,
      OUT_PIXELS: 1,
    },
    input: from,
    output,
    images: [],
  };
  return { cells: [cell], output };
}

/** nn_width cells from one lane count to another: up to the least common multiple, then down, at full rate. */
function converters(name: string, from: HardwareStream, lanes: number): { cells: Cell[]; output: HardwareStream } {
  const cells: Cell[] = [];
  let stream = from;
  const common = (from.lanes * lanes) / gcd(from.lanes, lanes);
  for (const target of [common, lanes]) {
    if (target === stream.lanes) continue;
    const output: HardwareStream = { ...stream, name: `${name}__x${target}`, lanes: target };
    cells.push({
      module: 'nn_width',
      instance: `u_${name}__x${target}`,
      comment: `${stream.lanes} lanes to ${target}`,
      parameters: { ELEM_W: stream.elementBits, PIXELS: stream.pixels, IN_LANES: stream.lanes, OUT_LANES: target },
      input: stream,
      output,
      images: [],
    });
    stream = output;
  }
  return { cells, output: stream };
}

/** The dataflow architecture builds chains; forks and joins come with the residual layers. */
function unchained(graph: TypedGraph, node: TypedNode): { got: string; fix: string } | undefined {
  const readers = consumersOf(graph, node.name).length;
  const isLast = node === graph.nodes.at(-1);
  const fix = 'use every layer once, in a chain';
  if (node.inputs.length > 1) return { got: `${node.inputs.length} inputs`, fix };
  return readers === (isLast ? 0 : 1) ? undefined : { got: `a result that ${readers} layers read`, fix };
}

/** A node and the epilogue that its engine absorbs, if any. */
function engineNodes(graph: TypedGraph, node: TypedNode): TypedNode[] {
  const next = consumersOf(graph, node.name);
  const absorbs = kindOf(node).lowering.takesEpilogue && next.length === 1 && kindOf(next[0]!).lowering.isEpilogue;
  return absorbs ? [node, next[0]!] : [node];
}

export function place(graph: TypedGraph, folds: Folds, primitives?: Primitives): Placement {
  const engines: PlacedEngine[] = [];
  const issues: Issue[] = [];
  const absorbed = new Set<string>();
  let stream: HardwareStream | undefined;
  for (const node of graph.nodes) {
    const kind = kindOf(node);
    const isAbsorbed = absorbed.has(node.name);
    const reason = unchained(graph, node) ?? (isAbsorbed ? undefined : kind.lowering.unsupported?.(node));
    if (reason) issues.push(nodeIssue(graph.name, node, 'NN006', reason));
    if (reason || isAbsorbed) continue;
    const nodes = engineNodes(graph, node);
    for (const later of nodes.slice(1)) absorbed.add(later.name);
    const result = nodes.at(-1)!;
    const engine: Engine = { name: node.name, nodes, fold: folds.get(node.name)!, primitives };
    const work = kind.work?.(node) ?? { macs: 0, operations: 0 };
    const arriving = stream?.lanes ?? node.type.channels;
    const wanted = kind.cost.inputLanes(engine, arriving);
    const single = stream ? singlePixels(node.name, stream) : undefined;
    const adapted = single ? converters(node.name, single.output, wanted) : undefined;
    const output: HardwareStream = {
      name: node.name,
      lanes: kind.cost.outputLanes(engine, wanted),
      pixels: engine.fold.pixels,
      elementBits: bitsOf(result.type.element),
      type: result.type,
    };
    const input = adapted?.output ?? output;
    const cells = [...(single?.cells ?? []), ...(adapted?.cells ?? []), ...kind.lowering.lower(engine, input, output)];
    engines.push({
      ...engine,
      result,
      title: nodes.map((n) => kindOf(n).title).join(' + '),
      cells,
      input,
      output,
      lanes: kind.cost.lanes(engine),
      cycles: kind.cost.cycles(engine, wanted),
      ...work,
      estimate: kind.cost.estimate(engine, wanted),
    });
    stream = output;
  }
  if (issues.length > 0) throw new BitloomError(issues);
  return { engines, interval: Math.max(...engines.map((e) => e.cycles)) };
}
