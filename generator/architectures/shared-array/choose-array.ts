// SPDX-License-Identifier: Apache-2.0
/** The array for a rate: the fewest LUTs of the shapes on offer, or of those that the user left open. */
import { fail } from '../../errors/errors.ts';
import type { TypedGraph } from '../../ir/graph.ts';
import type { Placement } from '../../stream-top/placement.ts';
import { usage } from '../../hardware/fit.ts';
import { totalCost } from '../../stream-top/placed-cost.ts';
import type { Target } from '../../design/architecture.ts';
import { placeShared } from './place-shared.ts';
import { divisors } from '../../hardware/divisors.ts';
import { mostFramesPerSecond } from '../../hardware/rate.ts';
import { groupSizes } from './array-shape.ts';
import { sizeUnshared } from './unshared.ts';

/** What a design of this architecture is asked for; what is left out is chosen for the rate. */
export interface SharedOptions extends Target {
  /** Filters at a time. */
  readonly units?: number | undefined;
  readonly taps?: number | undefined;
  /** Half groups are shared by two filters; on unless said otherwise. */
  readonly split?: boolean | undefined;
  /** In place of the array the design that it is measured against. */
  readonly unshared?: boolean | undefined;
}

/** NN001 for a shape that no array has; NN015 where none on offer reaches the rate. */
export function chooseArray(lowered: TypedGraph, options: SharedOptions): Placement {
  const { board, clockMhz, fps, primitives, unshared, ...array } = options;
  const materials = { primitives, lutPerBram: board.resources.lut / board.resources.bram36 };
  if (unshared)
    return placeShared(
      lowered,
      sizeUnshared(lowered, chooseArray(lowered, { ...options, unshared: false }), array.split ?? true),
      materials,
    );
  const groups = array.taps === undefined ? groupSizes : groupSizes.filter((group) => 9 * group === array.taps);
  if (groups.length === 0)
    fail({
      code: 'NN001',
      where: '--taps',
      got: String(array.taps),
      legal: groupSizes.map((group) => 9 * group).join(' '),
    });
  const shapes = groups.flatMap((group) =>
    divisors(group)
      .filter((units) => array.units === undefined || units === array.units)
      .map((units) => ({ units, group, split: array.split ?? true })),
  );
  if (shapes.length === 0)
    fail({
      code: 'NN001',
      where: '--units',
      got: String(array.units),
      legal:
        `a number that divides the array's channels at a time: ` +
        `${groups.map((group) => divisors(group).join(' ')).join('; ')}`,
    });
  const placements = shapes.map((shape) => placeShared(lowered, shape, materials));
  const cheapest = (all: readonly Placement[]) =>
    all.reduce((a, b) => ((totalCost(b).lut ?? Infinity) < (totalCost(a).lut ?? Infinity) ? b : a));
  const fastest = placements.reduce((a, b) => (b.interval < a.interval ? b : a));
  if (fps === 'max') {
    const fitting = placements.filter((placement) => usage(totalCost(placement), board).exceeded.length === 0);
    return (fitting.length > 0 ? fitting : placements).reduce((a, b) => (b.interval < a.interval ? b : a));
  }
  // A shape that the user chose needs no rate.
  if (array.units !== undefined && array.taps !== undefined) return placements[0]!;
  const enough = placements.filter(({ interval }) => (clockMhz * 1e6) / interval >= fps);
  if (enough.length > 0) return cheapest(enough);
  const most = mostFramesPerSecond(clockMhz, fastest.interval);
  return fail({
    code: 'NN015',
    where: `${lowered.name} at ${clockMhz} MHz`,
    got: `${fps} frames/s; the largest array on offer takes ${fastest.interval} clocks a frame`,
    legal: `up to ${most} frames/s`,
    fix: `--fps ${most} or less, a faster --clock, or --arch dataflow`,
  });
}
