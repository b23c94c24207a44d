// SPDX-License-Identifier: Apache-2.0
/** Everything a network file imports. */
export { network, type Stream } from './dsl/network.ts';
export { checkpoint, synthetic, type WeightReference } from './dsl/weights.ts';
export { input } from './layers/input/kind.ts';
export { quantise, signedPixels, binarise, fixedPoint } from './layers/quantise/kind.ts';
export { binaryConv2d } from './layers/binary-conv/kind.ts';
export { binaryDense } from './layers/binary-dense/kind.ts';
export { threshold, batchNormSign } from './layers/threshold/kind.ts';
export { multiThreshold } from './layers/multi-threshold/kind.ts';
export { maxPool } from './layers/max-pool/kind.ts';
export { affine, requantise, signedFormat, type FixedPoint } from './layers/affine/kind.ts';
export { add } from './layers/add/kind.ts';
export { averagePool } from './layers/average-pool/kind.ts';
export { intDense } from './layers/int-dense/kind.ts';
export { intConv2d } from './layers/int-conv/kind.ts';
export { concat } from './layers/concat/kind.ts';
export { sum } from './layers/sum/kind.ts';
export { decide } from './layers/decide/kind.ts';
