// SPDX-License-Identifier: Apache-2.0
/**
 * Tensor types of the IR. A tensor is one frame, NHWC without the N: `height × width × channels`.
 * Rank-1 data is `1 × 1 × n`.
 */
import { compare, exactly, rational, show, type Rational } from './rational.ts';

/** ±1 stored as bit 1/0. */
export interface Bipolar {
  readonly type: 'bipolar';
}

/**
 * An integer in [min, max]. The real number it stands for is `scale · x + offset`; a popcount P over n taps stands
 * for the dot product 2P − n ([XNOR-Popcount], docs/papers.md), so its scale is 2 and its offset −n.
 */
export interface Int {
  readonly type: 'int';
  readonly min: number;
  readonly max: number;
  /** Exact, reduced, above 0. */
  readonly scale: Rational;
  readonly offset: Rational;
}

export type Element = Bipolar | Int;

export interface TensorType {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly element: Element;
}

export const bipolar: Bipolar = { type: 'bipolar' };

/** Doubles stand for their exact values. */
export function int(min: number, max: number, scale: Rational | number = 1, offset: Rational | number = 0): Int {
  const exact = (unit: Rational | number) => (typeof unit === 'number' ? exactly(unit) : rational(unit.num, unit.den));
  return { type: 'int', min, max, scale: exact(scale), offset: exact(offset) };
}

export const uint8: Int = int(0, 255);

/** 0 does not stand for 0: so it is with popcounts. */
export function hasOffset({ offset }: Int): boolean {
  return offset.num !== 0n;
}

/** Integers of both stand for the same real numbers. */
export function sameUnit(a: Int, b: Int): boolean {
  return compare(a.scale, b.scale) === 0 && compare(a.offset, b.offset) === 0;
}

/** What an integer of the element stands for, exactly: `1/49`, `2 from -27`. */
export function showUnit({ scale, offset }: Int): string {
  return offset.num === 0n ? show(scale) : `${show(scale)} from ${show(offset)}`;
}

export function isSigned(element: Element): boolean {
  return element.type === 'int' && element.min < 0;
}

/** Bits that hold every value of the element: two's complement when it can be negative. */
export function bitsOf(element: Element): number {
  if (element.type === 'bipolar') return 1;
  const { min, max } = element;
  let bits = 1;
  while (min < 0 ? min < -(2 ** (bits - 1)) || max > 2 ** (bits - 1) - 1 : max > 2 ** bits - 1) bits++;
  return bits;
}

export function elementCount(type: TensorType): number {
  return type.height * type.width * type.channels;
}

export function showElement(element: Element): string {
  return element.type === 'bipolar' ? 'bipolar' : `int[${element.min}..${element.max}]`;
}

export function showType(type: TensorType): string {
  return `${type.height}×${type.width}×${type.channels} ${showElement(type.element)}`;
}
