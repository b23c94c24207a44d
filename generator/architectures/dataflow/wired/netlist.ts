// SPDX-License-Identifier: Apache-2.0
/**
 * What a wired layer is made of: words that are sums of taps, one register behind every operation.
 *
 * A tap is one bit of the window, inverted where the weight is 0, so that its sum counts agreements. A word's `stage`
 * is the clock
 * at which its register holds it, the window's own clock being 0: an operation with a result at stage s takes words and
 * taps of
 * stage s − 1, and whoever comes earlier is delayed by registers (schedule.ts).
 */
export interface Tap {
  readonly index: number;
  readonly inverted: boolean;
}

export interface Word {
  readonly name: string;
  /** Largest value; the least is 0. */
  readonly max: number;
  readonly stage: number;
}

/** A number known beforehand, added like a word. */
export interface Constant {
  readonly constant: number;
  readonly max: number;
  readonly stage: number;
}

/** A word with all bits inverted: 2^width − 1 less the word. All operands of its addition have that width. */
export interface Inverted {
  readonly inverse: Word;
  readonly max: number;
  readonly stage: number;
}

export type Operand = Word | Constant | Inverted;

/** Operations and the words that leave. */
export interface Netlist {
  readonly nodes: readonly Node[];
  readonly outputs: readonly (Word | Constant)[];
}

export type Node =
  /** out = a signed number of the window, its lowest bit first, plus 2^(bits − 1). */
  | { readonly op: 'pixel'; readonly out: Word; readonly bits: readonly Tap[] }
  /** out = number of ones among up to five taps and, where there are five, up to two units. */
  | { readonly op: 'count'; readonly out: Word; readonly taps: readonly Tap[]; readonly units: readonly Tap[] }
  /** out = base + number of ones among up to five taps and up to one unit; base is at least 3 bits wide. */
  | {
      readonly op: 'absorb';
      readonly out: Word;
      readonly base: Word;
      readonly taps: readonly Tap[];
      readonly units: readonly Tap[];
    }
  /** out = sum of two operands and up to one unit, or of three and up to two. */
  | { readonly op: 'add'; readonly out: Word; readonly operands: readonly Operand[]; readonly units: readonly Tap[] }
  /** out = (word >= threshold), inverted where mirrored. */
  | {
      readonly op: 'atLeast';
      readonly out: Word;
      readonly word: Word;
      readonly threshold: number;
      readonly mirrored: boolean;
    }
  /** out = (sum of operands + unit > floor(total / 2)), inverted where mirrored; the unit may be "total is even". */
  | {
      readonly op: 'exceeds';
      readonly out: Word;
      readonly operands: readonly Operand[];
      readonly unit: 0 | 1 | 'even';
      readonly total: Word;
      readonly mirrored: boolean;
    };

/** Bits that hold 0..max. */
export const widthOf = (max: number): number => 32 - Math.clz32(max);

export const isConstant = (operand: Operand): operand is Constant => 'constant' in operand;
export const isInverted = (operand: Operand): operand is Inverted => 'inverse' in operand;

/** The word that an operand stands for, if any. */
export const wordOf = (operand: Operand): Word | null =>
  isConstant(operand) ? null : isInverted(operand) ? operand.inverse : operand;

export const inverseOf = (inverse: Word): Inverted => ({
  inverse,
  max: 2 ** widthOf(inverse.max) - 1,
  stage: inverse.stage,
});

export const constantOf = (constant: number): Constant => ({ constant, max: constant, stage: 0 });

/** The stage at which an operation reads. */
export const readAt = (node: Node): number => node.out.stage - 1;

/** Taps that a LUT reads: it inverts them for nothing. */
export const tapsOf = (node: Node): readonly Tap[] => ('taps' in node ? node.taps : 'bits' in node ? node.bits : []);

/** Taps that go to a carry chain, where an inverted one takes a LUT. */
export const unitsOf = (node: Node): readonly Tap[] => ('units' in node ? node.units : []);

/** The words an operation reads. */
export function wordsOf(node: Node): readonly Word[] {
  return operandsOf(node).flatMap((operand) => wordOf(operand) ?? []);
}

function operandsOf(node: Node): readonly Operand[] {
  switch (node.op) {
    case 'pixel':
    case 'count':
      return [];
    case 'absorb':
      return [node.base];
    case 'add':
      return node.operands;
    case 'atLeast':
      return [node.word];
    case 'exceeds':
      return [...node.operands, node.total];
  }
}

/** Positions of a carry chain that an `exceeds` takes: above the widest addend there is room for no second carry. */
export function exceedsWidth(operands: readonly Operand[], total: Word): number {
  const half = widthOf(total.max >> 1);
  return Math.max(half, 2, ...operands.map((operand) => widthOf(operand.max) + 1));
}
