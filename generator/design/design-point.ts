// SPDX-License-Identifier: Apache-2.0
/** A design that a sweep over rates finds. */
import type { Resource } from '../hardware/fit.ts';

export interface DesignPoint {
  readonly interval: number;
  readonly framesPerSecond: number;
  /** Estimates, as in `check`; null where unknown. */
  readonly lut: number | null;
  readonly ff: number | null;
  readonly bram36: number | null;
  readonly dsp: number | null;
  /** null: unknown. */
  readonly fits: boolean | null;
  readonly exceeded: readonly Resource[];
  /** No other point is as fast with fewer LUTs, or faster with as many. */
  readonly isOnFront: boolean;
  /** PE × SIMD × pixels of the layers that have a folding. */
  readonly folds: Readonly<Record<string, string>>;
}
