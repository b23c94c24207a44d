// SPDX-License-Identifier: Apache-2.0
/**
 * Real weights to 8 bits, layer by layer along the network: every layer's weights get the fraction that loses least of
 * them, and every
 * requantisation the shift that loses least of what really arrives there, from calibration images that ran through the
 * layers before in their final integers. What rounding of weights does to the mean of a sum, its bias takes back where
 * that is wanted.
 * Inputs of a concatenation get one unit; terms of a sum are shifted to the smallest among theirs.
 */
import { BitloomError } from '../errors/errors.ts';
import { newInts, type IntTensor, type Tensor } from '../tensor/tensor.ts';
import type { NamedTensor, TensorSource } from '../import/index.ts';
import { nodeIssue, type Graph, type TypedNode } from '../ir/graph.ts';
import {
  compare,
  exactly,
  floorOf,
  over,
  plus,
  powerOfTwo,
  rational,
  show,
  times,
  toNumber,
  type Rational,
} from '../ir/rational.ts';
import type { Int } from '../ir/types.ts';
import { kindOf } from '../layers/index.ts';
import type { ParameterReader } from '../layer-kind/layer-kind.ts';
import { inferTypes, type InferredNode } from '../passes/infer-types.ts';
import { checkpointReader, TensorFault } from '../passes/parameter-readers.ts';
import { bestFraction, candidateFractions, squaredError, toFixedPoint } from '../tensor/fixed-point.ts';
import { lostOfSums } from './lost-of-sums.ts';
import { sharedUnits } from './shared-units.ts';

export interface CalibratedLayer {
  readonly layer: string;
  /** Bits below the point of its weights, and of what it gives. */
  readonly weightFraction: number;
  readonly weights: number;
  /** Real weights that were not 0, and 8-bit ones that are not. */
  readonly nonZero: number;
  readonly left: number;
  /** Signal over loss of the weights, in decibels. */
  readonly signalToNoise: number;
}

export interface Calibrated {
  /** `<layer>.weights` I8, `.bias` I32, `.shift` I32; `<sum>.left` I32. */
  readonly tensors: Readonly<Record<string, NamedTensor>>;
  readonly layers: readonly CalibratedLayer[];
  /** The last node's tensor of every frame: scores, then the class. */
  readonly results: readonly Int32Array[];
}

export interface CalibrationOptions {
  /**
   * Biases take back what rounding of weights does to the mean of their sums (lost-of-sums.ts); as they are unless
   * said.
   */
  readonly correctBiases?: boolean;
  readonly onNode?: (name: string) => void;
}

const int8 = { min: -128, max: 127 };
/** Values of a layer that its shift is chosen by, evenly taken from all frames. */
const samples = 2 ** 17;
const largestShift = 24;
const one = rational(1);

/** What is known of a node once it has run. */
interface Known {
  readonly frames: readonly Tensor[];
  /** Real value of 1, exact. */
  readonly unit: Rational;
}

class Calibration {
  readonly tensors: Record<string, NamedTensor> = {};
  readonly layers: CalibratedLayer[] = [];
  private readonly known = new Map<string, Known>();
  private readonly shifts = new Map<string, number>();

  constructor(
    private readonly network: string,
    private readonly source: TensorSource,
    private readonly images: readonly IntTensor[],
    private readonly correctBiases: boolean,
  ) {}

  of(name: string): Known {
    return this.known.get(name)!;
  }

  forget(name: string): void {
    this.known.delete(name);
  }

  /** One shift each for requantisations whose results share a unit. */
  chooseShifts(nodes: readonly InferredNode[]): void {
    const inputs = nodes.map((node) => this.of(node.inputs[0]!));
    const ranges = nodes.map((node) => node.type.element as Int);
    const exponents = this.exponentsOf(
      nodes,
      inputs.map(({ unit }) => unit),
    );
    const values = inputs.map(({ frames }, i) => sampled(frames).map((value) => value * 2 ** exponents[i]!));
    const possible = new Set(values.flatMap((list, i) => candidateFractions(list, ranges[i]!)));
    const shiftsAt = (fraction: number) => exponents.map((exponent) => -fraction - exponent);
    const errors = [...possible]
      .filter((fraction) => shiftsAt(fraction).every((shift) => shift >= 0 && shift <= largestShift))
      .sort((a, b) => a - b)
      .map((fraction) => ({
        fraction,
        error: values.reduce((sum, list, i) => sum + squaredError(list, fraction, ranges[i]!), 0),
      }));
    // Values too small for any shift stay as they are.
    const least = Math.min(...errors.map(({ error }) => error));
    const best = errors.find(({ error }) => error === least)?.fraction ?? -Math.max(...exponents);
    nodes.forEach((node, i) => this.shifts.set(node.name, Math.max(0, Math.min(largestShift, shiftsAt(best)[i]!))));
  }

  /** Of two, by which units are multiples of the first one: shifts bring no others to one unit. */
  private exponentsOf(nodes: readonly InferredNode[], units: readonly Rational[]): number[] {
    return units.map((unit, i) => {
      const exponent = powerOfTwo(over(unit, units[0]!));
      if (exponent !== undefined) return exponent;
      const issue = {
        got: `units ${show(units[0]!)} and ${show(unit)}, which ${nodes[0]!.name} and this one must bring to one`,
        legal: 'units that differ by powers of two',
        fix: 'averages over windows of one size',
      };
      throw new BitloomError([nodeIssue(this.network, nodes[i]!, 'NN005', issue)]);
    });
  }

  evaluate(node: InferredNode): void {
    const kind = kindOf(node);
    const inputs = node.inputs.map((name) => this.of(name));
    const reader = this.reader(
      node,
      inputs.map(({ unit }) => unit),
    );
    const typed: TypedNode = { ...node, parameters: kind.resolve?.(node, node.inputTypes, node.type, reader) ?? {} };
    const run = kind.golden(typed);
    const frames = this.images.map((image, i) =>
      run(inputs.length === 0 ? [image] : inputs.map((input) => input.frames[i]!)),
    );
    this.known.set(node.name, { frames, unit: reader.unit() });
  }

  /** Answers with 8-bit weights, biases in units of the sums and chosen shifts; keeps what it said. */
  private reader(node: InferredNode, units: readonly Rational[]): ParameterReader & { unit(): Rational } {
    const real = checkpointReader(this.source, node.tensors);
    const scaleOf = ({ element }: InferredNode['type']) => (element.type === 'int' ? element.scale : one);
    const { alignsUnits } = kindOf(node);
    const smallest = () => units.reduce((least, next) => (compare(next, least) < 0 ? next : least));
    const inputUnit = alignsUnits ? smallest() : (units[0] ?? one);
    /** Of every sum's mean, by rounding of the weights. */
    let lost: Float64Array | undefined;
    const ratio = () => over(scaleOf(node.type), scaleOf(node.inputTypes[0]!));
    let unit = node.inputTypes.length === 0 || alignsUnits ? inputUnit : times(inputUnit, ratio());
    const aligned = (key: string) => {
      const left = units.map((greater) => powerOfTwo(over(greater, inputUnit)));
      const odd = left.indexOf(undefined);
      const got = () => `terms of units ${show(inputUnit)} and ${show(units[odd]!)}`;
      if (odd >= 0) real.refuse(key, got(), 'units that differ by powers of two');
      return Int32Array.from(left as number[]);
    };
    const inUnits = (value: number, key: string) => {
      const rounded = Number(floorOf(plus(over(exactly(value), unit), rational(1, 2))));
      return Math.abs(rounded) < 2 ** 31
        ? rounded
        : real.refuse(
            key,
            `${value} is ${rounded} units of the sums`,
            'less than 2^31: greater weights, or a smaller bias',
          );
    };
    const keep = (key: string, tensor: NamedTensor) => (this.tensors[`${node.tensors}.${key}`] = tensor);
    return {
      ...real,
      int8: (key, shape) => {
        const values = real.reals(key, shape, () => 0);
        const fraction = bestFraction(values, int8);
        const data = Int8Array.from(values, (value) => toFixedPoint(value, fraction, int8));
        unit = times(inputUnit, exactly(2 ** -fraction));
        const error = (value: number, i: number) => toNumber(inputUnit) * (value - data[i]! * 2 ** -fraction);
        if (this.correctBiases)
          lost = lostOfSums(values.map(error), shape, this.of(node.inputs[0]!).frames as readonly IntTensor[]);
        keep(key, { dtype: 'I8', shape, data });
        this.layers.push(layerOf(node.tensors, values, data, fraction));
        return data;
      },
      integers: (key, shape) => {
        const shift = this.shifts.get(node.name);
        if (shift !== undefined) unit = times(inputUnit, exactly(2 ** shift));
        const biases = () =>
          Int32Array.from(
            real.reals(key, shape, () => 0),
            (value, i) => inUnits(value + (lost?.[i] ?? 0), key),
          );
        const data = alignsUnits ? aligned(key) : shift !== undefined ? Int32Array.of(shift) : biases();
        keep(key, { dtype: 'I32', shape, data });
        return data;
      },
      unit: () => unit,
    };
  }
}

function sampled(frames: readonly Tensor[]): Float64Array {
  const size = frames[0]!.data.length;
  const step = Math.max(1, Math.floor((size * frames.length) / samples));
  return Float64Array.from(
    { length: Math.floor((size * frames.length) / step) },
    (_, i) => frames[Math.floor((i * step) / size)]!.data[(i * step) % size]!,
  );
}

function layerOf(layer: string, values: Float64Array, data: Int8Array, weightFraction: number): CalibratedLayer {
  const count = (list: Float64Array | Int8Array) =>
    (list as Float64Array).reduce((n, value) => n + (value === 0 ? 0 : 1), 0);
  const power = values.reduce((sum, value) => sum + value * value, 0);
  const signalToNoise = 10 * Math.log10(power / squaredError(values, weightFraction, int8));
  return { layer, weightFraction, weights: values.length, nonZero: count(values), left: count(data), signalToNoise };
}

/**
 * @param pixels whole frames of the network's input · throws what the network's passes throw, about the real tensors of
 * `source`
 */
export function calibrate(
  graph: Graph,
  source: TensorSource,
  pixels: Uint8Array,
  { correctBiases = false, onNode = () => {} }: CalibrationOptions = {},
): Calibrated {
  const nodes = inferTypes(graph);
  const { height, width, channels } = nodes[0]!.type;
  const frameBytes = height * width * channels;
  const images = Array.from({ length: pixels.length / frameBytes }, (_, i) => {
    const image = newInts(height, width, channels);
    image.data.set(pixels.subarray(i * frameBytes, (i + 1) * frameBytes));
    return image;
  });
  const calibration = new Calibration(graph.name, source, images, correctBiases);
  const groups = sharedUnits(nodes);
  const waiting = new Set(nodes);
  const ready = (node: InferredNode) => node.inputs.every((name) => ![...waiting].some((other) => other.name === name));
  while (waiting.size > 0) {
    // The first node whose inputs have run; of a group, the first one after the inputs of all.
    const node = [...waiting].find((next) =>
      (groups.get(next.name) ?? [next]).every((member) => !waiting.has(member) || ready(member)),
    )!;
    onNode(node.name);
    const group = groups.get(node.name);
    if (group?.every((member) => waiting.has(member))) calibration.chooseShifts(group);
    try {
      calibration.evaluate(node);
    } catch (error) {
      if (!(error instanceof TensorFault)) throw error;
      const { code, got, legal, fix = 'give real weights of this network' } = error;
      throw new BitloomError([nodeIssue(graph.name, node, code, { got, legal, fix })]);
    }
    waiting.delete(node);
    for (const name of node.inputs)
      if (![...waiting].some((other) => other.inputs.includes(name))) calibration.forget(name);
  }
  return {
    tensors: calibration.tensors,
    layers: calibration.layers,
    results: calibration.of(nodes.at(-1)!.name).frames.map(({ data }) => data),
  };
}
