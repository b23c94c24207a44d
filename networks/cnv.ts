// SPDX-License-Identifier: Apache-2.0
/**
 * CNV, the CIFAR-10 network of FINN and BNN-PYNQ: 64-64-P-128-128-P-256-256, FC 512-512-64 (10 used), valid 3×3
 * convolutions. Synthetic weights unless `--weights` names a BNN-PYNQ folder or a safetensors file.
 */
import {
  binaryConv2d,
  binaryDense,
  decide,
  fixedPoint,
  input,
  maxPool,
  network,
  quantise,
  synthetic,
  threshold,
  type Stream,
} from '../generator/index.ts';

export { cifar10Names as classNames } from '../generator/images/index.ts';

const weights = synthetic(1);

function convSign(index: number, x: Stream<'bipolar' | 'int'>, filters: number): Stream<'bipolar'> {
  const tensors = `conv${index}`;
  return threshold(`sign${index}`, binaryConv2d(tensors, x, { filters, kernel: 3, weights }), { weights, tensors });
}

function denseSign(index: number, x: Stream<'bipolar'>, units: number): Stream<'bipolar'> {
  const tensors = `fc${index}`;
  return threshold(`fsign${index}`, binaryDense(tensors, x, { units, weights }), { weights, tensors });
}

export default network('cnv', () => {
  const pixels = input('pixels', { height: 32, width: 32, channels: 3 });
  const s1 = convSign(1, convSign(0, quantise('quant', pixels, fixedPoint()), 64), 64);
  const s3 = convSign(3, convSign(2, maxPool('pool1', s1, { size: 2 }), 128), 128);
  const s5 = convSign(5, convSign(4, maxPool('pool3', s3, { size: 2 }), 256), 256);
  const f1 = denseSign(1, denseSign(0, s5, 512), 512);
  return decide('class', binaryDense('fc2', f1, { units: 64, weights }), { classes: 10, ignore: 54 });
});
