// SPDX-License-Identifier: Apache-2.0
/** What hardware takes of a device. */

/** Resources of the FPGA; null where nobody knows. */
export interface Cost {
  readonly lut: number | null;
  readonly lutRam: number | null;
  readonly ff: number | null;
  readonly bram36: number | null;
  readonly uram: number | null;
  readonly dsp: number | null;
}

/** Device family whose primitives cells may instantiate, as its toolchain names it. */
export type Primitives = string;
