// SPDX-License-Identifier: Apache-2.0
/** Integer affine map per channel: batch-norm, or requantisation, into a fixed-point format. */
import { addLayer, type Stream } from '../../dsl/network.ts';
import { refuseFaults } from '../../dsl/call-site.ts';
import {
  number,
  oneOf,
  optional,
  optionFaults,
  record,
  show,
  surplusFaults,
  weightRules,
  type Rules,
  type WeightOptions,
} from '../../dsl/options.ts';
import type { TypedNode } from '../../ir/graph.ts';
import { toNumber } from '../../ir/rational.ts';
import { bitsOf, int, type Int } from '../../ir/types.ts';
import type { LayerModel, ParameterReader } from '../../layer-kind/layer-kind.ts';
import { factorBits, fits, foldAffine, largestShift, shiftBits, termBits, type Affine } from './fold-affine.ts';

/** Integers min..max, each standing for itself · 2^−fraction. `min: 0` is a ReLU. */
export interface FixedPoint {
  readonly min: number;
  readonly max: number;
  readonly fraction: number;
}

const formatRules: Rules<FixedPoint> = { min: number, max: number, fraction: number };

/** What an affine node has besides. */
interface AffineAttributes {
  readonly epsilon: number;
  readonly form: string;
  readonly rounding?: ResultRounding;
}

/** Two's complement of so many bits. */
export function signedFormat(bits: number, fraction: number, ...surplus: readonly never[]): FixedPoint {
  const faults = optionFaults({ bits: number, fraction: number }, { bits, fraction });
  refuseFaults('signedFormat', [...faults, ...surplusFaults(surplus)]);
  return { min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1, fraction };
}

export interface AffineOptions extends WeightOptions {
  readonly format: FixedPoint;
  /**
   * `batch-norm`, the default: tensors `<tensors>.gamma/.beta/.mean/.variance`, reals [channels], of the real number
   * that
   * the input stands for. `integer`: `<tensors>.a` (16 bit), `.b` (32 bit), [channels], and `.shift` [1].
   */
  readonly form?: 'batch-norm' | 'integer';
  /** Added to the variance; of `batch-norm` alone. */
  readonly epsilon?: number;
  /** Of the result. */
  readonly rounding?: ResultRounding;
}

/** Of results: what golden model and hardware do, the default first. */
const resultRoundings = ['half_up'] as const;
type ResultRounding = (typeof resultRoundings)[number];
const [usualRounding] = resultRoundings;
const resultRounding = optional(oneOf(...resultRoundings));

const rules: Rules<AffineOptions> = {
  format: record(formatRules),
  form: optional(oneOf('batch-norm', 'integer')),
  epsilon: optional(number),
  rounding: resultRounding,
  ...weightRules,
};

/** y[c] = clamp(⌊(a[c]·x + b[c]) / 2^shift + ½⌋, min, max): rounds half up, then saturates. */
export function affine(name: string, x: Stream<'int'>, options: AffineOptions): Stream<'int'> {
  const attributes = ({ format, form = 'batch-norm', epsilon = 1e-5, rounding = usualRounding }: AffineOptions) => {
    const { min, max, fraction } = format;
    return { min, max, fraction, form, epsilon, rounding };
  };
  const conflicts = ({ form, epsilon }: AffineOptions) =>
    form === 'integer' && epsilon !== undefined
      ? [
          {
            got: `epsilon = ${show(epsilon)} with form = "integer", which has no variance`,
            fix: 'leave epsilon out, or take form = "batch-norm"',
          },
        ]
      : [];
  return addLayer({ name, kind: 'affine', inputs: [x], options, rules, conflicts, attributes }, 'int');
}

export interface RequantiseOptions extends WeightOptions {
  /** `min: 0` is a ReLU. */
  readonly min: number;
  readonly max: number;
  /** Of synthetic weights; a checkpoint brings its own. */
  readonly shift?: number;
  /** Of the result. */
  readonly rounding?: ResultRounding;
}

const requantiseRules: Rules<RequantiseOptions> = {
  min: number,
  max: number,
  shift: optional(number),
  rounding: resultRounding,
  ...weightRules,
};

/**
 * y = clamp(⌊x / 2^shift + ½⌋, min, max): rounds half up, then saturates, back to a few bits, in a unit that is a power
 * of two. Tensor `<tensors>.shift` [1], 0..24.
 */
export function requantise(name: string, x: Stream<'int'>, options: RequantiseOptions): Stream<'int'> {
  const attributes = ({ min, max, shift = 8, rounding = usualRounding }: RequantiseOptions) => ({
    min,
    max,
    fraction: 0,
    form: 'shift',
    epsilon: 0,
    shift,
    rounding,
  });
  return addLayer({ name, kind: 'affine', inputs: [x], options, rules: requantiseRules, attributes }, 'int');
}

const isLegalShift = (shift: number) => Number.isInteger(shift) && shift >= 0 && shift <= largestShift;

/** Name of the note by which a file of weights says the format that its batch-norms were trained or calibrated for. */
export const formatNote = 'affine.format';

export const describeFormat = ({ min, max, fraction }: FixedPoint) => `${min}..${max}, ${fraction} binary places`;

function readBatchNorm(
  node: Pick<TypedNode, 'attributes'>,
  input: Int,
  channels: number,
  reader: ParameterReader,
): Affine {
  const { epsilon, ...format } = node.attributes as unknown as FixedPoint & { epsilon: number };
  const { fraction } = format;
  const meant = reader.note(formatNote) ?? describeFormat(format);
  // Thresholds that read the result, and the classifier, are integers of that format: another one costs accuracy and
  // says nothing.
  if (meant !== describeFormat(format))
    reader.refuse('gamma', `trained for results of ${meant}`, describeFormat(format));
  const shape = [channels];
  // Synthetic sums spread by about √n around their mean: the result by about 1.
  const spread = (Math.sqrt(input.max - input.min) / 2) * toNumber(input.scale);
  const gamma = reader.reals('gamma', shape, (r) => (r() < 0.25 ? -1 : 1) * (0.5 + r()));
  const beta = reader.reals('beta', shape, (r) => (r() - 0.5) / 2);
  const mean = reader.reals('mean', shape, (r) => spread * (r() - 0.5));
  const variance = reader.reals('variance', shape, (r) => spread * spread * (0.5 + r()), 0);
  const flat = variance.findIndex((v) => v + epsilon === 0);
  if (flat >= 0) reader.refuse('variance', `variance[${flat}] = 0, epsilon = 0`, 'a variance or an epsilon above 0');
  return (
    foldAffine(input, fraction, epsilon, gamma, beta, mean, variance) ??
    reader.refuse(
      'gamma',
      `factors beyond ${factorBits} bits, or terms beyond ${termBits}`,
      'γ/σ, β and mean in proportion to the format',
    )
  );
}

function readIntegers(channels: number, reader: ParameterReader): Affine {
  const a = reader.integers('a', [channels], (r) => Math.round((r() - 0.5) * 256));
  const b = reader.integers('b', [channels], (r) => Math.round((r() - 0.5) * 1024));
  const wide = a.findIndex((v) => !fits(v, factorBits));
  if (wide >= 0) reader.refuse('a', `a[${wide}] = ${a[wide]}`, `${factorBits}-bit integers`);
  return { a, b, shift: readShift(4, reader) };
}

function readShift(drawn: number, reader: ParameterReader): number {
  const [read] = reader.integers('shift', [1], () => drawn);
  const legal = `integers 0..${largestShift}`;
  if (!isLegalShift(drawn)) reader.refuse('shift', `shift = ${drawn}`, legal, 'change it in the network file');
  if (!isLegalShift(read!)) reader.refuse('shift', `shift = ${read}`, legal);
  return read!;
}

function readParameters(
  node: Pick<TypedNode, 'attributes'>,
  input: Int,
  channels: number,
  reader: ParameterReader,
): Affine {
  switch (node.attributes['form']) {
    case 'integer':
      return readIntegers(channels, reader);
    case 'shift':
      return {
        a: new Int32Array(channels).fill(1),
        b: new Int32Array(channels),
        shift: readShift(node.attributes['shift'] as number, reader),
      };
    default:
      return readBatchNorm(node, input, channels, reader);
  }
}

/** One shift for the layer, nothing for its channels. */
const isShift = (node: Pick<TypedNode, 'attributes'>) => node.attributes['form'] === 'shift';

const forms = ['batch-norm', 'integer', 'shift'];

/** What hardware adds: terms with the half that rounds, and the bits that hold all of them in two's complement. */
export function storedTerms(node: TypedNode): { terms: readonly number[]; bits: number } {
  const { b, shift } = node.parameters as Record<string, { data: Int32Array }>;
  const half = Math.floor(2 ** (shift!.data[0]! - 1));
  const terms = Array.from(b!.data, (term) => term + half);
  return { terms, bits: bitsOf(int(Math.min(-1, ...terms), Math.max(...terms))) };
}

export const model: LayerModel = {
  kind: 'affine',
  title: 'affine',
  rounds: [
    { what: 'the result of `affine`, (a·x + b) / 2^shift', legal: resultRoundings, option: 'rounding' },
    { what: 'the result of `requantise`, x / 2^shift', legal: resultRoundings, option: 'rounding' },
    { what: 'a and b, from the exact batch-norm', legal: ['half_up'] },
  ],
  infer(node, [x], report) {
    const attributes = node.attributes as unknown as FixedPoint & AffineAttributes;
    const { min, max, fraction, epsilon, form, rounding = usualRounding } = attributes;
    let sound = true;
    const refuse = (got: string, legal: string) => {
      report('NN005', { got, legal });
      sound = false;
    };
    if (x!.element.type !== 'int') refuse('an affine map of bits', 'integers');
    const within = [min, max].every((v) => Number.isInteger(v) && fits(v, 16)) && min < max;
    if (!within) refuse(`format ${min}..${max}`, 'min below max, integers of at most 16 bits');
    if (!Number.isInteger(fraction) || Math.abs(fraction) > 32)
      refuse(`fraction = ${fraction}`, 'an integer from -32 to 32');
    if (!Number.isFinite(epsilon) || epsilon < 0) refuse(`epsilon = ${epsilon}`, 'a finite number from 0');
    if (!resultRoundings.includes(rounding)) refuse(`rounding = ${show(rounding)}`, resultRoundings.join(' '));
    if (!forms.includes(form)) refuse(`form = ${JSON.stringify(form)}`, forms.join(' '));
    return sound ? { ...x!, element: int(min, max, 2 ** -fraction) } : undefined;
  },
  resolve(node, [x], _output, reader) {
    const { channels, element } = x!;
    const { a, b, shift } = readParameters(node, element as Int, channels, reader);
    return {
      a: { shape: [channels], data: a },
      b: { shape: [channels], data: b },
      shift: { shape: [1], data: Int32Array.of(shift) },
    };
  },
  parameterBits: (node) => (isShift(node) ? 0 : node.type.channels * (factorBits + termBits)) + shiftBits,
  floatParameters: (node) => (isShift(node) ? 0 : 2 * node.type.channels),
  requantises: isShift,
};
