/**
 * ResNet-8 for CIFAR-10 (MLPerf Tiny) in 8 bits, batch-norms in weights and biases: 77,360 weights, 12.5 MMAC. Synthetic weights unless
 * `--weights` names trained ones (`npm run compress -- --network resnet8 --recipe weights` prunes the published ones and brings them to 8 bits).
 */
import { add, averagePool, decide, input, intConv2d, intDense, network, quantise, requantise, synthetic, type Stream } from '../generator/dsl/index.ts';

const weights = synthetic(8);
const relu = { min: 0, max: 255 };
/** Terms of a sum; one more bit, so that a ReLU's result is one. */
const term = { min: -256, max: 255 };

/** Pixels 0..255 as they are: border zeros are black. */
const plain = { element: 'int', values: Array.from({ length: 256 }, (_, p) => p), scale: 1 } as const;

interface Conv {
  readonly filters: number;
  readonly kernel: number;
  readonly stride?: number;
  readonly pad?: number;
}

function conv(name: string, x: Stream<'int'>, shape: Conv, range: typeof relu, shift: number): Stream<'int'> {
  return requantise(`${name}_q`, intConv2d(name, x, { ...shape, bias: true, weights }), { ...range, shift, weights, tensors: name });
}

/** relu(shortcut + c2(relu(c1(x)))). Strided: padded behind only, which is a 4×4 kernel whose first row and column are 0, padded all round. */
function block(name: string, x: Stream<'int'>, filters: number, strided: boolean): Stream<'int'> {
  const entrance = strided ? { kernel: 4, stride: 2, pad: 1 } : { kernel: 3, pad: 1 };
  const t = conv(`${name}_c1`, x, { filters, ...entrance }, relu, 7);
  const v = conv(`${name}_c2`, t, { filters, kernel: 3, pad: 1 }, term, 8);
  const shortcut = strided ? conv(`${name}_proj`, x, { filters, kernel: 1, stride: 2 }, term, 7) : requantise(`${name}_x`, x, { ...term, shift: 0, weights });
  return requantise(`${name}_relu`, add(`${name}_add`, shortcut, v), { ...relu, shift: 0, weights });
}

export default network('resnet8', () => {
  const pixels = quantise('quant', input('pixels', { height: 32, width: 32, channels: 3 }), plain);
  const r1 = block('s1b1', conv('stem', pixels, { filters: 16, kernel: 3, pad: 1 }, relu, 8), 16, false);
  const r3 = block('s3b1', block('s2b1', r1, 32, true), 64, true);
  return decide('class', intDense('classifier', averagePool('average', r3), { units: 10, bias: true, weights }), { classes: 10 });
});
