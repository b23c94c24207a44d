// SPDX-License-Identifier: Apache-2.0
/** BNN-PYNQ's cnvW2A2: CNV with weights and activations −1, 0, 1. */
import { intConv2d, intDense } from '../generator/index.ts';
import { cnv, ternary, weights } from './shapes/cnv.ts';

export { cifar10Names as classNames } from '../generator/images/index.ts';

const ternaryWeights = { bits: 2, narrow: true, weights };

export default cnv<'int'>('cnv_w2a2', {
  conv: (name, x, filters) => intConv2d(name, x, { filters, kernel: 3, ...ternaryWeights }),
  dense: (name, x, units) => intDense(name, x, { units, ...ternaryWeights }),
  activate: ternary,
});
