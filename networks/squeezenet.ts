// SPDX-License-Identifier: Apache-2.0
/**
 * SqueezeNet v1.0 (Iandola et al. 2016) in 8 bits: 1,248,424 parameters, 861.3 MMAC. Synthetic weights unless
 * `--weights` names trained ones
 * (`npm run calibrate` brings real weights to 8 bits).
 */
import {
  averagePool,
  concat,
  decide,
  input,
  intConv2d,
  maxPool,
  network,
  quantise,
  requantise,
  signedPixels,
  synthetic,
  type Stream,
} from '../generator/index.ts';

const weights = synthetic(7);

interface Conv {
  readonly filters: number;
  readonly kernel: number;
  readonly stride?: number;
  readonly pad?: number;
}

/** Convolution, ReLU, and back to 8 bits. */
function conv(tensors: string, x: Stream<'int'>, shape: Conv, shift: number): Stream<'int'> {
  return requantise(`${tensors}_relu`, intConv2d(tensors, x, { ...shape, bias: true, weights }), {
    min: 0,
    max: 127,
    shift,
    weights,
    tensors,
  });
}

function fire(index: number, x: Stream<'int'>, squeeze: number): Stream<'int'> {
  const name = `fire${index}`;
  const squeezed = conv(`${name}_squeeze`, x, { filters: squeeze, kernel: 1 }, index < 6 ? 7 : 8);
  const [small, large] = [
    conv(`${name}_expand1`, squeezed, { filters: 4 * squeeze, kernel: 1 }, 6),
    conv(`${name}_expand3`, squeezed, { filters: 4 * squeeze, kernel: 3, pad: 1 }, 7),
  ];
  return concat(name, [small, large]);
}

function pool(name: string, x: Stream<'int'>): Stream<'int'> {
  return maxPool(name, x, { size: 3, stride: 2, rounding: 'ceil' });
}

export default network('squeezenet', () => {
  const pixels = quantise('quant', input('pixels', { height: 227, width: 227, channels: 3 }), signedPixels());
  const p1 = pool('pool1', conv('conv1', pixels, { filters: 96, kernel: 7, stride: 2 }, 9));
  const p4 = pool('pool4', fire(4, fire(3, fire(2, p1, 16), 16), 32));
  const p8 = pool('pool8', fire(8, fire(7, fire(6, fire(5, p4, 32), 48), 48), 64));
  const maps = conv('conv_final', fire(9, p8, 64), { filters: 1000, kernel: 1, pad: 1 }, 8);
  return decide('class', averagePool('average', maps), { classes: 1000 });
});
