// SPDX-License-Identifier: Apache-2.0
/** The hardware graph: cells of templates/lib and the streams between them. */
import type { TensorType } from '../ir/types.ts';

/** What a beat carries: `lanes` channels of each of `pixels` neighbouring pixels. */
export interface BeatShape {
  readonly lanes: number;
  readonly pixels: number;
}

/**
 * A ready/valid stream in the generated top. Lane 0 of a beat is in the low bits, channels innermost; channels beyond
 * `lanes` follow in further beats (docs/streams.md).
 */
export interface HardwareStream extends BeatShape {
  /** Prefix of the signals `<name>_tdata`, `<name>_tvalid`, `<name>_tready`. */
  readonly name: string;
  readonly elementBits: number;
  readonly type: TensorType;
}

export function beatBits(stream: HardwareStream): number {
  return stream.lanes * stream.pixels * stream.elementBits;
}

/** Beats of one frame. */
export function beatsPerFrame(stream: HardwareStream): number {
  const { height, width, channels } = stream.type;
  return (height * width * channels) / (stream.lanes * stream.pixels);
}

/** What a bit of an image is, in the network's terms: of `fc0's weights`, at filter 3, tap 17. */
export interface Stands {
  readonly of: string;
  readonly at: Readonly<Record<string, number>>;
}

/** By word and bit; undefined for padding, which nothing reads. */
export type WhatStands = (word: number, bit: number) => Stands | undefined;

/** Images whose word f holds a field of `bits` bits of channel f·lanes + p at bit p·bits. */
export function byChannel(of: string, lanes: number, bits: number, channel = 'channel'): WhatStands {
  return (word, bit) => {
    const at = { [channel]: word * lanes + Math.floor(bit / bits) };
    return { of, at: bits > 1 ? { ...at, bit: bit % bits } : at };
  };
}

/** A file for $readmemh: `depth` words of `width` bits, hex, one line each. */
export interface MemoryImage {
  readonly stands: WhatStands;
  readonly file: string;
  readonly width: number;
  readonly words: readonly string[];
  /** Bits that carry information; the rest is padding. */
  readonly usedBits: number;
  /** Block RAMs of 36 kbit that hold it; absent where it is logic. */
  readonly bram36?: number;
}

/** An image whose words are made when they are first read: the mapper places many designs and writes one. */
export function memoryImage(image: Omit<MemoryImage, 'words'>, make: () => readonly string[]): MemoryImage {
  let words: readonly string[] | undefined;
  return {
    ...image,
    get words() {
      return (words ??= make());
    },
  };
}

/** Numbers print as they are, strings as Verilog strings, sized constants as `8'sh80`. */
export type ParameterValue = number | string | { readonly bits: number; readonly hex: string };

export interface Cell {
  readonly module: string;
  readonly instance: string;
  readonly comment: string;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  readonly input: HardwareStream;
  readonly output: HardwareStream;
  /** Its second input, port s1_axis. Absent: it has one. */
  readonly shortcut?: HardwareStream;
  /** Its second output, port m1_axis. Absent: it has one. */
  readonly branch?: HardwareStream;
  readonly images: readonly MemoryImage[];
  /** Modules made for this cell alone: file name → Verilog text. Absent: the cell is the library's. */
  readonly modules?: () => ReadonlyMap<string, string>;
  /** Hierarchical name, inside the cell, of the wire that is high while its lanes work. */
  readonly busySignal?: string;
  /** Registers that count tiles, by their hierarchical names inside the cell, and the tap operations of a tile. */
  readonly counters?: { readonly dense: string; readonly executed: string; readonly operations: number };
  /**
   * Tap operations that a busy clock executes; asked for when the cell is generated, for it may need the plan of its
   * logic.
   */
  readonly operationsPerClock?: () => number;
}

/** Whole hex digits of a word whose bit i is `bit(i)`, most significant digit first, as $readmemh wants it. */
export function hexWord(width: number, bit: (index: number) => number): string {
  const digits = Math.ceil(width / 4);
  let word = '';
  for (let digit = digits - 1; digit >= 0; digit--) {
    let value = 0;
    for (let i = 3; i >= 0; i--) {
      const index = digit * 4 + i;
      value = (value << 1) | (index < width ? bit(index) : 0);
    }
    word += value.toString(16);
  }
  return word;
}

/** Fields of `bits` bits each (two's complement), field 0 in the low bits. */
export function hexFields(values: ArrayLike<number>, bits: number): string {
  return hexWord(values.length * bits, (i) => bitOfInteger(values[Math.floor(i / bits)]!, i % bits));
}

function bitOfInteger(value: number, bit: number): number {
  return Math.floor(value / 2 ** bit) & 1;
}
