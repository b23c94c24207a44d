// SPDX-License-Identifier: Apache-2.0
/** LFC, BNN-PYNQ's MLP for MNIST: 784-1024-1024-1024-64, decided by the highest set bit of the first 10. */
import {
  binarise,
  binaryDense,
  decide,
  input,
  network,
  quantise,
  synthetic,
  threshold,
  type Stream,
} from '../generator/index.ts';

const weights = synthetic(2);

function denseSign(index: number, x: Stream<'bipolar'>, units: number): Stream<'bipolar'> {
  const tensors = `fc${index}`;
  return threshold(`sign${index}`, binaryDense(tensors, x, { units, weights }), { weights, tensors });
}

export default network('lfc', () => {
  const bits = quantise('quant', input('pixels', { height: 28, width: 28, channels: 1 }), binarise(128));
  const s2 = denseSign(2, denseSign(1, denseSign(0, bits, 1024), 1024), 1024);
  return decide('class', denseSign(3, s2, 64), { classes: 10, ignore: 54, rule: 'highest_bit' });
});
