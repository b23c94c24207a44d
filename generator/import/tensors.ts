// SPDX-License-Identifier: Apache-2.0
/**
 * Named tensors, whatever file they came from. Every importer returns a TensorSource; passes know nothing
 * else.
 */

/** Storage of each element type; BOOL holds bytes 0/1. */
export interface TensorData {
  BOOL: Uint8Array;
  U8: Uint8Array;
  I8: Int8Array;
  U16: Uint16Array;
  I16: Int16Array;
  U32: Uint32Array;
  I32: Int32Array;
  U64: BigUint64Array;
  I64: BigInt64Array;
  F32: Float32Array;
  F64: Float64Array;
}

export type DataType = keyof TensorData;

/** What files may hold; F16 and BF16 become F32, which has all of their values. */
export const dataTypes = 'BOOL U8 I8 U16 I16 F16 BF16 U32 I32 F32 U64 I64 F64';

/** `data` is row-major and holds as many elements as the product of `shape`. */
export type NamedTensor = {
  [T in DataType]: { readonly dtype: T; readonly shape: readonly number[]; readonly data: TensorData[T] };
}[DataType];

/** A tensor of a type that files may have and nobody here computes with: legal as long as nobody asks for it. */
export interface ForeignTensor {
  readonly foreign: string;
}

/** Where weights come from: reports repeat it, since synthetic weights imply no accuracy. */
export type WeightOrigin = 'trained' | 'imported' | 'synthetic';

/** Classes that the weights tell apart. */
export interface SourceClasses {
  /** The file or folder. */
  readonly where: string;
  /** Outputs that are no padding. */
  readonly outputs: number;
  readonly named?: { readonly file: string; readonly names: readonly string[] };
}

/** What a network asks of its weights, by name, in its own order. */
export type AskedTensors = ReadonlyMap<string, AskedTensor>;

export interface AskedTensor {
  /** U8 bits, I8 and I32 integers, F64 reals. */
  readonly dtype: 'U8' | 'I8' | 'I32' | 'F64';
  readonly shape: readonly number[];
  /** What one step of the layer's input stands for. */
  readonly unit: number;
}

export interface TensorSource {
  readonly source: WeightOrigin;
  /** For people: `mnist.safetensors (11 tensors)`. */
  readonly describe: string;
  /** Free text that came with the tensors, such as `epsilon` of its batch norms. */
  readonly metadata: ReadonlyMap<string, string>;
  /** Absent: the format does not say. */
  readonly classes?: SourceClasses;
  has(name: string): boolean;
  /** In the source's own order. */
  names(): string[];
  /**
   * Throws NN010, naming the closest names, where there is no such tensor; NN006 where its type is none of the above.
   */
  get(name: string): NamedTensor;
}

export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
