// SPDX-License-Identifier: Apache-2.0
/** Where layer kinds get their parameters from: a checkpoint, or random numbers. */
import { BitloomError, type IssueCode } from '../errors/errors.ts';
import type { NamedTensor, TensorSource } from '../import/index.ts';
import type { ParameterReader } from '../layer-kind/layer-kind.ts';
import { randomFrom } from './random.ts';
import { trainedLike } from './trained-like.ts';
import { call } from '../project/call.ts';

/** A fault of one tensor; the pass adds the node, and its own fix where the fault has none. */
export class TensorFault extends Error {
  readonly code: IssueCode;
  readonly got: string;
  readonly legal: string;
  readonly fix: string | undefined;
  constructor(code: IssueCode, got: string, legal: string, fix?: string) {
    super(got);
    this.code = code;
    this.got = got;
    this.legal = legal;
    this.fix = fix;
  }
}

function count(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

/** NN005 for a tensor of 2^31 elements or more: its typed array would be beyond what the machine can be asked for. */
function requireCount(name: string, shape: readonly number[]): number {
  const elements = count(shape);
  if (elements < 2 ** 31) return elements;
  throw new TensorFault(
    'NN005',
    `${name} of [${shape.join(', ')}] elements`,
    'less than 2^31 of them',
    'make the layer smaller',
  );
}

/** Same elements in the same order: the shape itself, or the rows with everything behind them flattened. */
function agrees(got: readonly number[], wanted: readonly number[]): boolean {
  return got[0] === wanted[0] && count(got) === count(wanted) && (got.length === 2 || got.join() === wanted.join());
}

type Values = Uint8Array | Int8Array | Int32Array | Float64Array;

/** Values that a layer takes. */
interface Range {
  readonly legal: (value: number) => boolean;
  readonly say: string;
  /** What to do about a value that is not legal, where that is known. */
  readonly fix?: (value: number) => string | undefined;
}

const bit: Range = {
  legal: (v) => v === 0 || v === 1,
  say: '0 1 (1 means +1)',
  fix: (v) => (v === -1 ? 'store (w + 1) / 2 in place of -1 and +1' : undefined),
};
const int8: Range = {
  legal: (v) => Number.isInteger(v) && v >= -128 && v < 128,
  say: 'integers -128..127',
  fix: () => `${call('calibrate')} makes 8-bit weights of real ones`,
};
const int32: Range = { legal: (v) => Number.isInteger(v) && v >= -(2 ** 31) && v < 2 ** 31, say: '32-bit integers' };
const realsFrom = (least: number): Range => ({
  legal: (v) => Number.isFinite(v) && v >= least,
  say: least === -Infinity ? 'finite numbers' : `finite numbers from ${least}`,
});

const refuseOf =
  (prefix: string, usual?: string) =>
  (key: string, got: string, legal: string, fix = usual): never => {
    throw new TensorFault('NN013', `${prefix}.${key}: ${got}`, legal, fix);
  };

/** The tensor; what its source says against it becomes a fault of this tensor, so that others are looked at too. */
function tensorOf(source: TensorSource, name: string): NamedTensor {
  try {
    return source.get(name);
  } catch (error) {
    if (!(error instanceof BitloomError)) throw error;
    const { code, got, legal = '' } = error.issues[0]!;
    throw new TensorFault(code, `${name}: ${got}`, legal);
  }
}

/** Tensors `<prefix>.<key>` of a checkpoint, checked. Throws TensorFault. */
export function checkpointReader(source: TensorSource, prefix: string): ParameterReader {
  const fetch = (key: string, shape: readonly number[]): ArrayLike<number | bigint> => {
    const name = `${prefix}.${key}`;
    requireCount(name, shape);
    if (!source.has(name))
      throw new TensorFault('NN010', `no tensor ${name} in ${source.describe}`, source.names().slice(0, 40).join(' '));
    const tensor = tensorOf(source, name);
    if (!agrees(tensor.shape, shape))
      throw new TensorFault('NN012', `${name} is [${tensor.shape.join(', ')}]`, `[${shape.join(', ')}]`);
    return tensor.data;
  };
  /** The tensor's values in an array of their own, whatever their type in the file; one that does not fit is named. */
  const checked = <A extends Values>(
    key: string,
    shape: readonly number[],
    array: new (length: number) => A,
    { legal, say, fix }: Range,
  ): A => {
    const stored = fetch(key, shape);
    const values = new array(stored.length);
    const refuse = (i: number, what: string, how?: string): never => {
      throw new TensorFault('NN013', `${prefix}.${key}[${i}] = ${stored[i]}`, what, how);
    };
    for (let i = 0; i < stored.length; i++) {
      const exact = stored[i]!;
      const value = Number(exact);
      if (!legal(value)) refuse(i, say, fix?.(value));
      if (typeof exact === 'bigint' && BigInt(value) !== exact) refuse(i, 'integers that a 64-bit float holds exactly');
      values[i] = value;
    }
    return values;
  };
  return {
    bits: (key, shape) => checked(key, shape, Uint8Array, bit),
    int8: (key, shape) => checked(key, shape, Int8Array, int8),
    integers: (key, shape) => checked(key, shape, Int32Array, int32),
    reals: (key, shape, _draw, least = -Infinity) => checked(key, shape, Float64Array, realsFrom(least)),
    note: (name) => source.metadata.get(name),
    refuse: refuseOf(prefix),
  };
}

/** The same tensors drawn at random. */
export function syntheticReader(seed: number, density: number, prefix: string): ParameterReader {
  const countOf = (key: string, shape: readonly number[]) => requireCount(`${prefix}.${key}`, shape);
  const randomOf = (key: string) => randomFrom(`${seed} ${prefix} ${key}`);
  type Drawn = Uint8Array | Int32Array | Float64Array;
  const fill = <A extends Drawn>(values: A, key: string, value: (random: () => number) => number): A => {
    const random = randomOf(key);
    for (let i = 0; i < values.length; i++) values[i] = value(random);
    return values;
  };
  return {
    bits: (key, shape) => fill(new Uint8Array(countOf(key, shape)), key, (random) => (random() < 0.5 ? 0 : 1)),
    int8: (key, shape, most) => trainedLike(countOf(key, shape), most, density, randomOf(key)),
    integers: (key, shape, value) => fill(new Int32Array(countOf(key, shape)), key, value),
    reals: (key, shape, value) => fill(new Float64Array(countOf(key, shape)), key, value),
    note: () => undefined,
    refuse: refuseOf(prefix, 'change the network: its weights are synthetic'),
  };
}
