// SPDX-License-Identifier: Apache-2.0
/** Operations become layers of the engine's two machines, in the order of the program. */
import type { MapLayer, VectorsLayer } from './compiled-layer.ts';
import { convolutionLayers, reachOf } from './convolution.ts';
import { codeRows, denseLayer } from './dense.ts';
import { handoverLayer, outputLayer } from './handover.ts';
import type { Layout, ResultPart } from './layout.ts';
import { offsetsOf } from './offsets.ts';
import type { Operation, Operations, Value } from './operation.ts';
import { poolLayer } from './pool.ts';
import { averaged, bytesHandedOver, connected, placesOf, type Rows } from './rows.ts';
import { convolutionOf } from './windows.ts';
import { linesOf, outputsAtOnce, wordsOfLine, type EngineShape, type LineMap } from '../program/shape.ts';
import { vectorOrder } from '../program/vector-order.ts';

type OperationOf<T extends Operation['type']> = Extract<Operation, { readonly type: T }>;

/** Layers made so far, and what later ones need to know of them. */
export class LayerList {
  private readonly maps: MapLayer[] = [];
  readonly vectors: VectorsLayer[] = [];
  /** Maps that each layer of maps reads and writes. */
  private readonly touches: (readonly LineMap[])[] = [];
  /** Unit at each place of a vector, where they do not stand in order. */
  readonly orders = new Map<string, Int32Array>();
  /** The greatest magnitude of a convolution's sums. */
  reach = 0;

  constructor(
    private readonly network: Operations,
    private readonly layout: Layout,
    private readonly shape: EngineShape,
  ) {}

  add(operation: Operation): void {
    switch (operation.type) {
      case 'windows':
        return this.addWindows(operation);
      case 'maximum':
        return this.addMaximum(operation);
      case 'spread':
        return this.addSpread(operation);
      case 'vector':
        return this.addVector(operation);
      case 'total':
        return operation.bytes ? this.addVector(operation) : this.addTotals(operation);
    }
  }

  /** A map that is the result leaves the activation memory. */
  addResultMap(): void {
    const { result } = this.network;
    const map = this.layout.maps.get(result);
    if (!map || this.layout.results.length > 0) return;
    this.handOver('output', 'result', result, map);
    this.vectors.push({ machine: 'vectors', layer: outputLayer('result', linesOf(map)), node: result, macs: 0 });
  }

  /**
   * The last layer that reads or writes the lines that the frame came in says so: the next frame may come in behind it.
   */
  mapsBehindFrame(frameLines: number): MapLayer[] {
    const last = this.touches.findLastIndex((touched) => touched.some(({ line }) => line < frameLines));
    return this.maps.map((compiled, i) =>
      i === last
        ? { ...compiled, layer: { ...compiled.layer, descriptor: { ...compiled.layer.descriptor, vacates: true } } }
        : compiled,
    );
  }

  private valueOf(name: string): Value {
    return this.network.values.get(name)!;
  }

  private mapOf(name: string): LineMap {
    return this.layout.maps.get(name)!;
  }

  private pushMaps(layer: Omit<MapLayer, 'machine'>, touched: readonly LineMap[]): void {
    this.maps.push({ machine: 'maps', ...layer });
    this.touches.push(touched);
  }

  /** Channels first.. of a map leave the activation memory. */
  private handOver(
    operation: 'handover' | 'output',
    name: string,
    node: string,
    map: LineMap,
    { first, count }: Pick<ResultPart, 'first' | 'count'> = { first: 0, count: map.channels },
  ): void {
    const [line, lines] = [map.line + first * map.span, count * map.span];
    const layer = handoverLayer(operation, name, line, lines, wordsOfLine(map, this.shape), this.shape);
    this.pushMaps({ layer, node, macs: 0 }, [map]);
  }

  private addWindows(operation: OperationOf<'windows'>): void {
    const { name, terms } = operation;
    const convolution = convolutionOf(operation, this.network, this.layout.maps);
    this.reach = Math.max(this.reach, reachOf(convolution));
    const { filters, output } = convolution;
    const weights = terms.reduce((sum, { windows }) => sum + (windows?.weights.length ?? 0), 0);
    const macsOfFilter = (weights / filters) * output.height * output.width;
    const touched = [output, ...terms.map(({ input }) => this.mapOf(input))];
    let first = 0;
    for (const layer of convolutionLayers(convolution, this.shape)) {
      const writes = { value: name, first, count: layer.filters };
      this.pushMaps({ layer, node: name, writes, macs: layer.filters * macsOfFilter }, touched);
      first += layer.filters;
    }
  }

  private addMaximum({ name, input: from, maximum: { kernel, stride } }: OperationOf<'maximum'>): void {
    const { signed, channels } = this.valueOf(from);
    const [input, output] = [this.mapOf(from), this.mapOf(name)];
    const layer = poolLayer({ name, kernel, stride, signed, input, output }, this.shape);
    const writes = { value: name, first: 0, count: channels };
    this.pushMaps({ layer, node: name, writes, macs: 0 }, [input, output]);
  }

  /** A copy for each phase. */
  private addSpread({ name, input: from }: OperationOf<'spread'>): void {
    const { signed, channels } = this.valueOf(from);
    const [input, output] = [this.mapOf(from), this.mapOf(name)];
    const { phases, stride } = this.valueOf(name).spread!;
    phases.forEach(([top, left], i) => {
      const firstChannel = i * channels;
      const copied = { name, kernel: 1, stride, top, left, signed, input, output, firstChannel };
      const writes = { value: name, first: firstChannel, count: channels };
      this.pushMaps({ layer: poolLayer(copied, this.shape), node: from, writes, macs: 0 }, [input, output]);
    });
  }

  /** A layer whose results all are computed at once: those of the network, or bytes for the next layer. */
  private addVector(operation: OperationOf<'vector' | 'total'>): void {
    const { name, input, bytes } = operation;
    const { shape, layout } = this;
    const before = layout.vectors.get(input);
    const from = layout.maps.get(input);
    const taps = placesOf(this.valueOf(input), shape, from, this.orders.get(input));
    const { rows, bias, macs } =
      operation.type === 'vector' ? connected(operation.vector, taps) : this.averages(input, from!.channels);
    const { a, shift, min, max } = bytes ?? { a: new Int32Array(bias.length).fill(1), shift: 0, min: 0, max: 0 };
    const terms = offsetsOf(`${name}, unit`, bytes, bias);
    const coded = codeRows(rows, shape);
    const isResult = name === this.network.result;
    // The result keeps its order; inside the network units with rows of equal length stand together.
    const lengths = coded.rows.map(({ bits }) => bits);
    const order = isResult ? Int32Array.from(rows.keys()) : vectorOrder(lengths, outputsAtOnce(shape));
    if (!isResult) this.orders.set(name, order);
    const layer = denseLayer(
      {
        name,
        wide: isResult,
        rounded: bytes !== undefined,
        from: before?.word,
        bytes: before?.bytes ?? bytesHandedOver(from!, shape),
        signed: this.valueOf(input).signed,
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
    if (!before) this.handOver('handover', `${name}, handed over`, input, from!);
    const target = isResult ? { part: layout.results[0]! } : { writes: { value: name, first: 0, count: 1 } };
    const named = { ...layer, weightsAt: { units: order, taps } };
    this.vectors.push({ machine: 'vectors', layer: named, node: name, ...target, macs });
  }

  /** 32-bit sums of channels, as many channels at once as the vector memory holds. */
  private addTotals({ name, input }: OperationOf<'total'>): void {
    const { shape, layout } = this;
    const from = this.mapOf(input);
    const { signed } = this.valueOf(input);
    for (const part of layout.results) {
      const { rows, bias } = this.averages(input, part.count);
      this.handOver('handover', `${name}, handed over`, input, from, part);
      const layer = denseLayer(
        {
          name,
          wide: true,
          rounded: false,
          bytes: bytesHandedOver(from, shape, part.count),
          signed,
          shift: 0,
          a: new Int32Array(part.count).fill(1),
          b: bias,
          rows,
          to: 0,
        },
        shape,
      );
      const units = Int32Array.from(rows.keys(), (row) => part.first + row);
      const weightsAt = { units, taps: placesOf(this.valueOf(input), shape, from, undefined) };
      this.vectors.push({ machine: 'vectors', layer: { ...layer, weightsAt }, node: name, part, macs: 0 });
    }
  }

  private averages(input: string, channels: number): Rows {
    return averaged(channels, this.valueOf(input), this.mapOf(input), this.shape);
  }
}
