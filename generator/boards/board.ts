/** A board is data: what the device holds, and how it is clocked. */
export interface Board {
  /** Name on the command line. */
  readonly name: string;
  readonly title: string;
  /** Xilinx part, as Vivado wants it. */
  readonly part: string;
  /** Yosys' `synth_xilinx -family`. */
  readonly family: 'xc7' | 'xcup';
  readonly clockMhz: number;
  readonly resources: { readonly lut: number; readonly ff: number; readonly bram36: number; readonly uram: number; readonly dsp: number };
  /** Network taken when none is named. */
  readonly defaultNetwork: string;
  /** What that network is built for when nothing else is said; absent: dataflow, and the rate of any other network. */
  readonly defaultDesign?: { readonly architecture: 'shared'; readonly fps: number };
  /** Pins and standard of the board's reference clock; null where the carrier board decides. */
  readonly clockPins: { readonly p: string; readonly n: string; readonly standard: string; readonly mhz: number } | null;
  /** Where each fact was read. */
  readonly sources: readonly string[];
}
