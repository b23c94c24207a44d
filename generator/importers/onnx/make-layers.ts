// SPDX-License-Identifier: Apache-2.0
/** The layers of the network file, each with its tensors. */
import { fail } from '../../errors/errors.ts';
import type { Constant } from './constants.ts';
import type { Layer, Levels, MapSize, Pixels, State, Sums } from './layers.ts';
import type { Node } from './model.ts';
import { levelOf, type Quantiser } from './quantiser.ts';
import type { Refuse } from './refuse.ts';
import { channelThresholds, type Channel } from './thresholds.ts';

interface Made<S> {
  readonly layer: Layer;
  readonly state: S;
  readonly notes: readonly string[];
}

const plain = { thresholds: null, constantChannels: null, ties: null, tensors: {} };

export function inputLayers(tensor: string, { channels, height, width }: MapSize): Layer[] {
  const options = `{ height: ${height}, width: ${width}, channels: ${channels} }`;
  return [{ ...plain, layer: 'pixels', kind: 'input', nodes: [tensor], bits: '8', options }];
}

/** `0, 0, 1` with runs as one call each, so that a table of 256 values can be read. */
function runs(values: readonly number[]): string {
  const found: [value: number, count: number][] = [];
  for (const value of values) {
    const last = found.at(-1);
    if (last?.[0] === value) last[1]++;
    else found.push([value, 1]);
  }
  if (found.length > 16) return `[${values.join(', ')}]`;
  return `[${found.map(([value, n]) => `...new Array(${n}).fill(${value})`).join(', ')}]`;
}

const rangeText = (rule: Quantiser) => `${rule.bits} (${rule.isBipolar ? '±1' : `${rule.low}..${rule.high}`})`;

const levelsOf = (size: MapSize, { isBipolar, low, high }: Quantiser, scale: number): Levels => ({
  at: 'levels',
  size,
  isBipolar,
  low,
  high,
  scale,
});

/** The table of pixels: evaluated in float32 in the file's order, as frameworks do it, and in float64. */
export function quantisedPixels(
  node: Node,
  pixels: Pixels,
  rule: Quantiser,
  scale: number,
  refuse: Refuse,
): Made<Levels> {
  const tables = pixels.float32.map((row) => row.map((x) => levelOf(rule, Math.fround(x), scale)));
  const exact = pixels.exact.map((row) => row.map((x) => levelOf(rule, x, scale)));
  const [values] = tables as [number[]];
  if (tables.some((row) => row.join() !== values.join()))
    refuse(node, 'channels of pixels that become different integers', 'one table of 256 values for all channels');
  const differing = values.filter((value, p) => value !== exact[0]![p]).length;
  const integers = rule.isBipolar ? values.map((value) => Number(value > 0)) : values;
  const element = rule.isBipolar ? 'bipolar' : 'int';
  const options = `{ element: '${element}', values: ${runs(integers)}, scale: ${rule.isBipolar ? 1 : scale} }`;
  const nodes = [...pixels.nodes, node.name];
  return {
    layer: { ...plain, layer: 'quant', kind: 'quantise', nodes, bits: rangeText(rule), options, ties: differing },
    state: levelsOf(pixels.size, rule, scale),
    notes:
      differing === 0
        ? []
        : [`${node.name}: ${differing} of 256 pixel values differ between float32 and float64; float32 is taken.`],
  };
}

const int32 = (shape: readonly number[], values: readonly number[]) =>
  ({ dtype: 'I32', shape, data: Int32Array.from(values) }) as const;
const bits = (values: readonly number[]) =>
  ({ dtype: 'U8', shape: [values.length], data: Uint8Array.from(values) }) as const;
const reals = (values: readonly number[]) =>
  ({ dtype: 'F64', shape: [values.length], data: Float64Array.from(values) }) as const;

/**
 * Compares of sums with one threshold. Where a channel falls, batchNormSign takes them as γ = ±1 and a mean halfway
 * between two sums, which no rounding of its unit moves across a sum.
 */
function signLayer(channels: readonly Channel[], [scale, offset]: Sums['unit']) {
  const thresholds = channels.map((channel) => channel.thresholds[0]!);
  if (!channels.some(({ falls }) => falls))
    return { kind: 'threshold', options: '{ weights }', tensors: { thresholds: int32([channels.length], thresholds) } };
  const zeros = channels.map(() => 0);
  const tensors = {
    gamma: reals(channels.map(({ falls }) => (falls ? -1 : 1))),
    beta: reals(zeros),
    mean: reals(channels.map(({ falls }, c) => (thresholds[c]! + (falls ? 0.5 : -0.5)) * scale + offset)),
    variance: reals(zeros.map(() => 1)),
  };
  return { kind: 'batchNormSign', options: '{ weights, epsilon: 0 }', tensors };
}

function levelLayer(channels: readonly Channel[], rule: Quantiser, scale: number) {
  const falling = channels.map(({ falls }) => Number(falls));
  const isEach = falling.includes(1);
  const options = [
    'weights',
    `bits: ${rule.bits}`,
    ...(rule.signed ? ['signed: true'] : []),
    ...(rule.narrow ? ['narrow: true'] : []),
    `scale: ${scale}`,
    ...(isEach ? [`directions: 'each'`] : []),
  ];
  const shape = [channels.length, rule.high - rule.low];
  const thresholds = int32(
    shape,
    channels.flatMap((channel) => channel.thresholds),
  );
  const tensors = isEach ? { thresholds, falling: bits(falling) } : { thresholds };
  return { kind: 'multiThreshold', options: `{ ${options.join(', ')} }`, tensors };
}

/** @param place of the layer in the network, part of its name */
export function quantisedSums(node: Node, sums: Sums, rule: Quantiser, scale: number, place: number): Made<Levels> {
  const channels = sums.ranges.map((range, c) => channelThresholds(range, sums.steps, c, rule, scale));
  const made = rule.isBipolar ? signLayer(channels, sums.unit) : levelLayer(channels, rule, scale);
  const layer: Layer = {
    ...made,
    layer: `${rule.isBipolar ? 'sign' : 'levels'}${Math.floor(place / 2) - 1}`,
    nodes: [...sums.nodes, node.name],
    bits: rangeText(rule),
    thresholds: channels[0]!.thresholds.length,
    constantChannels: channels.filter(({ isConstant }) => isConstant).length,
    ties: channels.reduce((n, { ties }) => n + ties, 0),
  };
  return { layer, state: levelsOf(sums.size, rule, scale), notes: [] };
}

/** Weights as integers [unit][tap], taps in the order (y, x, channel), and the real number that 1 stands for. */
function matrix(node: Node, weights: Constant, size: MapSize, refuse: Refuse) {
  const { channels, height, width } = size;
  const taps = channels * height * width;
  const { quantised } = weights;
  if (!quantised) return refuse(node, 'real weights', 'weights behind a Quant or BipolarQuant');
  const [rows, units] = weights.shape as readonly [number, number];
  if (weights.shape.length !== 2 || rows !== taps)
    refuse(node, `a matrix of shape [${weights.shape.join(', ')}]`, `[${taps}, units]`);
  const scales = Array.from({ length: units }, (_, unit) => {
    const own = Array.from({ length: taps }, (_, tap) => quantised.scales[tap * units + unit]!);
    if (own.some((scale) => scale !== own[0] || scale === 0))
      refuse(node, `weights of output ${unit} with scales ${own.slice(0, 4).join(', ')}`, 'one scale an output, not 0');
    return own[0]!;
  });
  const integers = scales.map((scale, unit) =>
    Array.from({ length: taps }, (_, tap) => {
      const pixel = Math.floor(tap / channels);
      const column = (tap % channels) * height * width + pixel;
      return Math.sign(scale) * quantised.integers[column * units + unit]!;
    }),
  );
  return { taps, units, bits: quantised.bits, scales: scales.map(Math.abs), integers };
}

/** Dense layer: bits where all weights are ±1, else 8-bit integers. */
export function dense(node: Node, x: Levels, weights: Constant, layers: Layer[], refuse: Refuse): Sums {
  const { taps, units, bits, scales, integers } = matrix(node, weights, x.size, refuse);
  const isBinary = integers.every((row) => row.every((w) => w === 1 || w === -1));
  if (x.isBipolar && !isBinary)
    refuse(node, `weights of ${bits} bits on an input of ±1`, 'weights of ±1 there, or an input of 2 bits (−1, 0, 1)');
  const data = integers.flat();
  const shape = [units, taps];
  layers.push({
    ...plain,
    layer: `fc${Math.floor(layers.length / 2) - 1}`,
    kind: isBinary ? 'binaryDense' : 'intDense',
    nodes: [node.name],
    bits: isBinary ? '1 (±1)' : `${bits}`,
    options: `{ units: ${units}, weights }`,
    tensors: {
      weights: isBinary
        ? { dtype: 'U8', shape, data: Uint8Array.from(data, (w) => Number(w > 0)) }
        : { dtype: 'I8', shape, data: Int8Array.from(data) },
    },
  });
  // Bits are counted as agreements P: the sum of ±1 is 2P − taps.
  const extremes = (row: readonly number[]): readonly [number, number] =>
    row.reduce<[number, number]>(
      ([low, high], w) => [low + Math.min(w * x.low, w * x.high), high + Math.max(w * x.low, w * x.high)],
      [0, 0],
    );
  const step = x.isBipolar
    ? (sum: number, c: number) => (2 * sum - taps) * (x.scale * scales[c]!)
    : (sum: number, c: number) => sum * (x.scale * scales[c]!);
  return {
    at: 'sums',
    size: { channels: units, height: 1, width: 1 },
    ranges: integers.map((row) => (x.isBipolar ? [0, taps] : extremes(row))),
    unit: x.isBipolar ? [2, -taps] : [x.scale, 0],
    steps: [step],
    keepsOrder: scales.every((scale) => scale === scales[0]),
    nodes: [],
  };
}

/** The last line: the first of the highest scores. Only what is alike for all classes may lie behind the sums. */
export function decision(state: State, where: string): Omit<Made<State>, 'state'> {
  if (state.at === 'pixels')
    return fail({ code: 'NN006', where, got: 'no quantiser', legal: 'a Quant or BipolarQuant behind the input' });
  if (state.at === 'sums' && !state.keepsOrder)
    fail({
      code: 'NN006',
      where: `${where} › ${state.nodes.at(-1) ?? 'output'}`,
      got: 'scores whose scale or offset differs from class to class',
      legal: 'one scale above 0 and one offset for all classes, or a quantiser at the end',
    });
  const real = (x: number) => (state as Sums).steps.reduce((value, step) => step(value, 0), x);
  const nodes = state.at === 'sums' ? state.nodes : [];
  const options = `{ classes: ${state.size.channels} }`;
  return {
    layer: { ...plain, layer: 'decision', kind: 'decide', nodes, bits: '32', options },
    notes: [
      state.at === 'sums'
        ? `A score s of the last layer stands for ${real(1) - real(0)} · s + ${real(0)} in the model.`
        : `The model ends in a quantiser: its integers are the scores; 1 stands for ${state.scale}.`,
    ],
  };
}
