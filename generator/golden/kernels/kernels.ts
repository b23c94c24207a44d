// SPDX-License-Identifier: Apache-2.0
/**
 * The inner loops of the golden model in WebAssembly. All work on one memory, whose maps are as tensor.ts has them.
 */
import { binaries } from './assembled.ts';

/** Addresses, pitches and `bytes` count bytes of the kernels' memory. Counts are at least 1. */
export interface KernelFunctions {
  /** Copies `rows` rows of `bytes` that lie one behind the other to rows that are `pitch` apart. */
  rows(from: number, to: number, pitch: number, bytes: number, rows: number): void;
  /** The same for rows of `elements` int32, which become int16: they are in its range. */
  narrowRows(from: number, to: number, pitch: number, elements: number, rows: number): void;
  /**
   * Windows `first` … `first + count − 1` of a map, row-major, one every `bytes` from `to` on, each with zeros up to
   * `bytes`. `pitch` is a row of the map, `right` and `down` lead to the next window, of which `width` make a row.
   * A window has `kernel` rows of `runs` runs of `run` bytes, which are `apart` in the map.
   */
  windows(
    ...of: [
      ...[map: number, pitch: number, right: number, down: number, width: number],
      ...[kernel: number, runs: number, apart: number, run: number],
      ...[first: number, count: number, to: number, bytes: number],
    ]
  ): void;
  /**
   * `out[window][row]` = taps − bits in which window and row differ, as int32. Windows and rows have `bytes`, a
   * multiple of 8.
   */
  agreements(
    ...of: [
      ...[windows: number, count: number, bytes: number],
      ...[weights: number, rows: number, taps: number, out: number],
    ]
  ): void;
  /**
   * Σ w·x + bias, mod 2^32: windows of int16, `bytes` a multiple of 4; weights int8 [rows / 8][taps / 2][8][2] and
   * biases int32 [rows], both with zeros up to a multiple of 8 rows. Sums of a window are `pitch` behind those before.
   */
  dots(
    ...of: [
      ...[windows: number, count: number, bytes: number],
      ...[weights: number, bias: number, rows: number, out: number, pitch: number],
    ]
  ): void;
  /**
   * Bits [x < theta] ⊕ flip of int32 `x`, of which each pixel has `pitch` bytes: `words` words a pixel, in which the
   * bits of `masks` stay. `theta` has a value for each of the 32 · words channels.
   */
  compare(
    ...of: [
      ...[x: number, pixels: number, pitch: number, words: number],
      ...[theta: number, flips: number, masks: number, out: number],
    ]
  ): void;
  /** `out` = table[x], all int32. */
  lookUp(x: number, table: number, out: number, elements: number): void;
  /**
   * clamp(⌊unit · (factor · x + term)⌋, min, max) of int32 `x`, channel by channel in doubles; `factors` and `terms`
   * are doubles, with one more where the number of channels is odd.
   */
  affine(
    ...of: [
      ...[x: number, pixels: number, channels: number, factors: number, terms: number],
      ...[unit: number, min: number, max: number, out: number],
    ]
  ): void;
  /** clamp(factor1 · x1 + factor2 · x2, min, max) of int32, in doubles. */
  sumOfTwo(
    ...of: [
      ...[x1: number, x2: number, factor1: number, factor2: number],
      ...[min: number, max: number, out: number, elements: number],
    ]
  ): void;
  /**
   * Windows of `size` × `size`, `stride` apart, as far as they lie in the map, which has `words` words a pixel. Of
   * bits: their AND where a bit of `minimum` is 1, else their OR. Of integers: the least where the word of `minimum` is
   * 1, the greatest where it is 0.
   */
  pool(
    ...of: [
      ...[isBits: boolean, x: number, height: number, width: number, words: number, size: number, stride: number],
      ...[minimum: number, out: number, outHeight: number, outWidth: number],
    ]
  ): void;
}

/** A memory for one network: rooms are taken while it is prepared, and stay. */
export interface Kernels extends KernelFunctions {
  /** Zeros up to the next multiple of 16, which the address is too. Behind all rooms 32 KB more may be read. */
  room(bytes: number): number;
  /** A room with a copy of the data. */
  put(data: Int8Array | Int16Array | Int32Array | Float64Array): number;
  /** What lies at an address; good until the next room is taken. */
  view(at: number, length: number): Int32Array;
}

/** Of the standard's API, which neither ES2023 nor Node's types declare: what is used here. */
interface WebAssemblyApi {
  validate(bytes: Uint8Array): boolean;
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: Record<string, Record<string, unknown>>) => { readonly exports: unknown };
  Memory: new (limits: { initial: number }) => { readonly buffer: ArrayBuffer; grow(pages: number): number };
}
const { WebAssembly } = globalThis as unknown as { WebAssembly: WebAssemblyApi };

/** Whether this processor and this Node have the vectors of 128 bits that the kernels are made of. */
export const hasVectors = WebAssembly.validate(binaries.dots);

const pageBytes = 65536;
const compiled = new Map<Uint8Array, object>();

function moduleOf(bytes: Uint8Array): object {
  const module = compiled.get(bytes) ?? new WebAssembly.Module(bytes);
  compiled.set(bytes, module);
  return module;
}

/** @param others binaries in place of those of the files */
export function newKernels(others: Partial<typeof binaries> = {}): Kernels {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const instances = Object.values({ ...binaries, ...others }).map(
    (bytes) => new WebAssembly.Instance(moduleOf(bytes), { golden: { memory } }),
  );
  const functions = Object.assign({}, ...instances.map(({ exports }) => exports)) as KernelFunctions;
  let end = 16;
  const room = (bytes: number) => {
    const at = end;
    end += 16 * Math.ceil(bytes / 16);
    // Kernels read in vectors, and may pass the last room's end.
    const missing = Math.ceil((end + pageBytes / 2 - memory.buffer.byteLength) / pageBytes);
    if (missing > 0) memory.grow(missing);
    return at;
  };
  const put: Kernels['put'] = (data) => {
    const at = room(data.byteLength);
    new Uint8Array(memory.buffer).set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    return at;
  };
  return {
    ...functions,
    room,
    put,
    view: (at, length) => new Int32Array(memory.buffer, at, length),
  };
}
