// SPDX-License-Identifier: Apache-2.0
/** From a network to the engine's layers, its size, and where everything lies. */
import { fail } from '../../../errors/errors.ts';
import type { TypedGraph } from '../../../ir/graph.ts';
import { convolutionLayers, reachOf, type Convolution, type InputVector } from './convolution.ts';
import { codeRows, denseLayer, type Dense } from './dense.ts';
import { handoverLayer, outputLayer } from './handover.ts';
import type { EngineLayer } from '../program/layer.ts';
import { layOut, type Layout, type ResultPart } from './layout.ts';
import { operationsOf, type Operation, type Operations, type Term, type Value } from './operations.ts';
import { poolLayer } from './pool.ts';
import type { RoleOf } from '../layer/role.ts';
import { linesOf, outputsAtOnce, wordsOfLine, type EngineShape, type LineMap } from '../program/shape.ts';
import type { VectorLayer } from '../program/vector-layer.ts';
import { vectorOrder } from '../program/vector-order.ts';

/** A layer, and what it computes: channels of a value, or results. */
export interface Compiled<Layer> {
  readonly layer: Layer;
  /** Node whose work it is. */
  readonly node: string;
  /** Value that it writes, channels first..first + count − 1; absent for results and what is handed over. */
  readonly writes?: { readonly value: string; readonly first: number; readonly count: number };
  readonly part?: ResultPart;
  /** Multiplications with its weights, zeros counted; 0 where it has none. */
  readonly macs: number;
}

export type MapLayer = Compiled<EngineLayer> & { readonly machine: 'maps' };
export type VectorsLayer = Compiled<VectorLayer> & { readonly machine: 'vectors' };
export type CompiledLayer = MapLayer | VectorsLayer;

export interface CompiledNetwork {
  readonly shape: EngineShape;
  readonly network: Operations;
  readonly layout: Layout;
  readonly maps: readonly MapLayer[];
  readonly vectors: readonly VectorsLayer[];
  /** Unit at each place of a vector, where they do not stand in order. */
  readonly orders: ReadonlyMap<string, Int32Array>;
}

/** Lines come in steps of two banks of URAM. */
const lineStep = 8192;

const inInt32 = (value: number) => value >= -(2 ** 31) && value < 2 ** 31;

/** What is added behind the factor: a·bias + b. NN006 where that needs more than 32 bits. */
function offsetsOf(
  where: string,
  bytes: Pick<RoleOf<'bytes'>, 'a' | 'b'> | undefined,
  bias: ArrayLike<number>,
): Int32Array {
  return Int32Array.from(bias, (term, i) => {
    const offset = bytes ? bytes.a[i]! * term + bytes.b[i]! : term;
    return inInt32(offset)
      ? offset
      : fail({
          code: 'NN006',
          where: `${where} ${i}`,
          got: `bias and term together ${offset}`,
          legal: '32-bit integers',
        });
  });
}

/** A map by itself: every filter is the channel of its number. */
const itself = (channels: number): RoleOf<'windows'> => ({
  role: 'windows',
  kernel: 1,
  stride: 1,
  pad: 0,
  groups: channels,
  weights: new Int8Array(channels).fill(1),
  bias: new Int32Array(channels),
});

/** Vectors of a term, and what every filter multiplies them with. */
function termVectors(
  { windows, left }: Term,
  input: Value,
  from: LineMap,
  filters: number,
): { vectors: InputVector[]; weights: Int32Array; bias: Float64Array } {
  const { kernel, stride, pad, groups, weights, bias } = windows ?? itself(filters);
  const phases = input.spread?.phases ?? [[0, 0]];
  const channels = input.channels / phases.length;
  const depth = channels / groups;
  const share = filters / groups;
  const phaseAt = new Map(phases.map(([y, x], i) => [`${y} ${x}`, i]));
  const taps = Array.from({ length: kernel * kernel }, (_, k) => {
    const [y, x] = [Math.floor(k / kernel) - pad, (k % kernel) - pad];
    const phase = phaseAt.get(`${((y % stride) + stride) % stride} ${((x % stride) + stride) % stride}`)!;
    return { phase, offset: Math.floor(y / stride) * from.pitch + Math.floor(x / stride) };
  });
  // Channels of the convolution's groups in turn: filters of all groups have work at any time.
  const inTurn = Array.from({ length: channels }, (_, i) => (i % groups) * depth + Math.floor(i / groups));
  const vectors = inTurn.flatMap((c) =>
    taps.map(({ phase, offset }, k) => ({
      map: from,
      channel: phase * channels + c,
      offset,
      group: Math.floor(c / depth),
      at: { tap: k * depth + (c % depth) },
    })),
  );
  const ours = new Int32Array(vectors.length * filters);
  for (let f = 0; f < filters; f++)
    for (let c = 0; c < depth; c++)
      for (let k = 0; k < taps.length; k++)
        ours[((c * groups + Math.floor(f / share)) * taps.length + k) * filters + f] =
          weights[(f * taps.length + k) * depth + c]! * 2 ** left;
  return { vectors, weights: ours, bias: Float64Array.from(bias, (term) => term * 2 ** left) };
}

/** Vectors of all terms, one behind the other. NN006 where sums, or terms behind them, need more than 32 bits. */
function convolutionOf(
  { name, terms, bytes }: Operation & { readonly type: 'windows' },
  { values }: Operations,
  maps: Layout['maps'],
): Convolution {
  const { a, shift, min, max } = bytes;
  const output = maps.get(name)!;
  const filters = output.channels;
  const parts = terms.map((term) => termVectors(term, values.get(term.input)!, maps.get(term.input)!, filters));
  const ofTerm = (term: number) => (vector: InputVector) => ({ ...vector, at: { term, ...vector.at } });
  const vectors = parts.flatMap((part, i) => (parts.length === 1 ? part.vectors : part.vectors.map(ofTerm(i))));
  const weights = new Int32Array(vectors.length * filters);
  let at = 0;
  for (const part of parts) {
    weights.set(part.weights, at);
    at += part.weights.length;
  }
  const bias = Float64Array.from({ length: filters }, (_, f) => parts.reduce((sum, part) => sum + part.bias[f]!, 0));
  const convolution = {
    name,
    filters,
    weights,
    vectors,
    a,
    b: offsetsOf(`${name}, channel`, bytes, bias),
    shift,
    min,
    max,
    signed: values.get(terms[0]!.input)!.signed,
    output,
    firstChannel: 0,
  };
  const reach = reachOf(convolution) + bias.reduce((most, term) => Math.max(most, Math.abs(term)), 0);
  if (!inInt32(reach))
    fail({
      code: 'NN006',
      where: name,
      got: `sums that can reach ${reach}`,
      legal: '32-bit integers',
      fix: 'terms of units that are closer together, or more pruned weights',
    });
  return convolution;
}

/** Bytes of the vector that channels of a map become. */
const bytesHandedOver = (map: LineMap, shape: EngineShape, channels = map.channels) =>
  channels * map.span * 8 * wordsOfLine(map, shape);

/**
 * Byte of the input at each of a vector's taps, in the order (y, x, channel): of a map's lines, or of a vector of this
 * order of units.
 */
function placesOf(
  input: Value,
  shape: EngineShape,
  from: LineMap | undefined,
  order: Int32Array | undefined,
): Int32Array {
  if (order) {
    const places = new Int32Array(order.length);
    order.forEach((unit, place) => (places[unit] = place));
    return places;
  }
  const { height, width, channels } = input;
  const pitch = from!.pitch;
  const channelBytes = bytesHandedOver(from!, shape, 1);
  return Int32Array.from({ length: height * width * channels }, (_, i) => {
    const pixel = Math.floor(i / channels);
    return (i % channels) * channelBytes + Math.floor(pixel / width) * pitch + (pixel % width);
  });
}

/** Weights from `at` on that are not 0, in the order of the bytes that they multiply. */
function rowOf(weights: ArrayLike<number>, at: number, byPlace: Int32Array, places: Int32Array): Dense['rows'][number] {
  const index: number[] = [];
  const weight: number[] = [];
  for (const tap of byPlace) {
    const w = weights[at + tap]!;
    if (w === 0) continue;
    index.push(places[tap]!);
    weight.push(w);
  }
  return { index, weight };
}

/** What a fully connected layer computes: each result's row of weights. */
interface Rows {
  readonly rows: Dense['rows'];
  readonly bias: Int32Array;
  readonly macs: number;
}

function connected({ weights, bias }: RoleOf<'vector'>, places: Int32Array): Rows {
  const byPlace = Int32Array.from(places.keys()).sort((p, q) => places[p]! - places[q]!);
  return {
    rows: Array.from(bias, (_, unit) => rowOf(weights, unit * places.length, byPlace, places)),
    bias: Int32Array.from(bias),
    macs: weights.length,
  };
}

/** The sums of a map's first channels: rows of ones. */
function averaged(channels: number, { height, width }: Value, from: LineMap, shape: EngineShape): Rows {
  const { pitch } = from;
  const channelBytes = bytesHandedOver(from, shape, 1);
  const bytes = Int32Array.from({ length: height * width }, (_, i) => Math.floor(i / width) * pitch + (i % width));
  const weight = new Int8Array(bytes.length).fill(1);
  return {
    rows: Array.from({ length: channels }, (_, c) => ({ index: bytes.map((at) => c * channelBytes + at), weight })),
    bias: new Int32Array(channels),
    macs: 0,
  };
}

/** Every layer of the network, those of maps first. */
export const layersOf = ({ maps, vectors }: Pick<CompiledNetwork, 'maps' | 'vectors'>): readonly CompiledLayer[] => [
  ...maps,
  ...vectors,
];

/**
 * The last layer that reads or writes the lines that the frame came in says so: the next frame may come in behind it.
 */
function withVacancy(
  maps: readonly MapLayer[],
  touches: readonly (readonly LineMap[])[],
  frameLines: number,
): MapLayer[] {
  const last = touches.findLastIndex((touched) => touched.some(({ line }) => line < frameLines));
  return maps.map((compiled, i) =>
    i === last
      ? { ...compiled, layer: { ...compiled.layer, descriptor: { ...compiled.layer.descriptor, vacates: true } } }
      : compiled,
  );
}

const linesInSteps = (lines: number) => Math.max(lineStep, Math.ceil(lines / lineStep) * lineStep);

export function compile(graph: TypedGraph, fixed: Omit<EngineShape, 'lines' | 'accumulatorBits'>): CompiledNetwork {
  const network = operationsOf(graph);
  const [shared, kept] = [false, true].map((keepFrame) => layOut(network, fixed, keepFrame));
  const layout = linesInSteps(kept!.lines) > linesInSteps(shared!.lines) ? shared! : kept!;
  const { operations, values } = network;
  const { maps: places, results } = layout;
  const shape: EngineShape = { ...fixed, lines: linesInSteps(layout.lines), accumulatorBits: 24 };
  const maps: MapLayer[] = [];
  const vectors: VectorsLayer[] = [];
  /** Maps that each layer reads and writes. */
  const touches: LineMap[][] = [];
  const orders = new Map<string, Int32Array>();
  let reach = 0;
  const pushMaps = (layer: MapLayer, ...touched: readonly LineMap[]) => {
    maps.push(layer);
    touches.push([...touched]);
  };
  const handOver = (
    operation: 'handover' | 'output',
    name: string,
    node: string,
    map: LineMap,
    first = 0,
    count = map.channels,
  ) =>
    pushMaps(
      {
        machine: 'maps',
        layer: handoverLayer(
          operation,
          name,
          map.line + first * map.span,
          count * map.span,
          wordsOfLine(map, shape),
          shape,
        ),
        node,
        macs: 0,
      },
      map,
    );
  for (const operation of operations) {
    const { name } = operation;
    if (operation.type === 'windows') {
      const convolution = convolutionOf(operation, network, places);
      reach = Math.max(reach, reachOf(convolution));
      const { height, width } = convolution.output;
      const macsOfFilter =
        (operation.terms.reduce((sum, { windows }) => sum + (windows?.weights.length ?? 0), 0) / convolution.filters) *
        height *
        width;
      let first = 0;
      for (const layer of convolutionLayers(convolution, shape)) {
        const writes = { value: name, first, count: layer.filters };
        pushMaps(
          { machine: 'maps', layer, node: name, writes, macs: layer.filters * macsOfFilter },
          convolution.output,
          ...operation.terms.map(({ input }) => places.get(input)!),
        );
        first += layer.filters;
      }
      continue;
    }
    const [input, from] = [values.get(operation.input)!, places.get(operation.input)];
    if (operation.type === 'maximum') {
      const { kernel, stride } = operation.maximum;
      const output = places.get(name)!;
      const layer = poolLayer({ name, kernel, stride, signed: input.signed, input: from!, output }, shape);
      pushMaps(
        { machine: 'maps', layer, node: name, writes: { value: name, first: 0, count: input.channels }, macs: 0 },
        from!,
        output,
      );
    } else if (operation.type === 'spread') {
      const output = places.get(name)!;
      const { phases, stride } = values.get(name)!.spread!;
      phases.forEach(([top, left], i) => {
        const layer = poolLayer(
          {
            name,
            kernel: 1,
            stride,
            top,
            left,
            signed: input.signed,
            input: from!,
            output,
            firstChannel: i * input.channels,
          },
          shape,
        );
        pushMaps(
          {
            machine: 'maps',
            layer,
            node: operation.input,
            writes: { value: name, first: i * input.channels, count: input.channels },
            macs: 0,
          },
          from!,
          output,
        );
      });
    } else if (operation.type === 'vector' || operation.bytes) {
      const before = layout.vectors.get(operation.input);
      const taps = placesOf(input, shape, from, orders.get(operation.input));
      const averages = () => averaged(input.channels, input, from!, shape);
      const { rows, bias, macs } = operation.type === 'vector' ? connected(operation.vector, taps) : averages();
      const { a, shift, min, max } = operation.bytes ?? {
        a: new Int32Array(bias.length).fill(1),
        shift: 0,
        min: 0,
        max: 0,
      };
      const terms = offsetsOf(`${name}, unit`, operation.bytes, bias);
      // The result keeps its order; inside the network units with rows of equal length stand together.
      const coded = codeRows(rows, shape);
      const ends = name === network.result;
      const order = ends
        ? Int32Array.from(rows.keys())
        : vectorOrder(
            coded.rows.map(({ bits }) => bits),
            outputsAtOnce(shape),
          );
      if (!ends) orders.set(name, order);
      const layer = denseLayer(
        {
          name,
          wide: ends,
          rounded: operation.bytes !== undefined,
          from: before?.word,
          bytes: before?.bytes ?? bytesHandedOver(from!, shape),
          signed: input.signed,
          shift,
          min,
          max,
          a: Int32Array.from(order, (unit) => a[unit]!),
          b: Int32Array.from(order, (unit) => terms[unit]!),
          rows: Array.from(order, (unit) => rows[unit]!),
          to: layout.vectors.get(name)?.word ?? 0,
        },
        shape,
        { ...coded, rows: Array.from(order, (unit) => coded.rows[unit]!) },
      );
      if (!before) handOver('handover', `${name}, handed over`, operation.input, from!);
      const target = ends ? { part: results[0]! } : { writes: { value: name, first: 0, count: 1 } };
      const named = { ...layer, weightsAt: { units: order, taps } };
      vectors.push({ machine: 'vectors', layer: named, node: name, ...target, macs });
    } else
      for (const part of results) {
        const { rows, bias } = averaged(part.count, input, from!, shape);
        const ones = new Int32Array(part.count).fill(1);
        handOver('handover', `${name}, handed over`, operation.input, from!, part.first, part.count);
        const layer = denseLayer(
          {
            name,
            wide: true,
            rounded: false,
            bytes: bytesHandedOver(from!, shape, part.count),
            signed: input.signed,
            shift: 0,
            a: ones,
            b: bias,
            rows,
            to: 0,
          },
          shape,
        );
        const units = Int32Array.from(rows.keys(), (row) => part.first + row);
        const weightsAt = { units, taps: placesOf(input, shape, from, undefined) };
        vectors.push({ machine: 'vectors', layer: { ...layer, weightsAt }, node: name, part, macs: 0 });
      }
  }
  const last = places.get(network.result);
  if (last && results.length === 0) {
    handOver('output', 'result', network.result, last);
    vectors.push({ machine: 'vectors', layer: outputLayer('result', linesOf(last)), node: network.result, macs: 0 });
  }
  const accumulatorBits = Math.max(shape.accumulatorBits, Math.ceil(Math.log2(reach + 1)) + 1);
  return {
    shape: { ...shape, accumulatorBits },
    network,
    layout,
    maps: withVacancy(maps, touches, linesOf(places.get(network.frame.value)!)),
    vectors,
    orders,
  };
}
