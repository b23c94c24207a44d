// SPDX-License-Identifier: Apache-2.0
/**
 * The plug point: what an architecture says about the designs that it makes. Commands, folders, reports and proofs ask
 * these questions and never look at a name. An architecture is one folder of generator/architectures and one line in
 * their registry; layers that it can build have a file for it.
 */
import type { Board } from '../boards/board.ts';
import type { Issue } from '../errors/errors.ts';
import type { Primitives } from '../hardware/cost.ts';
import type { Resource, Usage } from '../hardware/fit.ts';
import type { WhatStands } from '../hardware/hardware.ts';
import type { Instance } from '../hardware/instance.ts';
import type { TypedGraph } from '../ir/graph.ts';
import type { SynthesisedDesign } from '../synth/synthesise-design.ts';
import type { DesignPoint } from './design-point.ts';
import type { DesignOption, Held } from '../options/option.ts';
import type { Report } from '../report/report.ts';

/** What every design is asked for. */
export interface Target {
  readonly board: Board;
  readonly clockMhz: number;
  /** Frames per second to reach, or the most that fits. */
  readonly fps: number | 'max';
  /** Primitives of the board's family where cells exist for it; portable Verilog alone where undefined. */
  readonly primitives?: Primitives | undefined;
}

/** What an architecture makes of a network: a value that architectures extend by what they know. */
export interface Design {
  /** The network's. */
  readonly name: string;
  readonly architecture: Architecture;
  /** As asked for: the target, and the architecture's own options by name. */
  readonly options: Target;
  /** As the user wrote it, weights resolved: what the golden model defines. */
  readonly typed: TypedGraph;
  /** sha256 of the typed graph's canonical text. */
  readonly irHash: string;
  /** By estimate. */
  readonly usage: Usage;
  /** Modelled clocks between frames. */
  readonly interval: number;
}

/** What makes the design again, in the words of whoever asked for it. */
export interface Request {
  /** As given: a name or a file. */
  readonly network: string;
  readonly weights?: string | undefined;
  readonly defaulted: boolean;
  /** The rebuild command of a folder that is read back: checkout and package call gen in different words. */
  readonly rebuild?: string | undefined;
}

/** Files of a design that its architecture knows of, by name. */
export interface Sources {
  /** Made for this design, behind the library's cells in filelist.f. The last is the top. */
  readonly rtl: ReadonlyMap<string, string>;
  readonly memories: ReadonlyMap<string, string | Uint8Array>;
  /** Memory images that cells of the design read; others lie in the board's memory. */
  readonly initialises: boolean;
  /** By path below the folder: reports of its own. */
  readonly others: ReadonlyMap<string, string>;
  readonly estimate: Report;
}

/** Cells as synthesis counts them. */
export interface CellInstances {
  readonly instances: readonly Instance[];
  /** Line of the report that has the sum of them; each instance's own where absent. */
  readonly whole?: string;
  /** Modules between them that hold wires and multiplexers alone, and that no instance counts. */
  readonly between: readonly string[];
}

/** What the command line tells whoever waits. */
export type Warn = (text: string) => void;

export interface Architecture {
  /** As `--arch` takes it. */
  readonly name: string;
  /** For --help: `every layer its own hardware`. */
  readonly help: string;
  /** How frames go in and out: AXI4-Stream, or the board's memory by AXI4. The benches are chosen by it. */
  readonly interface: 'stream' | 'memory';
  /** In the order of the manifest; the rebuild command says them, too. */
  readonly options: readonly DesignOption[];
  /** Options that are usual in another way than their definitions say. */
  readonly usual?: Held;
  /** By board: what the board's own network is built with here. Absent: that network has another architecture. */
  readonly own?: Readonly<Record<string, Held>>;
  /** What the folder's name has behind the board's; empty for none. */
  suffix(options: Held): string;
  /**
   * @param values of its options, each legal
   * NN001, NN006, NN015 where the architecture cannot do what is asked.
   */
  design(typed: TypedGraph, target: Target, values: Held, warn: Warn): Design;
  /** Its hardware has one size: nothing that a user could ask for makes a design fit that does not. */
  readonly isOneSize?: boolean;
  /** Why it cannot be generated, beside that it does not fit. */
  issues?(design: Design): Issue[];
  /** Those that take most of a resource, for the error that says so: `conv1 41 %`. */
  worst(design: Design, resource: Resource): string[];
  /** @param header lines of the top: version, hash and how to rebuild */
  sources(design: Design, request: Request, header: readonly string[]): Sources;
  /** Files that the design is made of beside network and weights, by option. */
  inputs?(options: Held): Readonly<Record<string, string | undefined>>;
  /** The design with the names that its inputs had when the folder was generated. */
  renamed?(design: Design, manifest: Held): Design;
  /** Further fields of manifest.json. */
  facts?(design: Design): Readonly<Record<string, unknown>>;
  /** What every bit of the memory images is, by path below the folder. */
  images(design: Design): ReadonlyMap<string, WhatStands>;
  instances(design: Design): CellInstances;
  /** The estimate, before anything is generated. */
  report(design: Design, request: Request): Report;
  /** What energy is relative to: the same network at the same rate, built in the plainest way. Absent: nothing is. */
  baseline?(design: Design): Design;
  /** Designs at every rate that it can reach, slowest first. Absent: it has no foldings to sweep. */
  sweep?(
    typed: TypedGraph,
    target: Omit<Target, 'fps'>,
    values: Held,
    warn: Warn,
    onProgress: (done: number, of: number) => void,
  ): DesignPoint[];
  /** The terminal's table of a synthesis. */
  synthesisTable(design: Design, synthesised: SynthesisedDesign): string;
  /** What else is synthesised to compare with: JSON and text. Absent, or undefined: nothing. */
  compare?(
    design: Design,
    folder: string,
    lut: number,
    request: Request,
    onProgress: (text: string) => void,
  ): Promise<{ readonly json: object; readonly text: string }> | undefined;
  /** Tables and lines for the terminal. */
  describe(design: Design, report: Report): string;
}

/** Module name of the design's top. */
export function topName({ name }: Pick<Design, 'name'>): string {
  return `${name}_top`;
}
