// SPDX-License-Identifier: Apache-2.0
/**
 * Contracts of bits between the generator, the hardware and a driver. Each is written once, as data; TypeScript packs
 * words with it, the cells have it as wires and localparams, docs and a C header show it (docs/contracts.md).
 */

export interface Field {
  /** Lowest bit. */
  readonly at: number;
  readonly bits: number;
  readonly says: string;
  /** Two's complement. */
  readonly signed?: true;
  readonly values?: Readonly<Record<string, number>>;
}

/** Where the fields of a word stand. */
export interface Layout<N extends string = string> {
  readonly type: 'layout';
  readonly title: string;
  readonly says: string;
  /** Of the whole word. */
  readonly bits: number;
  readonly fields: Readonly<Record<N, Field>>;
}

/** Named numbers: addresses, codes, depths of pipelines. */
export interface Numbers<N extends string = string> {
  readonly type: 'numbers';
  readonly title: string;
  readonly says: string;
  /** Width of the localparams, where a number has none of its own; absent: 32. */
  readonly bits?: number;
  readonly numbers: Readonly<Record<N, { readonly value: number; readonly bits?: number; readonly says: string }>>;
}

/** Fields one behind the other, the first one in the high bits, of widths that are parameters of the cell. */
export interface Table<N extends string = string> {
  readonly type: 'table';
  readonly title: string;
  readonly says: string;
  readonly fields: Readonly<Record<N, { readonly width: number | string; readonly says: string }>>;
}

export type Contract = Layout | Numbers | Table;

const make =
  <T extends Contract['type']>(type: T) =>
  <C extends Omit<Extract<Contract, { type: T }>, 'type'>>(contract: C): C & { readonly type: T } => ({
    type,
    ...contract,
  });
export const layout = make('layout');
export const numbers = make('numbers');
export const table = make('table');

/** `fromIndex`: `from_index`, as Verilog and C name it. */
export const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
export const upper = (name: string) => snake(name).toUpperCase();

type ValuesOf<L extends Layout> = { readonly [N in keyof L['fields']]?: number | boolean | undefined };

/** A value as the bits of its field; throws where it does not fit, for that is a fault of the generator. */
function fieldBits(name: string, { bits, signed }: Field, given: number | boolean): number {
  const value = Number(given);
  const [least, behind] = signed ? [-(2 ** (bits - 1)), 2 ** (bits - 1)] : [0, 2 ** bits];
  if (!Number.isInteger(value) || value < least || value >= behind)
    throw new Error(`field ${name} of ${bits} bits: ${value}`);
  return value < 0 ? value + 2 ** bits : value;
}

/** Writes fields from byte `from` on, lowest byte first; what is absent is 0. */
export function pack<L extends Layout>(bytes: Uint8Array, of: L, values: ValuesOf<L>, from = 0): void {
  for (const [name, field] of Object.entries(of.fields)) {
    let left = fieldBits(name, field, values[name] ?? 0);
    for (let { at, bits } = field; bits > 0; ) {
      const taken = Math.min(bits, 8 - (at % 8));
      const byte = from + Math.floor(at / 8);
      bytes[byte] = bytes[byte]! | ((left % 2 ** taken) << (at % 8));
      left = Math.floor(left / 2 ** taken);
      at += taken;
      bits -= taken;
    }
  }
}

/** A word of up to 32 bits. */
export function wordOf<L extends Layout>(of: L, values: ValuesOf<L>): number {
  const bytes = new Uint8Array(4);
  pack(bytes, of, values);
  return new DataView(bytes.buffer).getUint32(0, true);
}

/** A field of a word of up to 32 bits, without its sign. */
export const fieldOf = <L extends Layout>(of: L, name: keyof L['fields'] & string, word: number): number => {
  const { at, bits } = of.fields[name]!;
  return Math.floor(word / 2 ** at) % 2 ** bits;
};
