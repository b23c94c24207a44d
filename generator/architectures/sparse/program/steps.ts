// SPDX-License-Identifier: Apache-2.0
/** Reads of the activation memory, as words of the two step rings (nn_sparse_steps). */
import { pack } from '../../../contracts/contract.ts';
import { step } from './contracts.ts';
import { wordBytes } from './layer.ts';

export interface Step {
  /** Line of the first byte, of the first round; may lie in front of the map (it wraps). */
  readonly line: number;
  /**
   * The same counted from the channel's first line: lines outside the map are zeros. Of convolutions, whose steps are
   * half as long.
   */
  readonly row?: number;
  /** First byte in its line. */
  readonly shift: number;
  /** Pools: the slice begins a window, or ends one. */
  readonly first?: boolean;
  readonly last?: boolean;
  /** Pools: the line that is written ends here. */
  readonly flush?: boolean;
  /** Pools: results that count, and bytes written, zeros behind them. */
  readonly take?: number;
  readonly count?: number;
}

/** Low and high halves of the words: two steps in each word, or four of convolutions. */
export function stepRings(steps: readonly Step[]): [low: Uint8Array, high: Uint8Array] {
  const short = steps.every(({ row }) => row !== undefined);
  const each = short ? wordBytes / 2 : wordBytes;
  const words = Math.ceil((steps.length * each) / (2 * wordBytes));
  const bytes = new Uint8Array(words * 2 * wordBytes);
  steps.forEach((read, i) => pack(bytes, step, { ...read, line: read.line & 0xffff }, i * each));
  const half = (which: 0 | 1) => bytes.filter((_, at) => Math.floor(at / wordBytes) % 2 === which);
  return [half(0), half(1)];
}
