// SPDX-License-Identifier: Apache-2.0
/** The window of clocks that is counted: a round of the frames, while every engine works. */

/** Clocks after `before`, up to `to`. */
export interface Window {
  readonly before: number;
  readonly to: number;
  /**
   * The first engine that does not finish as many frames in it as leave the design, and how many it does; one more or
   * less is where the window cuts.
   */
  readonly unsteady: { readonly engine: number; readonly count: number } | undefined;
}

/**
 * @param completed clocks in which frames were complete, by engine; the last one's leave the design
 * @param warmup frames that leave before the window
 * @param frames that leave in it
 */
export function windowOf(completed: readonly (readonly number[])[], warmup: number, frames: number): Window {
  const leaving = completed.at(-1)!;
  const [before, to] = [leaving[warmup - 1]!, leaving[warmup + frames - 1]!];
  const counts = completed.map((clocks) => clocks.filter((clock) => clock > before && clock <= to).length);
  const engine = counts.findIndex((count) => Math.abs(count - frames) > 1);
  return { before, to, unsteady: engine < 0 ? undefined : { engine, count: counts[engine]! } };
}
