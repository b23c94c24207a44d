/** Frames of a compiled network for the bench of the sparse engine: what goes in, and what golden model and layout say must come out. */
import type { CompiledLayer, CompiledNetwork } from '../generator/engine/compile.ts';
import { channelLines, frameLines } from '../generator/engine/lines.ts';
import { beatBytes } from '../generator/engine/shape.ts';
import { lineBeats, portParts, streamOf } from '../generator/engine/stream.ts';
import { interpreter } from '../generator/golden/interpret.ts';
import { elementAt, type Tensor } from '../generator/golden/tensor.ts';
import { firstNode, type TypedGraph } from '../generator/ir/graph.ts';
import { layerNames } from '../generator/engine/estimate.ts';
import type { DrivenFrame, ExpectedLine, LineDifference } from './sparse.ts';
import type { Located } from './verify.ts';

function asLines(line: number, bytes: Uint8Array, lanes: number): ExpectedLine[] {
  return Array.from({ length: bytes.length / lanes }, (_, i) => ({ line: line + i, bytes: bytes.subarray(i * lanes, (i + 1) * lanes) }));
}

/** Bytes of a value's channels, from the golden model's tensors. */
function valueAt(compiled: CompiledNetwork, name: string, tensors: ReadonlyMap<string, Tensor>, node: string): (c: number, y: number, x: number) => number {
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

/** 32-bit results of a part, zeros behind them. */
function resultBytes({ part }: CompiledLayer, tensor: Tensor, lanes: number): Uint8Array {
  const bytes = new Uint8Array(part!.lines * lanes);
  new Int32Array(bytes.buffer, 0, part!.count).set(tensor.data.subarray(part!.first, part!.first + part!.count));
  return bytes;
}

function linesOfLayer(compiled: CompiledNetwork, compiledLayer: CompiledLayer, tensors: ReadonlyMap<string, Tensor>): ExpectedLine[] {
  const { shape, layout } = compiled;
  const { node, writes, part } = compiledLayer;
  if (part) return asLines(part.line, resultBytes(compiledLayer, tensors.get(node)!, shape.lanes), shape.lanes);
  if (!writes) return [];
  const map = layout.maps.get(writes.value)!;
  return asLines(map.line + writes.first * map.span, channelLines(shape.lanes, map, writes.first, writes.count, valueAt(compiled, writes.value, tensors, node)), shape.lanes);
}

/**
 * Frames of pixels as the driver runs them; every layer's lines compared.
 *
 * @param image mem/weights.bin as it lies somewhere, in place of what the compiler makes
 */
export function networkFrames(graph: TypedGraph, compiled: CompiledNetwork, frames: readonly Uint8Array[], image?: Uint8Array): DrivenFrame[] {
  const { shape, layers } = compiled;
  const golden = interpreter(graph);
  const beats = streamOf(layers.map(({ layer }) => layer), shape);
  const stream = image ?? portParts(beats, shape);
  return frames.map((pixels) => {
    const tensors = golden.trace(pixels);
    const input = lineBeats(frameLines(compiled, pixels, firstNode(graph).type), shape);
    const written = layers.map((layer) => linesOfLayer(compiled, layer, tensors));
    const result = written.slice(0, -1).filter((_, i) => layers[i]!.part).flat();
    const last = written.at(-2)!;
    return {
      frame: portParts(input, shape), frameBeats: input.length / beatBytes(shape), stream, streamBeats: beats.length / beatBytes(shape), code: 0,
      layers: written, result: (result.length > 0 ? result : last).map(({ bytes }) => bytes),
    };
  });
}

/** The value whose byte differs, in the network's own terms. */
export function locateLine(compiled: CompiledNetwork, { frame, layer, line, cycle, expected, got }: LineDifference, run: string): Located {
  const { layers, layout, network, orders, shape } = compiled;
  const { writes, part } = layers[layer]!;
  const [want, have] = [expected, got].map((hex) => Buffer.from(hex, 'hex').reverse());
  const at = want!.findIndex((byte, i) => byte !== have![i]);
  const place = { frame, layer: layerNames(layers)[layer]!, cycle, run };
  if (part || !writes) {
    const word = at - (at % 4);
    const result = { expected: want!.readInt32LE(word), got: have!.readInt32LE(word) };
    return { ...place, y: 0, x: 0, channel: (part?.first ?? 0) + ((line - (part?.line ?? 0)) * shape.lanes + word) / 4, ...result };
  }
  const map = layout.maps.get(writes.value)!;
  const { signed, spread } = network.values.get(writes.value)!;
  const values = signed ? { expected: want!.readInt8(at), got: have!.readInt8(at) } : { expected: want![at]!, got: have![at]! };
  const channel = Math.floor((line - map.line) / map.span);
  const position = ((line - map.line) % map.span) * shape.lanes + at;
  const order = orders.get(writes.value);
  if (order) return { ...place, y: 0, x: 0, channel: order[position] ?? position, ...values };
  const [y, x] = [Math.floor(position / map.pitch), position % map.pitch];
  if (!spread) return { ...place, y, x, channel, ...values };
  const channels = map.channels / spread.phases.length;
  const [top, left] = spread.phases[Math.floor(channel / channels)]!;
  return { ...place, y: y * spread.stride + top, x: x * spread.stride + left, channel: channel % channels, ...values };
}
