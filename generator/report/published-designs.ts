// SPDX-License-Identifier: Apache-2.0
/** Designs of others that a chart may show beside ours, each with the tool that counted it. */
export interface PublishedDesign {
  readonly network: string;
  /** Drawn beside the mark: whose design it is, and whose LUTs these are. */
  readonly label: string;
  readonly framesPerSecond: number;
  readonly lut: number;
  readonly bram36: number;
  readonly source: string;
}

export const publishedDesigns: readonly PublishedDesign[] = [
  {
    network: 'cnv',
    label: 'FINN, Vivado LUTs',
    framesPerSecond: 21_906,
    lut: 46_253,
    bram36: 186,
    source: 'Umuroglu et al., FINN, FPGA 2017: CNV-max on ZC706 at 200 MHz, placed and routed by Vivado',
  },
];
