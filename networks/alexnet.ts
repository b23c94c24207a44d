// SPDX-License-Identifier: Apache-2.0
/**
 * AlexNet as Caffe trains it (grouped; 227 × 227 × 3; 60,965,224 parameters, 724.4 MMAC) in 8 bits, pruned to about a
 * thirteenth
 * of its weights. Local response normalisation is left out. The weights are synthetic, with a distribution like trained
 * ones, and so
 * are the shifts that suit them: no accuracy is implied.
 */
import {
  decide,
  input,
  intConv2d,
  intDense,
  maxPool,
  network,
  quantise,
  requantise,
  signedPixels,
  synthetic,
  type Stream,
} from '../generator/index.ts';

/** Share of its weights that pruning leaves a layer. */
const densities = {
  conv1: 0.84,
  conv2: 0.36,
  conv3: 0.32,
  conv4: 0.34,
  conv5: 0.34,
  fc6: 0.057,
  fc7: 0.057,
  fc8: 0.15,
};
type Layer = keyof typeof densities;

const weightsOf = (tensors: Layer) => synthetic(6, { density: densities[tensors] });

/** ReLU, and back to 8 bits. */
function relu(tensors: Layer, sums: Stream<'int'>, shift: number): Stream<'int'> {
  return requantise(`relu${tensors.slice(-1)}`, sums, {
    min: 0,
    max: 127,
    shift,
    weights: weightsOf(tensors),
    tensors,
  });
}

interface Conv {
  readonly filters: number;
  readonly kernel: number;
  readonly stride?: number;
  readonly pad?: number;
  readonly groups?: number;
}

function conv(tensors: Layer, x: Stream<'int'>, shape: Conv, shift: number): Stream<'int'> {
  return relu(tensors, intConv2d(tensors, x, { ...shape, bias: true, weights: weightsOf(tensors) }), shift);
}

function dense(tensors: Layer, x: Stream<'int'>, units: number): Stream<'int'> {
  return intDense(tensors, x, { units, bias: true, weights: weightsOf(tensors) });
}

const overlapping = { size: 3, stride: 2 };

export default network('alexnet', () => {
  const pixels = quantise('quant', input('pixels', { height: 227, width: 227, channels: 3 }), signedPixels());
  const p1 = maxPool('pool1', conv('conv1', pixels, { filters: 96, kernel: 11, stride: 4 }, 9), overlapping);
  const p2 = maxPool('pool2', conv('conv2', p1, { filters: 256, kernel: 5, pad: 2, groups: 2 }, 9), overlapping);
  const c3 = conv('conv3', p2, { filters: 384, kernel: 3, pad: 1 }, 9);
  const c4 = conv('conv4', c3, { filters: 384, kernel: 3, pad: 1, groups: 2 }, 9);
  const p5 = maxPool('pool5', conv('conv5', c4, { filters: 256, kernel: 3, pad: 1, groups: 2 }, 9), overlapping);
  const f6 = relu('fc6', dense('fc6', p5, 4096), 9);
  const f7 = relu('fc7', dense('fc7', f6, 4096), 9);
  return decide('class', dense('fc8', f7, 1000), { classes: 1000 });
});
