// SPDX-License-Identifier: Apache-2.0
/** The shape of report.json: a contract that scripts read. null means unknown, never zero. */
import type { MemoryFault } from '../emit/memory-faults.ts';
import type { Primitives } from '../hardware/cost.ts';

export interface LayerReport {
  readonly name: string;
  readonly kind: string;
  readonly engine: string;
  /** `shared`, `sparse`: the layer takes turns with others in the engine, whose row has the resources. */
  readonly style: 'folded' | 'wired' | 'early' | 'shared' | 'sparse';
  readonly macs: number;
  /** 1-bit tap operations (an 8-bit pixel times a binary weight is 8). */
  readonly operations: number;
  readonly lanes: number;
  readonly pixelsPerBeat: number;
  /** The layer's own interval alone, clocks per frame; with early decision what the calibration makes expect. */
  readonly cyclesModelled: number;
  /** Clocks per frame in which its lanes worked, steady state. */
  readonly cyclesMeasured: number | null;
  /**
   * operations / (lanes × network interval); where not all are executed, those that were, which are known when
   * measured.
   */
  readonly busy: number | null;
  /** `sparse`: the same over the layer's own clocks. */
  readonly busyInTurn?: number | null;
  /**
   * `sparse`: clocks before the layer starts in which its weights come in; cyclesModelled and cyclesMeasured are those
   * from there on.
   */
  readonly waitsModelled?: number;
  readonly waitsMeasured?: number | null;
  readonly operationsDense: number;
  /** What the RTL did in a frame, steady state: taps evaluated, as [Kernel-Reuse] (docs/papers.md) counts. */
  readonly operationsExecuted: number | null;
  /** Tap operations of a clock in which the lanes work. */
  readonly operationsPerClock: number | null;
  readonly lut: number | null;
  readonly lutRam: number | null;
  readonly ff: number | null;
  readonly bram36: number | null;
  readonly uram: number | null;
  readonly dsp: number | null;
  readonly memoryBitsUsed: number | null;
  /** LUT levels of the deepest register-to-register path that ends here, composed through the hierarchy. */
  readonly logicLevels: number | null;
  /** Worst path within a module by Yosys' sta: an estimate without routing. */
  readonly staDelayNs: number | null;
  readonly source: 'estimate' | 'yosys';
}

/** Lanes of all engines: those that layers share count once. */
export function lanesOf(layers: readonly Pick<LayerReport, 'style' | 'engine' | 'lanes'>[]): number {
  const inTurn = ({ style }: Pick<LayerReport, 'style'>) => style === 'shared' || style === 'sparse';
  const shared = new Map(
    layers.filter((layer) => inTurn(layer) && layer.lanes > 0).map(({ engine, lanes }) => [engine, lanes]),
  );
  const own = layers.filter((layer) => !inTurn(layer)).map(({ lanes }) => lanes);
  return [...own, ...shared.values()].reduce((sum, lanes) => sum + lanes, 0);
}

export interface Totals {
  readonly macs: number;
  readonly initiationIntervalCycles: number;
  readonly latencyCycles: number | null;
  readonly framesPerSecond: number;
  readonly busy: number | null;
  readonly operationsDense: number;
  readonly operationsExecuted: number | null;
  readonly lut: number | null;
  readonly lutRam: number | null;
  readonly ff: number | null;
  readonly bram36: number | null;
  readonly uram: number | null;
  readonly dsp: number | null;
  readonly memoryBitsUsed: number | null;
  /** BRAM36 that hold weights, thresholds and tables. */
  readonly romBram36: number | null;
  readonly logicLevels: number | null;
  /** The same among the paths that lead from one module into another. */
  readonly crossingLevels: number | null;
  /** Worst path within any module by Yosys' sta: an estimate without routing. */
  readonly staDelayNs: number | null;
  /** Cell types that sta does not see through; with any, staDelayNs is a lower bound. */
  readonly staNotTimed: readonly string[] | null;
  /** null: unknown. */
  readonly fits: boolean | null;
  readonly fitsPercent: Readonly<Record<string, number>>;
}

export interface VerificationReport {
  /**
   * Nothing differed, and nothing else was wrong: no deadlock, no broken rule of a stream, no count off the model's.
   */
  readonly passed: boolean;
  readonly frames: number;
  readonly warmupFrames: number;
  readonly mismatches: number;
  readonly stallPercent: readonly number[];
  readonly simulator: string;
  readonly initiationIntervalMeasured: number | null;
  readonly latencyMeasured: number | null;
  readonly modifiedFiles: readonly string[];
  /** What memory images have that the plan has not; where there is any, nothing was simulated. */
  readonly memoryFaults: readonly MemoryFault[];
}

/** Modelled from toggles (docs/energy.md): a ratio, in no unit. */
export interface EnergyReport {
  readonly frames: number;
  /** Energy a frame over that of the same network with weights in memory. */
  readonly relative: number;
  /** The same when any one weight of the model is halved or doubled. */
  readonly relativeRange: readonly [number, number];
}

export interface Report {
  readonly network: string;
  readonly board: string;
  readonly device: string;
  readonly architecture: string;
  readonly clockMhz: number;
  /** Device family whose primitives the cells instantiate; null for portable Verilog alone. */
  readonly primitives: Primitives | null;
  readonly defaulted: boolean;
  /** Frames that early decision is ordered and priced by; null where it was not asked for. */
  readonly calibration: { readonly frames: number; readonly source: 'images' | 'random' } | null;
  readonly weights: {
    readonly source: 'trained' | 'imported' | 'synthetic';
    /** Logical bits of weights, thresholds, affine constants and classifier. */
    readonly bits: number;
    /** The same with padding, as stored. */
    readonly imageBits: number;
    /** 32-bit float parameters over `bits`. */
    readonly compressionRatio: number;
    readonly sha256: string;
  };
  readonly layers: readonly LayerReport[];
  /** Where a result waits on the shorter way to a join (docs/queues.md). */
  readonly queues: readonly {
    readonly from: string;
    readonly to: string;
    readonly beats: number;
    readonly bits: number;
  }[];
  readonly totals: Totals;
  readonly verification: VerificationReport | null;
  readonly energy: EnergyReport | null;
}
