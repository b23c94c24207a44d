// SPDX-License-Identifier: Apache-2.0
/**
 * The BNN-PYNQ networks this importer knows. Their files say neither shapes nor folding: both were fixed in
 * the FPGA design that the files were packed for (Xilinx/BNN-PYNQ, bnn/src/network/<network>/hw/config.h), so
 * they stand here.
 */
export interface PackedLayer {
  /** Name of its tensors: `<name>.weights`, `<name>.thresholds`. */
  readonly name: string;
  readonly filters: number;
  /** What one filter sees: [kernelH, kernelW, channels] or [n], channel fastest. */
  readonly taps: readonly number[];
  /**
   * Columns behind the real ones that the packer added; their weights are 1 and their inputs 0: never an
   * agreement.
   */
  readonly padColumns: number;
  readonly simd: number;
  readonly pe: number;
  readonly hasThresholds: boolean;
  /** Fraction bits of the stored thresholds' scale: 1 where the design compares 2 acc > T. */
  readonly thresholdFraction: 0 | 1;
}

export interface Layout {
  readonly network: string;
  readonly layers: readonly PackedLayer[];
}

type Fold = readonly [simd: number, pe: number];

function packed(name: string, filters: number, taps: readonly number[], [simd, pe]: Fold): PackedLayer {
  return { name, filters, taps, padColumns: 0, simd, pe, hasThresholds: true, thresholdFraction: 0 };
}

function conv(name: string, filters: number, channels: number, fold: Fold): PackedLayer {
  return packed(name, filters, [3, 3, channels], fold);
}

function dense(name: string, filters: number, inputs: number, fold: Fold): PackedLayer {
  return packed(name, filters, [inputs], fold);
}

export const layouts: readonly Layout[] = [
  {
    network: 'cnvW1A1',
    layers: [
      // Its inputs carry 7 fraction bits, its thresholds 8.
      { ...conv('conv0', 64, 3, [3, 16]), thresholdFraction: 1 },
      conv('conv1', 64, 64, [32, 32]),
      conv('conv2', 128, 64, [32, 16]),
      conv('conv3', 128, 128, [32, 16]),
      conv('conv4', 256, 128, [32, 4]),
      conv('conv5', 256, 256, [32, 1]),
      dense('fc0', 512, 256, [4, 1]),
      dense('fc1', 512, 512, [8, 1]),
      { ...dense('fc2', 64, 512, [1, 4]), hasThresholds: false },
    ],
  },
  {
    network: 'lfcW1A1',
    layers: [
      { ...dense('fc0', 1024, 784, [64, 32]), padColumns: 48 },
      dense('fc1', 1024, 1024, [32, 64]),
      dense('fc2', 1024, 1024, [64, 32]),
      dense('fc3', 64, 1024, [8, 16]),
    ],
  },
];
