/** What wired kernels take, before they are planned: the plan of a large layer takes seconds, and the mapper asks for many. */
import type { Primitives } from '../layer-kind.ts';

/** LUTs per tap and kernel of planned layers with random weights, by taps: more taps, larger groups, more shared. */
const perTap: readonly (readonly [taps: number, lut: number])[] = [[27, 0.415], [144, 0.228], [576, 0.151], [1152, 0.128], [2304, 0.107], [4608, 0.092]];
/** Sums as synthesis makes them of portable Verilog take so much more. */
const portableFactor = 1.9;
const flipFlopsPerLut = 1.75;

/** Between the planned sizes a power law, beyond them the nearest one's. */
function lutPerTap(taps: number): number {
  const next = perTap.findIndex(([size]) => size >= taps);
  const above = Math.max(1, next < 0 ? perTap.length - 1 : next);
  const [[n0, l0], [n1, l1]] = [perTap[above - 1]!, perTap[above]!];
  const exponent = Math.log(l1 / l0) / Math.log(n1 / n0);
  return l0 * (taps / n0) ** exponent;
}

/** Of one window a clock; an estimate. `latency` in clocks. */
export function wiredCost(taps: number, filters: number, primitives: Primitives | undefined): { lut: number; ff: number; latency: number } {
  const lut = lutPerTap(taps) * taps * filters * (primitives === 'xc7' ? 1 : portableFactor);
  return { lut, ff: flipFlopsPerLut * lut, latency: Math.ceil(Math.log2(taps)) - 1 };
}
