// SPDX-License-Identifier: Apache-2.0
/** What a proof of a folder answers, whatever its design's frames go through. */
import type { Design } from '../../generator/design/architecture.ts';
import type { Report } from '../../generator/report/report.ts';
import type { Located } from '../verify.ts';

export interface VerifyResult {
  readonly passed: boolean;
  /** What each run did: `stall 30 %`. */
  readonly runs: readonly string[];
  readonly frames: number;
  readonly warmupFrames: number;
  /** What is compared: `beats`. */
  readonly compared: string;
  readonly mismatches: number;
  /** By engine or layer. */
  readonly mismatchesByLayer: ReadonlyMap<string, number>;
  readonly stallPercent: readonly number[];
  readonly simulator: string;
  readonly initiationIntervalMeasured: number | null;
  readonly latencyMeasured: number | null;
  /** Clocks per frame in which each engine or layer worked. */
  readonly cyclesMeasured: ReadonlyMap<string, number>;
  /** Engines whose modelled clocks are an expectation, for they depend on data. */
  readonly expected?: ReadonlySet<string>;
  /** Clocks before a layer started, where layers wait for their weights. */
  readonly waitsMeasured?: ReadonlyMap<string, number>;
  /** Operations per frame that the hardware counted. */
  readonly operationsCounted: ReadonlyMap<string, number>;
  /** What the bench counted besides, for people. */
  readonly notes?: readonly string[];
  readonly first: Located | undefined;
  /** Other faults: surplus beats, broken stream rules, deadlocks. */
  readonly faults: readonly string[];
  /** What EQUAL means: `every beat of every layer equals the golden model`. */
  readonly equal: string;
  /** The trace that was asked for is there. */
  readonly waveWritten: boolean;
  readonly buildSeconds: number;
  readonly simulateSeconds: number;
  readonly cycles: number;
}

export interface HarnessOptions {
  readonly folder: string;
  /** Frames of pixels. */
  readonly frames: readonly Uint8Array[];
  readonly stalls: readonly number[];
  /** Cells in device primitives, LUT by LUT, as synthesis sees them. */
  readonly lutLevel?: boolean;
  readonly wave?: string;
  readonly onProgress?: (text: string) => void;
}

export interface Harness {
  /** Where nobody says how many. */
  readonly frames: number;
  readonly stalls: string;
  /** Traces can be written. */
  readonly traces: boolean;
  verify(design: Design, options: HarnessOptions): Promise<VerifyResult>;
  /** Lines for people beside the table. */
  measured(design: Design, report: Report, result: VerifyResult): string[];
}
