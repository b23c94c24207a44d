// SPDX-License-Identifier: Apache-2.0
/** Layers → what the array does in them: loops, words of its memories, where tensors lie. No bits yet. */
import { BitloomError, type Issue } from '../../errors/errors.ts';
import { nodeByName, nodeIssue, type TypedGraph, type TypedNode } from '../../ir/graph.ts';
import { bitsOf, elementCount, isSigned, type TensorType } from '../../ir/types.ts';
import { bitsNode, roleOf, sharedGraph, valuesNode, type SharedGraph, type SharedLayer } from './layers.ts';
import { layOut, type Lifetime } from './regions.ts';

/** Types of layers: bit planes, kernels of pixels, 1×1 kernels and dense layers. */
export const datapaths = ['pixels', 'windows', 'points'] as const;
export type Datapath = (typeof datapaths)[number];

/** Units of nine taps × `group` channels. */
export interface ArrayShape {
  readonly units: number;
  /** Units of each type's own datapath, `units` those of the widest; absent: one array for all. */
  readonly own?: Readonly<Record<Datapath, number>>;
  readonly group: number;
  /** A layer's last group may be half a group, which then two filters share. */
  readonly split: boolean;
}

export const groupSizes = [8, 16, 32];

/** A map of bits in the nine banks. */
export interface BankMap {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Words of a pixel. */
  readonly groups: number;
  /** Words from one row of thirds to the next. */
  readonly pitch: number;
  /** What stands where no channel does: the padding of the layer that reads it. */
  readonly fill: 0 | 1;
  /** The last word holds half a group, twice. */
  readonly twice: boolean;
  readonly base: number;
}

/** Pixels as they come in. */
export interface InputMap extends BankMap {
  /** Integers as bit planes; absent where pixels are bits. */
  readonly planes?: { readonly bits: number; readonly raise: number; readonly pad: number };
  /** Pixels of a word, where the map is one long vector; 0 where it is none. */
  readonly pixels: number;
}

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

/** What the array cannot do in a layer. */
function issuesOf(layer: SharedLayer, graph: TypedGraph, input: TensorType): Issue[] {
  const issues: Issue[] = [];
  const refuse = (node: TypedNode, got: string, fix: string) =>
    issues.push(nodeIssue(graph.name, node, 'NN006', { got, fix }));
  const { kernel, stride, padSize } = layer.window;
  if (kernel !== 'map' && kernel > 3)
    refuse(layer.array, `a ${kernel}×${kernel} kernel; the array has nine taps`, 'kernels up to 3, or --arch dataflow');
  if (input.element.type === 'int') {
    if (kernel === 'map')
      refuse(layer.array, 'a dense layer of integers', 'put a convolution before it, or --arch dataflow');
    if (input.channels > 4)
      refuse(layer.array, `integers of ${input.channels} channels`, 'at most 4, or --arch dataflow');
    if (bitsOf(input.element) > 8)
      refuse(layer.array, `integers of ${bitsOf(input.element)} bits`, 'at most 8, or --arch dataflow');
  } else if (kernel === 1 && padSize > 0) refuse(layer.array, 'padding of a 1×1 kernel', 'pad 0');
  if (layer.compare && roleOf(layer.compare, 'compare')!.thresholds(layer.compare).mirrored.includes(1))
    refuse(layer.compare, 'a mirrored compare of values', 'positive γ there, or integer thresholds');
  if (layer.pool) {
    const { size, stride: apart } = roleOf(layer.pool, 'pool')!.pool(layer.pool);
    if (size !== apart)
      refuse(layer.pool, `overlapping windows (size ${size}, stride ${apart})`, 'make the stride equal the size');
    if ((size - 1) * stride > 2)
      refuse(
        layer.pool,
        `a ${size}×${size} pool behind stride ${stride}`,
        'a pool that reaches at most two pixels, or --arch dataflow',
      );
  }
  if (layer.mean) {
    const { rows, columns } = roleOf(layer.mean, 'mean')!.window(layer.mean);
    const { height, width } = layer.mean.inputTypes[0]!;
    if (rows !== height || columns !== width)
      refuse(layer.mean, 'an average over a part of the map', 'average the whole map, or --arch dataflow');
  }
  return issues;
}

/** The frame in the banks, where the first layer finds it. */
function inputMap(graph: TypedGraph, reader: SharedLayer, shape: ArrayShape): Omit<InputMap, 'base'> {
  const { type } = nodeByName(graph, reader.input);
  const { kernel, padValue } = reader.window;
  const third = (size: number) => Math.ceil(size / 3);
  if (type.element.type === 'int') {
    const bits = bitsOf(type.element);
    const raise = isSigned(type.element) ? 2 ** (bits - 1) : 0;
    const groups = Math.ceil(bits / (shape.group / 4));
    return {
      ...type,
      groups,
      pitch: third(type.width) * groups,
      fill: 0,
      twice: false,
      pixels: 0,
      planes: { bits, raise, pad: padValue + raise },
    };
  }
  const fill = padValue > 0 ? 1 : 0;
  if (kernel !== 'map') return { ...type, groups: 1, pitch: third(type.width), fill, twice: false, pixels: 0 };
  const groups = Math.ceil(elementCount(type) / shape.group);
  return {
    height: 1,
    width: 1,
    channels: elementCount(type),
    groups,
    pitch: groups,
    fill,
    twice: false,
    pixels: shape.group / type.channels,
  };
}

/** NN006 for every layer that the array cannot run. */
export function planShared(graph: TypedGraph, shape: ArrayShape): SharedPlan {
  const found = sharedGraph(graph);
  const { layers } = found;
  const typeOf = (name: string) => nodeByName(graph, name).type;
  const frame = found.before.at(-1)!.name;
  const issues = layers.flatMap((layer) => issuesOf(layer, graph, typeOf(layer.input)));
  const { channels, element } = typeOf(frame);
  if (element.type === 'bipolar' && shape.group % channels !== 0)
    issues.push(
      nodeIssue(graph.name, nodeByName(graph, frame), 'NN006', {
        got: `pixels of ${channels} bits in words of ${shape.group}`,
        fix: 'a number of channels that divides the word, or --arch dataflow',
      }),
    );
  layers.forEach((layer, i) => {
    if (i < layers.length - 1 && !bitsNode(layer) && !valuesNode(layer))
      issues.push(
        nodeIssue(graph.name, layer.array, 'NN006', {
          got: 'sums that no threshold makes bits',
          fix: 'put a threshold behind it',
        }),
      );
  });
  const last = layers.at(-1)!.nodes.at(-1)!;
  if (last.type.height * last.type.width > 1)
    issues.push(
      nodeIssue(graph.name, last, 'NN006', {
        got: `a last layer of ${last.type.height}×${last.type.width} pixels`,
        fix: 'a dense layer or an average at the end, or --arch dataflow',
      }),
    );
  if (issues.length > 0) throw new BitloomError(issues);

  const readersOf = (name: string) => layers.flatMap((layer, i) => (layer.input === name ? [i] : []));
  const padOf = (i: number) => layers[i]!.window.padValue;
  const input = inputMap(graph, layers[readersOf(frame)[0]!]!, shape);

  // Maps of bits, by the node whose tensor they hold.
  const third = (size: number) => Math.ceil(size / 3);
  const maps = new Map<string, Omit<BankMap, 'base'>>([[frame, input]]);
  const written = layers.map((layer) => {
    const node = bitsNode(layer);
    const readers = node ? readersOf(node.name) : [];
    if (!node || readers.length === 0) return undefined;
    const { height, width, channels } = node.type;
    const groups = Math.ceil(channels / shape.group);
    const rest = channels % shape.group;
    // Half a step is saved where there are whole ones beside it, and filters to share it.
    const halves = (i: number) => {
      const { window, pool, array } = layers[i]!;
      return window.kernel !== 'map' && window.kernel > 1 && !pool && groups > 1 && array.type.channels > shape.units;
    };
    const twice = shape.split && rest > 0 && rest <= shape.group / 2 && readers.every(halves);
    const pads = readers.filter((i) => layers[i]!.window.padSize > 0).map(padOf);
    const fill = (pads[0] ?? -1) > 0 ? 1 : 0;
    if (new Set(pads).size > 1)
      throw new BitloomError([
        nodeIssue(graph.name, node, 'NN006', {
          got: 'a map that is padded with +1 here and −1 there',
          fix: 'one padding for all who read it',
        }),
      ]);
    maps.set(node.name, { height, width, channels, groups, pitch: third(width) * groups, fill, twice });
    return node.name;
  });

  const lastReader = (name: string) => Math.max(...readersOf(name));
  const lifetime = (name: string, from: number): Lifetime => ({
    from,
    to: lastReader(name),
    size: third(maps.get(name)!.height) * maps.get(name)!.pitch,
  });
  const owners = layers.flatMap((_, i) => (written[i] ? [i] : []));
  const banks = layOut([lifetime(frame, -1), ...owners.map((i) => lifetime(written[i]!, i))]);
  const placed = new Map<string, BankMap>([[frame, { ...input, base: banks.bases[0]! }]]);
  owners.forEach((i, n) => placed.set(written[i]!, { ...maps.get(written[i]!)!, base: banks.bases[n + 1]! }));

  const values = valueBases(graph, layers, shape);
  const depths = new Map<Datapath | 'all', { weight: number; param: number }>();
  const plans = layers.map((layer, i): LayerPlan => {
    const map = placed.get(layer.input)!;
    const work = workOf(layer, shape, map, layer.input === frame ? input.planes : undefined);
    const output = written[i] === undefined ? undefined : placed.get(written[i]);
    const memory = shape.own ? work.datapath : 'all';
    const { weight: firstWeight, param: firstParam } = depths.get(memory) ?? { weight: 0, param: 0 };
    depths.set(memory, { weight: firstWeight + work.weightWords, param: firstParam + work.passes });
    return {
      layer,
      input: map,
      ...(output ? { output } : {}),
      ...work,
      firstWeight,
      firstParam,
      valueBase: values.bases[i]!,
    };
  });
  return {
    shape,
    graph: found,
    input: { ...input, base: banks.bases[0]! },
    layers: plans,
    bankDepth: banks.depth,
    valueDepth: values.depth,
    ...deepest([...depths.values()]),
  };
}

export const deepest = (depths: readonly { readonly weight: number; readonly param: number }[]) => ({
  weightDepth: Math.max(...depths.map(({ weight }) => weight)),
  paramDepth: Math.max(...depths.map(({ param }) => param)),
});

/** Where each layer's values lie. An add writes where its shortcut was: the sum of two is read and written in place. */
function valueBases(
  graph: TypedGraph,
  layers: readonly SharedLayer[],
  { units }: ArrayShape,
): { readonly bases: readonly number[]; readonly depth: number } {
  const owner = new Map<string, number>();
  const tensors: { from: number; to: number; size: number }[] = [];
  const of = layers.map((layer, i) => {
    const node = valuesNode(layer);
    if (!node) return -1;
    if (layer.shortcut !== undefined) {
      const later = layers.slice(i + 1).some(({ shortcut }) => shortcut === layer.shortcut);
      if (later || !owner.has(layer.shortcut))
        throw new BitloomError([
          nodeIssue(graph.name, layer.add!, 'NN006', {
            got: later ? 'a shortcut that another add reads later' : 'a shortcut that the array does not hold',
            fix: 'use --arch dataflow',
          }),
        ]);
    }
    const at = layer.shortcut === undefined ? tensors.length : owner.get(layer.shortcut)!;
    const { height, width, channels } = node.type;
    tensors[at] ??= { from: i, to: i, size: height * width * Math.ceil(channels / units) };
    tensors[at].to = i;
    owner.set(node.name, at);
    return at;
  });
  if (tensors.length === 0) return { bases: layers.map(() => 0), depth: 0 };
  const { bases, depth } = layOut(tensors);
  return { bases: of.map((at) => (at < 0 ? 0 : bases[at]!)), depth };
}
