// SPDX-License-Identifier: Apache-2.0
/** Small random programs for the engine, and the bytes that each of their layers is defined to write. */
import type { DrivenFrame, ExpectedLine, ExpectedWord } from '../../../sim/sparse.ts';
import type { Random } from '../../layer-kind/layer-kind.ts';
import { convolutionLayers, type Convolution } from './compile/convolution.ts';
import { denseLayer } from './compile/dense.ts';
import { handoverLayer, outputLayer } from './compile/handover.ts';
import type { EngineLayer } from './program/layer.ts';
import { inSets } from './compile/layout.ts';
import { poolLayer } from './compile/pool.ts';
import {
  lineMap,
  linesOf,
  mapBeatBytes,
  vectorBeatBytes,
  wordsOfLine,
  type EngineShape,
  type LineMap,
} from './program/shape.ts';
import { lineBeats, mapStream, portParts, vectorStream } from './stream.ts';
import type { VectorLayer } from './program/vector-layer.ts';

/** Values of a map, channel by channel, row by row. */
export interface Features {
  readonly map: LineMap;
  readonly signed: boolean;
  readonly at: (c: number, y: number, x: number) => number;
}

/** Results of a fully connected layer, and the word where they lie if another one follows. */
export interface Vector {
  readonly word: number;
  readonly bytes: number;
  readonly values: readonly number[];
}

const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const integer = (random: Random, from: number, to: number) => from + Math.floor(random() * (to - from + 1));
const clamp = (v: number, min: number, max: number) => Math.max(min, Math.min(max, v));

/** A byte of a vector, and what stands there. */
interface Place {
  readonly index: number;
  readonly x: number;
}

const placesOfVector = ({ bytes, values }: Vector): Place[] =>
  range(bytes).map((index) => ({ index, x: values[index] ?? 0 }));

const placesOfMap = ({ map, at }: Features, lineBytes: number): Place[] =>
  range(map.channels).flatMap((c) =>
    range(map.height).flatMap((y) =>
      range(map.width).map((x) => ({ index: c * map.span * lineBytes + y * map.pitch + x, x: at(c, y, x) })),
    ),
  );

const roundedShift = (value: number, shift: number) =>
  Math.floor((value + (shift > 0 ? 2 ** (shift - 1) : 0)) / 2 ** shift);

/** Results of 32 bits, 64 bytes a beat. */
function resultBeats(values: readonly number[], count: number): Uint8Array[] {
  const numbers = new Int32Array(count);
  numbers.set(values);
  return range(count / 16).map((i) => new Uint8Array(numbers.buffer, 64 * i, 64));
}

/** Results that are bytes, from word `to` on. */
const expectedWords = (values: readonly number[], bytes: number, to: number): ExpectedWord[] =>
  range(bytes / 8).map((i) => ({ word: to + i, bytes: Uint8Array.from(range(8), (k) => values[8 * i + k] ?? 0) }));

/** Bytes of the lines of channels first..first + count − 1 of a map. */
function linesAt(shape: EngineShape, { map, at }: Features, first = 0, count = map.channels): ExpectedLine[] {
  return range(count).flatMap((i) => {
    const bytes = new Uint8Array(map.span * shape.lanes);
    for (let y = 0; y < map.height; y++)
      for (let x = 0; x < map.width; x++) bytes[y * map.pitch + x] = at(first + i, y, x);
    return range(map.span).map((l) => ({
      line: map.line + (first + i) * map.span + l,
      bytes: bytes.subarray(l * shape.lanes, (l + 1) * shape.lanes),
    }));
  });
}

const table = (map: LineMap, value: (c: number, y: number, x: number) => number) => {
  const values = range(map.channels).map((c) =>
    range(map.height).map((y) => range(map.width).map((x) => value(c, y, x))),
  );
  return (c: number, y: number, x: number) => values[c]![y]![x]!;
};

/** Builds a program step by step; lines are handed out one behind the other. */
export class Builder {
  readonly maps: EngineLayer[] = [];
  readonly vectors: VectorLayer[] = [];
  private readonly mapsExpected: ExpectedLine[][] = [];
  private readonly vectorsExpected: ExpectedWord[][] = [];
  private free = 0;
  private input = new Uint8Array(0);
  private result: Uint8Array[] = [];
  constructor(
    readonly shape: EngineShape,
    readonly random: Random,
  ) {}

  private place(map: Omit<LineMap, 'span' | 'line'>): LineMap {
    const placed = lineMap(this.shape, { ...map, line: this.free });
    this.free += linesOf(placed);
    if (this.free > this.shape.lines) throw new Error('the fixture needs more lines');
    return placed;
  }

  private add(layer: EngineLayer, written: ExpectedLine[]): void {
    this.maps.push(layer);
    this.mapsExpected.push(written);
  }

  source(channels: number, height: number, width: number, pitch: number, signed: boolean): Features {
    const map = this.place({ channels, height, width, pitch });
    const features = {
      map,
      signed,
      at: table(map, () => (signed ? integer(this.random, -128, 127) : integer(this.random, 0, 255))),
    };
    const lines = new Uint8Array(linesOf(map) * this.shape.lanes);
    for (const { line, bytes } of linesAt(this.shape, features)) lines.set(bytes, line * this.shape.lanes);
    this.input = lines;
    return features;
  }

  /** Filters of `kernel`², padded; `density` of the weights are not 0. Results of the named format. */
  convolution(
    x: Features,
    filters: number,
    kernel: number,
    pad: number,
    density: number,
    format: 'relu' | 'signed' | 'unsigned',
    withoutWeights: readonly number[] = [],
  ): Features {
    const { map, signed } = x;
    const { random, shape } = this;
    const output = this.place({
      channels: filters,
      height: map.height + 2 * pad - kernel + 1,
      width: map.width + 2 * pad - kernel + 1,
      pitch: map.pitch,
    });
    const taps = range(map.channels).flatMap((channel) =>
      range(kernel * kernel).map((k) => ({ channel, ky: Math.floor(k / kernel), kx: k % kernel })),
    );
    const weights = new Int32Array(taps.length * filters).map((_, i) =>
      random() < density && !withoutWeights.includes(i % filters) ? integer(random, -128, 127) : 0,
    );
    const [min, max] = format === 'relu' ? [0, 127] : format === 'signed' ? [-128, 127] : [0, 255];
    const scale = 2 ** 15 / (Math.sqrt(taps.length * density + 1) * 120);
    const convolution: Convolution = {
      name: `conv${this.maps.length}`,
      filters,
      signed,
      output,
      firstChannel: 0,
      min,
      max,
      shift: integer(random, 14, 17),
      weights,
      vectors: taps.map(({ channel, ky, kx }) => ({ map, channel, offset: (ky - pad) * map.pitch + kx - pad })),
      // The first filter's results are far beyond a byte.
      a: Int32Array.from(range(filters), (f) => (f === 0 ? 32_767 : Math.round((random() - 0.3) * scale))),
      b: Int32Array.from(range(filters), () => Math.round((random() - 0.5) * 2 ** 22)),
    };
    const sumAt = (f: number, y: number, xx: number) =>
      taps.reduce((sum, { channel, ky, kx }, v) => {
        const [r, c] = [y + ky - pad, xx + kx - pad];
        return r < 0 || c < 0 || r >= map.height || c >= map.width
          ? sum
          : sum + weights[v * filters + f]! * x.at(channel, r, c);
      }, 0);
    const { a, b, shift } = convolution;
    const at = table(output, (f, y, xx) =>
      clamp(Math.floor((a[f]! * sumAt(f, y, xx) + b[f]! + 2 ** (shift - 1)) / 2 ** shift), min, max),
    );
    const y = { map: output, signed: format !== 'unsigned', at };
    const parts = convolutionLayers(convolution, shape);
    const each = Math.ceil(filters / parts.length);
    parts.forEach((layer, i) => this.add(layer, linesAt(shape, y, i * each, Math.min(each, filters - i * each))));
    return y;
  }

  pool(
    x: Features,
    kernel: number,
    stride: number,
    pitchMore: number,
    { top = 0, left = 0, ceil = false } = {},
  ): Features {
    const { map, signed } = x;
    const outputs = (n: number) => (ceil ? Math.ceil((n - kernel) / stride) : Math.floor((n - kernel) / stride)) + 1;
    const [height, width] = [outputs(map.height - top), outputs(map.width - left)];
    const output = this.place({ channels: map.channels, height, width, pitch: width + pitchMore });
    const at = table(output, (c, y, xx) => {
      let best = -Infinity;
      for (let ky = 0; ky < kernel; ky++)
        for (let kx = 0; kx < kernel; kx++) {
          const [r, q] = [top + y * stride + ky, left + xx * stride + kx];
          if (r < map.height && q < map.width) best = Math.max(best, x.at(c, r, q));
        }
      return best;
    });
    const y = { map: output, signed, at };
    this.add(
      poolLayer({ name: `pool${this.maps.length}`, kernel, stride, top, left, signed, input: map, output }, this.shape),
      linesAt(this.shape, y),
    );
    return y;
  }

  /**
   * All of a map, or of a vector, to `units` results: bytes for another layer, or numbers of the result, which are
   * bytes where `rounded`.
   */
  dense(x: Features | Vector, units: number, density: number, wide: boolean, rounded = !wide): Vector {
    const { random, shape } = this;
    const own = 'word' in x;
    const lineBytes = own ? 0 : 8 * wordsOfLine(x.map, shape);
    const places = own ? placesOfVector(x) : placesOfMap(x, lineBytes);
    if (!own) this.add(handoverLayer('handover', 'handed over', x.map.line, linesOf(x.map), lineBytes / 8, shape), []);
    const signed = own || x.signed;
    const rows = range(units).map(() =>
      places.filter(() => random() < density).map((place) => ({ ...place, weight: integer(random, -128, 127) || 1 })),
    );
    const shift = rounded ? integer(random, 8, 20) : 0;
    const a = Int32Array.from(range(units), () => (rounded ? integer(random, -300, 300) : 1));
    const b = Int32Array.from(range(units), () => integer(random, -(2 ** 20), 2 ** 20));
    const sums = rows.map((row) => row.reduce((sum, { x: value, weight }) => sum + weight * value, 0));
    const to = own && x.word === 0 ? shape.ownWords / 2 : 0;
    const layer = denseLayer(
      {
        name: `dense${this.vectors.length}`,
        a,
        b,
        shift,
        min: -128,
        max: 127,
        wide,
        rounded,
        ...(own ? { from: x.word } : {}),
        bytes: own ? x.bytes : linesOf(x.map) * lineBytes,
        signed,
        to,
        rows: rows.map((row) => ({ index: row.map(({ index }) => index), weight: row.map(({ weight }) => weight) })),
      },
      shape,
    );
    const values = sums.map((sum, i) =>
      rounded ? clamp(roundedShift(a[i]! * sum + b[i]!, shift), -128, 127) : sum + b[i]!,
    );
    const bytes = inSets(shape, units);
    this.vectors.push(layer);
    if (wide) this.result.push(...resultBeats(values, bytes));
    this.vectorsExpected.push(wide ? [] : expectedWords(values, bytes, to));
    return { word: to, bytes, values };
  }

  /** A map is the result, or the next part of it. */
  output(x: Features): void {
    const lines = linesAt(this.shape, x);
    this.add(handoverLayer('output', 'result', x.map.line, lines.length, 0, this.shape), []);
    this.vectors.push(outputLayer('result', lines.length));
    this.vectorsExpected.push([]);
    this.result.push(...lines.map(({ bytes }) => Uint8Array.from({ ...bytes, length: 64 }, (byte) => byte ?? 0)));
  }

  /** The next frame may come in behind the layer that was added last. */
  vacate(): void {
    const layer = this.maps.pop()!;
    this.maps.push({ ...layer, descriptor: { ...layer.descriptor, vacates: true } });
  }

  frame(): DrivenFrame {
    const { shape, maps, vectors, result } = this;
    const [frame, first, second] = [lineBeats(this.input, shape), mapStream(maps, shape), vectorStream(vectors, shape)];
    return {
      frame: { bytes: portParts(frame, shape.mapPorts), count: frame.length / mapBeatBytes(shape) },
      maps: { bytes: portParts(first, shape.mapPorts), count: first.length / mapBeatBytes(shape) },
      vectors: { bytes: portParts(second, shape.vectorPorts), count: second.length / vectorBeatBytes(shape) },
      code: 0,
      mapLayers: this.mapsExpected,
      vectorLayers: this.vectorsExpected,
      result,
    };
  }
}
