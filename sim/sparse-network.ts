// SPDX-License-Identifier: Apache-2.0
/**
 * Frames of a compiled network for the bench of the sparse engine: what goes in, and what golden model and layout say
 * must come out.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { layersOf, type CompiledNetwork } from '../generator/architectures/sparse/compile/compile.ts';
import type { MapLayer, VectorsLayer } from '../generator/architectures/sparse/compile/compiled-layer.ts';
import { channelLines, frameLines } from '../generator/architectures/sparse/lines.ts';
import { inSets } from '../generator/architectures/sparse/compile/layout.ts';
import { mapBeatBytes, vectorBeatBytes } from '../generator/architectures/sparse/program/shape.ts';
import { lineBeats, mapStream, portParts, vectorStream } from '../generator/architectures/sparse/stream.ts';
import { interpreter } from '../generator/golden/interpret.ts';
import { elementAt, type Tensor } from '../generator/tensor/tensor.ts';
import { firstNode, type TypedGraph } from '../generator/ir/graph.ts';
import { layerNames } from '../generator/architectures/sparse/estimate.ts';
import type { LayerRun, LineDifference } from './sparse-report.ts';
import type { DrivenFrame, ExpectedLine, ExpectedWord } from './sparse.ts';
import type { Located } from './verify.ts';

function asLines(line: number, bytes: Uint8Array, lanes: number): ExpectedLine[] {
  return Array.from({ length: bytes.length / lanes }, (_, i) => ({
    line: line + i,
    bytes: bytes.subarray(i * lanes, (i + 1) * lanes),
  }));
}

/** Bytes of a value's channels, from the golden model's tensors. */
function valueAt(
  compiled: CompiledNetwork,
  name: string,
  tensors: ReadonlyMap<string, Tensor>,
  node: string,
): (c: number, y: number, x: number) => number {
  const value = compiled.network.values.get(name)!;
  const tensor = tensors.get(node)!;
  const order = compiled.orders.get(name);
  if (order) return (_c, _y, place) => tensor.data[order[place]!]!;
  if (!value.spread) return (c, y, x) => elementAt(tensor, y, x, c);
  const { stride, phases } = value.spread;
  return (c, i, j) => {
    const [top, left] = phases[Math.floor(c / tensor.channels)]!;
    const [y, x] = [i * stride + top, j * stride + left];
    return y < tensor.height && x < tensor.width ? elementAt(tensor, y, x, c % tensor.channels) : 0;
  };
}

function linesOfLayer(
  { shape, layout, ...compiled }: CompiledNetwork,
  { node, writes }: MapLayer,
  tensors: ReadonlyMap<string, Tensor>,
): ExpectedLine[] {
  if (!writes) return [];
  const map = layout.maps.get(writes.value)!;
  const value = valueAt({ shape, layout, ...compiled }, writes.value, tensors, node);
  return asLines(
    map.line + writes.first * map.span,
    channelLines(shape.lanes, map, writes.first, writes.count, value),
    shape.lanes,
  );
}

function wordsOfLayer(
  { layout, orders }: CompiledNetwork,
  { node, writes }: VectorsLayer,
  tensors: ReadonlyMap<string, Tensor>,
): ExpectedWord[] {
  if (!writes) return [];
  const { word, bytes } = layout.vectors.get(writes.value)!;
  const all = new Uint8Array(bytes);
  orders.get(writes.value)!.forEach((unit, place) => (all[place] = tensors.get(node)!.data[unit]!));
  return Array.from({ length: bytes / 8 }, (_, i) => ({ word: word + i, bytes: all.subarray(8 * i, 8 * i + 8) }));
}

/** The result in pieces of 64 bytes: numbers of 32 bits, or lines of the map. */
function resultPieces(compiled: CompiledNetwork, tensors: ReadonlyMap<string, Tensor>): Uint8Array[] {
  const { layout, network, shape, maps } = compiled;
  const tensor = tensors.get(network.result)!;
  if (layout.results.length === 0) {
    const map = layout.maps.get(network.result)!;
    const { node } = maps.findLast(({ writes }) => writes?.value === network.result) ?? { node: network.result };
    const lines = channelLines(shape.lanes, map, 0, map.channels, valueAt(compiled, network.result, tensors, node));
    return Array.from({ length: lines.length / shape.lanes }, (_, i) => {
      const piece = new Uint8Array(64);
      piece.set(lines.subarray(i * shape.lanes, (i + 1) * shape.lanes));
      return piece;
    });
  }
  const { at, count } = layout.results.at(-1)!;
  const numbers = new Int32Array(at + inSets(shape, count));
  for (const part of layout.results) numbers.set(tensor.data.subarray(part.first, part.first + part.count), part.at);
  const bytes = new Uint8Array(numbers.buffer);
  return Array.from({ length: bytes.length / 64 }, (_, i) => bytes.subarray(64 * i, 64 * i + 64));
}

/** Images of both streams as they lie somewhere, in place of what the compiler makes. */
export interface Images {
  readonly maps: Uint8Array;
  readonly vectors: Uint8Array;
}

/** What the compiler makes. */
export function compiledImages({ shape, maps, vectors }: CompiledNetwork): Images {
  return {
    maps: portParts(
      mapStream(
        maps.map(({ layer }) => layer),
        shape,
      ),
      shape.mapPorts,
    ),
    vectors: portParts(
      vectorStream(
        vectors.map(({ layer }) => layer),
        shape,
      ),
      shape.vectorPorts,
    ),
  };
}

/**
 * The images as they lie in a folder. A file of another length is a fault: parts of it would be read from elsewhere. It
 * is
 * cut, or filled up with zeros.
 */
export function lyingImages(compiled: CompiledNetwork, folder: string): { images: Images; faults: string[] } {
  const wanted = compiledImages(compiled);
  const faults: string[] = [];
  const lying = (name: 'maps' | 'vectors') => {
    const bytes = readFileSync(join(folder, 'mem', `${name}.bin`));
    const { length } = wanted[name];
    if (bytes.length !== length) faults.push(`mem/${name}.bin has ${bytes.length} bytes, expected ${length}`);
    const image = new Uint8Array(length);
    image.set(bytes.subarray(0, length));
    return image;
  };
  return { images: { maps: lying('maps'), vectors: lying('vectors') }, faults };
}

/** Frames of pixels as the driver runs them; every layer's lines compared. */
export function networkFrames(
  graph: TypedGraph,
  compiled: CompiledNetwork,
  frames: readonly Uint8Array[],
  images?: Images,
): DrivenFrame[] {
  const { shape, maps, vectors } = compiled;
  const golden = interpreter(graph);
  const streams = [
    mapStream(
      maps.map(({ layer }) => layer),
      shape,
    ),
    vectorStream(
      vectors.map(({ layer }) => layer),
      shape,
    ),
  ] as const;
  const lying = images ?? {
    maps: portParts(streams[0], shape.mapPorts),
    vectors: portParts(streams[1], shape.vectorPorts),
  };
  return frames.map((pixels) => {
    const tensors = golden.trace(pixels);
    const input = lineBeats(frameLines(compiled, pixels, firstNode(graph).type), shape);
    return {
      frame: { bytes: portParts(input, shape.mapPorts), count: input.length / mapBeatBytes(shape) },
      maps: { bytes: lying.maps, count: streams[0].length / mapBeatBytes(shape) },
      vectors: { bytes: lying.vectors, count: streams[1].length / vectorBeatBytes(shape) },
      code: 0,
      mapLayers: maps.map((layer) => linesOfLayer(compiled, layer, tensors)),
      vectorLayers: vectors.map((layer) => wordsOfLayer(compiled, layer, tensors)),
      result: resultPieces(compiled, tensors),
    };
  });
}

/** Number of a layer in the network, maps first. */
export const layerNumber = ({ maps }: CompiledNetwork, { machine, layer }: Pick<LayerRun, 'machine' | 'layer'>) =>
  machine === 'maps' ? layer : maps.length + layer;

/** The value whose byte differs, in the network's own terms. */
export function locateLine(
  compiled: CompiledNetwork,
  { frame, layer, line, word, cycle, expected, got }: LineDifference,
  run: string,
): Located {
  const { layout, network, orders, shape } = compiled;
  const number = layerNumber(compiled, { machine: word === undefined ? 'maps' : 'vectors', layer });
  const { writes } = layersOf(compiled)[number]!;
  const [want, have] = [expected, got].map((hex) => Buffer.from(hex, 'hex').reverse());
  const at = want!.findIndex((byte, i) => byte !== have![i]);
  const place = { frame, layer: layerNames(layersOf(compiled))[number]!, cycle, run };
  const { signed, spread } = network.values.get(writes!.value)!;
  const values = signed
    ? { expected: want!.readInt8(at), got: have!.readInt8(at) }
    : { expected: want![at]!, got: have![at]! };
  if (word !== undefined) {
    const position = (word - layout.vectors.get(writes!.value)!.word) * 8 + at;
    return { ...place, y: 0, x: 0, channel: orders.get(writes!.value)![position] ?? position, ...values };
  }
  const map = layout.maps.get(writes!.value)!;
  const channel = Math.floor((line! - map.line) / map.span);
  const position = ((line! - map.line) % map.span) * shape.lanes + at;
  const [y, x] = [Math.floor(position / map.pitch), position % map.pitch];
  if (!spread) return { ...place, y, x, channel, ...values };
  const channels = map.channels / spread.phases.length;
  const [top, left] = spread.phases[Math.floor(channel / channels)]!;
  return { ...place, y: y * spread.stride + top, x: x * spread.stride + left, channel: channel % channels, ...values };
}
