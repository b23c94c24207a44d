// SPDX-License-Identifier: Apache-2.0
import type { Choice, Primitives } from '../layer-kind/layer-kind.ts';

/** A board is data: what the device holds, and how it is clocked. */
export interface Board {
  /** Name on the command line. */
  readonly name: string;
  readonly title: string;
  /** Xilinx part, as Vivado wants it. */
  readonly part: string;
  /** Yosys' `synth_xilinx -family`, and whose primitives cells may instantiate. */
  readonly family: Primitives;
  readonly clockMhz: number;
  readonly resources: {
    readonly lut: number;
    readonly ff: number;
    readonly bram36: number;
    readonly uram: number;
    readonly dsp: number;
  };
  /** Network taken when none is named. */
  readonly defaultNetwork: string;
  /**
   * What that network is meant for: its architecture, and what is not as usual of frames per second and early decision.
   */
  readonly defaultDesign: {
    readonly architecture: 'dataflow' | 'shared' | 'sparse';
    readonly fps?: number;
    readonly early?: Choice;
  };
  /** Pins and standard of the board's reference clock; null where the carrier board decides. */
  readonly clockPins: {
    readonly p: string;
    readonly n: string;
    readonly standard: string;
    readonly mhz: number;
  } | null;
  /** Where each fact was read. */
  readonly sources: readonly string[];
}
