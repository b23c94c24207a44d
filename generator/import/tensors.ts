/**
 * Named tensors, whatever file they came from. Every importer returns a TensorSource; passes know nothing
 * else.
 */

/** Storage of each element type; BOOL holds bytes 0/1. */
export interface TensorData {
  BOOL: Uint8Array;
  U8: Uint8Array;
  I8: Int8Array;
  I32: Int32Array;
  I64: BigInt64Array;
  F32: Float32Array;
}

export type DataType = keyof TensorData;

/** `data` is row-major and holds as many elements as the product of `shape`. */
export type NamedTensor = {
  [T in DataType]: { readonly dtype: T; readonly shape: readonly number[]; readonly data: TensorData[T] };
}[DataType];

/** Where weights come from: reports repeat it, since synthetic weights imply no accuracy. */
export type WeightOrigin = 'trained' | 'imported' | 'synthetic';

export interface TensorSource {
  readonly source: WeightOrigin;
  /** For people: `mnist.safetensors (11 tensors)`. */
  readonly describe: string;
  /** Free text that came with the tensors, such as `epsilon` of its batch norms. */
  readonly metadata: ReadonlyMap<string, string>;
  has(name: string): boolean;
  /** In the source's own order. */
  names(): string[];
  /** Throws NN010, naming the closest names, where the source has no such tensor. */
  get(name: string): NamedTensor;
}

export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
