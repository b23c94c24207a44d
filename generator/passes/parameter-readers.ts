/** Where layer kinds get their parameters from: a checkpoint, or random numbers. */
import type { IssueCode } from '../errors.ts';
import type { TensorSource } from '../import/index.ts';
import type { ParameterReader } from '../layers/layer-kind.ts';
import { randomFrom } from './random.ts';
import { trainedLike } from './trained-like.ts';

/** A fault of one tensor; the pass adds the node. */
export class TensorFault extends Error {
  readonly code: IssueCode;
  readonly got: string;
  readonly legal: string;
  constructor(code: IssueCode, got: string, legal: string) {
    super(got);
    this.code = code;
    this.got = got;
    this.legal = legal;
  }
}

function count(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

/** Same elements in the same order: the shape itself, or the rows with everything behind them flattened. */
function agrees(got: readonly number[], wanted: readonly number[]): boolean {
  return got[0] === wanted[0] && count(got) === count(wanted) && (got.length === 2 || got.join() === wanted.join());
}

const refuseOf = (prefix: string) => (key: string, got: string, legal: string): never => {
  throw new TensorFault('NN013', `${prefix}.${key}: ${got}`, legal);
};

/** Tensors `<prefix>.<key>` of a checkpoint, checked. Throws TensorFault. */
export function checkpointReader(source: TensorSource, prefix: string): ParameterReader {
  const fetch = (key: string, shape: readonly number[]): ArrayLike<number> => {
    const name = `${prefix}.${key}`;
    if (!source.has(name))
      throw new TensorFault('NN010', `no tensor ${name} in ${source.describe}`, source.names().slice(0, 40).join(' '));
    const tensor = source.get(name);
    if (!agrees(tensor.shape, shape))
      throw new TensorFault('NN012', `${name} is [${tensor.shape.join(', ')}]`, `[${shape.join(', ')}]`);
    return tensor.data as unknown as ArrayLike<number>;
  };
  const checked = (key: string, values: ArrayLike<number>, legal: (v: number) => boolean, say: string) => {
    for (let i = 0; i < values.length; i++)
      if (!legal(values[i]!)) throw new TensorFault('NN013', `${prefix}.${key}[${i}] = ${values[i]}`, say);
    return values;
  };
  const int8 = (v: number) => Number.isInteger(v) && v >= -128 && v < 128;
  const int32 = (v: number) => Number.isInteger(v) && v >= -(2 ** 31) && v < 2 ** 31;
  return {
    bits: (key, shape) => Uint8Array.from(checked(key, fetch(key, shape), (v) => v === 0 || v === 1, '0 1 (1 means +1)')),
    int8: (key, shape) => Int8Array.from(checked(key, fetch(key, shape), int8, 'integers -128..127, which npm run calibrate makes of real ones')),
    integers: (key, shape) => Int32Array.from(checked(key, fetch(key, shape), int32, '32-bit integers')),
    reals: (key, shape, _draw, least = -Infinity) => {
      const legal = (v: number) => Number.isFinite(v) && v >= least;
      return Float64Array.from(checked(key, fetch(key, shape), legal, least === -Infinity ? 'finite numbers' : `finite numbers from ${least}`));
    },
    note: (name) => source.metadata.get(name),
    refuse: refuseOf(prefix),
  };
}

/** The same tensors drawn at random. */
export function syntheticReader(seed: number, density: number, prefix: string): ParameterReader {
  const draw = (key: string, shape: readonly number[], value: (random: () => number) => number) => {
    const random = randomFrom(`${seed} ${prefix} ${key}`);
    return Array.from({ length: count(shape) }, () => value(random));
  };
  return {
    bits: (key, shape) => {
      const random = randomFrom(`${seed} ${prefix} ${key}`);
      return new Uint8Array(count(shape)).map(() => (random() < 0.5 ? 0 : 1));
    },
    int8: (key, shape, most) => trainedLike(count(shape), most, density, randomFrom(`${seed} ${prefix} ${key}`)),
    integers: (key, shape, value) => Int32Array.from(draw(key, shape, value)),
    reals: (key, shape, value) => Float64Array.from(draw(key, shape, value)),
    note: () => undefined,
    refuse: refuseOf(prefix),
  };
}
