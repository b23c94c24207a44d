// SPDX-License-Identifier: Apache-2.0
/** BNN-PYNQ's cnvW1A2: CNV with weights ±1 and activations −1, 0, 1. */
import { binaryConv2d, binaryDense } from '../generator/index.ts';
import { cnv, ternary, weights } from './shapes/cnv.ts';

export { cifar10Names as classNames } from '../generator/images/index.ts';

export default cnv<'int'>('cnv_w1a2', {
  conv: (name, x, filters) => binaryConv2d(name, x, { filters, kernel: 3, weights }),
  dense: (name, x, units) => binaryDense(name, x, { units, weights }),
  activate: ternary,
});
