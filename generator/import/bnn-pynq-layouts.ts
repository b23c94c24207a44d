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
  /** 1: a bit each, 0 is −1. 2: two's complement, −1, 0 or 1. */
  readonly weightBits: 1 | 2;
  /** Thresholds a channel. */
  readonly levels: 0 | 1 | 2;
  /** Fraction bits of the stored thresholds' scale: 1 where the design compares 2 acc > T. */
  readonly thresholdFraction: 0 | 1;
}

export interface Layout {
  readonly network: string;
  readonly layers: readonly PackedLayer[];
}

type Fold = readonly [simd: number, pe: number];

function packed(name: string, filters: number, taps: readonly number[], [simd, pe]: Fold): PackedLayer {
  return { name, filters, taps, padColumns: 0, simd, pe, weightBits: 1, levels: 1, thresholdFraction: 0 };
}

function conv(name: string, filters: number, channels: number, fold: Fold): PackedLayer {
  return packed(name, filters, [3, 3, channels], fold);
}

function dense(name: string, filters: number, inputs: number, fold: Fold): PackedLayer {
  return packed(name, filters, [inputs], fold);
}

/** CNV in the folding of one design. */
function cnv(network: string, weightBits: 1 | 2, levels: 1 | 2, folds: readonly Fold[]): Layout {
  const layers = [
    // Its inputs carry 7 fraction bits, its thresholds 8.
    { ...conv('conv0', 64, 3, folds[0]!), thresholdFraction: 1 as const },
    conv('conv1', 64, 64, folds[1]!),
    conv('conv2', 128, 64, folds[2]!),
    conv('conv3', 128, 128, folds[3]!),
    conv('conv4', 256, 128, folds[4]!),
    conv('conv5', 256, 256, folds[5]!),
    dense('fc0', 512, 256, folds[6]!),
    dense('fc1', 512, 512, folds[7]!),
    dense('fc2', 64, 512, folds[8]!),
  ].map((layer): PackedLayer => ({ ...layer, weightBits, levels: layer.name === 'fc2' ? 0 : levels }));
  return { network, layers };
}

/** Of one-bit weights: [SIMD, PE] of each layer. */
const w1Folds: readonly Fold[] = [
  [3, 16],
  [32, 32],
  [32, 16],
  [32, 16],
  [32, 4],
  [32, 1],
  [4, 1],
  [8, 1],
  [1, 4],
];
const w2Folds: readonly Fold[] = [
  [3, 8],
  [16, 16],
  [16, 8],
  [16, 8],
  [8, 4],
  [8, 1],
  [2, 1],
  [2, 2],
  [1, 4],
];

export const layouts: readonly Layout[] = [
  cnv('cnvW1A1', 1, 1, w1Folds),
  cnv('cnvW1A2', 1, 2, w1Folds),
  cnv('cnvW2A2', 2, 2, w2Folds),
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
