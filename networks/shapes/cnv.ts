// SPDX-License-Identifier: Apache-2.0
/**
 * The shape of CNV, the CIFAR-10 network of FINN and BNN-PYNQ: 64-64-P-128-128-P-256-256, FC 512-512-64 (10 used),
 * valid 3×3 convolutions. Its networks differ in the numbers that they compute with.
 */
import {
  decide,
  fixedPoint,
  input,
  maxPool,
  multiThreshold,
  network,
  quantise,
  synthetic,
} from '../../generator/index.ts';
import type { Stream } from '../../generator/index.ts';

/** Weights and activations of a CNV; `index` counts convolutions and dense layers from 0, each for itself. */
export interface CnvLayers<Element extends 'bipolar' | 'int'> {
  conv(name: string, x: Stream<'int'> | Stream<Element>, filters: number): Stream<'int'>;
  dense(name: string, x: Stream<Element>, units: number): Stream<'int'>;
  /** Of the sums of the layer whose tensors have that name. */
  activate(name: string, sums: Stream<'int'>, tensors: string): Stream<Element>;
}

/** Without `--weights`. */
export const weights = synthetic(1);

export function cnv<Element extends 'bipolar' | 'int'>(name: string, layers: CnvLayers<Element>) {
  const conv = (index: number, x: Stream<'int'> | Stream<Element>, filters: number) =>
    layers.activate(`sign${index}`, layers.conv(`conv${index}`, x, filters), `conv${index}`);
  const dense = (index: number, x: Stream<Element>, units: number) =>
    layers.activate(`fsign${index}`, layers.dense(`fc${index}`, x, units), `fc${index}`);
  return network(name, () => {
    const pixels = input('pixels', { height: 32, width: 32, channels: 3 });
    const s1 = conv(1, conv(0, quantise('quant', pixels, fixedPoint()), 64), 64);
    const s3 = conv(3, conv(2, maxPool('pool1', s1, { size: 2 }), 128), 128);
    const s5 = conv(5, conv(4, maxPool('pool3', s3, { size: 2 }), 256), 256);
    const f1 = dense(1, dense(0, s5, 512), 512);
    return decide('class', layers.dense('fc2', f1, 64), { classes: 10, ignore: 54 });
  });
}

/** Activations −1, 0, 1: two compares a channel. */
export function ternary(name: string, sums: Stream<'int'>, tensors: string): Stream<'int'> {
  return multiThreshold(name, sums, { bits: 2, signed: true, narrow: true, weights, tensors });
}
