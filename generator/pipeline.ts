// SPDX-License-Identifier: Apache-2.0
/** The ordered list of passes: from a network to a placed design. */
import { BitloomError, fail, type Issue } from './errors/errors.ts';
import type { Board } from './boards/board.ts';
import { hashGraph } from './ir/print.ts';
import type { Graph, TypedGraph } from './ir/graph.ts';
import { calibrationOf, type CalibrationFrames, type Effort } from './architectures/dataflow/map/calibration.ts';
import { candidateEngines, unfolded, type Pins } from './architectures/dataflow/map/candidates.ts';
import { chooseFolds } from './architectures/dataflow/map/choose-folds.ts';
import { engineNodes } from './architectures/dataflow/map/engine-nodes.ts';
import { mostFramesPerSecond } from './hardware/rate.ts';
import { place, requireSupported, type Placement } from './stream-top/place.ts';
import { limitPercent, totalCost, usage, weightBitsUsed, worstEngines, type Usage } from './hardware/fit.ts';
import { absorbMirrors } from './passes/absorb-mirrors.ts';
import type { Asked } from './passes/asked-tensors.ts';
import { inferTypes } from './passes/infer-types.ts';
import { movePools } from './passes/move-pools.ts';
import { channelOrders, orderChannels, type OrdersByNode } from './passes/order-channels.ts';
import { resolveWeights } from './passes/resolve-weights.ts';
import { kindOf } from './layers/index.ts';
import type { Calibration, Choice, Materials, Primitives } from './layer-kind/layer-kind.ts';
import { chooseArray, type ArrayWish } from './architectures/shared-array/choose-array.ts';
import type { Architecture } from './architecture.ts';

export interface BuildOptions {
  readonly board: Board;
  readonly architecture: Exclude<Architecture, 'sparse'>;
  readonly clockMhz: number;
  /** Frames per second to reach, or the most that fits. */
  readonly fps: number | 'max';
  readonly pins?: Pins;
  /** Primitives of the board's family where cells exist for it; portable Verilog alone by default. */
  readonly primitives?: Primitives | undefined;
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
  /** The shared array's units and taps; what is left out is chosen for the rate. */
  readonly array?: ArrayWish | undefined;
}

export interface Design {
  readonly name: string;
  readonly options: BuildOptions;
  /** As the user wrote it, weights resolved: what the golden model defines. */
  readonly typed: TypedGraph;
  /** After the lowering passes: same function, the form that hardware takes. */
  readonly lowered: TypedGraph;
  readonly placement: Placement;
  /** What early decision has put in other orders since: place i of `lowered` holds channel order[i] of before. */
  readonly channelOrders: OrdersByNode;
  readonly usage: Usage;
  /** sha256 of the typed graph's canonical text. */
  readonly irHash: string;
}

/** Types and weights: all that the golden model needs. */
export function typecheck(graph: Graph, weights?: string, asked?: Asked): TypedGraph {
  return resolveWeights(graph.name, inferTypes(graph), weights, asked);
}

/** Rewrites that keep the function: pools behind thresholds, mirrored compares into weights. */
export function lower(typed: TypedGraph): TypedGraph {
  return absorbMirrors(movePools(typed));
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
const choosing: Effort = { frames: Infinity, tiles: 2e6 };

function mappable(graph: TypedGraph, { calibration }: Pick<BuildOptions, 'calibration'>, effort: Effort): Mappable {
  return { graph, calibration: calibration && calibrationOf(graph, calibration, effort) };
}

/** What the mapper starts from. */
export function toMap(typed: TypedGraph, options: Pick<BuildOptions, 'calibration'>): Mappable {
  return mappable(lower(typed), options, trying);
}

type MappingOptions = Omit<BuildOptions, 'fps' | 'calibration'>;

/**
 * The placement of the fewest LUTs that fits the board and wastes no block RAM; where none does, the one that fits
 * best.
 */
export function placeAt(
  { graph, calibration }: Mappable,
  interval: number,
  { board, pins = {}, primitives, reuse, early, gate, bramPrice }: MappingOptions,
): Placement {
  requireSupported(graph);
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
      const { cost } = kindOf(node!);
      intervals.add(
        cost.cycles(
          engine,
          cost.inputBeat(engine, { lanes: node!.inputTypes[0]?.channels ?? node!.type.channels, pixels: 1 }),
        ),
      );
    }
  return [...intervals].sort((a, b) => a - b);
}

/** What an architecture makes of a network. */
type Mapped = Pick<Design, 'lowered' | 'placement' | 'channelOrders'>;

/** The same engines on channels in the orders that early decision wants, each calibrated at length. */
function settle({ graph, calibration }: Mappable, placement: Placement, options: BuildOptions): Mapped {
  if (!calibration || !placement.engines.some(({ orders }) => orders))
    return { lowered: graph, placement, channelOrders: new Map() };
  const thorough = mappable(graph, options, choosing).calibration;
  const orders = channelOrders(
    graph,
    placement.engines.map((engine) => ({ ...engine, calibration: thorough })),
  );
  const ordered = mappable(orderChannels(graph, orders), options, choosing);
  const folds = new Map(
    placement.engines.flatMap(({ nodes, fold }) => nodes.map((node, i) => [node.name, i === 0 ? fold : unfolded])),
  );
  const { primitives, reuse, early, gate } = options;
  const materials = {
    primitives,
    reuse,
    early,
    gate,
    calibration: ordered.calibration,
    lutPerBram: placement.lutPerBram,
  };
  return {
    lowered: ordered.graph,
    placement: place(ordered.graph, folds, placement.interval, materials),
    channelOrders: orders,
  };
}

/**
 * Yosys may count this share of LUTs and flip-flops more than was estimated (docs/estimates.md): `max` leaves room for
 * it.
 */
const estimateError = 0.03;

/** The shortest interval whose design exceeds nothing of the board, even if the estimate is a little short. */
function fastestThatFits(mappable: Mappable, options: BuildOptions): Placement {
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

/** All layers take turns on one array. NN015 where the rate is out of its reach. */
function onOneArray(typed: TypedGraph, options: BuildOptions): Mapped {
  const lowered = lower(typed);
  return { lowered, placement: chooseArray(lowered, options), channelOrders: new Map() };
}

/** Every layer its own engine. NN015 where the rate is out of reach. */
function onEngines(typed: TypedGraph, options: BuildOptions): Mapped {
  const mappable = toMap(typed, options);
  // A frame in the age of the universe leaves more clocks than can be counted: the slowest design will do.
  const clocks = (fps: number) => Math.min(Number.MAX_SAFE_INTEGER, Math.floor((options.clockMhz * 1e6) / fps));
  const interval = options.fps === 'max' ? 0 : clocks(options.fps);
  const chosen = options.fps === 'max' ? fastestThatFits(mappable, options) : placeAt(mappable, interval, options);
  if (options.fps !== 'max' && !options.pins && chosen.interval > interval) {
    const slow = chosen.engines.filter((e) => e.cycles > interval).map((e) => `${e.name} ${e.cycles}`);
    const rate = mostFramesPerSecond(options.clockMhz, chosen.interval);
    fail({
      code: 'NN015',
      where: `${typed.name} at ${options.clockMhz} MHz`,
      got: `${options.fps} frames/s leave ${interval} clocks a frame; at their fastest these need more: ${slow.join(', ')}`,
      legal: `up to ${rate} frames/s`,
      fix: `--fps ${rate} or less, or a faster --clock`,
    });
  }
  return settle(mappable, chosen, options);
}

/** Runs every pass. A design that does not fit is returned, not refused: `requireFit` refuses it. */
export function build(typed: TypedGraph, options: BuildOptions): Design {
  const mapped = options.architecture === 'shared' ? onOneArray(typed, options) : onEngines(typed, options);
  return {
    name: typed.name,
    options,
    typed,
    ...mapped,
    usage: usage(totalCost(mapped.placement), options.board),
    irHash: hashGraph(typed),
  };
}

/**
 * NN016 with the worst layers for every resource of which the estimate exceeds the board; none when it fits or nobody
 * knows.
 */
export function fitIssues(design: Design): Issue[] {
  const { board } = design.options;
  return design.usage.exceeded.map((resource) => {
    const share = design.usage.percent[resource];
    return {
      code: 'NN016',
      where: `${design.name} on ${board.name}`,
      got: `${resource} ${share === undefined ? '' : `${share.toFixed(1)} % `}of ${board.resources[resource]} (estimate); worst: ${worstEngines(design.placement, resource).join(', ')}`,
      legal: `${design.usage.limitPercent} %`,
      fix: 'a lower --fps, or a larger --board',
    };
  });
}

/** Refuses a design that does not fit. */
export function requireFit(design: Design): void {
  const issues = fitIssues(design);
  if (issues.length > 0) throw new BitloomError(issues);
}
