// SPDX-License-Identifier: Apache-2.0
/** Layers → what the array does in them: loops, words of its memories, where tensors lie. No bits yet. */
import { BitloomError } from '../../errors/errors.ts';
import type { TypedGraph } from '../../ir/graph.ts';
import type { ArrayShape, Datapath } from './array-shape.ts';
import { bankMaps, type BankMap, type InputMap } from './bank-maps.ts';
import { bitsNode, frameOf, roleOf, sharedGraph, type SharedGraph, type SharedLayer } from './layers.ts';
import { refusals } from './refusals.ts';
import { valueBases } from './value-places.ts';

export interface LayerPlan {
  readonly layer: SharedLayer;
  readonly input: BankMap;
  /** Absent where the layer writes no bits. */
  readonly output?: BankMap;
  /** Nine channel groups of a pixel at a time, in place of nine pixels' groups. */
  readonly point: boolean;
  /** One sum for the whole map. */
  readonly dense: boolean;
  readonly planes: boolean;
  readonly split: boolean;
  readonly datapath: Datapath;
  /** Filters of a pass. */
  readonly units: number;
  readonly passes: number;
  /** Steps of a pass, the longer ones where they alternate. */
  readonly steps: number;
  /** Side of the pool's windows. */
  readonly pool: number;
  /** Loops: pixels of the output, or of the input where the layer is dense. */
  readonly rows: number;
  readonly columns: number;
  readonly weightWords: number;
  readonly firstWeight: number;
  readonly firstParam: number;
  readonly valueBase: number;
  /** Steps of a frame. */
  readonly work: number;
}

export interface SharedPlan {
  readonly shape: ArrayShape;
  readonly graph: SharedGraph;
  readonly input: InputMap;
  readonly layers: readonly LayerPlan[];
  readonly bankDepth: number;
  /** Words of `units` values; 0 where there is no residual stream. */
  readonly valueDepth: number;
  /** Words of the weights and of the constants; of the deepest datapath's. */
  readonly weightDepth: number;
  readonly paramDepth: number;
}

/** Geometry of the array's work in a layer, as far as it depends on the layer and the array alone. */
function workOf(layer: SharedLayer, shape: ArrayShape, input: BankMap, planes: InputMap['planes']) {
  const { kernel } = layer.window;
  const dense = kernel === 'map';
  const point = dense || kernel === 1;
  const filters = layer.array.type.channels;
  const datapath: Datapath = planes ? 'pixels' : point ? 'points' : 'windows';
  const units = shape.own?.[datapath] ?? shape.units;
  const passes = Math.ceil(filters / units);
  const steps = planes ? input.groups : point ? Math.ceil(input.groups / 9) : input.groups;
  const pool = layer.pool ? roleOf(layer.pool, 'pool')!.pool(layer.pool).size : 1;
  const output = (layer.pool ?? layer.array).type;
  const { height: rows, width: columns } = dense ? input : output;
  const split = input.twice;
  const passSteps = split ? passes * steps - Math.floor(passes / 2) : passes * steps;
  const weightWords = dense ? passSteps * rows * columns : passSteps;
  return {
    dense,
    point: point && !planes,
    planes: planes !== undefined,
    split,
    datapath,
    units,
    passes,
    steps,
    pool,
    rows,
    columns,
    weightWords,
    work: rows * columns * passSteps * pool * pool,
  };
}

/** NN006 for every layer that the array cannot run. */
export function planShared(graph: TypedGraph, shape: ArrayShape): SharedPlan {
  const found = sharedGraph(graph);
  const { layers } = found;
  const issues = refusals(graph, found, shape);
  if (issues.length > 0) throw new BitloomError(issues);

  const maps = bankMaps(graph, found, shape);
  const values = valueBases(graph, layers, shape);
  const frame = frameOf(found).name;
  const depths = new Map<Datapath | 'all', { weight: number; param: number }>();
  const plans = layers.map((layer, i): LayerPlan => {
    const input = maps.byNode.get(layer.input)!;
    const work = workOf(layer, shape, input, layer.input === frame ? maps.input.planes : undefined);
    const output = maps.byNode.get(bitsNode(layer)?.name ?? '');
    const memory = shape.own ? work.datapath : 'all';
    const { weight: firstWeight, param: firstParam } = depths.get(memory) ?? { weight: 0, param: 0 };
    depths.set(memory, { weight: firstWeight + work.weightWords, param: firstParam + work.passes });
    const valueBase = values.bases[i]!;
    return { layer, input, ...(output ? { output } : {}), ...work, firstWeight, firstParam, valueBase };
  });
  return {
    shape,
    graph: found,
    input: maps.input,
    layers: plans,
    bankDepth: maps.depth,
    valueDepth: values.depth,
    ...deepest([...depths.values()]),
  };
}

export const deepest = (depths: readonly { readonly weight: number; readonly param: number }[]) => ({
  weightDepth: Math.max(...depths.map(({ weight }) => weight)),
  paramDepth: Math.max(...depths.map(({ param }) => param)),
});
