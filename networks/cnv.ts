// SPDX-License-Identifier: Apache-2.0
/**
 * CNV, the CIFAR-10 network of FINN and BNN-PYNQ, with weights and activations ±1. Synthetic weights unless `--weights`
 * names a BNN-PYNQ folder or a safetensors file.
 */
import { binaryConv2d, binaryDense, threshold } from '../generator/index.ts';
import { cnv, weights } from './shapes/cnv.ts';

export { cifar10Names as classNames } from '../generator/images/index.ts';

export default cnv<'bipolar'>('cnv', {
  conv: (name, x, filters) => binaryConv2d(name, x, { filters, kernel: 3, weights }),
  dense: (name, x, units) => binaryDense(name, x, { units, weights }),
  activate: (name, sums, tensors) => threshold(name, sums, { weights, tensors }),
});
