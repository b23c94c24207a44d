// SPDX-License-Identifier: Apache-2.0
/**
 * TB-DNN (Wang, Jin, Wu; ICACT 2020) for CIFAR-10: a ResNet-14 of stages 64-128-256 whose blocks are pruned inside and
 * binarized; the residual stream is fixed point. Trained by networks/train.
 */
import {
  add,
  affine,
  averagePool,
  batchNormSign,
  binaryConv2d,
  checkpoint,
  decide,
  input,
  intDense,
  network,
  quantise,
  signedFormat,
  signedPixels,
  synthetic,
  threshold,
  type FixedPoint,
  type Stream,
  type WeightReference,
} from '../generator/index.ts';

export { cifar10Names as classNames } from '../generator/images/index.ts';

/** What is not CIFAR-10's: a smaller map, fewer channels, blocks or classes. */
export interface TbDnnShape {
  readonly input: { readonly height: number; readonly width: number; readonly channels: number };
  /** Channels of the residual stream in the first stage; twice as many from stage to stage. */
  readonly width: number;
  /** Blocks a stage. */
  readonly blocks: number;
  readonly classes: number;
}

/** Of the residual stream, by calibration (networks/train). */
const stream = signedFormat(6, 3);

const cifar: TbDnnShape = { input: { height: 32, width: 32, channels: 3 }, width: 64, blocks: 2, classes: 10 };

/**
 * @param inner widths inside the blocks of the stages, what filter pruning left of 64, 128 and 256
 * @param format of the residual stream
 */
export function tbDnn(
  name: string,
  inner: readonly number[],
  shape: TbDnnShape = cifar,
  format: FixedPoint = stream,
  weights: WeightReference = synthetic(6),
) {
  /** Sums of ±1 weights over `kernel × kernel` windows, as many as there are strides. */
  function conv(
    name: string,
    x: Stream<'bipolar' | 'int'>,
    filters: number,
    kernel: number,
    stride: number,
    padValue: number,
  ): Stream<'int'> {
    const pad = { size: kernel >> 1, value: padValue };
    return binaryConv2d(name, x, { filters, kernel, stride, pad, weights });
  }

  /** Two binary convolutions beside a shortcut, which is a 1×1 convolution where the shape changes. */
  function block(
    name: string,
    r: Stream<'int'>,
    inner: number,
    out: number,
    stride: number,
    projects: boolean,
  ): Stream<'int'> {
    const s = threshold(`${name}_s`, r, { weights });
    const t = batchNormSign(`${name}_t1`, conv(`${name}_c1`, s, inner, 3, stride, -1), { weights });
    const v = affine(`${name}_bn2`, conv(`${name}_c2`, t, out, 3, 1, -1), { format, weights });
    const shortcut = projects
      ? affine(`${name}_bnp`, conv(`${name}_proj`, s, out, 1, stride, -1), { format, weights })
      : r;
    return add(`${name}_add`, shortcut, v);
  }

  return network(name, () => {
    const pixels = quantise('quant', input('pixels', shape.input), signedPixels());
    let r = affine('bn0', conv('conv1', pixels, shape.width, 3, 1, 0), { format, weights });
    inner.forEach((width, i) => {
      const out = shape.width * 2 ** i;
      for (let j = 0; j < shape.blocks; j++) {
        const reshapes = i > 0 && j === 0;
        r = block(`s${i + 1}b${j + 1}`, r, width, out, reshapes ? 2 : 1, reshapes);
      }
    });
    const { classes } = shape;
    return decide('class', intDense('fc', averagePool('avg', r), { units: classes, bias: true, weights }), { classes });
  });
}

export default tbDnn(
  'tb_dnn',
  [16, 48, 168],
  cifar,
  stream,
  checkpoint(new URL('./weights/tb-dnn-cifar10.safetensors', import.meta.url)),
);
