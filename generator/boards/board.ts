// SPDX-License-Identifier: Apache-2.0
import type { Primitives } from '../hardware/cost.ts';

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
  /** Network taken when none is named; an architecture says what it is built with. */
  readonly defaultNetwork: string;
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
