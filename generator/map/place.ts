/** Lowered graph + folds → engines, the cells that adapt their beats, and the streams between them. */
import { BitloomError, type Issue } from '../errors.ts';
import { consumersOf, nodeIssue, type TypedGraph, type TypedNode } from '../ir/graph.ts';
import { bitsOf } from '../ir/types.ts';
import { kindOf } from '../layers/index.ts';
import type { Cost, Engine, Materials } from '../layers/layer-kind.ts';
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
  /** Clocks per frame; an expectation where they depend on data. */
  readonly cycles: number;
  /** The same in a frame that takes all there is to do. */
  readonly cyclesAtMost: number;
  readonly macs: number;
  readonly operations: number;
  readonly estimate: Cost;
}

export interface Placement {
  readonly engines: readonly PlacedEngine[];
  /** Modelled clocks between frames: the slowest engine; an expectation where they depend on data. */
  readonly interval: number;
  readonly intervalAtMost: number;
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
function requireSupported(graph: TypedGraph, folds: Folds): void {
  const issues = engineNodes(graph, folds).flatMap((nodes) =>
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

/** @param interval clocks a frame that converters between engines may take, where the engines themselves take less */
export function place(graph: TypedGraph, folds: Folds, interval: number, materials: Materials): Placement {
  requireSupported(graph, folds);
  const engines: PlacedEngine[] = [];
  for (const nodes of engineNodes(graph, folds)) {
    const [node, result] = [nodes[0]!, nodes.at(-1)!];
    const kind = kindOf(node);
    const folded: Engine = { name: node.name, nodes, fold: folds.get(node.name)!, ...materials };
    const engine: Engine = { ...folded, orders: kind.early?.orders(folded) };
    const before = engines.at(-1)?.output;
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
    const cycles = Math.max(kind.cost.cycles(engine, taken), adapter?.cycles ?? 0);
    engines.push({
      ...engine,
      result,
      title: nodes.map((n) => kindOf(n).title).join(' + '),
      cells: [...(adapter?.cells ?? []), ...kind.lowering.lower(engine, input, output)],
      input,
      output,
      lanes: kind.cost.lanes(engine),
      cycles,
      cyclesAtMost: Math.max(kind.cost.cyclesAtMost?.(engine, taken) ?? 0, cycles),
      ...(kind.work?.(node) ?? { macs: 0, operations: 0 }),
      estimate: adapter ? plus(adapter.estimate, estimate) : estimate,
    });
  }
  const slowest = (key: 'cycles' | 'cyclesAtMost') => Math.max(...engines.map((engine) => engine[key]));
  return { engines, interval: slowest('cycles'), intervalAtMost: slowest('cyclesAtMost'), lutPerBram: materials.lutPerBram };
}
