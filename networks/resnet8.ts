// SPDX-License-Identifier: Apache-2.0
/**
 * ResNet-8 for CIFAR-10 (MLPerf Tiny) in 8 bits, batch-norms in weights and biases: 77,360 weights, 12.5 MMAC.
 * Synthetic weights unless
 * `--weights` names trained ones (`npm run compress -- --network resnet8 --recipe weights` prunes the published ones
 * and brings them to 8 bits).
 */
import {
  averagePool,
  decide,
  input,
  intConv2d,
  intDense,
  network,
  quantise,
  requantise,
  sum,
  synthetic,
  type Stream,
} from '../generator/index.ts';

export { cifar10Names as classNames } from '../generator/images/index.ts';

const weights = synthetic(8);

/** Pixels 0..255 as they are: border zeros are black. */
const plain = { element: 'int', values: Array.from({ length: 256 }, (_, p) => p), scale: 1 } as const;

interface Conv {
  readonly filters: number;
  readonly kernel: number;
  readonly stride?: number;
  readonly pad?: number;
}

function conv(name: string, x: Stream<'int'>, shape: Conv): Stream<'int'> {
  return intConv2d(name, x, { ...shape, bias: true, weights });
}

const relu = (name: string, x: Stream<'int'>, shift: number) =>
  requantise(`${name}_relu`, x, { min: 0, max: 255, shift, weights, tensors: name });

/**
 * relu(c2(relu(c1(x))) + shortcut), rounded once, behind the sum. Strided: padded behind only, which is a 4×4 kernel
 * whose first row and
 * column are 0, padded all round.
 */
function block(name: string, x: Stream<'int'>, filters: number, strided: boolean): Stream<'int'> {
  const entrance = strided ? { kernel: 4, stride: 2, pad: 1 } : { kernel: 3, pad: 1 };
  const t = relu(`${name}_c1`, conv(`${name}_c1`, x, { filters, ...entrance }), 7);
  const c2 = conv(`${name}_c2`, t, { filters, kernel: 3, pad: 1 });
  const shortcut = strided ? conv(`${name}_proj`, x, { filters, kernel: 1, stride: 2 }) : x;
  return relu(name, sum(`${name}_sum`, [c2, shortcut], { left: [0, strided ? 1 : 7], weights }), 8);
}

export default network('resnet8', () => {
  const pixels = quantise('quant', input('pixels', { height: 32, width: 32, channels: 3 }), plain);
  const stem = relu('stem', conv('stem', pixels, { filters: 16, kernel: 3, pad: 1 }), 8);
  const r3 = block('s3b1', block('s2b1', block('s1b1', stem, 16, false), 32, true), 64, true);
  const features = relu('average', averagePool('average', r3), 6);
  return decide('class', intDense('classifier', features, { units: 10, bias: true, weights }), { classes: 10 });
});
