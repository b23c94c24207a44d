// SPDX-License-Identifier: Apache-2.0
/**
 * A vendor's tools: what they want of a design, and what their devices are made of. A board names its toolchain;
 * nobody else knows vendors (test/laws-toolchains.test.ts). Portable Verilog stays the reference: a toolchain without
 * cells of its own takes every design as it is.
 */
import type { SynthesisTarget } from './synthesis.ts';

/** Pins and standard of a board's reference clock. */
export interface ClockPins {
  readonly p: string;
  readonly n: string;
  readonly standard: string;
  readonly mhz: number;
}

/** What a project is about. */
export interface Project {
  /** Module to implement. */
  readonly top: string;
  readonly board: {
    readonly title: string;
    readonly part: string;
    readonly clockPins: ClockPins | null;
  };
  readonly clockMhz: number;
  /** Where the weights are from. */
  readonly weights: string;
  /** Verilog files, in order, and `$readmemh` images: paths below the output folder. */
  readonly sources: readonly string[];
  readonly memories: readonly string[];
  /** Switching activity can be measured: the project reads it where it was. */
  readonly activity: boolean;
}

/** Cells of templates/lib that are built of a vendor's primitives. */
export interface DeviceCells {
  /** Their folder below templates/lib. */
  readonly family: string;
  /** Whether these Verilog texts ask for them. */
  asked(texts: readonly string[]): boolean;
  /** Folder of simulation models of the primitives, one module a file. */
  readonly modelFolder: string;
  /** Those of the primitives that these texts instantiate: module → Verilog. */
  models(texts: readonly string[], family: string): ReadonlyMap<string, string>;
}

export interface Toolchain {
  readonly name: string;
  /** What people call it. */
  readonly title: string;
  /** Folder of its project files, below the output folder. */
  readonly folder: string;
  /** The file that reads the sources of a design, for messages: a path below the output folder. */
  readonly script: string;
  /** Where measured switching activity goes, below the output folder; null where no tool reads it. */
  readonly activityFile: string | null;
  /** Project files: path below the output folder → contents. */
  project(project: Project): ReadonlyMap<string, string>;
  /** null: portable Verilog alone. */
  readonly cells: DeviceCells | null;
  /** How Yosys synthesises for a device family, and what comes out of it. @throws for a family that it does not know */
  synthesis(family: string): SynthesisTarget;
}
