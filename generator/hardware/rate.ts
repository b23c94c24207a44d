// SPDX-License-Identifier: Apache-2.0
/** Frames per second of a design, in figures that can be typed again. */

/** The highest rate, rounded down: whole frames; below one a second, to three digits. @param interval clocks a frame */
export function mostFramesPerSecond(clockMhz: number, interval: number): number {
  const exact = (clockMhz * 1e6) / interval;
  const scale = exact >= 1 ? 1 : 10 ** (2 - Math.floor(Math.log10(exact)));
  return Math.floor(exact * scale) / scale;
}
