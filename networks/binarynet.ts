// SPDX-License-Identifier: Apache-2.0
/**
 * BinaryNet for CIFAR-10 (Hubara et al. 2016): 128-128-P-256-256-P-512-512-P, FC 1024-1024-10, pools before
 * batch-norm and sign. Its weights are synthetic: it shows size and speed, and no accuracy is implied.
 */
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
  type Stream,
} from '../generator/index.ts';

export { cifar10Names as classNames } from '../generator/images/index.ts';

const weights = synthetic(3);

function conv(index: number, x: Stream<'bipolar' | 'int'>, filters: number, padValue: number): Stream<'int'> {
  return binaryConv2d(`conv${index}`, x, { filters, kernel: 3, pad: { size: 1, value: padValue }, weights });
}

function stage(index: number, x: Stream<'bipolar' | 'int'>, filters: number, padValue = -1): Stream<'bipolar'> {
  const first = batchNormSign(`norm${index}`, conv(index, x, filters, padValue), { weights });
  const pooled = maxPool(`pool${index + 1}`, conv(index + 1, first, filters, -1), { size: 2 });
  return batchNormSign(`norm${index + 1}`, pooled, { weights });
}

export default network('binarynet', () => {
  const pixels = quantise('quant', input('pixels', { height: 32, width: 32, channels: 3 }), signedPixels());
  const map = stage(5, stage(3, stage(1, pixels, 128, 0), 256), 512);
  const f1 = batchNormSign('fnorm1', binaryDense('fc1', map, { units: 1024, weights }), { weights });
  const f2 = batchNormSign('fnorm2', binaryDense('fc2', f1, { units: 1024, weights }), { weights });
  return decide('class', binaryDense('fc3', f2, { units: 10, weights }), { classes: 10 });
});
