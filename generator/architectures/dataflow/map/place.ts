// SPDX-License-Identifier: Apache-2.0
/** Lowered graph + folds → engines, the cells that adapt their beats, and the streams between them. */
import { dataflowLayer, dataflowOf, unsupported } from '../layers/layers.ts';
import { BitloomError, fail, type Issue } from '../../../errors/errors.ts';
import { consumersOf, nodeIssue, type TypedGraph, type TypedNode } from '../../../ir/graph.ts';
import { bitsOf } from '../../../ir/types.ts';
import { kindOf } from '../../../layers/index.ts';
import type { Cost } from '../../../hardware/cost.ts';
import type { Engine, Materials } from '../../../stream-top/engine.ts';
import { adapt } from './adapt.ts';
import { reservoir } from './reservoir.ts';
import { chainsOf, detoursOf, type Detour } from './chains.ts';
import type { Folds } from './choose-folds.ts';
import { engineNodes } from './engine-nodes.ts';
import { fork, queue, waysOf, type Reader, type Way } from './forks.ts';
import type { PlacedEngine, Placement, Queue } from '../../../stream-top/placement.ts';
import { beatsPerFrame, type BeatShape, type Cell, type HardwareStream } from '../../../hardware/hardware.ts';

/** Only engines that join two streams have two inputs. */
function unconnected(node: TypedNode): { got: string; fix: string } | undefined {
  return node.inputs.length > 1 && !dataflowLayer(node)?.lowering.joins
    ? { got: `${node.inputs.length} inputs`, fix: 'give it one' }
    : undefined;
}

/** NN006 for every node that the architecture cannot build; nothing else of the mapper is to see such nodes. */
export function requireSupported(graph: TypedGraph): void {
  const issues = engineNodes(graph).flatMap((nodes) =>
    nodes.flatMap((node, i): Issue[] => {
      const reason = (i === 0 ? unsupported(node) : undefined) ?? unconnected(node);
      return reason ? [nodeIssue(graph.name, node, 'NN006', reason)] : [];
    }),
  );
  if (issues.length > 0) throw new BitloomError(issues);
}

function plus(a: Cost, b: Cost): Cost {
  const add = (key: keyof Cost) => (a[key] === null || b[key] === null ? null : a[key] + b[key]);
  return {
    lut: add('lut'),
    lutRam: add('lutRam'),
    ff: add('ff'),
    bram36: add('bram36'),
    uram: add('uram'),
    dsp: add('dsp'),
  };
}

/** NN006 where a shortcut shares engines with another one: neither could be placed between its fork and its join. */
function requireSeriesParallel(graph: TypedGraph, detours: readonly Detour[]): void {
  const seen = new Set<TypedNode>();
  for (const [node] of detours.flatMap(({ shortcut }) => shortcut.engines)) {
    if (seen.has(node!))
      fail(
        nodeIssue(graph.name, node!, 'NN006', {
          got: 'a result that two shortcuts lead through',
          fix: 'join them one inside the other',
        }),
      );
    seen.add(node!);
  }
}

/**
 * An input of an engine: the cells that bring a stream into its beats, and late enough to meet the other one at a join.
 */
interface Inlet {
  readonly cells: readonly Cell[];
  readonly queue?: Queue;
  readonly stream: HardwareStream;
  readonly cycles: number;
  readonly costs: readonly Cost[];
}

/**
 * A queue lies where the beats are fewer, before or behind the converters: what is read in bursts is then not held up
 * by them.
 */
function inlet(
  name: string,
  from: string,
  arriving: HardwareStream,
  taken: BeatShape,
  way: Way | undefined,
  interval: number,
  { lutPerBram, pause, cycles }: { readonly lutPerBram: number; readonly pause: number; readonly cycles: number },
): Inlet {
  const waitsFirst = way && beatsPerFrame(arriving) < beatsPerFrame({ ...arriving, ...taken });
  const before = waitsFirst ? queue(from, way, arriving, lutPerBram) : undefined;
  const adapter = adapt(name, before?.output.output ?? arriving, taken, interval);
  const behind = way && !waitsFirst ? queue(from, way, adapter.output, lutPerBram) : undefined;
  const waiting = before ?? behind;
  // A queue of rows is room enough.
  const busy = waiting ? 0 : Math.max(adapter.cycles, beatsPerFrame(arriving), beatsPerFrame(adapter.output));
  const room = pause > 0 && busy + pause > cycles ? reservoir(adapter.output, pause) : undefined;
  return {
    cells: [...(before?.cells ?? []), ...adapter.cells, ...(behind?.cells ?? []), ...(room?.cells ?? [])],
    ...(waiting ? { queue: waiting.output } : {}),
    stream: room?.output ?? behind?.output.output ?? adapter.output,
    cycles: adapter.cycles,
    costs: [adapter.estimate, ...[waiting, room].flatMap((built) => built?.estimate ?? [])],
  };
}

/**
 * An engine behind the streams that arrive, with the cells that adapt their beats and the queues; nothing of who reads
 * its result.
 * @param main the input whose beats it takes: a join takes those of the longer way
 * @param ways from forks to joins, of all engines
 */
export function placeEngine(
  engine: Engine,
  arriving: readonly HardwareStream[],
  main: number,
  interval: number,
  ways: readonly Way[] = [],
): PlacedEngine {
  const { name, nodes } = engine;
  const [node, result] = [nodes[0]!, nodes.at(-1)!];
  const kind = kindOf(node);
  const { cost, lowering } = dataflowOf(node);
  const taken = cost.inputBeat(engine, arriving[main] ?? { lanes: node.type.channels, pixels: 1 });
  const output: HardwareStream = {
    ...cost.outputBeat(engine, taken),
    name,
    elementBits: bitsOf(result.type.element),
    type: result.type,
  };
  const inlets = arriving.map((stream, i) => {
    const way = ways.find((w) => w.reader === name && w.input === i);
    return inlet(i === 0 ? name : `${name}__shortcut`, node.inputs[i]!, stream, taken, way, interval, {
      lutPerBram: engine.lutPerBram,
      pause: cost.pause?.(engine) ?? 0,
      cycles: cost.cycles(engine, taken),
    });
  });
  const [input = output, shortcut] = inlets.map(({ stream }) => stream);
  const cycles = Math.max(cost.cycles(engine, taken), ...inlets.map((inlet) => inlet.cycles));
  return {
    ...engine,
    result,
    title: nodes.map((n) => kindOf(n).title).join(' + '),
    cells: [...inlets.flatMap(({ cells }) => cells), ...lowering.lower(engine, input, output, shortcut)],
    queues: inlets.flatMap((inlet) => inlet.queue ?? []),
    input,
    output,
    lanes: cost.lanes(engine),
    cycles,
    cyclesAtMost: Math.max(cost.cyclesAtMost?.(engine, taken) ?? 0, cycles),
    ...(kind.work?.(node) ?? { macs: 0, operations: 0 }),
    estimate: inlets.flatMap(({ costs }) => costs).reduce(plus, cost.estimate(engine, taken)),
  };
}

/** @param interval clocks a frame that converters between engines may take, where the engines themselves take less */
export function place(graph: TypedGraph, folds: Folds, interval: number, materials: Materials): Placement {
  const all = new Map(engineNodes(graph, folds).map((nodes) => [nodes[0]!.name, engineOf(nodes, folds, materials)]));
  const detours = detoursOf(chainsOf(graph, folds));
  requireSeriesParallel(graph, detours);
  const ways = detours.flatMap((detour) => waysOf(detour, (name) => all.get(name)!));
  /** Streams that wait for their readers, by result and reader. */
  const streams = new Map<string, HardwareStream>();
  const engines = [...all.values()].map((engine): PlacedEngine => {
    const { name, nodes } = engine;
    const arriving = nodes[0]!.inputs.map((input, i) => streams.get(`${input} ${name} ${i}`)!);
    const shortcutInput = detours.find(({ join }) => join === name)?.shortcut.input;
    const placed = placeEngine(engine, arriving, shortcutInput === 0 ? 1 : 0, interval, ways);
    const { output, result } = placed;
    const readers = readersOf(graph, all, result.name);
    const forked = readers.length > 1 ? fork(output, readers) : undefined;
    readers.forEach((reader, i) =>
      streams.set(`${result.name} ${reader.name} ${reader.input}`, forked?.output[i] ?? output),
    );
    if (!forked) return placed;
    return { ...placed, cells: [...placed.cells, ...forked.cells], estimate: plus(placed.estimate, forked.estimate) };
  });
  const slowest = (key: 'cycles' | 'cyclesAtMost') => Math.max(...engines.map((engine) => engine[key]));
  return {
    engines,
    interval: slowest('cycles'),
    intervalAtMost: slowest('cyclesAtMost'),
    lutPerBram: materials.lutPerBram,
  };
}

/** An engine in the form of its folding, with the orders in which it decides. */
function engineOf(nodes: readonly TypedNode[], folds: Folds, materials: Materials): Engine {
  const [node] = nodes;
  const engine: Engine = { name: node!.name, nodes, fold: folds.get(node!.name)!, ...materials };
  return { ...engine, orders: dataflowOf(node!).early?.orders(engine) };
}

/** Engines that read a result, and by which input. */
function readersOf(graph: TypedGraph, engines: ReadonlyMap<string, Engine>, result: string): Reader[] {
  return consumersOf(graph, result)
    .filter(({ name }) => engines.has(name))
    .flatMap(({ name, inputs }) => inputs.flatMap((input, i) => (input === result ? [{ name, input: i }] : [])));
}
