/**
 * Tensor types of the IR. A tensor is one frame, NHWC without the N: `height × width × channels`.
 * Rank-1 data is `1 × 1 × n`.
 */

/** ±1 stored as bit 1/0. */
export interface Bipolar {
  readonly type: 'bipolar';
}

/**
 * An integer in [min, max]. The real number it stands for is `scale · x + offset`; a popcount P over n taps stands
 * for the dot product 2P − n (papers' digest 0.1), so its scale is 2 and its offset −n.
 */
export interface Int {
  readonly type: 'int';
  readonly min: number;
  readonly max: number;
  readonly scale: number;
  readonly offset: number;
}

export type Element = Bipolar | Int;

export interface TensorType {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly element: Element;
}

export const bipolar: Bipolar = { type: 'bipolar' };

export function int(min: number, max: number, scale = 1, offset = 0): Int {
  return { type: 'int', min, max, scale, offset };
}

export const uint8: Int = int(0, 255);

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
