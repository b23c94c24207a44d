// SPDX-License-Identifier: Apache-2.0
/**
 * The shared architecture as a placement: what comes before the array, the array, and what is behind it, in one chain.
 */
import { unsupported } from '../dataflow/layers/layers.ts';
import { nodeIssue, type TypedGraph, type TypedNode } from '../../ir/graph.ts';
import { BitloomError } from '../../errors/errors.ts';
import { bitsOf, elementCount } from '../../ir/types.ts';
import { kindOf } from '../../layers/index.ts';
import type { Materials } from '../../stream-top/engine.ts';
import type { Cell, HardwareStream } from '../../hardware/hardware.ts';
import { placeEngine } from '../dataflow/map/place.ts';
import type { PlacedEngine, Placement, Turn } from '../../stream-top/placement.ts';
import { estimateShared } from './estimate.ts';
import { imagesOf, ownImagesOf } from './images.ts';
import { arrayInterval } from './interval.ts';
import { datapaths, type ArrayShape } from './array-shape.ts';
import { planShared, type LayerPlan, type SharedPlan } from './plan.ts';
import { gapClocks } from './table.ts';
import { tapsOf } from './taps.ts';

/** Name of the engine, of its signals in the top and of its memory images: no layer can have it. */
export const arrayName = ({ name }: TypedGraph) => `${name}__array`;

/** 1-bit tap operations: bit planes count one by one. */
function turnOf(plan: LayerPlan, index: number, shared: SharedPlan, gap: number): Turn {
  const { layer, work } = plan;
  const { macs, operations } = kindOf(layer.array).work!(layer.array);
  return {
    name: layer.array.name,
    title: layer.nodes.map((node) => kindOf(node).title).join(' + '),
    macs,
    operations,
    steps: work,
    cycles: work + gap,
    busySignal: `({}.u_front.u_sequence.step && {}.layer == ${index})`,
    taps: tapsOf(plan, index, shared),
  };
}

/** NN006 where a node beside the array has no cell. */
function placeBeside(
  graph: TypedGraph,
  node: TypedNode,
  before: HardwareStream | undefined,
  materials: Materials,
): PlacedEngine {
  const reason = unsupported(node);
  if (reason) throw new BitloomError([nodeIssue(graph.name, node, 'NN006', reason)]);
  const engine = { ...materials, name: node.name, nodes: [node], fold: { pe: 1, simd: 1, pixels: 1 } };
  return placeEngine(engine, before ? [before] : [], 0, Infinity);
}

/** The array itself, with all its layers, behind `input`. */
function placeArray(graph: TypedGraph, plan: SharedPlan, input: HardwareStream, materials: Materials): PlacedEngine {
  const { shape, layers } = plan;
  const name = arrayName(graph);
  const { primitives } = materials;
  const result = layers.at(-1)!.layer.nodes.at(-1)!;
  const { type } = result;
  const output: HardwareStream = { name, lanes: 1, pixels: 1, elementBits: bitsOf(type.element), type };
  const { parameters, images, stage } = (shape.own ? ownImagesOf : imagesOf)(graph, name, plan, primitives);
  const gap = gapClocks(shape, stage);
  const turns = layers.map((layer, i) => turnOf(layer, i, plan, gap));
  const cycles = arrayInterval(plan, gap, elementCount(type));
  const taps = 9 * shape.group;
  const units = shape.own ? datapaths.reduce((sum, datapath) => sum + shape.own![datapath], 0) : shape.units;
  const total = (key: 'macs' | 'operations') => turns.reduce((sum, turn) => sum + turn[key], 0);
  const cell: Cell = {
    module: shape.own ? 'nn_unshared' : 'nn_shared',
    instance: `u_${name}`,
    comment: `${turns.length} layers on ${units} units of ${taps} taps`,
    parameters,
    input,
    output,
    images,
    busySignal: 'u_front.u_sequence.step',
    operationsPerClock: () => units * taps,
  };
  return {
    ...materials,
    name,
    nodes: layers.flatMap(({ layer }) => layer.nodes),
    fold: { pe: units, simd: taps, pixels: 1 },
    result,
    title: shape.own ? 'datapaths' : 'shared array',
    cells: [cell],
    queues: [],
    input,
    output,
    lanes: units * taps,
    cycles,
    cyclesAtMost: cycles,
    macs: total('macs'),
    operations: total('operations'),
    estimate: estimateShared(plan, stage, images, primitives),
    turns,
  };
}

export function placeShared(graph: TypedGraph, shape: ArrayShape, materials: Materials): Placement {
  const plan = planShared(graph, shape);
  const { before, behind } = plan.graph;
  const engines: PlacedEngine[] = [];
  for (const node of before) engines.push(placeBeside(graph, node, engines.at(-1)?.output, materials));
  engines.push(placeArray(graph, plan, engines.at(-1)!.output, materials));
  for (const node of behind) engines.push(placeBeside(graph, node, engines.at(-1)!.output, materials));
  const slowest = (key: 'cycles' | 'cyclesAtMost') => Math.max(...engines.map((engine) => engine[key]));
  return {
    engines,
    interval: slowest('cycles'),
    intervalAtMost: slowest('cyclesAtMost'),
    lutPerBram: materials.lutPerBram,
  };
}
