// SPDX-License-Identifier: Apache-2.0
/** Reads of the activation memory, as words of the two step rings (nn_sparse_steps). */
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
  const view = new DataView(bytes.buffer);
  steps.forEach(({ line, row = 0, shift, first = false, last = false, flush = false, take = 0, count = 0 }, i) => {
    if (row < -128 || row > 127) throw new Error(`a step ${row} lines from its round`);
    view.setUint32(i * each, (line & 0xffff) | ((row & 0xff) << 16) | (shift << 24), true);
    if (!short)
      view.setUint32(
        i * each + 4,
        Number(first) | (Number(last) << 1) | (Number(flush) << 2) | (take << 8) | (count << 16),
        true,
      );
  });
  const half = (which: 0 | 1) => bytes.filter((_, at) => Math.floor(at / wordBytes) % 2 === which);
  return [half(0), half(1)];
}
