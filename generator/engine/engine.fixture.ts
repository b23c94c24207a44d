/** Small random programs for the engine, and the bytes that each of their layers is defined to write. */
import type { DrivenFrame, ExpectedLine } from '../../sim/sparse.ts';
import type { Random } from '../layers/layer-kind.ts';
import { convolutionLayers, type Convolution } from './convolution.ts';
import { denseLayer, outputLayer } from './dense.ts';
import type { EngineLayer } from './layer.ts';
import { poolLayer } from './pool.ts';
import { beatBytes, lineMap, linesOf, outputsAtOnce, wordsOfLine, type EngineShape, type LineMap } from './shape.ts';
import { lineBeats, portParts, streamOf } from './stream.ts';

/** Values of a map, channel by channel, row by row. */
export interface Features {
  readonly map: LineMap;
  readonly signed: boolean;
  readonly at: (c: number, y: number, x: number) => number;
}

export interface Program {
  readonly layers: EngineLayer[];
  readonly expected: ExpectedLine[][];
  readonly input: Uint8Array;
  readonly result: Uint8Array[];
}

const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const integer = (random: Random, from: number, to: number) => from + Math.floor(random() * (to - from + 1));
const clamp = (v: number, min: number, max: number) => Math.max(min, Math.min(max, v));

/** Bytes of the lines of channels first..first + count − 1 of a map. */
function linesAt(shape: EngineShape, { map, at }: Features, first = 0, count = map.channels): ExpectedLine[] {
  return range(count).flatMap((i) => {
    const bytes = new Uint8Array(map.span * shape.lanes);
    for (let y = 0; y < map.height; y++) for (let x = 0; x < map.width; x++) bytes[y * map.pitch + x] = at(first + i, y, x);
    return range(map.span).map((l) => ({ line: map.line + (first + i) * map.span + l, bytes: bytes.subarray(l * shape.lanes, (l + 1) * shape.lanes) }));
  });
}

const table = (map: LineMap, value: (c: number, y: number, x: number) => number) => {
  const values = range(map.channels).map((c) => range(map.height).map((y) => range(map.width).map((x) => value(c, y, x))));
  return (c: number, y: number, x: number) => values[c]![y]![x]!;
};

/** Builds a program step by step; lines are handed out one behind the other. */
export class Builder {
  readonly layers: EngineLayer[] = [];
  readonly expected: ExpectedLine[][] = [];
  private free = 0;
  private input = new Uint8Array(0);
  private result: Uint8Array[] = [];
  constructor(readonly shape: EngineShape, readonly random: Random) {}

  private place(map: Omit<LineMap, 'span' | 'line'>): LineMap {
    const placed = lineMap(this.shape, { ...map, line: this.free });
    this.free += linesOf(placed);
    if (this.free > this.shape.lines) throw new Error('the fixture needs more lines');
    return placed;
  }

  private add(layer: EngineLayer, written: ExpectedLine[]): void {
    this.layers.push(layer);
    this.expected.push(written);
  }

  source(channels: number, height: number, width: number, pitch: number, signed: boolean): Features {
    const map = this.place({ channels, height, width, pitch });
    const features = { map, signed, at: table(map, () => (signed ? integer(this.random, -128, 127) : integer(this.random, 0, 255))) };
    const lines = new Uint8Array(linesOf(map) * this.shape.lanes);
    for (const { line, bytes } of linesAt(this.shape, features)) lines.set(bytes, line * this.shape.lanes);
    this.input = lines;
    return features;
  }

  /** Filters of `kernel`², padded; `density` of the weights are not 0. Results of the named format. */
  convolution(x: Features, filters: number, kernel: number, pad: number, density: number, format: 'relu' | 'signed' | 'unsigned', withoutWeights: readonly number[] = []): Features {
    const { map, signed } = x;
    const { random, shape } = this;
    const output = this.place({ channels: filters, height: map.height + 2 * pad - kernel + 1, width: map.width + 2 * pad - kernel + 1, pitch: map.pitch });
    const taps = range(map.channels).flatMap((channel) => range(kernel * kernel).map((k) => ({ channel, ky: Math.floor(k / kernel), kx: k % kernel })));
    const weights = new Int32Array(taps.length * filters).map((_, i) => (random() < density && !withoutWeights.includes(i % filters) ? integer(random, -128, 127) : 0));
    const [min, max] = format === 'relu' ? [0, 127] : format === 'signed' ? [-128, 127] : [0, 255];
    const scale = 2 ** 15 / (Math.sqrt(taps.length * density + 1) * 120);
    const convolution: Convolution = {
      name: `conv${this.layers.length}`, filters, signed, output, firstChannel: 0, min, max, shift: integer(random, 14, 17),
      weights,
      vectors: taps.map(({ channel, ky, kx }) => ({ map, channel, offset: (ky - pad) * map.pitch + kx - pad })),
      a: Int32Array.from(range(filters), () => Math.round((random() - 0.3) * scale)),
      b: Int32Array.from(range(filters), () => Math.round((random() - 0.5) * 2 ** 22)),
    };
    const sumAt = (f: number, y: number, xx: number) =>
      taps.reduce((sum, { channel, ky, kx }, v) => {
        const [r, c] = [y + ky - pad, xx + kx - pad];
        return r < 0 || c < 0 || r >= map.height || c >= map.width ? sum : sum + weights[v * filters + f]! * x.at(channel, r, c);
      }, 0);
    const { a, b, shift } = convolution;
    const at = table(output, (f, y, xx) => clamp(Math.floor((a[f]! * sumAt(f, y, xx) + b[f]! + 2 ** (shift - 1)) / 2 ** shift), min, max));
    const y = { map: output, signed: format !== 'unsigned', at };
    const parts = convolutionLayers(convolution, shape);
    const each = Math.ceil(filters / parts.length);
    parts.forEach((layer, i) => this.add(layer, linesAt(shape, y, i * each, Math.min(each, filters - i * each))));
    return y;
  }

  pool(x: Features, kernel: number, stride: number, pitchMore: number, { top = 0, left = 0, ceil = false } = {}): Features {
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
    this.add(poolLayer({ name: `pool${this.layers.length}`, kernel, stride, top, left, signed, input: map, output }, this.shape), linesAt(this.shape, y));
    return y;
  }

  /** All of a map to `units` results. */
  dense(x: Features, units: number, density: number, wide: boolean): Features {
    const { map, signed } = x;
    const { random, shape } = this;
    const lineWords = wordsOfLine(map, shape);
    const places = range(map.channels).flatMap((c) => range(map.height).flatMap((y) => range(map.width).map((xx) => ({ index: c * map.span * 8 * lineWords + y * map.pitch + xx, x: x.at(c, y, xx) }))));
    const rows = range(units).map(() => places.filter(() => random() < density).map((place) => ({ ...place, weight: integer(random, -128, 127) || 1 })));
    const bytes = (wide ? 4 : 1) * Math.ceil(units / outputsAtOnce(shape)) * outputsAtOnce(shape);
    const output = this.place({ channels: 1, height: 1, width: bytes, pitch: bytes });
    const shift = wide ? 0 : integer(random, 8, 20);
    const a = Int32Array.from(range(units), () => (wide ? 1 : integer(random, -300, 300)));
    const b = Int32Array.from(range(units), () => integer(random, -(2 ** 20), 2 ** 20));
    const sums = rows.map((row) => row.reduce((sum, { x: value, weight }) => sum + weight * value, 0));
    const layer = denseLayer({
      name: `dense${this.layers.length}`, a, b, shift, min: -128, max: 127, wide, line: map.line, lines: linesOf(map), lineWords, signed, to: output.line,
      rows: rows.map((row) => ({ index: row.map(({ index }) => index), weight: row.map(({ weight }) => weight) })),
    }, shape);
    const values = sums.map((sum, i) => (wide ? sum + b[i]! : clamp(Math.floor((a[i]! * sum + b[i]! + (shift > 0 ? 2 ** (shift - 1) : 0)) / 2 ** shift), -128, 127)));
    const y = { map: output, signed: true, at: (_c: number, _y: number, i: number) => (wide ? ((values[i >> 2] ?? 0) >> (8 * (i & 3))) & 0xff : (values[i] ?? 0)) };
    this.add(layer, linesAt(shape, y));
    return y;
  }

  output(x: Features): void {
    const lines = linesAt(this.shape, x);
    this.add(outputLayer('result', x.map.line, lines.length, this.shape), []);
    this.result = lines.map(({ bytes }) => bytes);
  }

  frame(): DrivenFrame {
    const { shape, layers, expected, result } = this;
    const [frame, stream] = [lineBeats(this.input, shape), streamOf(layers, shape)];
    return {
      frame: portParts(frame, shape), frameBeats: frame.length / beatBytes(shape),
      stream: portParts(stream, shape), streamBeats: stream.length / beatBytes(shape),
      code: 0, layers: expected, result,
    };
  }
}
