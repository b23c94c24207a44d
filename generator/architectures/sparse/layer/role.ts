// SPDX-License-Identifier: Apache-2.0
/** What a layer is to the sparse engine: its kind answers, the compiler asks. */

export type EngineRole =
  /** 8-bit pixels of the frame. */
  | { readonly role: 'pixels' }
  /** A table for every pixel; whoever writes the frame into memory applies it. */
  | { readonly role: 'table'; readonly values: readonly number[] }
  /**
   * Sums over windows. Weights [filters, kernel, kernel, channels / groups], a bias for each filter; zeros around the
   * map.
   */
  | {
      readonly role: 'windows';
      readonly kernel: number;
      readonly stride: number;
      readonly pad: number;
      readonly groups: number;
      readonly weights: ArrayLike<number>;
      readonly bias: ArrayLike<number>;
    }
  /** Sums over all of the input. Weights [units, height, width, channels] of the input, a bias for each unit. */
  | { readonly role: 'vector'; readonly weights: ArrayLike<number>; readonly bias: ArrayLike<number> }
  /** The sum of each channel. */
  | { readonly role: 'total' }
  /** y[c] = clamp(⌊(a[c]·x + b[c]) / 2^shift + ½⌋, min, max) of the sums before it. */
  | {
      readonly role: 'bytes';
      readonly a: Int32Array;
      readonly b: Int32Array;
      readonly shift: number;
      readonly min: number;
      readonly max: number;
    }
  | { readonly role: 'maximum'; readonly kernel: number; readonly stride: number }
  /** Σ 2^left[i] · x_i of its inputs: sums over windows, or maps. */
  | { readonly role: 'terms'; readonly left: ArrayLike<number> }
  /** Channels of its inputs, side by side. */
  | { readonly role: 'join' }
  /** What becomes of the scores; whoever reads the result does it. */
  | { readonly role: 'verdict' };

export type RoleOf<R extends EngineRole['role']> = Extract<EngineRole, { readonly role: R }>;
