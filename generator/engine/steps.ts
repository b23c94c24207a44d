/** Reads of the activation memory, as words of the step ring (nn_sparse_steps). */
import { wordBytes } from './layer.ts';

export interface Step {
  /** Line of the first byte, of the first round; may lie in front of the map (it wraps). */
  readonly line: number;
  /** The same counted from the channel's first line: lines outside the map are zeros. Of convolutions, whose words hold two steps. */
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

export function stepWords(steps: readonly Step[]): Uint8Array {
  const inPairs = steps.every(({ row }) => row !== undefined);
  const each = inPairs ? wordBytes / 2 : wordBytes;
  const bytes = new Uint8Array(Math.ceil((steps.length * each) / wordBytes) * wordBytes);
  const view = new DataView(bytes.buffer);
  steps.forEach(({ line, row = 0, shift, first = false, last = false, flush = false, take = 0, count = 0 }, i) => {
    if (row < -128 || row > 127) throw new Error(`a step ${row} lines from its round`);
    view.setUint32(i * each, (line & 0xffff) | ((row & 0xff) << 16) | (shift << 24), true);
    if (!inPairs) view.setUint32(i * each + 4, Number(first) | (Number(last) << 1) | (Number(flush) << 2) | (take << 8) | (count << 16), true);
  });
  return bytes;
}
