// SPDX-License-Identifier: Apache-2.0
/** Roundings by name: which of its neighbours a value between integers becomes. docs/numbers.md says who uses which. */
export const roundings = {
  floor: 'the lower one, of negative values too',
  ceil: 'the upper one, of negative values too',
  half_up: 'the nearer one; the upper one where both are as near, of negative values too: −½ becomes 0',
} as const;

export type Rounding = keyof typeof roundings;

/** Something that a layer or a tool rounds. */
export interface Rounded {
  /** `a and b, from a batch-norm` */
  readonly what: string;
  /** What is implemented, in golden model and hardware alike; the first is the default. */
  readonly legal: readonly [Rounding, ...Rounding[]];
  /** Option of the layer's function that chooses. Absent: there is no choice. */
  readonly option?: string;
}
