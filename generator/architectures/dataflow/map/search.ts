// SPDX-License-Identifier: Apache-2.0
/** Foldings for a rate: the fewest LUTs that fit the board, the fastest design that does. */
import type { Target } from '../../../design/architecture.ts';
import { limitPercent, usage } from '../../../hardware/fit.ts';
import type { TypedGraph } from '../../../ir/graph.ts';
import { lower } from '../../../passes/lower.ts';
import type { Calibration, Choice, Materials } from '../../../stream-top/engine.ts';
import { totalCost, weightBitsUsed } from '../../../stream-top/placed-cost.ts';
import type { Placement } from '../../../stream-top/placement.ts';
import { dataflowOf } from '../layers/layers.ts';
import { calibrationOf, type CalibrationFrames, type Effort } from './calibration.ts';
import { candidateEngines, type Pins } from './candidates.ts';
import { chooseFolds } from './choose-folds.ts';
import { engineNodes } from './engine-nodes.ts';
import { place, requireSupported } from './place.ts';

/** What a design of this architecture is asked for. */
export interface DataflowOptions extends Target {
  readonly pins?: Pins;
  /** Kernel reuse: layers whose weights become logic. */
  readonly reuse?: Choice | undefined;
  /** Early decision: lanes that stop as soon as their bits are known, in place of the folded form. */
  readonly early?: Choice | undefined;
  /** Operands of lanes that have decided stand still. */
  readonly gate?: boolean | undefined;
  /** Frames that early decision is ordered and priced by. */
  readonly calibration?: CalibrationFrames | undefined;
  /** LUTs that a block RAM is worth. Absent: as little as fits the board. */
  readonly bramPrice?: number | undefined;
}

/**
 * What a block RAM may be worth, in shares of the LUTs that the device has per block RAM: little while there are
 * enough.
 */
const blockRamPrices = [1 / 16, 1 / 8, 1 / 4, 1 / 2, 1, 2, 4];

/** Where block RAMs are not plentiful, no more than a fifth of their bits may be wasted. */
function wastesBlockRam(placement: Placement, percent: number): boolean {
  return percent > limitPercent / 2 && (weightBitsUsed(placement) ?? 1) < 0.8;
}

/** A lowered network, and what it gives on the calibration frames: all that the mapper goes by. */
export interface Mappable {
  readonly graph: TypedGraph;
  readonly calibration: Calibration | undefined;
}

/** How well engines are calibrated: roughly while the mapper tries them, then those that it has chosen. */
const trying: Effort = { frames: 8, tiles: 5e5 };
export const choosing: Effort = { frames: Infinity, tiles: 2e6 };

export function mappable(
  graph: TypedGraph,
  { calibration }: Pick<DataflowOptions, 'calibration'>,
  effort: Effort,
): Mappable {
  return { graph, calibration: calibration && calibrationOf(graph, calibration, effort) };
}

/** What the mapper starts from. NN006 for what this architecture cannot build. */
export function toMap(typed: TypedGraph, options: Pick<DataflowOptions, 'calibration'>): Mappable {
  const lowered = lower(typed);
  requireSupported(lowered);
  return mappable(lowered, options, trying);
}

type MappingOptions = Omit<DataflowOptions, 'fps' | 'calibration'>;

/**
 * The placement of the fewest LUTs that fits the board and wastes no block RAM; where none does, the one that fits
 * best.
 */
export function placeAt(
  { graph, calibration }: Mappable,
  interval: number,
  { board, pins = {}, primitives, reuse, early, gate, bramPrice }: MappingOptions,
): Placement {
  const prices =
    bramPrice === undefined
      ? blockRamPrices.map((share) => (share * board.resources.lut) / board.resources.bram36)
      : [bramPrice];
  let best: { placement: Placement; worst: number } | undefined;
  for (const lutPerBram of prices) {
    const materials = { primitives, reuse, early, gate, calibration, lutPerBram };
    const placement = place(graph, chooseFolds(graph, interval, pins, materials), interval, materials);
    const { fits, percent } = usage(totalCost(placement), board);
    if (fits && !wastesBlockRam(placement, percent.bram36 ?? 0)) return placement;
    const worst = fits ? 0 : Math.max(...Object.values(percent));
    if (!best || worst < best.worst) best = { placement, worst };
  }
  return best!.placement;
}

/** Every interval at which some folding changes, fastest first. */
export function candidateIntervals(
  { graph, calibration }: Mappable,
  { reuse, early }: Pick<Materials, 'reuse' | 'early'>,
): number[] {
  const intervals = new Set<number>();
  for (const [node] of engineNodes(graph))
    for (const engine of candidateEngines(graph, node!, { reuse, early, calibration, lutPerBram: 0 })) {
      const { cost } = dataflowOf(node!);
      intervals.add(
        cost.cycles(
          engine,
          cost.inputBeat(engine, { lanes: node!.inputTypes[0]?.channels ?? node!.type.channels, pixels: 1 }),
        ),
      );
    }
  return [...intervals].sort((a, b) => a - b);
}

/**
 * Yosys may count this share of LUTs and flip-flops more than was estimated (docs/estimates.md): `max` leaves room for
 * it.
 */
const estimateError = 0.03;

/** The shortest interval whose design exceeds nothing of the board, even if the estimate is a little short. */
export function fastestThatFits(mappable: Mappable, options: DataflowOptions): Placement {
  const intervals = candidateIntervals(mappable, options);
  let [low, high] = [0, intervals.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    const { lut, ff, ...rest } = totalCost(placeAt(mappable, intervals[middle]!, options));
    const atWorst = { lut: lut && lut * (1 + estimateError), ff: ff && ff * (1 + estimateError), ...rest };
    if (usage(atWorst, options.board).exceeded.length === 0) high = middle;
    else low = middle + 1;
  }
  // One engine may be unable to go that fast: the others need not either.
  const { interval } = placeAt(mappable, intervals[low]!, options);
  return placeAt(mappable, interval, options);
}
