// SPDX-License-Identifier: Apache-2.0
/** The smallest network with every kind of layer; rtl-out/demo shows what becomes of it. Synthetic weights. */
import {
  batchNormSign,
  binaryConv2d,
  binaryDense,
  decide,
  input,
  maxPool,
  network,
  quantise,
  signedPixels,
  synthetic,
} from '../generator/index.ts';

const weights = synthetic(4);

export default network('tiny', () => {
  const pixels = quantise('quant', input('pixels', { height: 8, width: 8, channels: 1 }), signedPixels());
  const c0 = binaryConv2d('conv0', pixels, { filters: 4, kernel: 3, pad: { size: 1, value: -128 }, weights });
  const a0 = batchNormSign('norm0', maxPool('pool0', c0, { size: 2 }), { weights });
  const a1 = batchNormSign('norm1', binaryConv2d('conv1', a0, { filters: 6, kernel: 3, weights }), { weights });
  return decide('class', binaryDense('fc0', a1, { units: 3, weights }), { classes: 3 });
});
