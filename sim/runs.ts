// SPDX-License-Identifier: Apache-2.0
/** Runs of a bench: how the ends of a design behave, how long it may take, what its clocks say. */
import { totalCost } from '../generator/stream-top/placed-cost.ts';
import type { StreamDesign } from '../generator/stream-top/design.ts';
import type { RunOptions } from './simulator.ts';

/** Frames that fill the pipeline before anything is timed or counted. */
export const warmupFrames = 3;

/** LUTs times clocks that a simulator does in a second at the least: a thousandth of what one does on a free core. */
const slowestRate = 1e6;
/** The shortest limit in seconds: whatever else the machine does, a small design has ended by then. */
export const shortestLimit = 60;

export interface TimeLimits {
  /** Clocks without a beat anywhere that are a deadlock: two intervals, longer under stalls. */
  readonly watchdog: number;
  /** Clocks that the design runs on behind the last expected beat. */
  readonly drain: number;
  /** Seconds for a run of so many frames. */
  readonly seconds: number;
}

/** @param stall percentage of clocks in which either end pauses @param frames that go in */
export function timeLimits({ placement, options }: StreamDesign, stall: number, frames: number): TimeLimits {
  const { intervalAtMost: interval, engines } = placement;
  const slowdown = 100 / (100 - stall);
  const watchdog = Math.ceil((2 * interval + 2000) * slowdown * 2);
  const drain = Math.ceil(2 * interval * slowdown);
  // Every engine may hold a frame before the first result comes. A reset starts all of it again.
  const clocks = 2 * (frames + engines.length) * interval * slowdown + watchdog + drain;
  const lut = totalCost(placement).lut ?? options.board.resources.lut;
  return { watchdog, drain, seconds: Math.max(shortestLimit, Math.ceil((clocks * lut) / slowestRate)) };
}

export interface Run {
  readonly label: string;
  readonly options: Pick<
    RunOptions,
    'stall' | 'burst' | 'patient' | 'blockFrom' | 'blockFor' | 'resetAt' | 'resetFor' | 'resetStill'
  >;
}

/** Each stall share clock by clock; the greatest in bursts; and the output blocked from one cycle on for so many. */
export function runsFor(stalls: readonly number[], blockFrom: number, blockFor: number): Run[] {
  const greatest = Math.max(...stalls);
  const runs: Run[] = stalls.map((stall) => ({ label: `stall ${stall} %`, options: { stall } }));
  if (greatest > 0) {
    runs.push({ label: `stall ${greatest} % in bursts`, options: { stall: greatest, burst: true } });
    runs.push({ label: 'output blocked for a frame', options: { stall: 0, blockFrom, blockFor } });
  }
  return runs;
}

/** Clocks between frames once they flow, from the cycles in which they were complete; null when there were too few. */
export function intervalOf(frames: readonly number[]): number | null {
  const last = frames.length - 1;
  return last > warmupFrames ? (frames[last]! - frames[warmupFrames]!) / (last - warmupFrames) : null;
}
