// SPDX-License-Identifier: Apache-2.0
/** Every design that the mapper can choose, by rate and estimated size, and which of them nothing beats. */
import type { TypedGraph } from '../../../ir/graph.ts';
import type { DesignPoint } from '../../../design/design-point.ts';
import { candidateIntervals, placeAt, toMap, type DataflowOptions } from './search.ts';
import { usage } from '../../../hardware/fit.ts';
import { totalCost } from '../../../stream-top/placed-cost.ts';
import type { PlacedEngine } from '../../../stream-top/placement.ts';

function foldsText(engines: readonly PlacedEngine[]): Record<string, string> {
  const chosen = engines.filter(({ fold: { pe, simd, pixels } }) => pe * simd * pixels > 1);
  return Object.fromEntries(
    chosen.map(({ name, fold: { form, pe, simd, pixels } }) => [
      name,
      `${form ? `${form} ` : ''}${pe}x${simd}x${pixels}`,
    ]),
  );
}

/** `points` with the front marked. A point whose LUTs are unknown is on no front. */
export function markFront<P extends { readonly framesPerSecond: number; readonly lut: number | null }>(
  points: readonly P[],
): (P & { isOnFront: boolean })[] {
  const beats = (a: P, b: P) =>
    a.lut !== null &&
    a.framesPerSecond >= b.framesPerSecond &&
    a.lut <= b.lut! &&
    (a.framesPerSecond > b.framesPerSecond || a.lut < b.lut!);
  return points.map((point) => ({
    ...point,
    isOnFront: point.lut !== null && !points.some((other) => beats(other, point)),
  }));
}

/** Places the design at every interval at which a folding changes; slowest first. */
export function sweep(
  typed: TypedGraph,
  options: Omit<DataflowOptions, 'fps' | 'pins'>,
  onProgress: (done: number, of: number) => void,
): DesignPoint[] {
  const { board, clockMhz } = options;
  const mappable = toMap(typed, options);
  const intervals = candidateIntervals(mappable, options);
  const distinct = new Map<string, Omit<DesignPoint, 'isOnFront'>>();
  intervals.forEach((wanted, i) => {
    const placement = placeAt(mappable, wanted, options);
    const { interval, engines } = placement;
    const folds = foldsText(engines);
    const { total, fits, exceeded } = usage(totalCost(placement), board);
    const { lut, ff, bram36, dsp } = total;
    distinct.set(JSON.stringify(folds), {
      interval,
      framesPerSecond: (clockMhz * 1e6) / interval,
      lut,
      ff,
      bram36,
      dsp,
      fits,
      exceeded,
      folds,
    });
    onProgress(i + 1, intervals.length);
  });
  return markFront([...distinct.values()]).sort((a, b) => b.interval - a.interval || (a.lut ?? 0) - (b.lut ?? 0));
}
